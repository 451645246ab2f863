// R2, hidden record. Sees: in the bytes that R1 found, whole records whose sizes add up to the end of the outer one;
// they are brought back. Benign causes: none seen. ATT&CK T1070.001. Cannot see: a victim that was zeroed (then R1
// stands alone).
#include "tracks/judge.h"

namespace sil::tracks {

void hidden_record(const SourceFacts& source, Judge& judge) {
  for (const ChunkFacts& chunk : source.chunks) {
    for (const OpenEnd& open : chunk.open_ends) {
      const Span& outer = open.record.where;
      std::vector<uint8_t> bytes = judge.read(source, outer);
      std::vector<Recovery> inner = hidden_records(Bytes(bytes), outer, chunk.offset, open.end);
      if (inner.empty()) continue;
      Judged* judged = judge.add(source, TrackClass::kContradiction, Level::kCritical);
      if (!judged) continue;
      Track& track = judged->track;
      track.time.ticks = load_le<uint64_t>(bytes.data() + (inner.front().where.offset - outer.offset) + 16);
      track.summary = place(source) + " was edited: " + std::to_string(inner.size()) +
                      (inner.size() == 1 ? " record lies" : " records lie") + " hidden inside record " +
                      std::to_string(open.record.header_id) + " and can be read again";
      track.expected = "no record inside the record at " + hex_offset(outer.offset);
      std::vector<Span> spans;
      for (Recovery& record : inner) {
        spans.push_back(record.where);
        track.found += (track.found.empty() ? "" : ", ") + std::to_string(record.where.length) + " bytes at " +
                       hex_offset(record.where.offset);
        judged->recoveries.push_back(std::move(record));
      }
      judge.cite(judged, source, std::move(spans));
    }
  }
}

}  // namespace sil::tracks
