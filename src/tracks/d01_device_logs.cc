// D1, logs of a network device. Sees: firewalls, gateways and routers that say that their logs were cleared, that
// logging or one of its receivers was switched off (FortiGate, PAN-OS, Cisco ASA, IOS and NX-OS, Ivanti, pfSense), by
// which account and from where: stated beside it, else by that account's last login there. Benign causes: set-up and
// moves of a collector (taken back within minutes: low), housekeeping of a full disk (context). ATT&CK T1070, T1562.
// Cannot see: what the device did not send before it fell silent, and commands that it does not log.
#include "bytes/text.h"
#include "tracks/device_deeds.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kMove = 300 * kTicksPerSecond, kSame = 2 * kTicksPerSecond;
constexpr uint64_t kSession = 12 * 3600 * kTicksPerSecond;

constexpr size_t kSteps = 2048;  // notes looked at on either side: they lie in order of host and time

// The first note on the way from `at`, later ones or earlier ones, that is of its host, within `window` and as asked.
template <class Asked>
const Note* note_beside(const std::vector<const Note*>& notes, size_t at, bool later, uint64_t window, Asked asked) {
  const Note& note = *notes[at];
  for (size_t step = 1; step <= kSteps; ++step) {
    if (later ? at + step >= notes.size() : step > at) return nullptr;
    const Note& other = *notes[later ? at + step : at - step];
    const uint64_t a = other.time.ticks, b = note.time.ticks;
    if (other.host != note.host || (a > b ? a - b : b - a) > window) return nullptr;
    if (asked(other)) return &other;
  }
  return nullptr;
}

// The device told of the same command a second time (111008 beside 111010): the one that names the address speaks.
bool told_better(const std::vector<const Note*>& notes, size_t at) {
  const Note& note = *notes[at];
  if (!note.field("src_ip").empty()) return false;
  auto same = [&](const Note& other) {
    return !other.field("src_ip").empty() && other.field("command") == note.field("command");
  };
  return note_beside(notes, at, true, kSame, same) || note_beside(notes, at, false, kSame, same);
}

// Who logged in there last under that name.
const Note* login_before(const std::vector<const Note*>& notes, size_t at) {
  return note_beside(notes, at, false, kSession, [&](const Note& other) {
    return other.field("command").empty() && !other.field("src_ip").empty() &&
           other.field("user") == notes[at]->field("user");
  });
}

const Note* undone(const std::vector<const Note*>& notes, size_t at, std::string_view by) {
  if (by.empty()) return nullptr;
  return note_beside(notes, at, true, kMove, [&](const Note& other) {
    const std::string command = folded(other.field("command"));
    return command.starts_with(by) && command.find("->disable") == std::string::npos;
  });
}

}  // namespace

void device_logs(const Scene& scene, Judge& judge) {
  const std::vector<const Note*>& notes = scene.notes(Interest::kDevice);
  for (size_t i = 0; i < notes.size(); ++i) {
    const Note& note = *notes[i];
    const DeviceDeed deed = device_deed(note.channel, folded(note.field("command")));
    if (!deed.any() || told_better(notes, i)) continue;
    const Note* back = undone(notes, i, deed.undone);
    Judged* judged =
        judge.add(note, deed.context ? TrackClass::kContext : TrackClass::kChange, back ? Level::kLow : deed.level);
    if (!judged) continue;
    const std::string& user = note.field("user");
    std::string from = note.field("src_ip");
    const Note* login = from.empty() && !user.empty() ? login_before(notes, i) : nullptr;
    if (login) from = login->field("src_ip");
    Track& track = judged->track;
    track.channel.clear();
    track.summary = short_host(note) + ": " + deed.what + (user.empty() ? "" : " by " + user) +
                    (from.empty() ? "" : " from " + from);
    if (back)
      track.summary +=
          "; set again after " + std::to_string((back->time.ticks - note.time.ticks) / kTicksPerSecond) + " s";
    track.expected = "logs of the device that are kept and sent on";
    track.found = note.field("command");
    track.benign_causes = {"set-up or a move of the collector", "an administrator's housekeeping"};
    if (deed.context) track.benign_causes = {"a disk that was full"};
    if (login) track.citations.push_back(login->citation);
    if (back) track.citations.push_back(back->citation);
  }
}

}  // namespace sil::tracks
