#include "hunt/program_event_id.h"

#include <algorithm>
#include <string>

#include "hunt/program_field.h"
#include "hunt/program_plan.h"
#include "hunt/test_value.h"
#include "model/taxonomy.h"

namespace sil::hunt {
namespace {

enum class Three : uint8_t { kFalse, kTrue, kUnknown };
Three of(bool truth) {
  return truth ? Three::kTrue : Three::kFalse;
}
Three no(Three t) {
  return t == Three::kUnknown ? t : of(t == Three::kFalse);
}

// At least `wanted` of some; each told by add().
class Tally {
 public:
  explicit Tally(size_t wanted) : wanted_(wanted) {}
  void add(Three t) {
    held_ += t == Three::kTrue;
    open_ += t == Three::kUnknown;
  }
  [[nodiscard]] Three verdict() const {
    if (held_ >= wanted_) return Three::kTrue;
    return held_ + open_ >= wanted_ ? Three::kUnknown : Three::kFalse;
  }

 private:
  size_t wanted_, held_ = 0, open_ = 0;
};

using EventId = std::optional<uint32_t>;

Three selection_verdict(const Selection& selection, EventId event_id) {
  Tally any(1);
  for (const auto& items : selection.alternatives) {
    Tally all(items.size());
    for (const Item& item : items) {
      Three verdict = Three::kUnknown;
      if (event_id && item.field == kEventIdField) {
        std::optional<bool> known = test_event_id(item.groups, item.all, *event_id);
        if (known) verdict = of(*known != item.negate);
      }
      all.add(verdict);
    }
    any.add(all.verdict());
  }
  return any.verdict();
}

Three condition_verdict(const Rule& rule, const ConditionNode& node, EventId event_id) {
  switch (node.kind) {
    case ConditionNode::Kind::kSelection: return selection_verdict(rule.selections[node.selection], event_id);
    case ConditionNode::Kind::kNot: return no(condition_verdict(rule, rule.condition[node.children[0]], event_id));
    default: break;
  }
  Tally tally(node.kind == ConditionNode::Kind::kAnd  ? node.children.size()
              : node.kind == ConditionNode::Kind::kOr ? 1
                                                      : node.count);
  for (uint32_t child : node.children) tally.add(condition_verdict(rule, rule.condition[child], event_id));
  return tally.verdict();
}

}  // namespace

bool asks_own_event_id(const Logsource& logsource, const LogKind& kind) {
  if (kind.event_id == 0) return false;
  FieldSource source = field_source(logsource, kind, kEventIdField);
  return source.translation == Translation::kNone && source.names.size() == 1 && source.names[0] == kEventIdField;
}

std::optional<bool> test_event_id(const std::vector<std::vector<Test>>& groups, bool all, uint32_t event_id) {
  std::string digits = std::to_string(event_id);
  Value value = utf8_value(digits);
  size_t held = 0;
  for (const auto& group : groups) {
    bool any = false;
    for (const Test& test : group) {
      switch (test.kind) {
        case Test::Kind::kNumber: any = any || number_equals(test, value); break;
        case Test::Kind::kPattern: any = any || glob_matches(test.pattern, digits, test.pattern.cased); break;
        case Test::Kind::kExists: any = any || test.boolean; break;
        case Test::Kind::kCompare: any = any || compares(test, value); break;
        case Test::Kind::kNull: break;
        default: return std::nullopt;
      }
    }
    held += any;
  }
  return held >= (all ? groups.size() : 1);
}

namespace {

bool possible(const Rule& rule, EventId event_id) {
  if (rule.condition.empty()) return false;
  return condition_verdict(rule, rule.condition.back(), event_id) != Three::kFalse;
}

// The ids for which this test may say anything else than for all the rest; false: it may for any.
bool append_meant(const Test& test, std::vector<uint32_t>* ids) {
  switch (test.kind) {
    case Test::Kind::kExists:
    case Test::Kind::kNull: return true;
    case Test::Kind::kNumber: {
      if (test.operand->number.kind == Number::Kind::kReal) return false;
      const uint64_t id = test.operand->number.kind == Number::Kind::kSigned
                              ? static_cast<uint64_t>(test.operand->number.i)
                              : test.operand->number.u;
      ids->push_back(static_cast<uint32_t>(id));  // one too many does no harm
      return true;
    }
    case Test::Kind::kPattern: {
      const std::vector<PatternPart>& parts = test.pattern.parts;
      if (parts.empty()) return true;  // no number is empty
      if (parts.size() > 1 || parts[0].kind != PatternPart::Kind::kLiteral) return false;
      const Number number = parse_number(parts[0].literal);
      if (number.kind == Number::Kind::kUnsigned) ids->push_back(static_cast<uint32_t>(number.u));
      if (number.kind == Number::Kind::kSigned) ids->push_back(static_cast<uint32_t>(number.i));
      return true;
    }
    default: return false;
  }
}

// `asks`: the rule names EventID at all.
bool append_meant(const Rule& rule, std::vector<uint32_t>* ids, bool* asks) {
  for (const Selection& selection : rule.selections) {
    for (const auto& items : selection.alternatives) {
      for (const Item& item : items) {
        if (item.field != kEventIdField) continue;
        *asks = true;
        for (const auto& group : item.groups) {
          for (const Test& test : group) {
            if (!append_meant(test, ids)) return false;
          }
        }
      }
    }
  }
  return true;
}

}  // namespace

PossibleRules::Known PossibleRules::found_out(const Rule& rule) {
  Known made;
  bool asks = false;
  made.unasked = possible(rule, std::nullopt);
  made.ask_anew = !append_meant(rule, &made.means, &asks);
  uint32_t other = 0xFFFFFFFF;
  while (std::find(made.means.begin(), made.means.end(), other) != made.means.end()) --other;
  made.others = asks ? possible(rule, other) : made.unasked;
  for (uint32_t id : made.means) made.means_answer.push_back(possible(rule, id));
  return made;
}

bool PossibleRules::ask(const Rule& rule, uint32_t index, std::optional<uint32_t> event_id) const {
  const Known& known = known_.of(index, [&] { return found_out(rule); });
  if (!event_id) return known.unasked;
  if (known.ask_anew) return possible(rule, event_id);
  const auto found = std::find(known.means.begin(), known.means.end(), *event_id);
  return found == known.means.end() ? known.others
                                    : known.means_answer[static_cast<size_t>(found - known.means.begin())];
}

bool reads_as(const Value& value, uint32_t event_id) {
  switch (value.kind) {
    case ValueKind::kUInt16: return value.size == 2 && load_le<uint16_t>(value.data) == event_id;
    case ValueKind::kUInt32: return value.size == 4 && load_le<uint32_t>(value.data) == event_id;
    case ValueKind::kUtf8:
    case ValueKind::kUtf16:
    case ValueKind::kJsonNumber:
    case ValueKind::kJsonString: {
      if (value.size > 20) return false;
      std::string text;
      append_text(value, &text);
      return text == std::to_string(event_id);
    }
    default: return false;
  }
}

}  // namespace sil::hunt
