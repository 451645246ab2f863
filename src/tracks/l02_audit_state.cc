// L2, auditing switched off. Sees: auditd ended or aborted without a shutdown beside it, auditing disabled, rules taken
// out by somebody who was logged on. Benign causes: maintenance, an upgrade of the package, tools that load rules anew
// (they take out all and put them back within the minute: left out). ATT&CK T1562.001, T1562.012. Cannot see: a daemon
// killed so that nothing is written any more (L1 sees what follows).
#include "tracks/said.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kAroundShutdown = 600 * kTicksPerSecond, kShortly = 60 * kTicksPerSecond;

bool beside(const Scene& scene, const Note& note, uint64_t window, std::initializer_list<const char*> states,
            const char* op = "") {
  for (const Note* other : scene.notes(Interest::kAudit)) {
    if (other == &note || other->host != note.host) continue;
    uint64_t a = other->time.ticks, b = note.time.ticks;
    if ((a > b ? a - b : b - a) > window) continue;
    for (const char* state : states) {
      if (other->field("state") == state && (op[0] == '\0' || other->field("op") == op)) return true;
    }
  }
  return false;
}

bool by_somebody(const Note& note) {
  const std::string& auid = note.field("auid");
  return !auid.empty() && auid != "4294967295" && auid != "unset" && auid != "-1";
}

std::string who(const Note& note) {
  const std::string &auid = note.field("auid"), &exe = note.field("exe");
  std::string out = by_somebody(note) ? " by the account of number " + auid : "";
  if (!exe.empty()) out += " with " + exe.substr(exe.rfind('/') + 1);
  return out;
}

}  // namespace

void audit_state_changed(const Scene& scene, Judge& judge) {
  for (const Note* note : scene.notes(Interest::kAudit)) {
    const std::string &state = note->field("state"), &op = note->field("op");
    std::string what;
    Level level = Level::kMedium;
    if (state == "DAEMON_END" || state == "DAEMON_ABORT") {
      if (beside(scene, *note, kAroundShutdown, {"SYSTEM_SHUTDOWN", "SYSTEM_BOOT"})) continue;
      bool back = beside(scene, *note, kShortly, {"DAEMON_START"});
      what = "auditd " + std::string(state == "DAEMON_END" ? "was stopped" : "ended unexpectedly") +
             (back ? " and started again" : " without a shutdown beside it");
      level = back ? Level::kLow : Level::kMedium;
    } else if (state == "CONFIG_CHANGE" && note->field("audit_enabled") == "0") {
      what = "auditing was switched off";
      level = Level::kHigh;
    } else if (state == "CONFIG_CHANGE" && op == "remove_rule" && by_somebody(*note)) {
      if (beside(scene, *note, kShortly, {"CONFIG_CHANGE"}, "add_rule")) continue;
      what = "an audit rule was taken out" + (note->field("key").empty() ? "" : " (" + note->field("key") + ")");
    } else {
      continue;
    }
    Judged* judged = judge.add(*note, TrackClass::kChange, level);
    if (!judged) continue;
    judged->track.summary = short_host(*note) + ": " + what + who(*note);
    judged->track.expected = "auditing that goes on while the host is up";
    judged->track.found = state + (op.empty() ? "" : " op=" + op) +
                          (note->field("auid").empty() ? "" : " auid=" + note->field("auid"));
    judged->track.benign_causes = {"maintenance, or an upgrade of auditd"};
  }
}

}  // namespace sil::tracks
