// R1, record closure. Sees: a record whose BinXML ends elsewhere than 0 to 7 bytes before its size copy; what merging
// tools leave (DanderSpritz eventlogedit, Eventlogedit, all variants). Benign causes: none known in an intact chunk
// (0 of 51,546 records); a chunk whose checksums fail is left out unless a hidden record fits to the byte. ATT&CK
// T1070.001. Cannot see: a record that was taken out with everything behind it moved up (R9), one swallowed by a
// definition (R3).
#include "tracks/inner_records.h"
#include "tracks/judge.h"

namespace sil::tracks {

void record_closure(const SourceFacts& source, Judge& judge) {
  for (const ChunkFacts& chunk : source.chunks) {
    for (const OpenEnd& open : chunk.open_ends) {
      const RecordFact& record = open.record;
      if (source.torn_chunk(chunk)) {
        std::vector<uint8_t> bytes = judge.read(source, record.where);
        uint64_t start = record.where.offset - chunk.offset;
        if (open.end < start || inner_records(Bytes(bytes), open.end - start).empty()) continue;
      }
      Judged* judged = judge.add(source, TrackClass::kContradiction, Level::kCritical);
      if (!judged) continue;
      Track& track = judged->track;
      track.time.ticks = record.body_time ? record.body_time : record.header_time;
      int64_t over = int64_t{open.trailer} - open.end;
      track.summary = place(source) + " was edited: record " + std::to_string(record.header_id) +
                      (over > 7 ? " holds " + std::to_string(over) + " bytes behind its own end, as a merge leaves them"
                                : " does not end where its size says");
      track.expected = "the content of the record at " + hex_offset(record.where.offset) +
                       " ends 0 to 7 bytes before " + hex_offset(chunk.offset + open.trailer);
      track.found = open.eof ? "it ends at " + hex_offset(chunk.offset + open.end) : "it does not end";
      judge.cite(judged, source, {record.where});
    }
  }
}

}  // namespace sil::tracks
