#include "report/histogram.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace sil::report {
namespace {

constexpr uint64_t kMinute = 60 * kTicksPerSecond;
constexpr uint64_t kDay = 1440 * kMinute;
// Each is a multiple of the one before, so that buckets merge without loss.
constexpr uint64_t kWidths[] = {kMinute,       5 * kMinute,   15 * kMinute, 60 * kMinute, 180 * kMinute,
                                360 * kMinute, 720 * kMinute, kDay,         7 * kDay,     28 * kDay,
                                364 * kDay,    3640 * kDay,   36400 * kDay};

uint64_t sum(const std::array<uint64_t, 5>& counts) {
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

}  // namespace

void Histogram::add(const Timestamp& time, Level level) {
  if (!time.known()) {
    ++timeless_;
    return;
  }
  ++total_;
  ++buckets_[time.ticks / kWidths[step_]][static_cast<size_t>(level)];
  while (buckets_.size() > kBuckets && step_ + 1 < std::size(kWidths)) widen();
}

void Histogram::widen() {
  uint64_t factor = kWidths[step_ + 1] / kWidths[step_];
  std::map<uint64_t, std::array<uint64_t, 5>> wider;
  for (const auto& [number, counts] : buckets_) {
    auto& into = wider[number / factor];
    for (size_t i = 0; i < into.size(); ++i) into[i] += counts[i];
  }
  buckets_ = std::move(wider);
  ++step_;
}

Histogram::View Histogram::view(size_t most) const {
  View out;
  out.timeless = timeless_;
  if (buckets_.empty() || most == 0) return out;
  uint64_t first = buckets_.begin()->first, last = buckets_.rbegin()->first;
  // The stretch between the 1st and the 99th hundredth.
  uint64_t seen = 0, low = first, high = last;
  bool have_low = false;
  for (const auto& [number, counts] : buckets_) {
    seen += sum(counts);
    if (!have_low && seen * 100 > total_) {
      low = number;
      have_low = true;
    }
    if (seen * 100 >= total_ * 99) {
      high = number;
      break;
    }
  }
  uint64_t span = high - low + 1;
  if ((last - first) / 10 > span) {  // strays: keep what lies within half a span of the stretch
    first = std::max(first, low - std::min(low, span / 2 + 1));
    last = std::min(last, high + span / 2 + 1);
  }
  size_t step = step_;
  auto bars_at = [&](size_t s) { return last * kWidths[step_] / kWidths[s] - first * kWidths[step_] / kWidths[s] + 1; };
  while (step + 1 < std::size(kWidths) && bars_at(step) > most) ++step;
  out.width = kWidths[step];
  uint64_t origin = first * kWidths[step_] / out.width;
  out.bars.resize(static_cast<size_t>(std::min<uint64_t>(bars_at(step), most)));
  for (size_t i = 0; i < out.bars.size(); ++i) out.bars[i].from = (origin + i) * out.width;
  for (const auto& [number, counts] : buckets_) {
    if (number < first)
      out.before += sum(counts);
    else if (number > last)
      out.after += sum(counts);
    else {
      size_t at = static_cast<size_t>(number * kWidths[step_] / out.width - origin);
      if (at >= out.bars.size()) continue;
      for (size_t i = 0; i < counts.size(); ++i) out.bars[at].by_level[i] += counts[i];
    }
  }
  return out;
}

}  // namespace sil::report
