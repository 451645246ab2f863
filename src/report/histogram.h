// Findings over time by level, in buckets that grow with the span: one minute at first, never more than
// kBuckets.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "model/evidence.h"

namespace sil::report {

class Histogram {
 public:
  void add(const Timestamp& time, Level level);  // unknown times are counted apart

  struct Bar {
    uint64_t from = 0;  // ticks
    std::array<uint64_t, 5> by_level{};
  };
  struct View {
    std::vector<Bar> bars;                         // without gaps, at most `most`
    uint64_t width = 0;                            // ticks a bar
    uint64_t before = 0, after = 0, timeless = 0;  // findings that the view leaves out
  };
  // The stretch that holds nearly all findings: when a few stray times would squeeze the rest into a tenth of
  // the picture, they are counted instead of drawn.
  [[nodiscard]] View view(size_t most) const;

 private:
  static constexpr size_t kBuckets = 4096;
  void widen();
  std::map<uint64_t, std::array<uint64_t, 5>> buckets_;  // number of the bucket -> counts
  size_t step_ = 0;                                      // index into the widths
  uint64_t timeless_ = 0, total_ = 0;
};

}  // namespace sil::report
