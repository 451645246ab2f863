// When the entries of a shell history say they were typed, in the order of the file: where they run back.
//
// Thread rule: values. Memory: at most kStepsKept steps a source, the rest is counted.
#pragma once

#include <vector>

#include "tracks/notes.h"

namespace sil::tracks {

struct HistoryTimes {
  static constexpr size_t kStepsKept = 64;
  Moment first, last;
  std::vector<Step> back;
  uint64_t steps = 0;  // back, all of them

  void add(const Moment& now) {
    if (last.ticks != 0)
      compare(last, now);
    else
      first = now;
    last = now;
  }
  void append(const HistoryTimes& next) {  // what follows in the file
    if (next.last.ticks == 0) return;
    add(next.first);
    last = next.last;
    steps += next.steps;
    for (const Step& step : next.back) {
      if (back.size() < kStepsKept) back.push_back(step);
    }
  }

 private:
  void compare(const Moment& before, const Moment& after) {
    if (after.ticks + kStepBack >= before.ticks) return;
    ++steps;
    if (back.size() < kStepsKept) back.push_back({before, after});
  }
};

}  // namespace sil::tracks
