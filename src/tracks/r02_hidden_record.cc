// R2, hidden record. Sees: in the bytes that R1 found, whole records whose sizes add up to the end of the outer one;
// they are brought back. Benign causes: none seen. ATT&CK T1070.001. Cannot see: a victim that was zeroed (then R1
// stands alone).
#include "tracks/inner_records.h"
#include "tracks/judge.h"

namespace sil::tracks {

void hidden_record(const SourceFacts& source, Judge& judge) {
  for (const ChunkFacts& chunk : source.chunks) {
    for (const OpenEnd& open : chunk.open_ends) {
      const Span& outer = open.record.where;
      uint64_t start = outer.offset - chunk.offset;
      if (open.end < start || open.end - start >= outer.length) continue;
      std::vector<uint8_t> bytes = judge.read(source, outer);
      std::vector<InnerRecord> inner = inner_records(Bytes(bytes), open.end - start);
      if (inner.empty()) continue;
      Judged* judged = judge.add(source, TrackClass::kContradiction, Level::kCritical);
      if (!judged) continue;
      Track& track = judged->track;
      track.time.ticks = load_le<uint64_t>(bytes.data() + inner.front().offset + 16);
      track.summary = place(source) + " was edited: " + std::to_string(inner.size()) +
                      (inner.size() == 1 ? " record lies" : " records lie") + " hidden inside record " +
                      std::to_string(open.record.header_id) + " and can be read again";
      track.expected = "no record inside the record at " + hex_offset(outer.offset);
      std::vector<Span> spans;
      for (const InnerRecord& record : inner) {
        Span where{outer.offset + record.offset, record.size};
        spans.push_back(where);
        track.found +=
            (track.found.empty() ? "" : ", ") + std::to_string(record.size) + " bytes at " + hex_offset(where.offset);
        Recovery recovery{where, chunk.offset, {}, ""};
        bool last = record.offset + record.size == outer.length;
        if (last) {  // its size copy was overwritten with that of the merged record
          recovery.mends.push_back({where.offset + record.size - 4, le32(record.size)});
          recovery.mended = "size copy";
        }
        judged->recoveries.push_back(std::move(recovery));
      }
      judge.cite(judged, source, std::move(spans));
    }
  }
}

}  // namespace sil::tracks
