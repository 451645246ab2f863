#include "tracks/line_notes.h"

#include <algorithm>

#include "tracks/shell_deeds.h"

namespace sil::tracks {
namespace {

bool says(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

// "anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/rm x" gives account and command.
bool of_sudo(std::string_view text, std::string_view* who, std::string_view* command) {
  const size_t colon = text.find(" : "), at = text.find("COMMAND=");
  if (colon == std::string_view::npos || at == std::string_view::npos) return false;
  *who = text.substr(0, colon);
  while (who->starts_with(' ')) who->remove_prefix(1);
  *command = text.substr(at + 8);
  return !says(text.substr(0, at), {"command not allowed", "NOT in sudoers", "incorrect password"});
}

// "(root) CMD (test -x ..)"
bool of_cron(std::string_view text, std::string_view* who, std::string_view* command) {
  const size_t at = text.find(") CMD (");
  if (!text.starts_with('(') || at == std::string_view::npos || !text.ends_with(')')) return false;
  *who = text.substr(1, at - 1);
  *command = text.substr(at + 7, text.size() - at - 8);
  return true;
}

// bash that was built to tell syslog: "HISTORY: PID=1234 UID=0 unset HISTFILE".
bool of_shell(std::string_view text, std::string_view* who, std::string_view* command) {
  const size_t uid = text.find(" UID=");
  if (!text.starts_with("HISTORY: ") || uid == std::string_view::npos) return false;
  text.remove_prefix(uid + 5);
  const size_t blank = std::min(text.find(' '), text.size());
  *who = text.substr(0, blank);
  *command = text.substr(std::min(blank + 1, text.size()));
  return true;
}

}  // namespace

bool deed_note(std::string_view command, Note* note) {
  if (!may_be_deed(command)) return false;
  const ShellDeed deed = shell_deed(command);
  if (!deed.any()) return false;
  std::string text(command);
  clip_text(0, &text);
  note->fields.emplace_back("CommandLine", std::move(text));
  note->fields.emplace_back("deed", deed.what);
  note->fields.emplace_back("level", level_name(deed.level));
  return true;
}

LineNotes::Speaker LineNotes::speaker_of(std::string_view program) {
  struct Row {
    std::string_view name;
    Speaker speaker;
  };
  constexpr Row kRows[] = {{"rsyslogd", Speaker::kDaemon},
                           {"syslogd", Speaker::kDaemon},
                           {"syslog-ng", Speaker::kDaemon},
                           {"systemd-journald", Speaker::kDaemon},
                           {"systemd-journal", Speaker::kDaemon},
                           {"systemd", Speaker::kSystemd},
                           {"systemd-logind", Speaker::kLogind},
                           {"shutdown", Speaker::kLogind},
                           {"kernel", Speaker::kKernel},
                           {"sudo", Speaker::kSudo},
                           {"CRON", Speaker::kCron},
                           {"crond", Speaker::kCron},
                           {"cron", Speaker::kCron},
                           {"bash", Speaker::kShell},
                           {"-bash", Speaker::kShell},
                           {"php", Speaker::kPage},
                           {"php-fpm", Speaker::kPage}};
  for (const Row& row : kRows) {
    if (row.name == program) return row.speaker;
  }
  return Speaker::kNobody;
}

void LineNotes::add(const Event& event, const Cite& cite, std::vector<Note>* notes) {
  const Value program = program_.in(event);
  if (program.size < 3 || program.size > 40) return;
  name_.clear();
  append_text(program, &name_);
  const Speaker speaker = speaker_of(name_);
  if (speaker == Speaker::kNobody) return;
  text_.clear();
  append_text(message_.in(event), &text_);
  const std::string_view text = text_;
  switch (speaker) {
    case Speaker::kDaemon: return say(event, Interest::kLogDaemon, cite, notes);
    case Speaker::kPage: return pages_.add_page(event, text_, cite, notes);
    case Speaker::kSystemd:
      if ((text.starts_with("Stopped ") || text.starts_with("Started ")) &&
          says(text, {"System Logging Service", "Security Auditing Service", "rsyslog.service", "auditd.service",
                      "syslog-ng.service", "System Logger Daemon"}))
        return say(event, Interest::kLogDaemon, cite, notes);
      if (text.starts_with("Shutting down") ||
          (text.starts_with("Reached target ") && says(text, {"hutdown", "eboot", "ower-Off", "ower Off", "poweroff"})))
        say(event, Interest::kHostState, cite, notes);
      return;
    case Speaker::kLogind:
      if (says(text,
               {"System is powering down", "System is rebooting", "System is halting", "shutting down for system"}))
        say(event, Interest::kHostState, cite, notes);
      return;
    case Speaker::kKernel:
      if (text.starts_with("audit: ") && says(text, {"audit_lost=", "backlog limit exceeded"}))
        return say(event, Interest::kLogDaemon, cite, notes);
      if (text.substr(0, 48).find("Linux version ") != std::string_view::npos)
        say(event, Interest::kHostState, cite, notes);
      return;
    default: return command(event, speaker, cite, notes);
  }
}

void LineNotes::say(const Event& event, Interest interest, const Cite& cite, std::vector<Note>* notes) {
  std::string host;
  append_text(host_.in(event), &host);
  Note note = note_daemon(event, std::move(host), name_, text_, cite);
  note.interest = interest;
  notes->push_back(std::move(note));
}

void LineNotes::command(const Event& event, Speaker speaker, const Cite& cite, std::vector<Note>* notes) {
  std::string_view who, line;
  const bool any = speaker == Speaker::kSudo   ? of_sudo(text_, &who, &line)
                   : speaker == Speaker::kCron ? of_cron(text_, &who, &line)
                                               : of_shell(text_, &who, &line);
  Note note;
  if (!any || !deed_note(line, &note)) return;
  note.interest = Interest::kLinuxCommand;
  note.source = event.source;
  note.time = event.time;
  append_text(host_.in(event), &note.host);
  note.record_id = event.record_id;
  note.fields.emplace_back(speaker == Speaker::kShell ? "auid" : "user", who);
  note.citation = cite(event);
  notes->push_back(std::move(note));
}

}  // namespace sil::tracks
