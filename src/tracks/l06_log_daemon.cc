// L6, a service that writes logs was stopped. Sees: systemd or the daemon itself saying that rsyslog, syslog-ng or
// auditd stopped, with no shutdown or boot of the host beside it. Benign causes: an upgrade or a change of its
// configuration (started again within two minutes: context). ATT&CK T1562.001. Cannot see: a daemon killed so that
// nobody tells.
#include <algorithm>

#include "tracks/said.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kHostDown = 600 * kTicksPerSecond, kBackSoon = 120 * kTicksPerSecond;
constexpr uint64_t kToldTwice = 30 * kTicksPerSecond;
constexpr size_t kLooked = 512;

bool by_systemd(const Note& note) {
  return note.field("program") == "systemd";
}
// rsyslog, auditd, syslog-ng: which one a message is about; null: none.
const char* daemon_named(const Note& note) {
  const std::string& message = note.field("message");
  if (!by_systemd(note)) return note.field("program") == "syslog-ng" ? "syslog-ng" : "rsyslog";
  if (message.find("uditd") != std::string::npos || message.find("Auditing") != std::string::npos) return "auditd";
  return message.find("syslog-ng") != std::string::npos || message.find("Logger") != std::string::npos ? "syslog-ng"
                                                                                                       : "rsyslog";
}
bool stops_daemon(const Note& note) {
  const std::string& message = note.field("message");
  return by_systemd(note) ? message.starts_with("Stopped ")
                          : holds(message, {"exiting on signal", "syslog-ng shutting down"});
}
bool starts_daemon(const Note& note) {
  const std::string& message = note.field("message");
  return by_systemd(note) ? message.starts_with("Started ")
                          : message.ends_with(" start") || holds(message, {"syslog-ng starting up"});
}

// Notes lie in order of host and time.
template <class Asked>
const Note* near_by(const std::vector<const Note*>& notes, const Note& note, uint64_t before, uint64_t after,
                    Asked asked) {
  const uint64_t from = note.time.ticks - std::min(before, note.time.ticks);
  auto it = std::lower_bound(notes.begin(), notes.end(), std::make_pair(&note.host, from),
                             [](const Note* one, const auto& key) {
                               return std::tie(one->host, one->time.ticks) < std::tie(*key.first, key.second);
                             });
  for (size_t looked = 0; it != notes.end() && looked < kLooked; ++it, ++looked) {
    if ((*it)->host != note.host || (*it)->time.ticks > note.time.ticks + after) return nullptr;
    if (*it != &note && asked(**it)) return *it;
  }
  return nullptr;
}

}  // namespace

void log_daemon(const Scene& scene, Judge& judge) {
  const std::vector<const Note*>&said = scene.notes(Interest::kLogDaemon), &states = scene.notes(Interest::kHostState);
  for (const Note* note : said) {
    if (!stops_daemon(*note) || note->time.ticks == 0) continue;
    const std::string daemon = daemon_named(*note);
    const auto same = [&](const Note& other) { return daemon_named(other) == daemon; };
    // Told twice, by systemd and by itself: once is enough.
    if (!by_systemd(*note) && near_by(said, *note, kToldTwice, kToldTwice, [&](const Note& other) {
          return by_systemd(other) && stops_daemon(other) && same(other);
        }))
      continue;
    if (near_by(states, *note, kHostDown, kHostDown, [](const Note&) { return true; })) continue;
    const Note* start = near_by(said, *note, 0, UINT64_MAX / 2, [&](const Note& other) {
      return starts_daemon(other) && same(other) && other.time.ticks >= note->time.ticks;
    });
    const uint64_t away = start ? start->time.ticks - note->time.ticks : 0;
    const bool restart = start && away <= kBackSoon;
    Judged* judged = judge.add(*note, restart ? TrackClass::kContext : TrackClass::kChange,
                               restart ? Level::kInformational
                               : start ? Level::kMedium
                                       : Level::kLow);
    if (!judged) continue;
    Track& track = judged->track;
    track.summary = short_host(*note) + ": " + daemon + " was stopped";
    if (start) {
      track.last = start->time;
      track.summary += " for " + std::to_string(away / kTicksPerSecond) + " s while the host stayed up";
      track.citations.push_back(start->citation);
    } else {
      track.summary += "; nothing tells of a shutdown or of a new start";
    }
    track.expected = "a service that writes logs as long as the host is up";
    track.found = note->field("message");
    track.benign_causes = {"an upgrade of the package", "a change of its configuration"};
    if (!start) track.benign_causes.insert(track.benign_causes.begin(), "a host that went down without saying so");
  }
}

}  // namespace sil::tracks
