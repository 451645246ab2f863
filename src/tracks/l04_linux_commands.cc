// L4, commands against logs and histories of a Linux host. Sees, in the audit log, in shell histories, in lines of
// sudo, cron and shells that log what is typed: logs or login records emptied, removed or overwritten, the journal
// vacuumed, auditing or a service that writes logs stopped, a shell history removed, linked to nowhere, cleared or
// switched off. Benign causes: housekeeping (of rotated files or by age: low). ATT&CK T1070.002, T1070.003, T1562.001,
// T1562.003. Cannot see: shell builtins where only programs are logged, and what no log of commands was kept of.
#include "tracks/said.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kSameDeed = 2 * kTicksPerSecond;
constexpr size_t kBeside = 64;

// `sh -c "rm x"` starts `rm x`: the longer one tells of both. What a file suffered is told by the command that did it.
bool part_of_another(const std::vector<const Note*>& notes, size_t at) {
  const Note& note = *notes[at];
  const std::string& command = note.field("CommandLine");
  if (!note.time.known()) return false;  // of a history without times: what stands beside it is not known
  const std::string& file = note.field("file");
  const auto contains = [&](const Note& other) {
    const std::string& whole = other.field("CommandLine");
    if (other.host == note.host && !file.empty() && other.field("file").empty()) return true;
    return other.host == note.host && whole.size() > command.size() && whole.find(command) != std::string::npos;
  };
  for (size_t step = 1; step <= kBeside; ++step) {
    const bool later = at + step < notes.size() && notes[at + step]->time.ticks <= note.time.ticks + kSameDeed;
    if (later && contains(*notes[at + step])) return true;
    const bool earlier = at >= step && notes[at - step]->time.ticks + kSameDeed >= note.time.ticks;
    if (earlier && contains(*notes[at - step])) return true;
    if (!later && !earlier) return false;
  }
  return false;
}

std::string by_whom(const Note& note) {
  const std::string &auid = note.field("auid"), &user = note.field("user");
  if (!user.empty()) return " by " + user;
  return auid.empty() || auid == "4294967295" || auid == "unset" ? "" : " by the account of number " + auid;
}

}  // namespace

void linux_commands(const Scene& scene, Judge& judge) {
  const std::vector<const Note*>& notes = scene.notes(Interest::kLinuxCommand);
  for (size_t i = 0; i < notes.size(); ++i) {
    if (part_of_another(notes, i)) continue;
    const Note& note = *notes[i];
    Level level = Level::kMedium;
    parse_level(note.field("level"), &level);
    Judged* judged = judge.add(note, TrackClass::kChange, level);
    if (!judged) continue;
    judged->track.summary = short_host(note) + ": " + note.field("deed") + by_whom(note);
    judged->track.expected = "logs and histories that are left alone";
    judged->track.found = note.field("CommandLine");
    judged->track.benign_causes = {"an administrator's housekeeping"};
  }
}

}  // namespace sil::tracks
