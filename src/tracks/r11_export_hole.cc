// R11, holes in an export. Sees: EventRecordIDs left out in an exported file. Benign causes: nearly always a filter
// (331 of 1,095 public files): context, never an alarm. ATT&CK T1070.001. Cannot see: what the export's query was.
#include "tracks/judge.h"

namespace sil::tracks {

void export_hole(const SourceFacts& source, Judge& judge) {
  if (source.what != FileClass::kExport) return;
  uint64_t holes = 0, missing = 0;
  std::vector<Span> spans;
  for (const ChunkFacts& chunk : source.chunks) {
    if (source.torn_chunk(chunk)) continue;
    holes += chunk.body_holes;
    missing += chunk.body_missing;
    for (const Hole& hole : chunk.id_holes) {
      if (spans.size() < 8) spans.insert(spans.end(), {hole.before.where, hole.after.where});
    }
  }
  if (holes == 0) return;
  Judged* judged = judge.add(source, TrackClass::kContext, Level::kInformational);
  if (!judged) return;
  judged->track.summary = place(source) + " is an export that leaves out " + std::to_string(missing) + " records in " +
                          std::to_string(holes) + " places";
  judged->track.expected = "EventRecordIDs that number on";
  judged->track.found = std::to_string(holes) + " jumps";
  judged->track.benign_causes = {"the export was filtered"};
  judge.cite(judged, source, std::move(spans));
}

}  // namespace sil::tracks
