// Why a rule does or does not match one record: selection by selection, item by item, value by value.
// Lifetime: owns everything but the rule's info, which the rule set keeps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/evidence.h"
#include "model/finding.h"

namespace sil {

struct ExplainedTest {
  std::string wanted;  // as it is compared: modifiers applied, wildcards written out
  bool held = false;
};
struct ExplainedItem {
  std::string field;                    // as the rule names it; empty = keywords, which search the whole record
  std::vector<std::string> log_fields;  // as the log names it
  bool present = false;                 // the record has the field (null and empty too)
  bool log_lacks = false;               // no record of this kind can carry it
  std::vector<std::string> values;      // several: members of an array
  bool all = false, negated = false, held = false;
  std::vector<ExplainedTest> tests;
};
struct ExplainedSelection {
  std::string name;
  uint32_t line = 0;
  bool filter = false;  // stands under `not` alone
  bool held = false;
  std::vector<std::vector<ExplainedItem>> alternatives;  // one of them must hold, with all its items
};

struct Explanation {
  const RuleInfo* rule = nullptr;
  std::string condition;
  bool has_record = false;  // false: no record of a log that the rule means; the rest is empty
  bool applies = false;     // the record is of a log that the rule means
  bool matched = false;
  Timestamp time;
  std::string host, channel;
  uint32_t event_id = 0;
  uint64_t record_id = 0;
  Citation citation;
  std::vector<ExplainedSelection> selections;
  std::vector<std::string> missing_fields;
  std::string looked_for;  // without a record: which logs the rule means
  uint64_t searched = 0;   // records that were looked at, all of them unless one matched
};

}  // namespace sil
