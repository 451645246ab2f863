// R13, clear offset. Sees: record ids that run ahead of record numbers: numbers begin anew when a log is cleared or
// archived, ids never do, so the difference says how many records were there before - also when the event that tells
// of the clear is gone. It is paired with that event: 1102 in Security, 104 in System. Benign causes: automatic
// archiving (1105, an Archive-* file), images prepared by clearing. ATT&CK T1070.001. Cannot see: exports, which
// number anew.
#include "bytes/text.h"
#include "tracks/judge.h"
#include "tracks/scene.h"

namespace sil::tracks {
namespace {

// The event that tells of this clear: in the log itself as its first records, or in System of the same host.
const Note* teller(const Scene& scene, const SourceFacts& source, const ClearFacts& clear) {
  for (const Note* note : scene.notes(Interest::kCleared)) {
    bool near = note->record_id > clear.offset && note->record_id <= clear.offset + 64;
    if (note->source == source.index && note->event_id == 1102 && near) return note;
    if (note->event_id == 104 && note->host == source.about.host &&
        equal_folded(note->field("LogFileCleared"), source.channel))
      return note;
  }
  return nullptr;
}

bool has_system_log(const Scene& scene, const std::string& host) {
  for (const SourceFacts& source : scene.sources()) {
    if (source.channel == "System" && source.about.host == host) return true;
  }
  return false;
}

}  // namespace

void clear_offset(const Scene& scene, Judge& judge) {
  for (const SourceFacts& source : scene.sources()) {
    if (source.what == FileClass::kExport || source.what == FileClass::kForwarded) continue;
    for (const ClearFacts& clear : source.clears) {
      const Note* told = teller(scene, source, clear);
      bool begins_here = clear.first_number == 1;  // the first record after the clear is still in the file
      bool security = source.channel == "Security", system = source.channel == "System";
      bool provable = begins_here && (security || system || has_system_log(scene, source.about.host));
      bool silent = !told && provable;
      Judged* judged = judge.add(source, silent ? TrackClass::kLoss : TrackClass::kChange,
                                 silent ? Level::kHigh
                                 : told ? Level::kMedium
                                        : Level::kMedium);
      if (!judged) continue;
      Track& track = judged->track;
      track.time.ticks = told ? told->time.ticks : clear.first.body_time;
      std::string who = told ? scene.actor(*told).text() : "";
      track.summary = place(source) + " was cleared or archived: " + std::to_string(clear.offset) +
                      " records were there before" + (who.empty() ? "" : "; " + who) +
                      (silent  ? "; the event that tells of it is gone"
                       : !told ? "; no event at hand tells of it"
                               : "");
      track.expected = "record number " + std::to_string(clear.first_id) + " for record id " +
                       std::to_string(clear.first_id) + " in a log that was never cleared";
      track.found = "record number " + std::to_string(clear.first_number);
      track.benign_causes = {"automatic archiving of a full log",
                             "a machine image that was prepared by clearing its logs"};
      judge.cite(judged, source, {{clear.chunk, 128}});
      if (told) track.citations.push_back(told->citation);
    }
  }
}

}  // namespace sil::tracks
