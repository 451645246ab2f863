// A Sigma correlation after parsing: which rules it counts, how their events are grouped, and when it fires.
// Spec: Sigma 2.1.0 correlation rules; decisions where it is silent: docs/decisions/sigma.md.
//
// Thread rule: immutable after load.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hunt/condition_tree.h"
#include "model/finding.h"
#include "model/value.h"

namespace sil::hunt {

enum class CorrelationType : uint8_t {
  kEventCount,
  kValueCount,
  kTemporal,
  kTemporalOrdered,
  kValueSum,
  kValueAverage,
  kValuePercentile,
  kValueMedian,
};
// An aggregation of Sigma 1 without timeframe: everything read is one window. Far from overflow when added to
// a time.
constexpr uint64_t kUnlimitedTimespan = UINT64_MAX / 4;

const char* correlation_name(CorrelationType type);

enum class CountOp : uint8_t { kGreater, kGreaterEqual, kLess, kLessEqual, kEqual, kNotEqual };
struct Bound {  // all bounds of a correlation must hold (a range)
  CountOp op = CountOp::kGreaterEqual;
  Number value;
};
bool within(const std::vector<Bound>& bounds, const Number& value);
// lt, lte, eq and neq can turn true by waiting: they are judged when the window closes.
bool judged_at_close(const std::vector<Bound>& bounds);

struct CorrelationMember {
  bool nested = false;  // index into RuleSet::correlations, else into RuleSet::rules
  uint32_t index = 0;
  std::string name;  // as the correlation refers to it
};
struct GroupField {
  std::string name;                 // field or alias, as group-by has it
  std::vector<std::string> fields;  // one a member: the field to read there (the alias resolved)
};

struct Correlation {
  RuleInfo info;
  std::string name;
  std::string author, date, modified;
  std::vector<std::string> falsepositives;
  CorrelationType type = CorrelationType::kEventCount;
  std::vector<CorrelationMember> members;  // temporal_ordered: in this order
  std::vector<GroupField> group_by;        // an event that lacks one of them does not count
  uint64_t timespan = 0;                   // 100 ns ticks; sliding window on event time, both ends inclusive
  std::vector<Bound> bounds;               // counts, values; temporal: empty (or on the number of rules seen)
  std::vector<ConditionNode> seen;         // temporal: expression over members; empty = all of them
  std::vector<GroupField> fields;          // value_*: the field(s); several = the tuple
  double percentile = 50;                  // value_percentile
  bool generate = false;                   // true: the members' own findings are shown too
  bool silent = false;                     // member of another correlation without generate
  bool translated = false;                 // out of a Sigma 1 aggregation ("| count() by f > n")
  uint32_t line = 1;
};

}  // namespace sil::hunt
