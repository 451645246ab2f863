// Most rules of a Windows log name the event ids they mean. A plan belongs to one log kind, and so to one event id:
// what a rule asks of EventID is settled when the plan is made, and rules of other ids never enter it.
// Thread rule: pure functions; a PossibleRules may be asked by several workers at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "hunt/known_by_rule.h"
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
  explicit PossibleRules(size_t rules) : known_(rules) {}
  // `event_id`: nothing if the rule's EventID is not the event's own id.
  [[nodiscard]] bool ask(const Rule& rule, uint32_t index, std::optional<uint32_t> event_id) const;

 private:
  struct Known {
    bool unasked = false;            // without a look at EventID
    bool others = false;             // for an id that the rule does not mean
    bool ask_anew = false;           // some test means more than single ids
    std::vector<uint32_t> means;     // ids
    std::vector<bool> means_answer;  // of each
  };
  static Known found_out(const Rule& rule);
  KnownByRule<Known> known_;
};
// Does the event's value read as this number (an integer kind, or its decimal digits)?
bool reads_as(const Value& value, uint32_t event_id);

}  // namespace sil::hunt
