// E1, log cleared. Sees: 1102 in Security, 104 in System, of the event log service itself; who, and from where the
// session came. Benign causes: images and lab set-ups are cleared on purpose. ATT&CK T1070.001. Cannot see: clears
// whose event was removed (R13 counts them).
#include "tracks/said.h"

namespace sil::tracks {

void log_cleared(const Scene& scene, Judge& judge) {
  for (const Note* note : scene.notes(Interest::kCleared)) {
    std::string log = note->event_id == 1102 ? "Security" : note->field("LogFileCleared");
    const Note* cause = process_before(
        scene, *note, 5,
        {"wevtutil cl", "wevtutil.exe cl", "clear-log", "clear-eventlog", "cleareventlog", "remove-eventlog"});
    Judged* judged = say(judge, scene, *note, TrackClass::kChange, Level::kMedium,
                         "the log " + (log.empty() ? "(not named)" : log) + " was cleared", nullptr);
    if (!judged) continue;
    if (cause) {
      judged->track.found += "; command: " + cause->field("CommandLine");
      judged->track.citations.push_back(cause->citation);
    }
    judged->track.expected = "a log that is not cleared";
    judged->track.benign_causes = {"an image or laboratory machine that was cleared on purpose",
                                   "an administrator's housekeeping"};
  }
}

}  // namespace sil::tracks
