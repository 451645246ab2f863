// Numbers that a source gives its records - serials of the audit log, entries of a journal, lines of a device - as runs
// of consecutive ones over all files of a host: put in order and joined, what is missing between two runs was counted
// and is not there. Where a counter falls it began anew.
//
// Thread rule: pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tracks/serials.h"

namespace sil::tracks {

struct SourceFacts;

struct CountedRun : SerialRun {
  const SourceFacts *source = nullptr, *last_source = nullptr;  // of its first and its last record
  [[nodiscard]] uint64_t count() const { return last.record_id - first.record_id + 1; }
};

// By number; runs that overlap or follow on are one, whose end is in the last one's source. `number`: of `Run::first`
// and `Run::last`.
template <class Run, class Number>
std::vector<Run> joined_by_number(std::vector<Run> runs, Number number) {
  std::stable_sort(runs.begin(), runs.end(),
                   [&](const Run& a, const Run& b) { return number(a.first) < number(b.first); });
  std::vector<Run> out;
  for (const Run& run : runs) {
    if (out.empty() || number(run.first) > number(out.back().last) + 1) {
      out.push_back(run);
    } else if (number(run.last) > number(out.back().last)) {
      out.back().last = run.last;
      out.back().last_source = run.last_source;
    }
  }
  return out;
}

// By time, cut where the counter begins anew: `anew(number, highest)`, the highest number of the epoch so far. Each
// epoch by number, joined.
template <class Anew>
std::vector<std::vector<CountedRun>> counter_epochs(std::vector<CountedRun> runs, Anew anew) {
  std::stable_sort(runs.begin(), runs.end(),
                   [](const CountedRun& a, const CountedRun& b) { return a.first.ticks < b.first.ticks; });
  std::vector<std::vector<CountedRun>> epochs;
  uint64_t highest = 0;
  for (const CountedRun& run : runs) {
    if (epochs.empty() || anew(run.first.record_id, highest)) {
      epochs.emplace_back();
      highest = 0;
    }
    highest = std::max(highest, run.last.record_id);
    epochs.back().push_back(run);
  }
  for (std::vector<CountedRun>& epoch : epochs)
    epoch = joined_by_number(std::move(epoch), [](const Moment& moment) { return moment.record_id; });
  return epochs;
}

}  // namespace sil::tracks
