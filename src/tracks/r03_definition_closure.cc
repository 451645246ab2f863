// R3, definition closure. Sees: a template definition whose tokens end elsewhere than its size says; the variant that
// grows a definition over a deleted record's values. The swallowed record is brought back where its bytes remain.
// Benign causes: none known (0 of 7,227). ATT&CK T1070.001. Cannot see: definitions in chunks whose checksums fail.
#include "tracks/judge.h"

namespace sil::tracks {

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
      const Span& outer = ends.record.where;
      const std::vector<uint8_t> bytes = judge.read(source, outer);
      if (auto swallowed = swallowed_record(Bytes(bytes), outer, chunk.offset, ends.where, ends.end))
        judged->recoveries.push_back(std::move(*swallowed));
      judge.cite(judged, source, {ends.where});
    }
  }
}

}  // namespace sil::tracks
