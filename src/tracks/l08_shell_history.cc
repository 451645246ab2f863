// L8, shell histories. Sees: a time without the command that belongs behind it - a shell writes both at once, so that a
// line was taken out -, and entries that are earlier than those before them. Benign causes: a comment that looks like a
// time; shells whose sessions overlapped, each of which wrote its entries when it ended (therefore low). ATT&CK
// T1070.003. Cannot see: entries that were taken out with their times, histories without times, one that was emptied or
// never written (the commands for that are L4's).
#include "tracks/judge.h"

namespace sil::tracks {
namespace {

void say_cut(const SourceFacts& source, Judge& judge, const Anomaly& odd) {
  const bool torn = odd.where.offset + odd.where.length + 1 >= source.about.size;  // a copy may end anywhere
  Judged* judged = judge.add(source, TrackClass::kChange, torn ? Level::kLow : Level::kMedium);
  if (!judged) return;
  judged->track.channel.clear();
  judged->track.summary = torn ? "a shell history ends with a time, without its command"
                               : "a shell history: a command was taken out, its time is still there";
  judged->track.expected = odd.expected;
  judged->track.found = odd.found;
  judged->track.benign_causes = {"a comment that looks like a time", "a copy made while the file was written"};
  judge.cite(judged, source, {odd.where});
}

void say_back(const SourceFacts& source, Judge& judge) {
  const HistoryTimes& times = source.history;
  const Step& step = times.back.front();
  Judged* judged = judge.add(source, TrackClass::kChange, Level::kLow);
  if (!judged) return;
  Track& track = judged->track;
  track.channel.clear();
  track.time.ticks = step.after.ticks;
  track.last = Timestamp{step.before.ticks};
  track.summary = "a shell history: times run back" +
                  (times.steps == 1 ? std::string() : " in " + std::to_string(times.steps) + " places, the first") +
                  " from " + shown(step.before.ticks) + " to " + shown(step.after.ticks);
  track.expected = "a time not before " + shown(step.before.ticks);
  track.found = shown(step.after.ticks);
  track.benign_causes = {"shells that overlapped, each of which wrote its entries when it ended",
                         "a clock that was set back"};
  judge.cite(judged, source, {step.before.where});
  judge.cite(judged, source, {step.after.where});
}

}  // namespace

void shell_histories(const SourceFacts& source, Judge& judge) {
  if (source.about.format != "shell-history") return;
  for (const Anomaly& odd : source.odd) {
    if (odd.kind == AnomalyKind::kTime) say_cut(source, judge, odd);
  }
  if (!source.history.back.empty()) say_back(source, judge);
}

}  // namespace sil::tracks
