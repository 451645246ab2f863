// R6, header against body. Sees: a record whose header id is not its EventRecordID, or whose header time is not its
// TimeCreated, in a channel file, where both are always equal: renumbering that missed a copy, back-dating. Benign
// causes: exports, which shift both (not judged here), torn chunks (left out). ATT&CK T1070.006, T1070.001. Cannot
// see: both copies changed alike (T1 may).
#include "tracks/judge.h"

namespace sil::tracks {

void header_body(const SourceFacts& source, Judge& judge) {
  if (source.what != FileClass::kChannel) return;
  for (const ChunkFacts& chunk : source.chunks) {
    if (source.torn_chunk(chunk)) continue;
    for (const RecordFact& record : chunk.differing) {
      if (record.header_time == 0) continue;  // an export's last record among a channel file's: no copy to compare
      bool id = record.header_id != record.body_id, time = record.header_time != record.body_time;
      Judged* judged = judge.add(source, TrackClass::kContradiction, Level::kHigh);
      if (!judged) continue;
      Track& track = judged->track;
      track.time.ticks = record.body_time;
      track.summary = place(source) + " was edited: record " + std::to_string(record.header_id) + " carries two " +
                      (id && time ? "ids and two times"
                       : id       ? "ids"
                                  : "times");
      if (id) {
        track.expected = "EventRecordID " + std::to_string(record.header_id) + " as in the record's header";
        track.found = "EventRecordID " + std::to_string(record.body_id);
      }
      if (time) {
        track.expected += (id ? "; " : "") + std::string("TimeCreated ") + rfc3339({record.header_time}) +
                          " as in the record's header";
        track.found += (id ? "; " : "") + std::string("TimeCreated ") + rfc3339({record.body_time});
      }
      judge.cite(judged, source, {record.where});
    }
  }
}

}  // namespace sil::tracks
