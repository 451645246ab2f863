// E7, logging of scripts and command lines switched off. Sees: registry values that switch off PowerShell's script
// block and module logging, transcription, or command lines in 4688. Benign causes: group policy. ATT&CK T1562.002.
// Cannot see: engines of version 2, which log nothing.
#include "bytes/text.h"
#include "tracks/said.h"

namespace sil::tracks {

void script_logging(const Scene& scene, Judge& judge) {
  for (const Note* note : scene.notes(Interest::kRegistry)) {
    std::string key =
        folded(note->field("TargetObject") + note->field("ObjectName") + '\\' + note->field("ObjectValueName"));
    if (!holds(key, {"\\scriptblocklogging\\enable", "\\modulelogging\\enable", "\\transcription\\enable",
                     "processcreationincludecmdline"}))
      continue;
    std::string value = note->field("Details") + note->field("NewValue");
    bool off = value == "0" || holds(value, {"0x00000000"}) || holds(folded(note->field("EventType")), {"delete"});
    if (!off) continue;
    Judged* judged = say(judge, scene, *note, TrackClass::kChange, Level::kMedium,
                         "logging of scripts or command lines was switched off");
    if (!judged) continue;
    judged->track.expected = "logging that stays on";
    judged->track.benign_causes = {"group policy"};
  }
}

}  // namespace sil::tracks
