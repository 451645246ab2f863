#include "hunt/program_event_id.h"

#include <string>

#include "hunt/program_field.h"
#include "hunt/program_plan.h"
#include "hunt/test_value.h"
#include "model/taxonomy.h"

namespace sil::hunt {
namespace {

constexpr std::string_view kEventId = "EventID";

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

Three selection_verdict(const Rule& rule, const Selection& selection, const LogKind& kind) {
  Tally any(1);
  for (const auto& items : selection.alternatives) {
    Tally all(items.size());
    for (const Item& item : items) {
      Three verdict = Three::kUnknown;
      if (is_event_id(rule, kind, item.field)) {
        std::optional<bool> known = test_event_id(item.groups, item.all, kind.event_id);
        if (known) verdict = of(*known != item.negate);
      }
      all.add(verdict);
    }
    any.add(all.verdict());
  }
  return any.verdict();
}

Three condition_verdict(const Rule& rule, const ConditionNode& node, const LogKind& kind) {
  switch (node.kind) {
    case ConditionNode::Kind::kSelection: return selection_verdict(rule, rule.selections[node.selection], kind);
    case ConditionNode::Kind::kNot: return no(condition_verdict(rule, rule.condition[node.children[0]], kind));
    default: break;
  }
  Tally tally(node.kind == ConditionNode::Kind::kAnd  ? node.children.size()
              : node.kind == ConditionNode::Kind::kOr ? 1
                                                      : node.count);
  for (uint32_t child : node.children) tally.add(condition_verdict(rule, rule.condition[child], kind));
  return tally.verdict();
}

}  // namespace

bool is_event_id(const Rule& rule, const LogKind& kind, std::string_view field) {
  if (field != kEventId || kind.event_id == 0) return false;
  FieldSource source = field_source(rule.logsource, kind, field);
  return source.translation == Translation::kNone && source.names.size() == 1 && source.names[0] == "EventID";
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

bool possible(const Rule& rule, const LogKind& kind) {
  if (rule.condition.empty()) return false;
  return condition_verdict(rule, rule.condition.back(), kind) != Three::kFalse;
}

namespace {

bool names_event_id(const Rule& rule) {
  for (const Selection& selection : rule.selections) {
    for (const auto& items : selection.alternatives) {
      for (const Item& item : items) {
        if (item.field == kEventId) return true;
      }
    }
  }
  return false;
}

}  // namespace

bool PossibleRules::ask(const Rule& rule, uint32_t index, const LogKind& kind) const {
  std::atomic<uint8_t>& known = known_[index];
  switch (known.load(std::memory_order_relaxed)) {
    case kDepends: return possible(rule, kind);
    case kPossible: return true;
    case kImpossible: return false;
    default: break;
  }
  const bool answer = possible(rule, kind);
  known.store(names_event_id(rule) ? kDepends : answer ? kPossible : kImpossible, std::memory_order_relaxed);
  return answer;
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
