// An event written by hand as a YAML or JSON map: rule tests and the conformance table (docs/rules/tests.md).
// Lifetime: a WrittenEvent owns everything its event() views. Thread rule: immutable once made.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "hunt/fault.h"
#include "hunt/yaml.h"
#include "model/event.h"
#include "model/taxonomy.h"

namespace sil::hunt {

class WrittenEvent {
 public:
  // `usual` is the log of an event that names none itself (neither Channel nor logsource).
  static Parsed<std::unique_ptr<const WrittenEvent>> make(const YamlNode& map, const Logsource& usual);
  [[nodiscard]] const Event& event() const { return event_; }
  [[nodiscard]] uint32_t line() const { return line_; }

 private:
  WrittenEvent() = default;
  friend class EventBuilder;
  Event event_;
  std::shared_ptr<const Layout> layout_;
  std::vector<Value> values_;
  std::deque<std::string> texts_;
  uint32_t line_ = 0;
};

}  // namespace sil::hunt
