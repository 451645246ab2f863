// E6, Sysmon stopped or reconfigured. Sees: event 4 "Stopped" without a start within two minutes, 16 (configuration),
// 255 (error), commands that unload it. Benign causes: upgrades stop and start within two minutes; fleet management
// changes configurations. ATT&CK T1562.001. Cannot see: its threads or driver patched in memory.
#include "bytes/text.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

bool starts_again(const Scene& scene, const Note& stop) {
  for (const Note* note : scene.notes(Interest::kSysmonState)) {
    if (note->host == stop.host && note->event_id == 4 && folded(note->field("State")) == "started" &&
        note->time.ticks >= stop.time.ticks && note->time.ticks <= stop.time.ticks + 120 * kTicksPerSecond)
      return true;
  }
  return false;
}

}  // namespace

void sysmon_state(const Scene& scene, Judge& judge) {
  for (const Note* note : scene.notes(Interest::kSysmonState)) {
    Judged* judged = nullptr;
    if (note->event_id == 4 && folded(note->field("State")) == "stopped" && !starts_again(scene, *note)) {
      const Note* cause = process_before(scene, *note, 5, {"sysmon", "fltmc"});
      judged = say(judge, scene, *note, TrackClass::kChange, Level::kMedium, "Sysmon stopped and did not start again",
                   cause);
    } else if (note->event_id == 16) {
      judged = say(judge, scene, *note, TrackClass::kContext, Level::kLow, "the configuration of Sysmon was changed");
    } else if (note->event_id == 255) {
      judged = say(judge, scene, *note, TrackClass::kLoss, Level::kLow,
                   "Sysmon reports an error: " + note->field("ID") + " " + note->field("Description"));
    }
    if (!judged) continue;
    judged->track.expected = "Sysmon that runs as it was set up";
    judged->track.benign_causes = {"an upgrade of Sysmon", "a new configuration by fleet management", "high load"};
  }
  for (const Note* note : scene.notes(Interest::kProcess)) {
    std::string command = command_of(*note);
    bool unload = holds(command, {"fltmc"}) && holds(command, {"unload"}) && holds(command, {"sysmon"});
    bool remove = holds(command, {"sysmon.exe -u", "sysmon64.exe -u", "sysmon64 -u", "sysmon -u"});
    if (!unload && !remove) continue;
    Judged* judged = say(judge, scene, *note, TrackClass::kChange, Level::kHigh, "Sysmon was told to go");
    if (judged) judged->track.expected = "Sysmon that runs as it was set up";
  }
}

}  // namespace sil::tracks
