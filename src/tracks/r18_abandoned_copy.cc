// R18, abandoned copy. Sees: the service writes a record's content behind the last record first, at the place it would
// have, and closes the chunk when it does not fit; the beginning of that content stays behind. The record then opens
// the next chunk. So the copy must begin where the records end and name the id that the record has now: 126 of 126 in
// the public samples do. One that begins later says how many bytes were taken out of the chunk; one that names another
// id says that records were renumbered. Benign causes: none known in chunks whose checksums hold. ATT&CK T1070.001.
// Cannot see: closed chunks with little room (no copy fits), tails that were zeroed, the newest chunk.
#include <algorithm>

#include "tracks/judge.h"
#include "tracks/neighbours.h"

namespace sil::tracks {
namespace {

constexpr uint32_t kHead = 24, kFragment = 4, kInstance = 10;  // before a template instance's values
constexpr uint32_t kDefinitionHead = 24, kSlots = 10;          // System values before EventRecordID
constexpr uint8_t kBegin[] = {0x0f, 0x01, 0x01, 0x00, 0x0c, 0x01};

struct Values {  // of the template instance of a record's content; offsets in the record
  uint32_t table = 0, count = 0, first = 0, id = 0;
};

// `record` begins with its header. False: no template instance, or not one with Windows' System slots.
bool values_of(Bytes record, uint32_t in_chunk, Values* out) {
  uint32_t at = kHead + kFragment + kInstance;
  if (record.size() < at + 4 || !std::equal(std::begin(kBegin), std::end(kBegin), record.data() + kHead)) return false;
  if (load_le<uint32_t>(record.data() + at - 4) == in_chunk + at) {  // the definition stands inline
    if (record.size() < at + kDefinitionHead) return false;
    uint32_t size = load_le<uint32_t>(record.data() + at + 20);
    if (size > record.size()) return false;
    at += kDefinitionHead + size;
  }
  if (record.size() < at + 4) return false;
  uint32_t count = load_le<uint32_t>(record.data() + at);
  if (count <= kSlots || count > 64 || record.size() < at + 4 + 4 * count) return false;
  *out = {at, count, at + 4 + 4 * count, at + 4 + 4 * count};
  for (uint32_t i = 0; i < kSlots; ++i) out->id += load_le<uint16_t>(record.data() + at + 4 + 4 * i);
  bool wide = load_le<uint16_t>(record.data() + at + 4 + 4 * kSlots) == 8;
  return wide && out->id + 8 <= record.size();
}

struct Copy {
  uint32_t at = 0;  // behind the live records: where the copied record would begin
  uint64_t id = 0;
};

// A copy of `record` in `tail`: the same beginning, descriptors and values up to the id; the whole must be there.
bool find_copy(Bytes tail, Bytes record, const Values& values, Copy* out) {
  Bytes key = record.subspan(values.first, values.id - values.first);
  constexpr uint32_t kBefore = kHead + kFragment + kInstance;
  for (auto from = tail.begin();;) {
    auto found = std::search(from, tail.end(), key.begin(), key.end());
    if (found == tail.end()) return false;
    auto at = static_cast<size_t>(found - tail.begin());
    size_t table = values.first - values.table;
    from = found + 1;
    if (at < table + kBefore || at + key.size() + 8 > tail.size()) continue;
    size_t begin = at - table - kBefore;
    bool same = std::equal(std::begin(kBegin), std::end(kBegin), tail.data() + begin + kHead) &&
                std::equal(tail.data() + at - table, tail.data() + at - table + 4 + 4 * kSlots,
                           record.data() + values.table);
    if (!same) continue;
    *out = {static_cast<uint32_t>(begin), load_le<uint64_t>(tail.data() + at + key.size())};
    return true;
  }
}

void say(const SourceFacts& source, Judge& judge, const ChunkFacts& chunk, const ChunkFacts& next, const Copy& copy,
         uint64_t id) {
  Judged* judged = judge.add(source, TrackClass::kLoss, Level::kHigh);
  if (!judged) return;
  Track& track = judged->track;
  track.time.ticks = chunk.first.body_time;
  track.last = Timestamp{chunk.last.body_time};
  track.expected = "the abandoned copy of record " + std::to_string(id) + " at " +
                   hex_offset(chunk.offset + chunk.live_end) + ", where the chunk's records end, naming id " +
                   std::to_string(id);
  track.found = "it at " + hex_offset(chunk.offset + chunk.live_end + copy.at) + ", naming id " +
                std::to_string(copy.id);
  if (copy.at != 0)
    track.summary = place(source) + ": between records " + std::to_string(chunk.lowest_id) + " and " +
                    std::to_string(chunk.highest_id) + " " + std::to_string(copy.at) +
                    " bytes are missing: the next record was first written that much further on";
  else
    track.summary = place(source) + ": records were renumbered: what is now record " + std::to_string(id) +
                    " was written as " + std::to_string(copy.id);
  track.benign_causes = {"a file put together from chunks of several moments"};
  uint64_t begin = chunk.offset + chunk.live_end;
  judge.cite(judged, source,
             {{chunk.offset, 128}, {begin, copy.at + kHead + kFragment + kInstance}, {next.first.where.offset, kHead}});
}

}  // namespace

void abandoned_copy(const SourceFacts& source, Judge& judge) {
  if (source.what != FileClass::kChannel && source.what != FileClass::kExport) return;
  for (const auto& [chunk, next] : closed_pairs(source)) {
    constexpr uint32_t kLeast = kHead + kFragment + kInstance + 4 + 4 * kSlots;
    if (chunk->live_end + kLeast > kChunkBytes) continue;
    std::vector<uint8_t> record = judge.read(source, next->first.where);
    Values values;
    if (!values_of(record, static_cast<uint32_t>(next->first.where.offset - next->offset), &values)) continue;
    uint64_t begin = chunk->offset + chunk->live_end;
    std::vector<uint8_t> tail = judge.read(source, {begin, static_cast<uint32_t>(kChunkBytes - chunk->live_end)});
    Copy copy;
    if (!find_copy(tail, record, values, &copy)) continue;
    auto id = load_le<uint64_t>(record.data() + values.id);
    if (copy.at != 0 || copy.id != id) say(source, judge, *chunk, *next, copy, id);
  }
}

}  // namespace sil::tracks
