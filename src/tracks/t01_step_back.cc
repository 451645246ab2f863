// T1, the clock goes back. Sees: a later record (by id) whose TimeCreated is more than a minute earlier than the one
// before, with no event that explains it (clock set, start, wake) within 25 records. Benign causes: a start with the
// clock in local time (steps of whole quarter hours, left out), first set-up. ATT&CK T1070.006. Cannot see: back-
// dating by less, or of the first record.
#include "tracks/said.h"

namespace sil::tracks {
namespace {

bool explained(const Scene& scene, const SourceFacts& source, const Step& step) {
  constexpr uint64_t kRecords = 25, kNear = 120 * kTicksPerSecond;
  for (Interest interest : {Interest::kClock, Interest::kLandmark}) {
    for (const Note* note : scene.notes(interest)) {
      if (note->source == source.index && note->record_id + kRecords >= step.after.record_id &&
          note->record_id <= step.after.record_id + kRecords)
        return true;
      uint64_t a = note->time.ticks, b = step.after.ticks, c = step.before.ticks;
      if (note->host == source.about.host && ((a > b ? a - b : b - a) < kNear || (a > c ? a - c : c - a) < kNear))
        return true;
    }
  }
  return false;
}

bool zone_step(uint64_t ticks) {  // whole quarter hours, 15 minutes to 14 hours, give or take a minute
  constexpr uint64_t kQuarter = 900 * kTicksPerSecond, kSlack = 60 * kTicksPerSecond;
  uint64_t rest = ticks % kQuarter;
  return ticks + kSlack >= kQuarter && ticks <= 56 * kQuarter + kSlack && (rest <= kSlack || kQuarter - rest <= kSlack);
}

// Only where the host's System log is at hand does its silence about the clock mean anything.
bool witness(const Scene& scene, const SourceFacts& source) {
  for (const SourceFacts& other : scene.sources()) {
    if (other.channel == "System" && other.about.host == source.about.host && !source.about.host.empty()) return true;
  }
  return false;
}

}  // namespace

void step_back(const Scene& scene, Judge& judge) {
  for (const SourceFacts& source : scene.sources()) {
    if (source.what != FileClass::kChannel && source.what != FileClass::kUnclear) continue;
    for (const Step& step : source.rhythm.back) {
      uint64_t back = step.before.ticks - step.after.ticks;
      bool zone = zone_step(back), told = explained(scene, source, step);
      bool alarm = !zone && !told;
      Judged* judged = judge.add(source, alarm ? TrackClass::kChange : TrackClass::kContext,
                                 !alarm                   ? Level::kInformational
                                 : witness(scene, source) ? Level::kMedium
                                                          : Level::kLow);
      if (!judged) continue;
      Track& track = judged->track;
      track.time.ticks = step.before.ticks;
      track.summary = place(source) + ": the clock goes back by " + std::to_string(back / kTicksPerSecond) +
                      " s between records " + std::to_string(step.before.record_id) + " and " +
                      std::to_string(step.after.record_id) +
                      (told   ? "; an event beside it explains it"
                       : zone ? "; a whole zone offset"
                              : "; nothing explains it");
      track.expected = "a time not before " + shown(step.before.ticks);
      track.found = shown(step.after.ticks);
      track.benign_causes = {"a start with the hardware clock in local time", "a clock set right after first set-up"};
      judge.cite(judged, source, {step.before.where, step.after.where});
    }
  }
}

}  // namespace sil::tracks
