// R9, early close. Sees: a chunk with room for the record that opens the next one; Windows closes a chunk only when
// the next record does not fit (0 of 172 pairs of the public samples beyond 34 bytes), so something was taken out and
// the rest moved up.
// Benign causes: a service restart, resize or archive at the boundary (not observed; such an event there lowers the
// level). ATT&CK T1070.001. Cannot see: the newest chunk, victims smaller than the room that was left anyway.
#include <algorithm>
#include <cstring>

#include "tracks/judge.h"
#include "tracks/neighbours.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kMargin = 64, kLeastRoom = 28;

bool boundary_event(const SourceFacts& source, uint64_t id) {
  for (const Note& note : source.notes) {
    if (note.interest == Interest::kLandmark && note.record_id + 3 > id && note.record_id < id + 3) return true;
  }
  return false;
}

struct Part {  // of the record that opens the next chunk: bytes that the chunk before may hold already
  uint32_t offset = 0, length = 0;  // in chunk
  uint32_t key = 0, key_length = 0;  // what tells it: a definition's GUID; a name's hash, count and text
  [[nodiscard]] bool holds(const Part& other) const {
    return other.offset >= offset && other.offset + other.length <= offset + length;
  }
};

// Names that stand inside the first record, by the chunk's own table (chains go to lower offsets).
void add_names(Bytes head, uint32_t end, std::vector<Part>* parts) {
  constexpr uint32_t kTable = 128, kBuckets = 64, kNameHead = 8;
  for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
    auto at = load_le<uint32_t>(head.data() + kTable + 4 * bucket);
    // Of a name behind the first record only its place in the chain is wanted, and that is not in `head`.
    for (uint32_t above = UINT32_MAX; at >= kChunkHead && at < above && at <= head.size() - kNameHead;) {
      uint32_t length = kNameHead + 2 * load_le<uint16_t>(head.data() + at + 6) + 2;
      if (at + length <= end) parts->push_back({at, length, at + 4, length - 4});
      above = at;
      at = load_le<uint32_t>(head.data() + at);
    }
  }
}

bool stands_in(Bytes before, Bytes what) {
  return memmem(before.data(), before.size(), what.data(), what.size()) != nullptr;
}

// How much of the record that opens `next` would have been written behind `chunk`: definitions and names that a chunk
// holds already are not written again. The GUID tells a definition; its size does not, for the names in it count.
uint64_t needed(const SourceFacts& source, const ChunkFacts& chunk, const ChunkFacts& next, uint64_t room,
                Judge& judge) {
  constexpr uint32_t kGuidAt = 4, kGuid = 16;
  std::vector<uint8_t> all = judge.read(source, {next.offset, kChunkBytes});
  auto end = static_cast<uint32_t>(kChunkHead + next.first.where.length);
  if (all.size() < end) return UINT64_MAX;
  std::vector<Part> definitions, names;
  for (const Span& where : next.first_definitions) {
    auto at = static_cast<uint32_t>(where.offset - next.offset);
    if (at + kGuidAt + kGuid > all.size()) continue;
    definitions.push_back({at, static_cast<uint32_t>(where.length), at + kGuidAt, kGuid});
  }
  add_names(all, end, &names);
  uint64_t need = next.first.where.length, most = 0;  // that can be saved
  for (const Part& part : definitions) most += part.length;
  for (const Part& name : names) {
    if (std::none_of(definitions.begin(), definitions.end(), [&](const Part& one) { return one.holds(name); }))
      most += name.length;
  }
  if (room + most < need + kMargin) return UINT64_MAX;
  std::vector<uint8_t> before = judge.read(source, {chunk.offset, chunk.live_end});
  auto known = [&](const Part& part) { return stands_in(before, Bytes(all).subspan(part.key, part.key_length)); };
  std::erase_if(definitions, [&](const Part& part) { return !known(part); });
  uint64_t saved = 0;
  for (const Part& part : definitions) saved += part.length;
  for (const Part& name : names) {
    auto counted = [&](const Part& one) { return one.holds(name); };
    if (std::none_of(definitions.begin(), definitions.end(), counted) && known(name)) saved += name.length;
  }
  return need - std::min(need, saved);
}

}  // namespace

void early_close(const SourceFacts& source, Judge& judge) {
  if (source.what != FileClass::kChannel && source.what != FileClass::kExport) return;
  for (const auto& [closed, opened] : closed_pairs(source)) {
    const ChunkFacts &chunk = *closed, &next = *opened;
    uint64_t room = kChunkBytes - chunk.live_end;
    if (room < kMargin + kLeastRoom) continue;
    uint64_t need = needed(source, chunk, next, room, judge);
    if (need == 0 || need == UINT64_MAX || room < need + kMargin) continue;
    bool restart = boundary_event(source, next.lowest_id);
    Judged* judged = judge.add(source, TrackClass::kLoss, restart ? Level::kLow : Level::kHigh);
    if (!judged) continue;
    Track& track = judged->track;
    track.time.ticks = chunk.first.body_time;
    track.last = Timestamp{chunk.last.body_time};
    track.summary = place(source) + ": between records " + std::to_string(chunk.lowest_id) + " and " +
                    std::to_string(chunk.highest_id) + " about " + std::to_string(room - need) +
                    " bytes are missing: the chunk was closed with room for the next record";
    track.expected = "less than " + std::to_string(need + kMargin) + " bytes free, the next record's size, behind " +
                     hex_offset(chunk.offset + chunk.live_end);
    track.found = std::to_string(room) + " bytes free";
    track.benign_causes = {
        "a restart of the event log service, a change of the log's size or an archive at this place"};
    judge.cite(judged, source, {{chunk.offset, 128}, {next.first.where.offset, 24}});
  }
}

}  // namespace sil::tracks
