// L7, numbers and clocks of the journal. Sees: entries that were counted and are not there, between two entries of one
// boot, over all files of one sequence; a later number with an earlier clock of the same boot; an archived file that
// begins elsewhere than its name says. Benign causes are ruled out as far as the journal tells: a vacuum takes the
// oldest files and leaves no hole, a boot may begin with a jump, a selection leaves many. What is left may be a user's
// own journal that is not at hand (low where none is). ATT&CK T1070.002. Cannot see: a sequence that was written anew,
// the newest end.
#include <algorithm>
#include <cstdio>
#include <map>

#include "tracks/counted_runs.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

struct JournalPart {  // numbers that follow on, over one source or several
  JournalPoint first, last;
  const SourceFacts *first_source = nullptr, *last_source = nullptr;
  [[nodiscard]] const std::string& first_boot() const { return first_source->journal.names[first.boot]; }
  [[nodiscard]] const std::string& last_boot() const { return last_source->journal.names[last.boot]; }
};

uint64_t ticks_of(const JournalPoint& point) {
  return point.realtime == 0 ? 0 : kUnixEpochTicks + point.realtime * 10;
}

void say_missing(Judge& judge, const JournalPart& before, const JournalPart& after, bool people) {
  const uint64_t from = before.last.number + 1, to = after.first.number - 1;
  const SourceFacts& source = *before.last_source;
  const bool file = &source == after.first_source && source.about.format == "journal";  // nothing was selected there
  Judged* judged = judge.add(source, TrackClass::kLoss, people && file ? Level::kMedium : Level::kLow);
  if (!judged) return;
  Track& track = judged->track;
  track.channel.clear();
  track.time.ticks = ticks_of(before.last);
  track.last = Timestamp{ticks_of(after.first)};
  const uint64_t missing = to - from + 1;
  track.summary = "the journal" + (track.host.empty() ? "" : " of " + track.host) + " lacks " +
                  std::to_string(missing) + (missing == 1 ? " entry" : " entries") + " of one boot, number " +
                  std::to_string(from) + (missing == 1 ? "" : " to " + std::to_string(to));
  track.expected = "entry " + std::to_string(from) + " behind " + std::to_string(from - 1);
  track.found = "entry " + std::to_string(to + 1);
  track.benign_causes = {"a selection when it was exported", "a file of the journal that is not at hand"};
  if (!people) track.benign_causes.insert(track.benign_causes.begin(), "a user's own journal that is not at hand");
  judge.cite(judged, source, {before.last.where});
  judge.cite(judged, *after.first_source, {after.first.where});
}

void say_selected(Judge& judge, const std::vector<JournalPart>& parts, uint64_t present) {
  const JournalPart &first = parts.front(), &last = parts.back();
  const uint64_t span = last.last.number - first.first.number + 1;
  Judged* judged = judge.add(*first.first_source, TrackClass::kContext, Level::kInformational);
  if (!judged) return;
  Track& track = judged->track;
  track.channel.clear();
  track.time.ticks = ticks_of(first.first);
  track.summary = "the journal" + (track.host.empty() ? "" : " of " + track.host) + " leaves out " +
                  std::to_string(span - std::min(span, present)) + " entries in " + std::to_string(parts.size() - 1) +
                  " places, as selections and journals of users do";
  track.expected = "entries that number on";
  track.found = std::to_string(parts.size() - 1) + " jumps";
  track.benign_causes = {"a selection when it was exported", "users' own journals that are not at hand"};
  judge.cite(judged, *first.first_source, {first.first.where});
}

void say_clocks(const SourceFacts& source, Judge& judge) {
  for (const JournalStep& step : source.journal.back) {
    Judged* judged = judge.add(source, TrackClass::kChange, Level::kMedium);
    if (!judged) return;
    Track& track = judged->track;
    track.channel.clear();
    track.time.ticks = ticks_of(step.after);
    track.summary = "the journal" + (track.host.empty() ? "" : " of " + track.host) + ": entry " +
                    std::to_string(step.after.number) + " is earlier in its boot than entry " +
                    std::to_string(step.before.number) + " before it, by " +
                    std::to_string((step.before.monotonic - step.after.monotonic) / 1'000'000) + " s";
    track.expected = "a clock of one boot that does not go back";
    track.found = std::to_string(step.before.monotonic) + " us, then " + std::to_string(step.after.monotonic) + " us";
    track.benign_causes = {"entries that were put into a new journal in another order"};
    judge.cite(judged, source, {step.before.where, step.after.where});
  }
}

// "system@SEQUENCE-NUMBER-TIME.journal": what journald names a file when it puts it aside.
void say_name(const SourceFacts& source, Judge& judge) {
  const JournalFacts& facts = source.journal;
  if (source.about.format != "journal" || facts.runs.empty() || source.unreadable != 0) return;
  const std::string& path = source.about.members.empty() ? source.about.path : source.about.members.back();
  std::string name = path.substr(path.rfind('/') + 1);
  const size_t at = name.find('@');
  if (at == std::string::npos || !name.ends_with(".journal") || name.size() - at != 1 + 32 + 1 + 16 + 1 + 16 + 8)
    return;
  name = name.substr(at + 1, 66);
  const JournalRun& first = facts.runs.front();
  char said[40];
  std::snprintf(said, sizeof said, "-%016llx-%016llx", static_cast<unsigned long long>(first.first.number),
                static_cast<unsigned long long>(first.first.realtime));
  const std::string found = facts.names[first.sequence] + said;
  if (found == name) return;
  Judged* judged = judge.add(source, TrackClass::kChange, Level::kMedium);
  if (!judged) return;
  judged->track.channel.clear();
  judged->track.time.ticks = ticks_of(first.first);
  judged->track.summary = "an archived journal" + (judged->track.host.empty() ? "" : " of " + judged->track.host) +
                          " begins elsewhere than its name says";
  judged->track.expected = name;
  judged->track.found = found;
  judged->track.benign_causes = {"a file that was renamed when it was collected"};
  judge.cite(judged, source, {first.first.where});
}

}  // namespace

void journal_numbers(const Scene& scene, Judge& judge) {
  std::map<std::string, std::vector<JournalPart>> sequences;
  std::map<std::string, bool> people;
  for (const SourceFacts& source : scene.sources()) {
    say_clocks(source, judge);
    say_name(source, judge);
    if (source.journal.crowded) continue;
    for (const JournalRun& run : source.journal.runs) {
      const std::string& sequence = source.journal.names[run.sequence];
      sequences[sequence].push_back({run.first, run.last, &source, &source});
      people[sequence] = people[sequence] || source.journal.people;
    }
  }
  for (auto& [sequence, parts] : sequences) {
    uint64_t present = 0;
    parts = joined_by_number(std::move(parts), [](const JournalPoint& point) { return point.number; });
    for (const JournalPart& part : parts) present += part.last.number - part.first.number + 1;
    constexpr size_t kOneIn = 200;  // more often: a selection
    const size_t holes = parts.size() - 1;
    if (holes * kOneIn > present) {
      say_selected(judge, parts, present);
      continue;
    }
    for (size_t i = 1; i < parts.size(); ++i) {
      const JournalPart &before = parts[i - 1], &after = parts[i];
      if (before.last_boot() == after.first_boot()) say_missing(judge, before, after, people[sequence]);
    }
  }
}

}  // namespace sil::tracks
