#include "hunt/window_value.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sil::hunt {
namespace {

__extension__ typedef __int128 Whole;  // NOLINT(modernize-use-using): the extension mark needs a typedef

long double real_of(const Tuple& tuple) {
  switch (tuple.kind) {
    case Tuple::kUnsigned: return static_cast<long double>(tuple.value.high);
    case Tuple::kSigned: return static_cast<long double>(std::bit_cast<int64_t>(tuple.value.high));
    case Tuple::kReal: return std::bit_cast<double>(tuple.value.high);
    default: return 0;
  }
}

Whole whole_of(const Tuple& tuple) {
  return tuple.kind == Tuple::kSigned ? Whole{std::bit_cast<int64_t>(tuple.value.high)} : Whole{tuple.value.high};
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
  if (tuple.kind == Tuple::kUnsigned) out = unsigned_number(tuple.value.high);
  if (tuple.kind == Tuple::kReal) out = real_number(std::bit_cast<double>(tuple.value.high));
  if (tuple.kind == Tuple::kSigned) {
    out.kind = Number::Kind::kSigned;
    out.i = std::bit_cast<int64_t>(tuple.value.high);
  }
  return out;
}

bool set_number(const Number& number, Tuple::Kind* kind, TextKey* value) {
  switch (number.kind) {
    case Number::Kind::kNone: return false;
    case Number::Kind::kUnsigned:
      *kind = Tuple::kUnsigned;
      value->high = number.u;
      break;
    case Number::Kind::kSigned:
      *kind = Tuple::kSigned;
      value->high = std::bit_cast<uint64_t>(number.i);
      break;
    case Number::Kind::kReal:
      *kind = Tuple::kReal;
      value->high = std::bit_cast<uint64_t>(number.d);
      break;
  }
  return true;
}

WindowValue::WindowValue(const Correlation& correlation)
    : correlation_(correlation), members_(correlation.members.size()) {}

void WindowValue::FractionSum::clear() {
  older_.clear();
  newer_.clear();
  newer_sum_ = 0;
}

void WindowValue::FractionSum::push(long double value) {
  newer_.push_back(value);
  newer_sum_ += value;
}

void WindowValue::FractionSum::pop() {
  if (older_.empty()) {
    long double sum = 0;
    for (size_t i = newer_.size(); i > 0; --i) older_.push_back(sum += newer_[i - 1]);
    newer_.clear();
    newer_sum_ = 0;
  }
  if (!older_.empty()) older_.pop_back();
}

void WindowValue::clear() {
  count_ = serial_ = 0;
  whole_ = 0;
  fractions_.clear();
  texts_.clear();
  ordered_.clear();
  std::fill(members_.begin(), members_.end(), 0);
  members_seen_ = 0;
}

void WindowValue::add(const Tuple& tuple) {
  ++count_;
  if (members_[tuple.member]++ == 0) ++members_seen_;
  if (tuple.kind == Tuple::kText)
    ++texts_[tuple.value];
  else if (is_quantile(correlation_.type))
    ordered_.insert({real_of(tuple), ++serial_});
  else if (tuple.kind == Tuple::kReal)
    fractions_.push(real_of(tuple));
  else
    whole_ += whole_of(tuple);
}

void WindowValue::remove(const Tuple& tuple) {
  --count_;
  if (--members_[tuple.member] == 0) --members_seen_;
  if (tuple.kind == Tuple::kText) {
    auto found = texts_.find(tuple.value);
    if (found != texts_.end() && --found->second == 0) texts_.erase(found);
  } else if (is_quantile(correlation_.type)) {
    auto found = ordered_.lower_bound({real_of(tuple), 0});
    if (found != ordered_.end()) ordered_.erase(found);
  } else if (tuple.kind == Tuple::kReal) {
    fractions_.pop();
  } else {
    whole_ -= whole_of(tuple);
  }
}

Number WindowValue::value() const {
  switch (correlation_.type) {
    case CorrelationType::kEventCount: return unsigned_number(count_);
    case CorrelationType::kValueCount: return unsigned_number(texts_.size());
    case CorrelationType::kTemporal:
    case CorrelationType::kTemporalOrdered: return unsigned_number(members_seen_);
    case CorrelationType::kValueSum: return sum(false);
    case CorrelationType::kValueAverage: return sum(true);
    case CorrelationType::kValuePercentile: return quantile(correlation_.percentile);
    case CorrelationType::kValueMedian: return quantile(50);
  }
  return {};
}

Number WindowValue::sum(bool average) const {
  if (count_ == 0) return {};
  if (fractions_.empty()) {
    if (!average) return whole_number(whole_);
    if (whole_ % Whole{count_} == 0) return whole_number(whole_ / Whole{count_});
    return real_number(static_cast<long double>(whole_) / static_cast<long double>(count_));
  }
  long double total = static_cast<long double>(whole_) + fractions_.total();
  return real_number(average ? total / static_cast<long double>(count_) : total);
}

// Linear interpolation between the two nearest ranks, rank = p/100 * (n - 1).
Number WindowValue::quantile(double percent) const {
  if (ordered_.empty()) return {};
  long double rank = static_cast<long double>(percent) / 100 * static_cast<long double>(ordered_.size() - 1);
  auto below = static_cast<size_t>(std::floor(rank));
  size_t above = std::min(below + 1, ordered_.size() - 1);
  long double part = rank - static_cast<long double>(below);
  long double low = ordered_.find_by_order(below)->first, high = ordered_.find_by_order(above)->first;
  long double value = low + part * (high - low);
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
