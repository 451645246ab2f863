// L10, numbers that devices and programs give their lines. Sees: numbers of one counter (RFC 5424 sequenceId, Cisco
// IOS sequence numbers, PAN-OS seqno) that are missing between two lines, over all files of one log; a counter that
// begins anew without a restart that is told (Cisco). Benign causes: lines that UDP or a rate limit lost (a daemon
// that says so: low), a receiver that keeps a selection (many holes: context). ATT&CK T1070.002. Cannot see: lines
// without numbers, the newest end.
#include <algorithm>
#include <map>

#include "tracks/counted_runs.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kFallsBy = 100;  // and more: the counter began anew; less: lines that overtook each other
constexpr uint64_t kBlock = 10;     // lines in one place; fewer are lost on the way now and then

bool begins_anew(uint64_t number, uint64_t highest) {
  return number + kFallsBy < highest;
}

const Note* loss_declared(const Scene& scene, const CountedRun& before, const CountedRun& after) {
  constexpr uint64_t kNear = 600 * kTicksPerSecond;
  for (const Note* note : scene.notes(Interest::kLogDaemon)) {
    if ((note->source == before.last_source->index || note->source == after.source->index) &&
        note->time.ticks + kNear >= before.last.ticks && note->time.ticks <= after.first.ticks + kNear &&
        says_lines_were_lost(*note))
      return note;
  }
  return nullptr;
}

// Two programs of one host may count for themselves: lines that were written at the same time are of two counters.
bool follows(const CountedRun& before, const CountedRun& after) {
  constexpr uint64_t kLate = 60 * kTicksPerSecond;
  return before.last.ticks <= after.first.ticks + kLate;
}

void say_lines_missing(const Scene& scene, Judge& judge, const std::string& of, const CountedRun& before,
                       const CountedRun& after) {
  const uint64_t from = before.last.record_id + 1, to = after.first.record_id - 1, missing = to - from + 1;
  const Note* declared = loss_declared(scene, before, after);
  const bool block = missing >= kBlock && !declared && before.last_source == after.source;
  Judged* judged = judge.add(*before.last_source, TrackClass::kLoss, block ? Level::kMedium : Level::kLow);
  if (!judged) return;
  Track& track = judged->track;
  track.channel.clear();
  track.time.ticks = before.last.ticks;
  track.last = Timestamp{after.first.ticks};
  track.summary = "lines " + (of.empty() ? "" : "of " + of + " ") + "numbered " + std::to_string(from) +
                  (missing == 1 ? " is" : " to " + std::to_string(to) + " are") + " missing";
  if (missing == 1) track.summary.replace(0, 5, "line");
  track.expected = "number " + std::to_string(from) + " behind " + std::to_string(from - 1);
  track.found = "number " + std::to_string(to + 1);
  track.benign_causes = {"lines that UDP lost on the way", "a receiver that was down"};
  if (before.last_source != after.source) track.benign_causes.emplace_back("a file that is not at hand");
  judge.cite(judged, *before.last_source, {before.last.where});
  judge.cite(judged, *after.source, {after.first.where});
  if (declared) {
    track.summary += "; the log daemon says that it lost lines";
    track.citations.push_back(declared->citation);
  }
}

void say_lines_selected(Judge& judge, const std::string& of, const std::vector<CountedRun>& epoch) {
  Judged* judged = judge.add(*epoch.front().source, TrackClass::kContext, Level::kInformational);
  if (!judged) return;
  judged->track.channel.clear();
  judged->track.time.ticks = epoch.front().first.ticks;
  judged->track.summary = "numbers of lines" + (of.empty() ? "" : " of " + of) + " jump in " +
                          std::to_string(epoch.size() - 1) + (epoch.size() == 2 ? " place" : " places") +
                          ", as where a receiver keeps a selection";
  judged->track.expected = "numbers that follow on";
  judged->track.found = std::to_string(epoch.size() - 1) + (epoch.size() == 2 ? " jump" : " jumps");
  judged->track.benign_causes = {"a selection of what is sent or kept", "lines that UDP lost on the way"};
  judge.cite(judged, *epoch.front().source, {epoch.front().first.where});
}

// IOS tells of a reload; a counter that falls without it is one that somebody or something reset.
void say_begun_anew(const Scene& scene, Judge& judge, const std::string& of, const CountedRun& before,
                    const CountedRun& after) {
  constexpr uint64_t kAround = 900 * kTicksPerSecond;
  for (const Note* note : scene.notes(Interest::kHostState)) {
    const uint64_t a = note->time.ticks, b = after.first.ticks;
    if (note->field("program") == "cisco" && (note->host == of || of.empty()) && (a > b ? a - b : b - a) <= kAround)
      return;
  }
  Judged* judged = judge.add(*after.source, TrackClass::kChange, Level::kLow);
  if (!judged) return;
  Track& track = judged->track;
  track.channel.clear();
  track.time.ticks = after.first.ticks;
  track.summary = "numbers of lines" + (of.empty() ? "" : " of " + of) + " fall from " +
                  std::to_string(before.last.record_id) + " to " + std::to_string(after.first.record_id) +
                  "; no restart is told";
  track.expected = "a message of a restart (SYS-5-RESTART) beside it";
  track.found = "number " + std::to_string(after.first.record_id);
  track.benign_causes = {"a power cut", "two devices of one name"};
  judge.cite(judged, *before.last_source, {before.last.where});
  judge.cite(judged, *after.source, {after.first.where});
}

}  // namespace

void line_numbers(const Scene& scene, Judge& judge) {
  std::map<std::string, std::vector<CountedRun>> counters;
  for (const SourceFacts& source : scene.sources()) {
    if (source.numbers.crowded) continue;
    for (const NumberedRun& run : source.numbers.runs) {
      std::string of = source.numbers.keys[run.key];
      if (of.empty() || of.front() == ' ') of.insert(0, "#" + std::to_string(source.index));  // nobody is named
      counters[of].push_back({run, &source, &source});
    }
  }
  for (auto& [key, runs] : counters) {
    const std::string of = key.starts_with('#') ? std::string() : key;
    const bool ios = runs.front().source->channel.empty() && runs.front().source->about.format == "cisco";
    const std::vector<std::vector<CountedRun>> epochs = counter_epochs(std::move(runs), begins_anew);
    for (size_t i = 0; i < epochs.size(); ++i) {
      const std::vector<CountedRun>& epoch = epochs[i];
      if (i != 0 && ios && epochs.size() <= 4 && follows(epochs[i - 1].back(), epoch.front()))
        say_begun_anew(scene, judge, of, epochs[i - 1].back(), epoch.front());
      uint64_t present = 0;
      for (const CountedRun& run : epoch) present += run.count();
      constexpr size_t kOneIn = 200;
      if ((epoch.size() - 1) * kOneIn > present) {
        say_lines_selected(judge, of, epoch);
        continue;
      }
      for (size_t k = 1; k < epoch.size(); ++k) {
        if (follows(epoch[k - 1], epoch[k])) say_lines_missing(scene, judge, of, epoch[k - 1], epoch[k]);
      }
    }
  }
}

}  // namespace sil::tracks
