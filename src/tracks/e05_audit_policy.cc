// E5, audit policy weakened. Sees: 4719 that removes success or failure auditing (%%8448, %%8450), 4912 (per user),
// 4906 (CrashOnAuditFail), and auditpol commands that disable, clear or remove. Changes of one account within five
// minutes are one track. Benign causes: group policy, applied as the machine itself (low). ATT&CK T1562.002. Cannot
// see: policies set before the log begins.
#include <map>

#include "bytes/text.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kTogether = 300 * kTicksPerSecond;

bool by_the_machine(const Note& note) {
  return note.field("SubjectUserSid") == "S-1-5-18" || note.field("SubjectUserName").ends_with("$") ||
         note.field("SubjectUserName") == "SYSTEM";
}

bool removes(const Note& note) {
  const std::string& changes = note.field("AuditPolicyChanges");
  return note.event_id != 4719 || changes.find("%%8448") != std::string::npos ||
         changes.find("%%8450") != std::string::npos;
}

void events(const Scene& scene, Judge& judge) {
  std::map<std::pair<std::string, std::string>, std::vector<const Note*>> groups;  // host, account
  auto flush = [&](std::vector<const Note*>& notes) {
    if (notes.empty()) return;
    const Note& first = *notes.front();
    Level level = by_the_machine(first) ? Level::kLow : Level::kHigh;
    const Note* cause = by_the_machine(first) ? nullptr : process_before(scene, first, 2, {"auditpol"});
    std::string what = notes.size() == 1
                           ? "auditing was taken back"
                           : "auditing was taken back in " + std::to_string(notes.size()) + " subcategories";
    Judged* judged = say(judge, scene, first, TrackClass::kChange, level, what, nullptr);
    if (judged) {
      judged->track.last = notes.back()->time;
      for (size_t i = 1; i < notes.size() && i < 32; ++i) judged->track.citations.push_back(notes[i]->citation);
      if (cause) {
        judged->track.found +=
            "; command: " + cause->field("CommandLine") + "; started by " + cause->field("ParentImage");
        judged->track.citations.push_back(cause->citation);
      }
      judged->track.expected = "an audit policy that is not weakened";
      judged->track.benign_causes = {"group policy applied at start", "an administrator's set-up of auditing"};
    }
    notes.clear();
  };
  for (const Note* note : scene.notes(Interest::kAuditPolicy)) {
    if (!removes(*note)) continue;
    std::vector<const Note*>& group = groups[{note->host, note->field("SubjectUserName")}];
    if (!group.empty() && note->time.ticks > group.back()->time.ticks + kTogether) flush(group);
    group.push_back(note);
  }
  for (auto& [key, group] : groups) flush(group);
}

}  // namespace

void audit_policy(const Scene& scene, Judge& judge) {
  events(scene, judge);
  for (const Note* note : scene.notes(Interest::kProcess)) {
    std::string command = command_of(*note);
    if (!holds(command, {"auditpol"}) || !holds(command, {":disable", "/clear", "/remove", "/restore"})) continue;
    Judged* judged =
        say(judge, scene, *note, TrackClass::kChange, Level::kHigh, "auditpol was told to take auditing back");
    if (!judged) continue;
    judged->track.expected = "an audit policy that is not weakened";
    judged->track.benign_causes = {"an administrator's set-up of auditing"};
  }
}

}  // namespace sil::tracks
