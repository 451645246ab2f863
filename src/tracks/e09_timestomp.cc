// E9, file times set back. Sees: Sysmon 2 where the new creation time is more than a year earlier, in system folders.
// Benign causes: installers, archives and sync clients do this all day, hence low. ATT&CK T1070.006. Cannot see:
// times set before Sysmon looks.
#include "bytes/text.h"
#include "tracks/said.h"

namespace sil::tracks {

void timestomp(const Scene& scene, Judge& judge) {
  for (const Note* note : scene.notes(Interest::kFileTime)) {
    Timestamp now, before;
    if (!parse_rfc3339(note->field("CreationUtcTime"), &now) ||
        !parse_rfc3339(note->field("PreviousCreationUtcTime"), &before))
      continue;
    constexpr uint64_t kYear = 365 * 86'400 * kTicksPerSecond;
    std::string file = folded(note->field("TargetFilename"));
    if (now.ticks + kYear > before.ticks || !holds(file, {"\\windows\\", "\\programdata\\"})) continue;
    Judged* judged = say(
        judge, scene, *note, TrackClass::kChange, Level::kLow,
        "the creation time of " + note->field("TargetFilename") + " was set back to " + note->field("CreationUtcTime"));
    if (!judged) continue;
    judged->track.expected = "creation time " + note->field("PreviousCreationUtcTime");
    judged->track.benign_causes = {"an installer, archive or synchronisation program"};
  }
}

}  // namespace sil::tracks
