#include "hunt/explain.h"

#include <algorithm>

#include "hunt/plain.h"
#include "model/taxonomy.h"

namespace sil::hunt {
namespace {

std::string pattern_text(const Pattern& pattern) {
  std::string out;
  for (const PatternPart& part : pattern.parts) {
    switch (part.kind) {
      case PatternPart::Kind::kLiteral: out += part.literal; break;
      case PatternPart::Kind::kAnyRun: out += '*'; break;
      case PatternPart::Kind::kAnyOne: out += '?'; break;
      case PatternPart::Kind::kDash: out += "[-/]"; break;
    }
  }
  return "'" + out + "'" + (pattern.cased ? " (case counts)" : "");
}

std::string number_text(const Number& number) {
  switch (number.kind) {
    case Number::Kind::kSigned: return std::to_string(number.i);
    case Number::Kind::kUnsigned: return std::to_string(number.u);
    case Number::Kind::kReal: return std::to_string(number.d);
    case Number::Kind::kNone: break;
  }
  return "?";
}

const char* compare_text(CompareOp op) {
  switch (op) {
    case CompareOp::kEqual: return "= ";
    case CompareOp::kLess: return "< ";
    case CompareOp::kLessEqual: return "<= ";
    case CompareOp::kGreater: return "> ";
    case CompareOp::kGreaterEqual: return ">= ";
  }
  return "";
}

const char* part_text(TimePart part) {
  switch (part) {
    case TimePart::kMinute: return "minute ";
    case TimePart::kHour: return "hour ";
    case TimePart::kDay: return "day ";
    case TimePart::kWeek: return "week ";
    case TimePart::kMonth: return "month ";
    case TimePart::kYear: return "year ";
  }
  return "";
}

std::string field_reference(const Test& test) {
  switch (test.field_match) {
    case FieldMatch::kStartsWith: return "starts with field " + test.operand->text;
    case FieldMatch::kEndsWith: return "ends with field " + test.operand->text;
    case FieldMatch::kContains: return "contains field " + test.operand->text;
    case FieldMatch::kWhole: break;
  }
  return "equals field " + test.operand->text;
}

// Which selections stand positively, which only under `not`.
void mark_signs(const Rule& rule, size_t index, bool negated, std::vector<bool>* positive) {
  const ConditionNode& node = rule.condition[index];
  if (node.kind == ConditionNode::Kind::kSelection) {
    if (!negated) (*positive)[node.selection] = true;
    return;
  }
  bool below = node.kind == ConditionNode::Kind::kNot ? !negated : negated;
  for (uint32_t child : node.children) mark_signs(rule, child, below, positive);
}

std::vector<bool> positive_selections(const Rule& rule) {
  std::vector<bool> positive(rule.selections.size());
  if (!rule.condition.empty()) mark_signs(rule, rule.condition.size() - 1, false, &positive);
  return positive;
}

std::string node_text(const Rule& rule, size_t index, bool inner) {
  const ConditionNode& node = rule.condition[index];
  if (node.kind == ConditionNode::Kind::kSelection) return rule.selections[node.selection].name;
  if (node.kind == ConditionNode::Kind::kNot) return "not " + node_text(rule, node.children[0], true);
  bool counted = node.kind == ConditionNode::Kind::kAtLeast;
  const char* joint = counted ? ", " : node.kind == ConditionNode::Kind::kAnd ? " and " : " or ";
  std::string out;
  for (uint32_t child : node.children) out += (out.empty() ? "" : joint) + node_text(rule, child, !counted);
  if (counted && node.count == node.children.size()) return "all of (" + out + ")";
  if (counted) return std::to_string(node.count) + " of (" + out + ")";
  return inner && node.children.size() > 1 ? "(" + out + ")" : out;
}

ExplainedItem explain_item(const Rule& rule, const Item& item, const Event& event) {
  ExplainedItem out;
  out.field = item.field;
  out.all = item.all;
  out.negated = item.negate;
  out.held = plain_item(rule, item, event);
  if (!item.field.empty() && event.kind) {
    FieldSource source = field_source(rule.logsource, *event.kind, item.field);
    out.log_fields = source.names;
    out.log_lacks = source.missing;
    out.present = plain_values(rule.logsource, event, item.field, &out.values);
  }
  Item alone = item;
  alone.all = alone.negate = false;
  for (const std::vector<Test>& group : item.groups) {
    ExplainedTest test;
    for (const Test& one : group) test.wanted += (test.wanted.empty() ? "" : " or ") + test_text(one);
    alone.groups = {group};
    test.held = plain_item(rule, alone, event);
    out.tests.push_back(std::move(test));
  }
  return out;
}

// Items that hold, and values of `all` items that do.
std::pair<uint32_t, uint32_t> held_parts(const Rule& rule, const std::vector<Item>& items, const Event& event) {
  std::pair<uint32_t, uint32_t> out;
  for (const Item& item : items) {
    out.first += plain_item(rule, item, event) ? 1 : 0;
    if (!item.all) continue;
    Item alone = item;
    alone.all = alone.negate = false;
    for (const std::vector<Test>& group : item.groups) {
      alone.groups = {group};
      out.second += plain_item(rule, alone, event) ? 1 : 0;
    }
  }
  return out;
}

}  // namespace

std::string test_text(const Test& test) {
  switch (test.kind) {
    case Test::Kind::kPattern: return pattern_text(test.pattern);
    case Test::Kind::kNumber: return test.operand->text;
    case Test::Kind::kBoolean: return test.boolean ? "true" : "false";
    case Test::Kind::kNull: return "null or absent";
    case Test::Kind::kExists: return test.boolean ? "exists" : "does not exist";
    case Test::Kind::kRegex:
      return "/" + test.operand->text + "/" + (test.ignore_case ? "i" : "") + (test.multi_line ? "m" : "") +
             (test.dot_all ? "s" : "");
    case Test::Kind::kCidr: return "in " + test.operand->text;
    case Test::Kind::kCompare: return compare_text(test.compare) + number_text(test.operand->number);
    case Test::Kind::kTimePart:
      return std::string(part_text(test.time_part)) + compare_text(test.compare) + number_text(test.operand->number);
    case Test::Kind::kFieldRef: return field_reference(test);
  }
  return {};
}

std::string condition_text(const Rule& rule) {
  return rule.condition.empty() ? std::string() : node_text(rule, rule.condition.size() - 1, false);
}

Nearness nearness(const Rule& rule, const Event& event, bool anyway) {
  Nearness out;
  out.applies = plain_applies(rule, event);
  if (!event.kind || (!out.applies && !anyway)) return out;
  std::vector<bool> positive = positive_selections(rule);
  for (size_t i = 0; i < rule.selections.size(); ++i) {
    const Selection& selection = rule.selections[i];
    bool held = plain_selection(rule, selection, event);
    if (!positive[i]) {
      out.filters -= held ? 1 : 0;
      continue;
    }
    out.selections += held ? 1 : 0;
    std::pair<uint32_t, uint32_t> best;
    for (const std::vector<Item>& items : selection.alternatives) best = std::max(best, held_parts(rule, items, event));
    out.items += best.first;
    out.values += best.second;
  }
  out.matched = out.applies && plain_match(rule, event);
  return out;
}

Explanation explain_record(const Rule& rule, const Event& event) {
  Explanation out;
  out.rule = &rule.info;
  out.condition = condition_text(rule);
  out.has_record = true;
  out.applies = plain_applies(rule, event);
  out.matched = plain_match(rule, event);
  std::vector<bool> positive = positive_selections(rule);
  for (size_t i = 0; i < rule.selections.size(); ++i) {
    const Selection& selection = rule.selections[i];
    ExplainedSelection explained;
    explained.name = selection.name;
    explained.line = selection.line;
    explained.filter = !positive[i];
    explained.held = plain_selection(rule, selection, event);
    for (const std::vector<Item>& items : selection.alternatives) {
      explained.alternatives.emplace_back();
      for (const Item& item : items) explained.alternatives.back().push_back(explain_item(rule, item, event));
    }
    out.selections.push_back(std::move(explained));
  }
  std::vector<MatchedField> matched;
  explain_match(rule, event, &matched, &out.missing_fields);
  return out;
}

}  // namespace sil::hunt
