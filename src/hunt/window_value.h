// What a correlation's condition looks at, kept up to date while events enter and leave the window: a count,
// a number of distinct values, a sum, a quantile, or which rules were seen (docs/design/correlation.md).
// Thread rule: one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "hunt/correlation.h"
#include "hunt/tuple_sorter.h"

namespace sil::hunt {

Number number_of(const Tuple& tuple);  // kNone for texts
void set_number(const Number& number, Tuple* tuple);

class WindowValue {
 public:
  explicit WindowValue(const Correlation& correlation);
  void clear();
  void add(const Tuple& tuple);     // O(1); quantiles O(log n) and a move
  void remove(const Tuple& tuple);  // one that was added
  // The value now; `window` is what add() and remove() left (read only where fractions were summed: a running
  // sum of fractions drifts). kNone: there is none (an average of nothing).
  [[nodiscard]] Number value(const std::deque<Tuple>& window) const;
  // Does the condition hold? temporal_ordered is judged elsewhere (order_chain.h).
  [[nodiscard]] bool holds(const Number& value) const;

 private:
  [[nodiscard]] Number sum(const std::deque<Tuple>& window, bool average) const;
  [[nodiscard]] Number quantile(double percent) const;
  [[nodiscard]] bool seen(size_t node) const;

  const Correlation& correlation_;
  uint64_t count_ = 0, fractions_ = 0;
  __extension__ __int128 whole_ = 0;              // sum of the whole numbers, exact
  std::unordered_map<uint64_t, uint32_t> texts_;  // value_count: how often each value is in the window
  std::vector<long double> sorted_;               // quantiles; 64 bits of mantissa hold every 64-bit integer
  std::vector<uint32_t> members_;                 // temporal: events of each member
  uint32_t members_seen_ = 0;
};

}  // namespace sil::hunt
