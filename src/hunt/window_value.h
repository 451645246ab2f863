// What a correlation's condition looks at, kept up to date while events enter and leave the window: a count,
// a number of distinct values, a sum, a quantile, or which rules were seen (docs/design/correlation.md).
// Thread rule: one thread.
#pragma once

#include <cstdint>
#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hunt/correlation.h"
#include "hunt/tuple_sorter.h"

namespace sil::hunt {

Number number_of(const Tuple& tuple);                                      // kNone for texts
bool set_number(const Number& number, Tuple::Kind* kind, TextKey* value);  // false: no number

class WindowValue {
 public:
  explicit WindowValue(const Correlation& correlation);
  void clear();
  void add(const Tuple& tuple);     // O(1) amortised; quantiles O(log n)
  void remove(const Tuple& tuple);  // the oldest of those that were added
  // The value now. kNone: there is none (an average of nothing).
  [[nodiscard]] Number value() const;
  // Does the condition hold? temporal_ordered is judged by GroupWindow.
  [[nodiscard]] bool holds(const Number& value) const;

 private:
  // Sum of fractions that leave in the order in which they came. A running sum that adds and subtracts drifts;
  // this one only ever adds: sums of suffixes for the older half, one sum for the newer.
  class FractionSum {
   public:
    void clear();
    void push(long double value);
    void pop();
    [[nodiscard]] bool empty() const { return older_.empty() && newer_.empty(); }
    [[nodiscard]] long double total() const { return (older_.empty() ? 0 : older_.back()) + newer_sum_; }

   private:
    std::vector<long double> older_, newer_;
    long double newer_sum_ = 0;
  };
  // Values in order, with the number of each added so that equal ones differ; finds the k-th in O(log n).
  using Ordered = __gnu_pbds::tree<std::pair<long double, uint64_t>, __gnu_pbds::null_type,
                                   std::less<std::pair<long double, uint64_t>>, __gnu_pbds::rb_tree_tag,
                                   __gnu_pbds::tree_order_statistics_node_update>;
  struct KeyHash {
    size_t operator()(const TextKey& key) const { return key.low; }
  };

  [[nodiscard]] Number sum(bool average) const;
  [[nodiscard]] Number quantile(double percent) const;
  [[nodiscard]] bool seen(size_t node) const;

  const Correlation& correlation_;
  uint64_t count_ = 0, serial_ = 0;
  __extension__ __int128 whole_ = 0;                      // sum of the whole numbers, exact
  FractionSum fractions_;                                 // of those that are not whole
  std::unordered_map<TextKey, uint32_t, KeyHash> texts_;  // value_count: how often each value is in the window
  Ordered ordered_;                // quantiles; the 64 bits of mantissa of x86's long double hold every 64-bit integer
  std::vector<uint32_t> members_;  // temporal: events of each member
  uint32_t members_seen_ = 0;
};

}  // namespace sil::hunt
