#include "tracks/notes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "bytes/text.h"
#include "tracks/line_notes.h"
#include "tracks/shell_deeds.h"

namespace sil::tracks {
namespace {

struct Wanted {
  const char *channel, *provider;  // provider empty: any
  uint32_t event_id;
  Interest interest;
};
constexpr char kSysmon[] = "Microsoft-Windows-Sysmon/Operational", kEventlog[] = "Microsoft-Windows-Eventlog";
constexpr Wanted kWanted[] = {
    {"Security", kEventlog, 1102, Interest::kCleared},
    {"System", kEventlog, 104, Interest::kCleared},
    {"Security", kEventlog, 1100, Interest::kLandmark},
    {"Security", kEventlog, 1101, Interest::kLandmark},
    {"Security", kEventlog, 1104, Interest::kLandmark},
    {"Security", kEventlog, 1105, Interest::kLandmark},
    {"Security", "Microsoft-Windows-Security-Auditing", 4608, Interest::kLandmark},
    {"Security", "Microsoft-Windows-Security-Auditing", 4609, Interest::kLandmark},
    {"System", "EventLog", 6005, Interest::kLandmark},
    {"System", "EventLog", 6006, Interest::kLandmark},
    {"System", "EventLog", 6008, Interest::kLandmark},
    {"System", "EventLog", 6013, Interest::kLandmark},
    {"System", "Microsoft-Windows-Kernel-General", 12, Interest::kLandmark},
    {"System", "Microsoft-Windows-Kernel-General", 13, Interest::kLandmark},
    {"System", "Microsoft-Windows-Kernel-Power", 42, Interest::kLandmark},
    {"System", "Microsoft-Windows-Kernel-Power", 107, Interest::kLandmark},
    {"System", "Microsoft-Windows-Kernel-Power", 109, Interest::kLandmark},
    {"System", "Microsoft-Windows-Kernel-Power", 506, Interest::kLandmark},
    {"System", "Microsoft-Windows-Kernel-Power", 507, Interest::kLandmark},
    {"System", "Microsoft-Windows-Kernel-Power", 41, Interest::kLandmark},
    {"System", "Microsoft-Windows-Kernel-Boot", 27, Interest::kLandmark},
    {"System", "Microsoft-Windows-Power-Troubleshooter", 1, Interest::kLandmark},
    {"System", "User32", 1074, Interest::kLandmark},
    {"System", "Service Control Manager", 7034, Interest::kLandmark},
    {"System", "Service Control Manager", 7031, Interest::kLandmark},
    {"System", "Service Control Manager", 7036, Interest::kLandmark},
    {"System", "Service Control Manager", 7040, Interest::kLandmark},
    {"Security", "Microsoft-Windows-Security-Auditing", 4616, Interest::kClock},
    {"System", "Microsoft-Windows-Kernel-General", 1, Interest::kClock},
    {"Security", "", 4719, Interest::kAuditPolicy},
    {"Security", "", 4912, Interest::kAuditPolicy},
    {"Security", "", 4906, Interest::kAuditPolicy},
    {"Security", "", 4885, Interest::kAuditPolicy},
    {kSysmon, "", 12, Interest::kRegistry},
    {kSysmon, "", 13, Interest::kRegistry},
    {kSysmon, "", 14, Interest::kRegistry},
    {"Security", "", 4657, Interest::kRegistry},
    {kSysmon, "", 1, Interest::kProcess},
    {"Security", "", 4688, Interest::kProcess},
    {kSysmon, "", 4, Interest::kSysmonState},
    {kSysmon, "", 16, Interest::kSysmonState},
    {kSysmon, "", 255, Interest::kSysmonState},
    {kSysmon, "", 2, Interest::kFileTime},
    {"Security", "", 4624, Interest::kLogon},
    {"Microsoft-Windows-PowerShell/Operational", "", 4103, Interest::kCmdlet},
};

// Which fields a note keeps, by interest.
constexpr const char* kClearedFields[] = {"SubjectUserName", "SubjectDomainName", "SubjectLogonId",
                                          "Channel",         "BackupPath",        "SubjectUserSid"};
constexpr const char* kLandmarkFields[] = {"param1", "param2", "param3", "param4", "param5", "param7"};
constexpr const char* kClockFields[] = {"SubjectUserName", "SubjectDomainName", "SubjectLogonId",
                                        "SubjectUserSid",  "PreviousTime",      "NewTime",
                                        "OldTime",         "ProcessName",       "Reason"};
constexpr const char* kAuditFields[] = {"SubjectUserName", "SubjectDomainName",    "SubjectLogonId",
                                        "SubjectUserSid",  "SubcategoryGuid",      "AuditPolicyChanges",
                                        "CategoryId",      "CrashOnAuditFailValue"};
constexpr const char* kRegistryFields[] = {
    "TargetObject", "Details",         "EventType", "Image",           "ProcessGuid",       "User",
    "ObjectName",   "ObjectValueName", "NewValue",  "SubjectUserName", "SubjectDomainName", "SubjectLogonId",
    "ProcessName",  "OldValue",        "NewName"};
constexpr const char* kProcessFields[] = {
    "ProcessGuid",       "Image",           "CommandLine",       "User",
    "LogonId",           "ParentImage",     "NewProcessName",    "NewProcessId",
    "ParentProcessGuid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId"};
constexpr const char* kSysmonFields[] = {"State", "Configuration", "ConfigurationFileHash", "ID", "Description"};
constexpr const char* kFileTimeFields[] = {"TargetFilename",          "Image",       "CreationUtcTime",
                                           "PreviousCreationUtcTime", "ProcessGuid", "User"};
constexpr const char* kLogonFields[] = {"TargetUserName", "TargetDomainName", "TargetLogonId",
                                        "IpAddress",      "LogonType",        "WorkstationName"};
constexpr const char* kCmdletFields[] = {"Payload"};

std::span<const char* const> fields_of(Interest interest) {
  switch (interest) {
    case Interest::kCleared: return kClearedFields;
    case Interest::kLandmark: return kLandmarkFields;
    case Interest::kClock: return kClockFields;
    case Interest::kAuditPolicy: return kAuditFields;
    case Interest::kRegistry: return kRegistryFields;
    case Interest::kProcess: return kProcessFields;
    case Interest::kSysmonState: return kSysmonFields;
    case Interest::kFileTime: return kFileTimeFields;
    case Interest::kLogon: return kLogonFields;
    case Interest::kCmdlet: return kCmdletFields;
    case Interest::kAudit:
    case Interest::kLinuxCommand:
    case Interest::kLogDaemon:
    case Interest::kDevice:
    case Interest::kHostState:
    case Interest::kNone: break;
  }
  return {};
}

// Does a text hold one of some words? One pass: most places are ruled out by two characters. This is asked of every
// registry event and every process.
class AnyWord {
 public:
  explicit AnyWord(std::span<const char* const> words) {  // at most 32, of two characters and more
    for (std::string_view word : words) {
      first_[static_cast<uint8_t>(word[0])] |= 1u << words_.size();
      second_[static_cast<uint8_t>(word[1])] |= 1u << words_.size();
      words_.push_back(word);
    }
  }
  [[nodiscard]] bool in(std::string_view text) const {
    for (size_t i = 0; i + 1 < text.size(); ++i) {
      uint32_t left = first_[static_cast<uint8_t>(text[i])] & second_[static_cast<uint8_t>(text[i + 1])];
      for (; left != 0; left &= left - 1) {
        if (text.substr(i).starts_with(words_[static_cast<size_t>(std::countr_zero(left))])) return true;
      }
    }
    return false;
  }

 private:
  std::array<uint32_t, 256> first_{}, second_{};
  std::vector<std::string_view> words_;
};

// Keys that decide what is logged, as they stand in folded text.
constexpr const char* kKeys[] = {"\\control\\minint",
                                 "\\services\\eventlog",
                                 "\\winevt\\channels\\",
                                 "\\scriptblocklogging",
                                 "\\modulelogging",
                                 "\\transcription",
                                 "processcreationincludecmdline",
                                 "\\services\\sysmon",
                                 "\\portproxy\\",
                                 "\\policies\\microsoft\\windows\\eventlog\\"};
constexpr const char* kCommands[] = {"wevtutil",
                                     "auditpol",
                                     "clear-eventlog",
                                     "limit-eventlog",
                                     "remove-eventlog",
                                     "cleareventlog",
                                     "\\minint",
                                     "\\services\\eventlog",
                                     "winevt",
                                     "fltmc",
                                     "sysmon",
                                     "eventlog",
                                     "netprofm",
                                     "portproxy",
                                     "set-date",
                                     "w32tm",
                                     "processcreationincludecmdline",
                                     "scriptblocklogging",
                                     "sc stop",
                                     "sc config",
                                     "stop-service",
                                     "set-service"};

constexpr const char* kServices[] = {"value=\"eventlog\"", "value=\"netprofm\""};

std::string clipped(std::string text) {
  clip_text(0, &text);
  return text;
}

// Cheap first look at the one field that decides; most registry events end here.
bool telling(const Event& event, Interest interest) {
  static_assert(std::size(kKeys) <= 32 && std::size(kCommands) <= 32);
  static const AnyWord keys(kKeys), commands(kCommands), services(kServices);
  thread_local std::string folded;
  auto folded_field = [&](std::string_view name) -> const std::string& {
    folded.clear();
    append_folded_text(event.find(name), &folded);
    return folded;
  };
  if (interest == Interest::kRegistry)
    return keys.in(folded_field(event.kind->event_id == 4657 ? "ObjectName" : "TargetObject"));
  if (interest == Interest::kCmdlet) return services.in(folded_field("Payload"));
  if (interest == Interest::kProcess) return commands.in(folded_field("CommandLine"));
  return interest != Interest::kLogon;
}

}  // namespace

void clip_text(size_t begin, std::string* text) {
  if (text->size() <= begin + kTextKept) return;
  text->resize(begin + kTextKept);
  while (text->size() > begin && (static_cast<unsigned char>(text->back()) & 0xc0) == 0x80) text->pop_back();
}

const std::string& Note::field(std::string_view name) const {
  static const std::string kNothing;
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return kNothing;
}

uint8_t interest_in(const LogKind& kind) {
  for (const Wanted& wanted : kWanted) {
    if (kind.event_id != wanted.event_id || kind.channel != wanted.channel) continue;
    // Collectors spell or drop providers; where a channel has one source of this number, the channel decides.
    if (wanted.provider[0] == '\0' || kind.provider.empty() || equal_folded(kind.provider, wanted.provider))
      return static_cast<uint8_t>(wanted.interest);
  }
  return 0;
}

namespace {

// "        User = PEDRO01\\pedro" in the context of a cmdlet, one a line.
std::string context_of(const std::string& context, std::string_view name) {
  for (size_t at = 0; at < context.size();) {
    size_t end = std::min(context.find('\n', at), context.size());
    std::string_view line = std::string_view(context).substr(at, end - at);
    at = end + 1;
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    if (!line.starts_with(name) || !line.substr(name.size()).starts_with(" = ")) continue;
    line.remove_prefix(name.size() + 3);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    return clipped(std::string(line));
  }
  return {};
}

}  // namespace

void note_event(const Event& event, uint8_t interest, const std::function<Citation(const Event&)>& cite,
                std::vector<Note>* notes) {
  const bool tells = telling(event, static_cast<Interest>(interest));
  if (!tells && interest != static_cast<uint8_t>(Interest::kLogon)) return;
  Note note;
  note.interest = static_cast<Interest>(interest);
  note.telling = tells;
  note.source = event.source;
  note.time = event.time;
  note.host = event.text("Computer");
  note.channel = event.kind->channel;
  note.provider = event.kind->provider;
  note.event_id = event.kind->event_id;
  note.record_id = event.record_id;
  note.where = event.where;
  for (const char* name : fields_of(note.interest)) {
    std::string text = event.text(name);
    if (!text.empty()) note.fields.emplace_back(name, clipped(std::move(text)));
  }
  if (note.interest == Interest::kCmdlet) {
    std::string context = event.text("ContextInfo");
    note.fields.emplace_back("User", context_of(context, "User"));
    note.fields.emplace_back("Image", context_of(context, "Host Application"));
  }
  if (note.interest == Interest::kCleared && event.layout) {  // not System's own Channel
    for (const LayoutField& field : event.layout->fields) {
      if (!field.path.ends_with("LogFileCleared.Channel")) continue;
      std::string text;
      append_text(event.value(field), &text);
      note.fields.emplace_back("LogFileCleared", std::move(text));
    }
  }
  if (note.telling) note.citation = cite(event);
  notes->push_back(std::move(note));
}

namespace {

Note audit_note(const Event& event, Interest interest) {  // of the Linux audit log: when, where, nothing else yet
  Note note;
  note.interest = interest;
  note.source = event.source;
  note.time = event.time;
  note.host = event.text("node");
  note.record_id = event.record_id;
  return note;
}

}  // namespace

bool note_command(const Event& event, const std::function<Citation(const Event&)>& cite, std::vector<Note>* notes) {
  std::string command = event.text("EXECVE.argv");
  if (command.empty()) command = event.text("USER_CMD.cmd");
  Note note = audit_note(event, Interest::kLinuxCommand);
  if (command.empty() || !deed_note(command, &note)) return false;
  for (const char* name : {"SYSCALL.auid", "USER_CMD.auid"}) {
    std::string auid = event.text(name);
    if (!auid.empty() && note.field("auid").empty()) note.fields.emplace_back("auid", std::move(auid));
  }
  note.citation = cite(event);
  notes->push_back(std::move(note));
  return true;
}

namespace {

// Does the call empty the file it opens? Flags as the kernel's number for O_TRUNC on all architectures that auditd's
// logs come from.
bool empties(const Event& event) {
  const std::string call = event.text("SYSCALL.SYSCALL");
  if (call == "creat" || call == "truncate") return true;
  const std::string flags = event.text(call == "openat" ? "SYSCALL.a2" : "SYSCALL.a1");
  if (call != "open" && call != "openat") return false;
  constexpr uint64_t kTruncate = 0x200;
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(flags.data(), flags.data() + flags.size(), value, 16);
  return error == std::errc() && end == flags.data() + flags.size() && (value & kTruncate) != 0;
}

}  // namespace

bool note_log_file(const Event& event, const std::function<Citation(const Event&)>& cite, std::vector<Note>* notes) {
  constexpr std::string_view kWriters[] = {"logrotate",        "savelog", "rsyslogd",  "syslogd",
                                           "syslog-ng",        "auditd",  "newsyslog", "systemd-journald",
                                           "systemd-tmpfiles", "dpkg"};
  for (const char* how : {"DeletedFilename", "TargetFilename"}) {
    const std::string path = event.text(how);
    if (path.empty() || !core_log(path) || event.text("SYSCALL.success") == "no") continue;
    const bool deleted = how[0] == 'D';
    if (!deleted && !empties(event)) continue;
    const std::string exe = event.text("SYSCALL.exe"), program = exe.substr(exe.rfind('/') + 1);
    if (std::find(std::begin(kWriters), std::end(kWriters), program) != std::end(kWriters)) return false;
    Note note = audit_note(event, Interest::kLinuxCommand);
    note.fields.emplace_back("CommandLine", clipped(path + (deleted ? " removed with " : " emptied with ") + program));
    note.fields.emplace_back("file", clipped(path));
    note.fields.emplace_back("deed", "a log was removed, emptied or changed in place");
    note.fields.emplace_back("level", level_name(Level::kMedium));
    note.fields.emplace_back("auid", event.text("SYSCALL.auid"));
    note.citation = cite(event);
    notes->push_back(std::move(note));
    return true;
  }
  return false;
}

Note note_daemon(const Event& event, std::string host, std::string program, std::string message,
                 const std::function<Citation(const Event&)>& cite) {
  Note note;
  note.interest = Interest::kLogDaemon;
  note.source = event.source;
  note.time = event.time;
  note.host = std::move(host);
  note.record_id = event.record_id;
  note.fields.emplace_back("program", std::move(program));
  note.fields.emplace_back("message", clipped(std::move(message)));
  note.citation = cite(event);
  return note;
}

Note note_audit(const Event& event, std::string_view state, const std::function<Citation(const Event&)>& cite) {
  Note note = audit_note(event, Interest::kAudit);
  note.fields.emplace_back("state", state);
  for (const LayoutField& field : event.layout->fields) {
    if (field.path.size() <= state.size() || !field.path.starts_with(state)) continue;
    std::string text;
    append_text(event.value(field), &text);
    if (!text.empty()) note.fields.emplace_back(field.path.substr(state.size() + 1), clipped(std::move(text)));
  }
  note.citation = cite(event);
  return note;
}

void Rhythm::gap(const Moment& before, const Moment& after) {
  auto length = [](const Step& step) { return step.after.ticks - step.before.ticks; };
  if (gaps.size() < kGapsKept) {
    gaps.push_back({before, after});
    return;
  }
  auto shortest =
      std::min_element(gaps.begin(), gaps.end(), [&](const Step& a, const Step& b) { return length(a) < length(b); });
  if (length({before, after}) > length(*shortest)) *shortest = {before, after};
}

void Rhythm::append(Rhythm next) {
  if (next.first.ticks == 0) return;
  if (first.ticks == 0) {
    *this = std::move(next);
    return;
  }
  compare(last, next.first);
  last = next.last;
  back.insert(back.end(), next.back.begin(), next.back.end());
  for (const Step& step : next.gaps) gap(step.before, step.after);
  for (const auto& [hour, count] : next.hours) {
    if (!hours.empty() && hours.back().first == hour)
      hours.back().second += count;
    else
      hours.emplace_back(hour, count);
  }
}

}  // namespace sil::tracks
