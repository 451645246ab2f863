// Most rules of a Windows log name the event ids they mean. A plan belongs to one log kind, and so to one event id:
// what a rule asks of EventID is settled when the plan is made, and rules of other ids never enter it.
// Thread rule: pure functions; a PossibleRules may be asked by several workers at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "hunt/rule.h"
#include "model/event.h"

namespace sil::hunt {

constexpr std::string_view kEventIdField = "EventID";

// The verdict of tests (any of) on an EventID of this number; nothing: it depends on more than the number.
std::optional<bool> test_event_id(const std::vector<std::vector<Test>>& groups, bool all, uint32_t event_id);
// Do rules of this logsource, asking EventID, ask the event's own id?
bool asks_own_event_id(const Logsource& logsource, const LogKind& kind);

// Can a rule's condition hold for an event id, as far as its EventID items tell? Found out once a rule: most do not ask
// EventID, and the others mean a few ids, with one answer for all the rest.
class PossibleRules {
 public:
  explicit PossibleRules(size_t rules) : known_(new std::atomic<const Known*>[rules]()), rules_(rules) {}
  ~PossibleRules();
  PossibleRules(const PossibleRules&) = delete;
  PossibleRules& operator=(const PossibleRules&) = delete;
  // `event_id`: nothing if the rule's EventID is not the event's own id.
  [[nodiscard]] bool ask(const Rule& rule, uint32_t index, std::optional<uint32_t> event_id) const;

 private:
  struct Known;
  std::unique_ptr<std::atomic<const Known*>[]> known_;  // by rule index
  size_t rules_;
};
// Does the event's value read as this number (an integer kind, or its decimal digits)?
bool reads_as(const Value& value, uint32_t event_id);

}  // namespace sil::hunt
