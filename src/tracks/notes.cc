#include "tracks/notes.h"

#include <algorithm>

#include "bytes/text.h"

namespace sil::tracks {
namespace {

constexpr size_t kTextKept = 400;  // bytes of a field; the citation leads to the whole

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
// A process that only tells who acted: found by its guid.
constexpr const char* kActorFields[] = {"ProcessGuid", "User", "LogonId", "CommandLine", "ParentImage"};
constexpr const char* kSysmonFields[] = {"State", "Configuration", "ConfigurationFileHash", "ID", "Description"};
constexpr const char* kFileTimeFields[] = {"TargetFilename",          "Image",       "CreationUtcTime",
                                           "PreviousCreationUtcTime", "ProcessGuid", "User"};
constexpr const char* kLogonFields[] = {"TargetUserName", "TargetDomainName", "TargetLogonId",
                                        "IpAddress",      "LogonType",        "WorkstationName"};

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
    case Interest::kNone: break;
  }
  return {};
}

bool holds_any(std::string_view folded_text, std::span<const char* const> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const char* part) { return folded_text.find(part) != std::string_view::npos; });
}

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

std::string clipped(std::string text) {
  if (text.size() > kTextKept) {
    text.resize(kTextKept);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) text.pop_back();
  }
  return text;
}

// Cheap first look at the one field that decides; most registry events end here.
bool telling(const Event& event, Interest interest) {
  auto folded_field = [&](std::string_view name) {
    std::string out;
    append_folded_text(event.find(name), &out);
    return out;
  };
  if (interest == Interest::kRegistry) {
    std::string key = folded_field(event.kind->event_id == 4657 ? "ObjectName" : "TargetObject");
    return holds_any(key, kKeys);
  }
  if (interest == Interest::kProcess) return holds_any(folded_field("CommandLine"), kCommands);
  return interest != Interest::kLogon;
}

}  // namespace

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

void note_event(const Event& event, uint8_t interest, const std::function<Citation(const Event&)>& cite,
                std::vector<Note>* notes) {
  Note note;
  note.interest = static_cast<Interest>(interest);
  note.telling = telling(event, note.interest);
  if (!note.telling && note.interest == Interest::kRegistry) return;
  if (!note.telling && note.interest == Interest::kProcess && event.kind->event_id == 4688) return;  // has no guid
  note.source = event.source;
  note.time = event.time;
  note.host = event.text("Computer");
  note.channel = event.kind->channel;
  note.provider = event.kind->provider;
  note.event_id = event.kind->event_id;
  note.record_id = event.record_id;
  bool actor = !note.telling && note.interest == Interest::kProcess;
  for (const char* name : actor ? std::span<const char* const>(kActorFields) : fields_of(note.interest)) {
    std::string text = event.text(name);
    if (!text.empty()) note.fields.emplace_back(name, clipped(std::move(text)));
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
