// R3, definition closure. Sees: a template definition whose tokens end elsewhere than its size says; the variant that
// grows a definition over a deleted record's values. The swallowed record is brought back where its bytes remain.
// Benign causes: none known (0 of 7,227). ATT&CK T1070.001. Cannot see: definitions in chunks whose checksums fail.
#include "tracks/inner_records.h"
#include "tracks/judge.h"

namespace sil::tracks {
namespace {

void recover(const SourceFacts& source, const ChunkFacts& chunk, const Ends& ends, Judge& judge, Judged* judged) {
  const Span& outer = ends.record.where;
  if (ends.where.offset < outer.offset || ends.where.offset >= outer.offset + outer.length) return;
  std::vector<uint8_t> bytes = judge.read(source, outer);
  uint64_t behind = chunk.offset + ends.end;
  if (behind < outer.offset) return;
  std::vector<InnerRecord> inner = inner_records(Bytes(bytes), behind - outer.offset);
  if (inner.empty()) return;
  Span victim{outer.offset, inner.front().offset};
  auto size = static_cast<uint32_t>(behind - ends.where.offset - 24);
  judged->recoveries.push_back({victim,
                                chunk.offset,
                                {{victim.offset + 4, le32(victim.length)},
                                 {victim.offset + victim.length - 4, le32(victim.length)},
                                 {ends.where.offset + 20, le32(size)}},
                                "record size, definition size"});
}

}  // namespace

void definition_closure(const SourceFacts& source, Judge& judge) {
  for (const ChunkFacts& chunk : source.chunks) {
    if (source.torn_chunk(chunk)) continue;
    for (const Ends& ends : chunk.definitions) {
      Judged* judged = judge.add(source, TrackClass::kContradiction, Level::kCritical);
      if (!judged) continue;
      Track& track = judged->track;
      track.time.ticks = ends.record.body_time;
      track.summary = place(source) + " was edited: a template definition in record " +
                      std::to_string(ends.record.header_id) + " was made to cover other bytes";
      track.expected =
          "the definition at " + hex_offset(ends.where.offset) + " ends at " + hex_offset(chunk.offset + ends.stated);
      track.found = "its tokens end at " + hex_offset(chunk.offset + ends.end);
      recover(source, chunk, ends, judge, judged);
      judge.cite(judged, source, {ends.where});
    }
  }
}

}  // namespace sil::tracks
