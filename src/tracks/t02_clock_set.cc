// T2, T3 and T4, clock changes. T2: Security 4616 by more than a minute and by other programs than the time service,
// virtual machine tools or set-up. T3: the same change as Kernel-General 1 in System tells it; where both logs cover
// the time and only one has it, one of them lost it. T4: forward (or back) and back again within a day, a bracket in
// which what happens bears a wrong time. Benign causes: set by hand, dual boot. ATT&CK T1070.006. Cannot see: clocks
// set while nothing logs.
#include <set>

#include "bytes/text.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

struct Change {
  const Note* note = nullptr;
  uint64_t old_ticks = 0, new_ticks = 0;
  [[nodiscard]] int64_t by_ticks() const { return static_cast<int64_t>(new_ticks) - static_cast<int64_t>(old_ticks); }
};

constexpr int64_t kMinuteTicks = 60 * static_cast<int64_t>(kTicksPerSecond);

bool read(const Note& note, Change* out) {
  Timestamp before, after;
  const std::string& old_text = note.field(note.event_id == 4616 ? "PreviousTime" : "OldTime");
  if (!parse_rfc3339(old_text, &before) || !parse_rfc3339(note.field("NewTime"), &after)) return false;
  *out = {&note, before.ticks, after.ticks};
  return true;
}

bool ordinary_program(const Note& note) {
  std::string program = folded(note.field("ProcessName"));
  return holds(program, {"\\svchost.exe", "vmtoolsd.exe", "vmicsvc", "vboxservice.exe", "msoobe.exe", "\\oobe\\",
                         "windeploy.exe"});
}

std::string amount(int64_t ticks) {
  return (ticks < 0 ? "back " : "forward ") +
         std::to_string((ticks < 0 ? -ticks : ticks) / static_cast<int64_t>(kTicksPerSecond)) + " s";
}

bool covers(const Scene& scene, const std::string& host, const char* channel, uint64_t ticks) {
  for (const SourceFacts& source : scene.sources()) {
    if (source.channel == channel && source.about.host == host && source.what == FileClass::kChannel &&
        source.rhythm.first.ticks <= ticks && source.rhythm.last.ticks >= ticks)
      return true;
  }
  return false;
}

// "2 d 15 h", "9 min 20 s": the two largest units.
std::string rough(int64_t ticks) {
  int64_t left = (ticks < 0 ? -ticks : ticks) / static_cast<int64_t>(kTicksPerSecond);
  constexpr std::pair<int64_t, const char*> kUnits[] = {{86'400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}};
  std::string out;
  int parts = 0;
  for (const auto& [seconds, name] : kUnits) {
    if (parts == 2 || (parts == 0 && left < seconds && seconds > 1)) continue;
    ++parts;
    if (left / seconds == 0 && parts == 2) break;
    out += (out.empty() ? "" : " ") + std::to_string(left / seconds) + name;
    left %= seconds;
  }
  return out;
}

void single(const Scene& scene, const std::vector<Change>& changes, const std::set<const Note*>& told, Judge& judge) {
  for (const Change& change : changes) {
    if (told.count(change.note)) continue;
    int64_t by_ticks = change.by_ticks();
    if (change.note->event_id != 4616 || (by_ticks < kMinuteTicks && by_ticks > -kMinuteTicks)) continue;
    bool ordinary = ordinary_program(*change.note);
    Judged* judged = say(judge, scene, *change.note, ordinary ? TrackClass::kContext : TrackClass::kChange,
                         ordinary ? Level::kLow : Level::kHigh, "the clock was set " + amount(by_ticks));
    if (!judged) continue;
    judged->track.expected = "time " + shown(change.old_ticks);
    judged->track.found += "; time " + shown(change.new_ticks);
    judged->track.benign_causes = {"set by hand", "another system on the same machine"};
  }
}

// Both changes of a bracket are told with it, in the log at hand; `told` takes them.
void bracket(const Scene& scene, const std::vector<Change>& changes, std::set<const Note*>* told, Judge& judge) {
  constexpr uint64_t kDay = 86'400 * kTicksPerSecond;
  for (size_t i = 0; i < changes.size(); ++i) {
    const Change& out = changes[i];
    int64_t away = out.by_ticks();
    if (away < kMinuteTicks && away > -kMinuteTicks) continue;
    for (size_t j = 0; j < changes.size(); ++j) {  // a clock set forward: its way home bears an earlier time
      const Change& home = changes[j];
      if (j == i || home.note->host != out.note->host || home.note->event_id != out.note->event_id) continue;
      if (home.old_ticks < out.new_ticks || home.old_ticks - out.new_ticks > kDay) continue;
      int64_t rest = away + home.by_ticks();
      if ((rest < 0 ? -rest : rest) * 10 > (away < 0 ? -away : away)) continue;
      Judged* judged = say(judge, scene, *out.note, TrackClass::kChange, Level::kHigh,
                           std::string("the clock was set ") + (away < 0 ? "back " : "forward ") + rough(away) +
                               " for " + rough(static_cast<int64_t>(home.old_ticks - out.new_ticks)));
      if (!judged) continue;
      judged->track.summary += "; what happened in that time bears a wrong one";
      told->insert({out.note, home.note});
      judged->track.last = home.note->time;
      judged->track.citations.push_back(home.note->citation);
      judged->track.expected = "a clock that is set once";
      judged->track.found += "; " + shown(out.old_ticks) + " to " + shown(out.new_ticks) + ", then " +
                             shown(home.old_ticks) + " to " + shown(home.new_ticks);
      judged->track.benign_causes = {"a wrong setting that was put right"};
      break;
    }
  }
}

void two_logs(const Scene& scene, const std::vector<Change>& changes, Judge& judge) {
  for (const Change& change : changes) {
    int64_t by_ticks = change.by_ticks();
    if (by_ticks < kMinuteTicks && by_ticks > -kMinuteTicks) continue;
    bool security = change.note->event_id == 4616;
    const char* other = security ? "System" : "Security";
    if (!covers(scene, change.note->host, other, change.new_ticks) ||
        !covers(scene, change.note->host, other, change.old_ticks))
      continue;
    bool agreed = false;
    for (const Change& second : changes) {
      if (second.note->host != change.note->host || second.note->event_id == change.note->event_id) continue;
      int64_t apart = static_cast<int64_t>(second.new_ticks) - static_cast<int64_t>(change.new_ticks);
      agreed = agreed || (apart < kMinuteTicks && apart > -kMinuteTicks);
    }
    if (agreed) continue;
    Judged* judged = say(judge, scene, *change.note, TrackClass::kLoss, Level::kMedium,
                         std::string("a change of the clock stands in ") + (security ? "Security" : "System") +
                             " and is missing in " + other + "; set");
    if (!judged) continue;
    judged->track.expected =
        std::string(security ? "Kernel-General 1 in System" : "4616 in Security") + " at " + shown(change.new_ticks);
    judged->track.benign_causes = {"auditing of system events is off", "a filter on the log"};
  }
}

}  // namespace

void clock_set(const Scene& scene, Judge& judge) {
  std::vector<Change> changes;
  for (const Note* note : scene.notes(Interest::kClock)) {
    Change change;
    if (read(*note, &change)) changes.push_back(change);
  }
  std::set<const Note*> told;
  bracket(scene, changes, &told, judge);
  single(scene, changes, told, judge);
  two_logs(scene, changes, judge);
}

}  // namespace sil::tracks
