// --suppress FILE: findings that the user has judged and does not want to see (docs/formats/suppressions.md).
// Thread rule: immutable once read.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "bytes/result.h"
#include "hunt/rule.h"
#include "model/event.h"
#include "model/finding.h"

namespace sil::flow {

class Suppressions {
 public:
  // `value` may hold '*' for any run of characters; case does not count. `rule` "*" means every rule.
  void add(const std::string& rule, const std::string& field, const std::string& value);
  // Is there an entry for this rule whose field has this value in this event, whether the rule reads the field or not?
  // The field is named as the rule names it or as the log does.
  [[nodiscard]] bool holds(const hunt::Rule& rule, const Event& event) const;
  // The same for a finding without an event of its own (a correlation): the fields it shows count.
  [[nodiscard]] bool holds(const Finding& finding) const;
  [[nodiscard]] bool empty() const { return by_rule_.empty(); }

 private:
  struct Entry {
    std::string field;
    hunt::Pattern value;
  };
  [[nodiscard]] static bool any_holds(const std::vector<Entry>& entries, const hunt::Rule& rule, const Event& event);
  std::unordered_map<std::string, std::vector<Entry>> by_rule_;  // folded id
};

// Errors: kUsage with file:line for a line that is no entry; those of reading.
Result<Suppressions> read_suppressions(const std::string& path);

}  // namespace sil::flow
