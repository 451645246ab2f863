// L4, commands against logs and histories of a Linux host. Sees, in the audit log: logs or login records emptied,
// removed or overwritten, the journal vacuumed, auditing or rsyslog stopped, a shell history removed, linked to nowhere
// or emptied. Benign causes: housekeeping. ATT&CK T1070.002, T1070.003, T1562.001. Cannot see: shell builtins
// (`history -c`, redirections), which start no program.
#include "tracks/said.h"

namespace sil::tracks {
namespace {

// What a command line of folded words does; empty = nothing of the kind.
std::string deed(const std::string& command) {
  bool log = holds(command, {"/var/log/", "/var/run/utmp", "/run/utmp"});
  bool history = holds(command, {"_history", ".lesshst", ".viminfo"});
  std::string program = command.substr(0, command.find(' '));
  program = program.substr(program.rfind('/') + 1);
  auto is = [&](std::initializer_list<std::string_view> names) {
    for (std::string_view name : names) {
      if (program == name) return true;
    }
    return false;
  };
  bool destroys = is({"rm", "shred", "truncate", "unlink", "wipe", "srm"}) ||
                  (is({"ln", "cp", "dd"}) && holds(command, {"/dev/null", "/dev/zero"})) ||
                  (is({"sed"}) && holds(command, {" -i"}));
  if (destroys && history) return "a shell history was removed or changed";
  if (destroys && log) return "a log was removed, emptied or changed in place";
  if (is({"journalctl"}) && holds(command, {"--vacuum-"})) return "the journal was vacuumed";
  if (is({"auditctl"}) && (holds(command, {" -e 0", " -e0"}) || command.ends_with(" -d")))
    return "auditing was switched off or its rules taken out";
  bool stops = (is({"systemctl"}) && holds(command, {" stop ", " disable ", " mask ", " kill "})) ||
               (is({"service"}) && holds(command, {" stop"}));
  if (stops && holds(command, {"auditd", "rsyslog", "syslog-ng", "systemd-journald"}))
    return "a service that writes logs was stopped";
  return {};
}

}  // namespace

void linux_commands(const Scene& scene, Judge& judge) {
  for (const Note* note : scene.notes(Interest::kLinuxCommand)) {
    std::string what = deed(command_of(*note));
    if (what.empty()) continue;
    Judged* judged = judge.add(*note, TrackClass::kChange, Level::kMedium);
    if (!judged) continue;
    const std::string& auid = note->field("auid");
    judged->track.summary = short_host(*note) + ": " + what;
    if (!auid.empty() && auid != "4294967295") judged->track.summary += " by the account of number " + auid;
    judged->track.expected = "logs and histories that are left alone";
    judged->track.found = note->field("CommandLine");
    judged->track.benign_causes = {"an administrator's housekeeping"};
  }
}

}  // namespace sil::tracks
