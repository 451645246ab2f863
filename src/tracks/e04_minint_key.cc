// E4, MiniNt key. Sees: HKLM\\SYSTEM\\CurrentControlSet\\Control\\MiniNt made or set (Sysmon 12, 13; 4657), or a
// command that names it: Windows then takes itself for a set-up environment and the Security log falls silent after
// the next start. Benign causes: WinPE only. ATT&CK T1562.002. Cannot see: the key written by a program that leaves
// neither event.
#include "bytes/text.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

void tell(const Scene& scene, const Note& note, const char* what, Judge& judge) {
  Judged* judged = say(judge, scene, note, TrackClass::kChange, Level::kHigh, what);
  if (!judged) return;
  judged->track.expected = "no key Control\\MiniNt outside Windows PE";
  judged->track.benign_causes = {"Windows PE, the set-up environment"};
}

}  // namespace

void minint_key(const Scene& scene, Judge& judge) {
  for (const Note* note : scene.notes(Interest::kRegistry)) {
    std::string key = folded(note->field("TargetObject") + note->field("ObjectName"));
    std::string type = folded(note->field("EventType"));
    if (holds(key, {"\\control\\minint"}) && !holds(type, {"deletekey", "deletevalue"}))
      tell(scene, *note, "the MiniNt key was made, which silences the Security log", judge);
  }
  for (const Note* note : scene.notes(Interest::kProcess)) {
    if (holds(command_of(*note), {"\\control\\minint"}))
      tell(scene, *note, "a command names the MiniNt key, which silences the Security log", judge);
  }
}

}  // namespace sil::tracks
