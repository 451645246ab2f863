// E3, settings of logs. Sees: registry values that decide whether, where and how much is logged (service start,
// channel off, file, size, retention; Sysmon 12-14, 4657) and commands that set them (wevtutil sl, Limit-EventLog,
// reg on these keys, a start type set through WMI or sc). Benign causes: group policy writes the same values again:
// known writers lower the level. ATT&CK T1562.002. Cannot see: values that were the same before, where the log states
// no old value.
#include "bytes/text.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

std::string key_of(const Note& note) {
  std::string key = folded(note.field("TargetObject"));
  if (key.empty()) key = folded(note.field("ObjectName") + '\\' + note.field("ObjectValueName"));
  return key;
}

std::string value_of(const Note& note) {
  const std::string& details = note.field("Details");
  return details.empty() ? note.field("NewValue") : details;
}

// What the value decides; empty: nothing about logging.
std::string setting(const std::string& key, const std::string& value, Level* level) {
  auto ends = [&](const char* name) { return key.ends_with(name); };
  bool service = key.find("\\services\\eventlog") != std::string::npos;
  bool channel = key.find("\\winevt\\channels\\") != std::string::npos;
  bool policy = key.find("\\policies\\microsoft\\windows\\eventlog\\") != std::string::npos;
  bool zero = value == "0" || value.find("0x00000000") != std::string::npos;
  *level = Level::kHigh;
  if (service && ends("\\services\\eventlog\\start")) return "the start type of the event log service";
  if (key.find("\\services\\sysmon") != std::string::npos && ends("\\start")) return "the start type of Sysmon";
  if (channel && ends("\\enabled")) {
    if (!zero) return {};
    return "a channel was switched off:";
  }
  if ((service || policy) && ends("\\file")) return "the file of a log";
  *level = Level::kMedium;
  if ((service || channel || policy) && (ends("\\maxsize") || ends("\\retention") || ends("\\autobackuplogfiles")))
    return "size or retention of a log";
  if (service && (ends("\\customsd") || ends("\\restrictguestaccess"))) return "access to a log";
  return {};
}

void keys(const Scene& scene, Judge& judge) {
  for (const Note* note : scene.notes(Interest::kRegistry)) {
    if (note->event_id == 12) continue;  // a key alone decides nothing
    std::string key = key_of(*note);
    Level level{};
    std::string what = setting(key, value_of(*note), &level);
    if (what.empty()) continue;
    std::string image = folded(note->field("Image") + note->field("ProcessName"));
    const Note* cause = nullptr;
    if (holds(image, {"svchost.exe", "services.exe", "wmiprvse.exe"}))  // acts for somebody else
      cause = process_before(scene, *note, 5, {"wevtutil", "eventlog", "sc config", "set-service", "netprofm"});
    if (!cause && holds(image, {"\\trustedinstaller.exe", "\\tiworker.exe", "\\gpupdate.exe", "\\setup.exe"}))
      level = Level::kLow;
    Judged* judged = say(judge, scene, *note, TrackClass::kChange, level,
                         what + " set to " + value_of(*note) + " (" +
                             key.substr(key.rfind('\\', key.rfind('\\') == 0 ? 0 : key.rfind('\\') - 1) + 1) + ")",
                         cause);
    if (!judged) continue;
    judged->track.expected = "settings of logs that do not change towards less";
    judged->track.found += "; key " + key;
    judged->track.benign_causes = {"group policy writing the same value again", "installation of a program"};
  }
}

}  // namespace

void log_settings(const Scene& scene, Judge& judge) {
  keys(scene, judge);
  for (const Note* note : scene.notes(Interest::kProcess)) {
    std::string command = command_of(*note);
    std::string what;
    Level level = Level::kMedium;
    if (holds(command, {"wevtutil"}) && holds(command, {" sl ", " set-log "})) {
      what = "settings of a log were changed with wevtutil";
      if (holds(command, {"/e:false", "/enabled:false", "/lfn", "/logfilename"})) level = Level::kHigh;
    } else if (holds(command, {"limit-eventlog", "remove-eventlog"})) {
      what = "size or existence of a log was changed";
    } else if (holds(command, {"eventlog", "netprofm"}) &&
               holds(command, {"sc stop", "sc.exe stop", "stop-service", "net stop", "net1 stop"})) {
      what = "the event log service, or one that shares its process, was told to stop";
      level = Level::kHigh;
    } else if (holds(command, {"eventlog", "netprofm"}) && !holds(command, {"-s eventlog", "-k localservice"}) &&
               holds(command, {"sc config", "sc.exe config", "set-service", "services\\eventlog", "changestartmode",
                               "startuptype", "type=", "type ="})) {
      what = "the start or process type of the event log service was changed";
      level = Level::kHigh;
    } else {
      continue;
    }
    Judged* judged = say(judge, scene, *note, TrackClass::kChange, level, what);
    if (!judged) continue;
    judged->track.expected = "logs that are left as they are set up";
    judged->track.benign_causes = {"an administrator's set-up of logging"};
  }
}

}  // namespace sil::tracks
