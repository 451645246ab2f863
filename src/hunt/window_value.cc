#include "hunt/window_value.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sil::hunt {
namespace {

__extension__ typedef __int128 Whole;  // NOLINT(modernize-use-using): the extension mark needs a typedef

long double real_of(const Tuple& tuple) {
  switch (tuple.kind) {
    case Tuple::kUnsigned: return static_cast<long double>(tuple.value);
    case Tuple::kSigned: return static_cast<long double>(std::bit_cast<int64_t>(tuple.value));
    case Tuple::kReal: return std::bit_cast<double>(tuple.value);
    default: return 0;
  }
}

Whole whole_of(const Tuple& tuple) {
  return tuple.kind == Tuple::kSigned ? Whole{std::bit_cast<int64_t>(tuple.value)} : Whole{tuple.value};
}

Number unsigned_number(uint64_t value) {
  Number out;
  out.kind = Number::Kind::kUnsigned;
  out.u = value;
  return out;
}
Number real_number(long double value) {
  Number out;
  out.kind = Number::Kind::kReal;
  out.d = static_cast<double>(value);
  return out;
}
Number whole_number(Whole value) {
  if (value >= 0 && value <= Whole{UINT64_MAX}) return unsigned_number(static_cast<uint64_t>(value));
  if (value < Whole{INT64_MIN} || value > 0) return real_number(static_cast<long double>(value));
  Number out;
  out.kind = Number::Kind::kSigned;
  out.i = static_cast<int64_t>(value);
  return out;
}

bool is_quantile(CorrelationType type) {
  return type == CorrelationType::kValuePercentile || type == CorrelationType::kValueMedian;
}

}  // namespace

Number number_of(const Tuple& tuple) {
  Number out;
  if (tuple.kind == Tuple::kUnsigned) out = unsigned_number(tuple.value);
  if (tuple.kind == Tuple::kReal) out = real_number(std::bit_cast<double>(tuple.value));
  if (tuple.kind == Tuple::kSigned) {
    out.kind = Number::Kind::kSigned;
    out.i = std::bit_cast<int64_t>(tuple.value);
  }
  return out;
}

void set_number(const Number& number, Tuple* tuple) {
  switch (number.kind) {
    case Number::Kind::kNone: tuple->kind = Tuple::kNone; break;
    case Number::Kind::kUnsigned:
      tuple->kind = Tuple::kUnsigned;
      tuple->value = number.u;
      break;
    case Number::Kind::kSigned:
      tuple->kind = Tuple::kSigned;
      tuple->value = std::bit_cast<uint64_t>(number.i);
      break;
    case Number::Kind::kReal:
      tuple->kind = Tuple::kReal;
      tuple->value = std::bit_cast<uint64_t>(number.d);
      break;
  }
}

WindowValue::WindowValue(const Correlation& correlation)
    : correlation_(correlation), members_(correlation.members.size()) {}

void WindowValue::clear() {
  count_ = fractions_ = 0;
  whole_ = 0;
  texts_.clear();
  sorted_.clear();
  std::fill(members_.begin(), members_.end(), 0);
  members_seen_ = 0;
}

void WindowValue::add(const Tuple& tuple) {
  ++count_;
  if (members_[tuple.member]++ == 0) ++members_seen_;
  if (tuple.kind == Tuple::kText) {
    ++texts_[tuple.value];
  } else if (is_quantile(correlation_.type)) {
    long double value = real_of(tuple);
    sorted_.insert(std::upper_bound(sorted_.begin(), sorted_.end(), value), value);
  } else if (tuple.kind == Tuple::kReal) {
    ++fractions_;
  } else {
    whole_ += whole_of(tuple);
  }
}

void WindowValue::remove(const Tuple& tuple) {
  --count_;
  if (--members_[tuple.member] == 0) --members_seen_;
  if (tuple.kind == Tuple::kText) {
    auto found = texts_.find(tuple.value);
    if (found != texts_.end() && --found->second == 0) texts_.erase(found);
  } else if (is_quantile(correlation_.type)) {
    auto found = std::lower_bound(sorted_.begin(), sorted_.end(), real_of(tuple));
    if (found != sorted_.end()) sorted_.erase(found);
  } else if (tuple.kind == Tuple::kReal) {
    --fractions_;
  } else {
    whole_ -= whole_of(tuple);
  }
}

Number WindowValue::value(const std::deque<Tuple>& window) const {
  switch (correlation_.type) {
    case CorrelationType::kEventCount: return unsigned_number(count_);
    case CorrelationType::kValueCount: return unsigned_number(texts_.size());
    case CorrelationType::kTemporal:
    case CorrelationType::kTemporalOrdered: return unsigned_number(members_seen_);
    case CorrelationType::kValueSum: return sum(window, false);
    case CorrelationType::kValueAverage: return sum(window, true);
    case CorrelationType::kValuePercentile: return quantile(correlation_.percentile);
    case CorrelationType::kValueMedian: return quantile(50);
  }
  return {};
}

Number WindowValue::sum(const std::deque<Tuple>& window, bool average) const {
  if (count_ == 0) return {};
  if (fractions_ == 0) {
    if (!average) return whole_number(whole_);
    if (whole_ % Whole{count_} == 0) return whole_number(whole_ / Whole{count_});
    return real_number(static_cast<long double>(whole_) / static_cast<long double>(count_));
  }
  long double total = static_cast<long double>(whole_);
  for (const Tuple& tuple : window) {
    if (tuple.kind == Tuple::kReal) total += real_of(tuple);
  }
  return real_number(average ? total / static_cast<long double>(count_) : total);
}

// Linear interpolation between the two nearest ranks, rank = p/100 * (n - 1).
Number WindowValue::quantile(double percent) const {
  if (sorted_.empty()) return {};
  long double rank = static_cast<long double>(percent) / 100 * static_cast<long double>(sorted_.size() - 1);
  auto below = static_cast<size_t>(std::floor(rank));
  size_t above = std::min(below + 1, sorted_.size() - 1);
  long double part = rank - static_cast<long double>(below);
  long double value = sorted_[below] + part * (sorted_[above] - sorted_[below]);
  if (value == std::floor(value) && value >= 0 && value <= static_cast<long double>(UINT64_MAX))
    return unsigned_number(static_cast<uint64_t>(value));
  return real_number(value);
}

bool WindowValue::holds(const Number& value) const {
  bool temporal = correlation_.type == CorrelationType::kTemporal;
  if (temporal && !correlation_.seen.empty()) return seen(correlation_.seen.size() - 1);
  if (temporal && correlation_.bounds.empty()) return members_seen_ == members_.size();
  return within(correlation_.bounds, value);
}

bool WindowValue::seen(size_t index) const {
  const ConditionNode& node = correlation_.seen[index];
  if (node.kind == ConditionNode::Kind::kSelection) return members_[node.selection] > 0;
  if (node.kind == ConditionNode::Kind::kNot) return !seen(node.children[0]);
  size_t held = 0;
  for (uint32_t child : node.children) held += seen(child);
  return held >= (node.kind == ConditionNode::Kind::kAnd  ? node.children.size()
                  : node.kind == ConditionNode::Kind::kOr ? 1
                                                          : node.count);
}

}  // namespace sil::hunt
