// Most rules of a Windows log name the event ids they mean. A plan belongs to one log kind, and so to one event id:
// what a rule asks of EventID is settled when the plan is made, and rules of other ids never enter it.
// Thread rule: pure functions; a PossibleRules may be asked by several workers at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "hunt/rule.h"
#include "model/event.h"

namespace sil::hunt {

// The verdict of tests (any of) on an EventID of this number; nothing: it depends on more than the number.
std::optional<bool> test_event_id(const std::vector<std::vector<Test>>& groups, bool all, uint32_t event_id);
// Can the rule's condition hold for this event id, as far as its EventID items tell?
bool possible(const Rule& rule, const LogKind& kind);
// The same for many kinds: most rules do not ask EventID, and what is found out of those holds for every kind.
class PossibleRules {
 public:
  explicit PossibleRules(size_t rules) : known_(rules) {}
  [[nodiscard]] bool ask(const Rule& rule, uint32_t index, const LogKind& kind) const;

 private:
  enum : uint8_t { kUnknown, kDepends, kPossible, kImpossible };
  mutable std::vector<std::atomic<uint8_t>> known_;  // by rule index
};
// Is the field of this rule the event's EventID itself?
bool is_event_id(const Rule& rule, const LogKind& kind, std::string_view field);
// Does the event's value read as this number (an integer kind, or its decimal digits)?
bool reads_as(const Value& value, uint32_t event_id);

}  // namespace sil::hunt
