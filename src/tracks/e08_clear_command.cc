// E8, commands against logs. Sees: command lines that clear a log, or that export one (wevtutil epl), the first half
// of replacing a log by an edited export. Benign causes: housekeeping, collection by responders. ATT&CK T1070.001.
// Cannot see: clears through other interfaces (E1 has their events).
#include "tracks/said.h"

namespace sil::tracks {

void clear_command(const Scene& scene, Judge& judge) {
  for (const Note* note : scene.notes(Interest::kProcess)) {
    std::string command = command_of(*note);
    bool wevtutil = holds(command, {"wevtutil"});
    if ((wevtutil && holds(command, {" cl ", " clear-log "})) || holds(command, {"clear-eventlog", "cleareventlog"})) {
      Judged* judged = say(judge, scene, *note, TrackClass::kChange, Level::kMedium, "a command clears a log");
      if (!judged) continue;
      judged->track.expected = "logs that are not cleared";
      judged->track.benign_causes = {"an administrator's housekeeping"};
    } else if (wevtutil && holds(command, {" epl ", " export-log "})) {
      Judged* judged = say(judge, scene, *note, TrackClass::kContext, Level::kLow, "a log was exported with wevtutil");
      if (!judged) continue;
      judged->track.expected = "nothing; beside a stop of the event log service it is the way to replace a log";
      judged->track.benign_causes = {"collection of logs by an administrator or responder"};
    }
  }
}

}  // namespace sil::tracks
