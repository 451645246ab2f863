#include "tracks/shell_deeds.h"

#include <algorithm>
#include <array>

#include "tracks/shell_words.h"

namespace sil::tracks {
namespace {

constexpr ShellDeed kNoDeed{};
constexpr const char* kHistoryChanged = "a shell history was removed or changed";
constexpr const char* kHistoryOff = "a shell was told to keep no history";
constexpr const char* kLogChanged = "a log was removed, emptied or changed in place";
constexpr const char* kServiceStopped = "a service that writes logs was stopped";
constexpr const char* kAuditOff = "auditing was switched off or its rules taken out";

bool is_one(std::string_view word, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), word) != all.end();
}
bool part_of(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

bool history_file(std::string_view path) {
  return part_of(path, {"_history", ".histfile", ".zhistory", ".lesshst", ".viminfo", "$HISTFILE", "${HISTFILE}",
                        "fish/fish_history"});
}
bool log_path(std::string_view path) {
  return part_of(path, {"/var/log", "/run/log/", "/run/utmp", "/var/adm/"});
}
}  // namespace

bool core_log(std::string_view path) {
  constexpr std::string_view kNames[] = {
      "auth.log", "secure", "syslog",  "messages",  "kern.log", "daemon.log", "user.log", "debug", "maillog", "cron",
      "wtmp",     "btmp",   "lastlog", "audit.log", "faillog",  "utmp",       "sulog",    "*",     ""};
  if (!log_path(path)) return false;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return path == "/var/log" || std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames) ||
         path.find("/var/log/journal") != std::string_view::npos;
}

namespace {

// Copies that rotation has put aside.
bool rotated(std::string_view path) {
  if (path.ends_with(".gz") || path.ends_with(".xz") || path.ends_with(".bz2") || path.ends_with(".zst") ||
      path.ends_with(".old"))
    return true;
  const size_t last = path.find_last_not_of("0123456789");
  return last != std::string_view::npos && last + 1 < path.size() && (path[last] == '.' || path[last] == '-');
}

struct Touched {  // what a command's arguments name
  bool history = false, log = false, core = false, only_rotated = true;
};
Touched touched(const SimpleCommand& command) {
  Touched out;
  for (size_t i = 1; i < command.words.size(); ++i) {
    const std::string_view word = command.words[i];
    out.history = out.history || history_file(word);
    if (!log_path(word)) continue;
    out.log = true;
    out.core = out.core || core_log(word);
    out.only_rotated = out.only_rotated && rotated(word);
  }
  return out;
}

ShellDeed of_files(const SimpleCommand& command) {
  const Touched what = touched(command);
  const bool removes = is_one(command.words[0], {"rm", "shred", "truncate", "unlink", "wipe", "srm"});
  bool nowhere = false, in_place = false;
  for (std::string_view word : command.words) {
    nowhere = nowhere || word == "/dev/null" || word == "/dev/zero" || word.ends_with("=/dev/null") ||
              word.ends_with("=/dev/zero") || word.ends_with("=/dev/urandom");
    in_place = in_place || (word.starts_with("-i") || word.starts_with("--in-place") || word == "-pi");
  }
  const bool overwrites = (is_one(command.words[0], {"ln", "cp", "dd"}) && nowhere) ||
                          (is_one(command.words[0], {"sed", "perl"}) && in_place) ||
                          (command.is("utmpdump") && command.has("-r"));
  if (removes || overwrites) {
    if (what.history) return {kHistoryChanged, Level::kMedium, true};
    if (what.log) return {kLogChanged, what.only_rotated && removes ? Level::kLow : Level::kMedium};
  }
  if (command.is("find") && what.log) {
    const bool deletes = command.has("-delete") || command.has("rm") || command.has("truncate") || command.has("shred");
    const bool aged = command.has("-mtime") || command.has("-mmin") || command.has("-ctime");  // as housekeeping does
    if (deletes) return {kLogChanged, aged ? Level::kLow : Level::kMedium};
  }
  if (command.is("chattr") && what.log && (command.has("-a") || command.has("-i")))
    return {"the mark that lets a log only grow was taken away", Level::kMedium};
  if (command.is("touch") && what.core && (command.has("-r") || command.has("-d") || command.has("-t")))
    return {"the times of a log's file were set", Level::kLow};
  return kNoDeed;
}

ShellDeed of_redirections(const SimpleCommand& command) {
  // Nothing, or next to nothing, is written: the file is emptied. Else only the logs that count are meant.
  const bool empty = std::all_of(command.words.begin(), command.words.end(), [&](const std::string& word) {
    return word.empty() || word.starts_with('-') || &word == command.words.data();
  });
  const bool nothing = command.words.empty() || command.is(":") || command.is("true") ||
                       ((command.is("echo") || command.is("printf")) && empty) ||
                       (command.is("cat") && command.has("/dev/null"));
  for (std::string_view target : command.emptied) {
    if (history_file(target)) return {kHistoryChanged, Level::kMedium, true};
    if (core_log(target)) return {kLogChanged, Level::kMedium};
    if (nothing && log_path(target)) return {kLogChanged, Level::kLow};
  }
  return kNoDeed;
}

ShellDeed of_services(const SimpleCommand& command) {
  const auto writes_logs = [](std::string_view word) {
    if (word.ends_with(".service") || word.ends_with(".socket")) word = word.substr(0, word.rfind('.'));
    return is_one(word,
                  {"auditd", "rsyslog", "syslog", "syslog-ng", "systemd-journald", "rsyslogd", "syslogd", "sysmon"});
  };
  bool service = false, stops = false;
  for (size_t i = 0; i < command.words.size(); ++i) {
    service = service || writes_logs(command.words[i]);
    stops = stops || (i != 0 && is_one(command.words[i], {"stop", "disable", "mask", "kill", "off"}));
  }
  if (!service) return kNoDeed;
  const bool manages = is_one(command.words[0], {"systemctl", "service", "rc-service", "update-rc.d", "chkconfig",
                                                 "initctl", "rc-update", "invoke-rc.d"}) ||
                       writes_logs(command.words[0]);  // /etc/init.d/rsyslog stop
  if (manages && stops) return {kServiceStopped, Level::kMedium};
  const bool hang_up = command.has("-HUP") || command.has("-hup") || command.has("-1") || command.has("-USR1") ||
                       command.has("-USR2") || command.has("-SIGHUP");  // rotation asks for that
  if (is_one(command.words[0], {"pkill", "killall"}) && !hang_up) return {kServiceStopped, Level::kMedium};
  return kNoDeed;
}

ShellDeed of_auditing(const SimpleCommand& command) {
  if (command.is("journalctl")) {
    for (std::string_view word : command.words) {
      if (word.starts_with("--vacuum-")) return {"the journal was vacuumed", Level::kMedium};
    }
  }
  if (!command.is("auditctl")) return kNoDeed;
  for (size_t i = 1; i < command.words.size(); ++i) {
    const std::string_view word = command.words[i];
    if (word == "-D" || word == "-d" || word == "-e0" ||
        (word == "-e" && i + 1 < command.words.size() && command.words[i + 1] == "0"))
      return {kAuditOff, Level::kMedium};
  }
  return kNoDeed;
}

// Settings of the shell that it keeps nothing.
bool keeps_nothing(std::string_view set) {
  const size_t equals = set.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view name = set.substr(0, equals), value = set.substr(equals + 1);
  if (name == "HISTFILE") return value.empty() || value == "/dev/null";
  if (name == "HISTSIZE" || name == "HISTFILESIZE" || name == "SAVEHIST") return value == "0";
  return name == "HISTIGNORE" && value == "*";
}

ShellDeed of_history(const SimpleCommand& command) {
  if (std::any_of(command.sets.begin(), command.sets.end(), keeps_nothing)) return {kHistoryOff, Level::kMedium, true};
  if (command.words.empty()) return kNoDeed;
  const std::string& program = command.words[0];
  if (is_one(program, {"export", "declare", "typeset", "local", "readonly", "set"})) {
    for (std::string_view word : command.words) {
      if (keeps_nothing(word)) return {kHistoryOff, Level::kMedium, true};
    }
  }
  if (program == "unset" &&
      (command.has("HISTFILE") || command.has("HISTSIZE") || command.has("SAVEHIST") || command.has("HISTFILESIZE")))
    return {kHistoryOff, Level::kMedium, true};
  if (program == "set" && command.has("+o") && command.has("history")) return {kHistoryOff, Level::kMedium, true};
  if (program == "history" && command.words.size() > 1) {
    const std::string_view option = command.words[1];
    if (option == "-c" || option == "-cw" || option == "-wc" || option == "-p" || option == "clear")
      return option == "-p" ? kNoDeed : ShellDeed{"a shell's history was cleared", Level::kMedium, true};
    if (option == "-d" || option == "delete")
      return {"a line was taken out of a shell's history", Level::kMedium, true};
  }
  if (program == "kill" && command.has("$$") && (command.has("-9") || command.has("-KILL") || command.has("-SIGKILL")))
    return {"a shell was killed before it could write its history", Level::kMedium, true};
  return kNoDeed;
}

}  // namespace

bool may_be_deed(std::string_view line) {
  return part_of(line, {"/var/log", "utmp", "_history", "histfile", "HIST", "SAVEHIST", ".lesshst", ".viminfo",
                        "zhistory", "--vacuum-", "auditctl", "auditd", "syslog", "journald", "history", "/run/log/",
                        "/var/adm/", "sysmon", "$$"});
}

ShellDeed shell_deed(std::string_view line) {
  ShellDeed best;
  const auto take = [&](const ShellDeed& deed) {
    if (deed.any() && (!best.any() || deed.level > best.level)) best = deed;
  };
  for (const SimpleCommand& command : simple_commands(line)) {
    take(of_redirections(command));
    take(of_history(command));
    if (command.words.empty()) continue;
    take(of_files(command));
    take(of_services(command));
    take(of_auditing(command));
  }
  return best;
}

}  // namespace sil::tracks
