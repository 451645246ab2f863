#include "tracks/coverage.h"

#include <algorithm>
#include <unordered_map>

namespace sil::tracks {
namespace {

constexpr int64_t kAMinute = 60 * static_cast<int64_t>(kTicksPerSecond);
constexpr int64_t kInStep = 2 * kAMinute;            // a counterpart, once clocks are in step
constexpr int64_t kZonesApart = 26 * 60 * kAMinute;  // clocks without a zone may differ by so much
constexpr int64_t kAtTheEdge = 10 * kAMinute;

using SeenByKey = std::unordered_map<uint64_t, std::vector<Seen>>;  // by time

int64_t apart(const Seen& a, const Seen& b) {
  return static_cast<int64_t>(b.ticks() - a.ticks());
}

// The counterpart of `one` whose clock runs nearest to `shift` ahead; null when there is none at all.
const Seen* nearest(const SeenByKey& others, uint64_t key, const Seen& one, int64_t shift) {
  auto found = others.find(key);
  if (key == 0 || found == others.end()) return nullptr;
  const Seen* best = nullptr;
  for (const Seen& other : found->second) {
    if (!best || std::abs(apart(one, other) - shift) < std::abs(apart(one, *best) - shift)) best = &other;
  }
  return best;
}

int64_t clock_shift(const std::vector<Seen>& seen, const SeenByKey& others, uint64_t Sighting::*key) {
  std::vector<int64_t> all;
  for (const Seen& one : seen) {
    const Seen* other = nearest(others, one.what->*key, one, 0);
    if (other && std::abs(apart(one, *other)) < kZonesApart) all.push_back(apart(one, *other));
  }
  if (all.empty()) return 0;
  std::nth_element(all.begin(), all.begin() + static_cast<ptrdiff_t>(all.size() / 2), all.end());
  return all[all.size() / 2];
}

}  // namespace

Coverage cover(const std::vector<Seen>& seen, const std::vector<Seen>& other, uint64_t Sighting::*key) {
  SeenByKey others;
  std::vector<const SourceFacts*> sources;
  for (const Seen& one : other) {
    auto& same = others[one.what->*key];
    if (same.size() < 4096) same.push_back(one);
    if (sources.empty() || sources.back() != one.source) sources.push_back(one.source);
  }
  const int64_t shift = clock_shift(seen, others, key);
  auto inside = [&](const Seen& one) {
    int64_t there = static_cast<int64_t>(one.ticks()) + shift;
    return std::any_of(sources.begin(), sources.end(), [&](const SourceFacts* source) {
      return static_cast<int64_t>(source->earliest) + kAtTheEdge < there &&
             there + kAtTheEdge < static_cast<int64_t>(source->latest);
    });
  };
  Coverage out;
  std::vector<Seen> run;
  Seen before;
  auto flush = [&](const Seen& after) {
    if (run.size() < kRun) out.looked += run.size();
    if (!run.empty()) out.runs.push_back({std::move(run), before, after});
    run.clear();
  };
  for (const Seen& one : seen) {
    const Seen* match = nearest(others, one.what->*key, one, shift);
    if (match && std::abs(apart(one, *match) - shift) <= kInStep) {
      flush(*match);
      before = *match;
      ++out.matched;
      ++out.looked;
    } else if (inside(one)) {
      run.push_back(one);
    }
  }
  flush({});
  return out;
}

}  // namespace sil::tracks
