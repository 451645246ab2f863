// E2, event log service stopped. Sees: 1100 or 6006 without a shutdown beside it, the service crashing (7031, 7034),
// stopped (7036) or set to another start type (7040); the cmdlet (PowerShell 4103) that stops it or disables it, or the
// network list service, whose being off lets it be stopped. The service must not stop while the host is up. Benign
// causes: a shutdown whose events are not in these logs. ATT&CK T1562.002. Cannot see: threads killed inside the
// running service (T5).
#include "bytes/text.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

bool event_log_service(const Note& note) {
  std::string name = folded(note.field("param1"));
  return name == "windows event log" || name == "eventlog" || name == "windows-ereignisprotokoll";
}

bool near_shutdown(const Scene& scene, const Note& note) {
  constexpr uint64_t kWindow = 600 * kTicksPerSecond;
  for (const Note* other : scene.notes(Interest::kLandmark)) {
    if (other->host != note.host) continue;
    uint64_t a = other->time.ticks, b = note.time.ticks;
    if ((a > b ? a - b : b - a) > kWindow) continue;
    for (uint32_t id : {1074U, 13U, 109U, 4609U, 4608U, 12U, 6005U, 42U}) {
      if (other->event_id == id) return true;
    }
  }
  return false;
}

// The same as PowerShell tells it, with account and program.
void cmdlets(const Scene& scene, Judge& judge) {
  for (const Note* note : scene.notes(Interest::kCmdlet)) {
    std::string payload = folded(note->field("Payload")), what;
    bool network_list = holds(payload, {"value=\"netprofm\""});
    const char* service = network_list
                              ? "the network list service, which keeps the event log service from being stopped,"
                              : "the event log service";
    if (holds(payload, {"commandinvocation(stop-service)"}))
      what = std::string(service) + " was told to stop";
    else if (holds(payload, {"commandinvocation(set-service)"}) && holds(payload, {"value=\"disabled\""}))
      what = std::string(service) + " was disabled";
    else
      continue;
    Judged* judged =
        say(judge, scene, *note, TrackClass::kChange, network_list ? Level::kMedium : Level::kHigh, what);
    if (!judged) continue;
    judged->track.expected = "an event log service that is left alone";
    judged->track.found += "; " + note->field("Payload");
    judged->track.benign_causes = {"an administrator who shuts services down on purpose"};
  }
}

}  // namespace

void log_service(const Scene& scene, Judge& judge) {
  for (const Note* note : scene.notes(Interest::kLandmark)) {
    std::string what;
    Level level = Level::kHigh;
    switch (note->event_id) {
      case 1100:
      case 6006:
        if (near_shutdown(scene, *note)) continue;
        what = "the event log service stopped without a shutdown beside it";
        level = Level::kMedium;
        break;
      case 7031:
      case 7034:
        if (!event_log_service(*note)) continue;
        what = "the event log service ended unexpectedly";
        break;
      case 7036:
        if (!event_log_service(*note) || folded(note->field("param2")) != "stopped" || near_shutdown(scene, *note))
          continue;
        what = "the event log service was stopped";
        break;
      case 7040:
        if (!event_log_service(*note)) continue;
        what = "the start type of the event log service was changed from " + note->field("param2") + " to " +
               note->field("param3");
        break;
      default: continue;
    }
    const Note* cause = process_before(scene, *note, 15,
                                       {"eventlog", "netprofm", "sc stop", "sc config", "stop-service", "set-service"});
    Judged* judged = say(judge, scene, *note, TrackClass::kChange, level, what, cause);
    if (!judged) continue;
    judged->track.expected = "an event log service that runs while the host is up";
    judged->track.benign_causes = {"a shutdown whose events are not among these logs"};
  }
  cmdlets(scene, judge);
}

}  // namespace sil::tracks
