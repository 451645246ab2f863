#include "hunt/plain.h"

#include <algorithm>
#include <deque>
#include <set>

#include "bytes/text.h"
#include "hunt/pattern.h"
#include "hunt/regex.h"
#include "hunt/test_value.h"
#include "model/field_names.h"
#include "model/json_token.h"
#include "model/taxonomy.h"

namespace sil::hunt {
namespace {

// What a rule's field name means in one event: its members, or that it is absent.
struct FieldValues {
  bool present = false;           // present also when null or an empty array
  std::vector<Value> members;     // scalars and nulls
  std::deque<std::string> texts;  // behind translated members
};

void add_members(const Value& value, FieldValues* out) {
  if (!value.present()) return;
  out->present = true;
  for_each_member(value, [&](const Value& member) {
    out->members.push_back(member);
    return true;
  });
}

void add_places(const Event& event, std::string_view name, FieldValues* out) {
  if (!event.layout) return;
  for (const FieldPlace& place : resolve_field(*event.layout, name)) {
    Value value = event.value(event.layout->fields[place.field]);
    if (place.inside.empty()) {
      add_members(value, out);
    } else if (value.kind == ValueKind::kJsonArray || value.kind == ValueKind::kJsonObject) {
      visit_json_path(value, place.inside, [&](const Value& inner) {
        add_members(inner, out);
        return true;
      });
    }
  }
}

void read_translated(const FieldSource& source, const Event& event, FieldValues* out) {
  std::vector<std::string> texts;
  for (const std::string& name : source.names) {
    FieldValues raw;
    add_places(event, name, &raw);
    std::string joined;
    for (size_t i = 0; i < raw.members.size(); ++i) {
      if (i) joined += '\n';
      append_text(raw.members[i], &joined);
    }
    out->present = out->present || raw.present;
    texts.push_back(std::move(joined));
  }
  std::string text;
  if (out->present && translate(source, texts, &text)) {
    out->texts.push_back(std::move(text));
    out->members.push_back(utf8_value(out->texts.back()));
  } else {
    out->present = false;
  }
}

FieldValues read_source(const FieldSource& source, const Event& event) {
  FieldValues out;
  if (source.translation != Translation::kNone) {
    read_translated(source, event, &out);
    return out;
  }
  for (const std::string& name : source.names) {  // the first that the layout has
    if (!event.layout || resolve_field(*event.layout, name).empty()) continue;
    add_places(event, name, &out);
    break;
  }
  return out;
}

FieldValues read_field(const Rule& rule, const Event& event, std::string_view field) {
  return read_source(field_source(rule.logsource, *event.kind, field), event);
}

bool has_text(const Value& value) {
  return value.present() && value.kind != ValueKind::kNull && value.kind != ValueKind::kJsonObject;
}

std::string text_of(const Value& value, bool fold) {
  std::string out;
  if (fold)
    append_folded_text(value, &out);
  else
    append_text(value, &out);
  return out;
}

bool text_matches(const Pattern& pattern, std::string_view text) {
  if (pattern_matches(pattern, text)) return true;
  if (pattern.cased || has_wildcard(pattern.parts)) return false;
  while (text.ends_with(' ')) {  // a comparison without modifier does not see blanks behind the value
    text.remove_suffix(1);
    if (pattern_matches(pattern, text)) return true;
  }
  return false;
}

bool regex_matches(const Test& test, std::string_view text) {
  const Regex* regex = cached_regex(test.operand->text, {test.ignore_case, test.multi_line, test.dot_all});
  return regex && regex->search(text);
}

bool fields_agree(const Test& test, const Value& a, const Value& b) {
  if (!has_text(a) || !has_text(b)) return false;
  std::string left = text_of(a, !test.pattern.cased), right = text_of(b, !test.pattern.cased);
  switch (test.field_match) {
    case FieldMatch::kWhole: return left == right;
    case FieldMatch::kStartsWith: return left.starts_with(right);
    case FieldMatch::kEndsWith: return left.ends_with(right);
    case FieldMatch::kContains: return left.find(right) != std::string::npos;
  }
  return false;
}

class PlainEvaluator {
 public:
  PlainEvaluator(const Rule& rule, const Event& event) : rule_(rule), event_(event) {}

  bool applies_here() {
    RouteGuard guard;
    if (!event_.kind || !applies(rule_.logsource, *event_.kind, &guard)) return false;
    if (guard.field.empty()) return true;
    FieldValues values = read_source(guard.source, event_);  // the log's own name, not the rule's
    for (const Value& member : values.members) {
      std::string text = text_of(member, true);
      for (const std::string& wanted : guard.values) {
        if (text == folded(wanted)) return true;
      }
    }
    return false;
  }

  bool condition(size_t index) {
    const ConditionNode& node = rule_.condition[index];
    switch (node.kind) {
      case ConditionNode::Kind::kSelection: return selection(rule_.selections[node.selection]);
      case ConditionNode::Kind::kNot: return !condition(node.children[0]);
      default: break;
    }
    size_t wanted = node.kind == ConditionNode::Kind::kAnd  ? node.children.size()
                    : node.kind == ConditionNode::Kind::kOr ? 1
                                                            : node.count;
    size_t held = 0;
    for (uint32_t child : node.children) held += condition(child);
    return held >= wanted;
  }

  bool selection(const Selection& selection) {
    return std::any_of(selection.alternatives.begin(), selection.alternatives.end(),
                       [&](const std::vector<Item>& items) { return alternative(items); });
  }
  bool alternative(const std::vector<Item>& items) {
    return std::all_of(items.begin(), items.end(), [&](const Item& item) { return this->item(item); });
  }

  bool item(const Item& item) {
    size_t held = 0;
    if (item.field.empty()) {
      for (const auto& group : item.groups) held += keyword_group(group, nullptr);
    } else {
      FieldValues values = read_field(rule_, event_, item.field);
      for (const auto& group : item.groups) held += field_group(group, values, nullptr);
    }
    return (held >= (item.all ? item.groups.size() : 1)) != item.negate;
  }

  // ---- explaining: which values made it true ----
  void explain_item(const Item& item, const std::string& selection, std::vector<MatchedField>* matched) {
    auto keep = [&](std::string field, std::string value) {
      for (const MatchedField& m : *matched) {
        if (m.field == field && m.value == value && m.selection == selection) return;
      }
      matched->push_back({std::move(field), std::move(value), selection});
    };
    if (item.negate) return;
    if (item.field.empty()) {
      for (const auto& group : item.groups) {
        Hit hit;
        if (keyword_group(group, &hit)) keep(hit.field, hit.text);
      }
      return;
    }
    FieldValues values = read_field(rule_, event_, item.field);
    for (const auto& group : item.groups) {
      Hit hit;
      if (field_group(group, values, &hit) && hit.has_value) keep(item.field, hit.text);
    }
  }

 private:
  struct Hit {
    std::string field, text;
    bool has_value = false;
  };

  bool field_group(const std::vector<Test>& group, const FieldValues& values, Hit* hit) {
    return std::any_of(group.begin(), group.end(), [&](const Test& test) { return field_test(test, values, hit); });
  }

  bool field_test(const Test& test, const FieldValues& values, Hit* hit) {
    if (test.kind == Test::Kind::kExists) return values.present == test.boolean;
    if (test.kind == Test::Kind::kNull && !values.present) return true;
    for (const Value& member : values.members) {
      if (!member_test(test, member)) continue;
      if (hit && test.kind != Test::Kind::kNull) *hit = {"", text_of(member, false), true};
      return true;
    }
    return false;
  }

  bool member_test(const Test& test, const Value& member) {
    if (test.kind == Test::Kind::kNull) return member.kind == ValueKind::kNull;
    if (!has_text(member)) return false;
    switch (test.kind) {
      case Test::Kind::kPattern: return text_matches(test.pattern, text_of(member, !test.pattern.cased));
      case Test::Kind::kNumber: return number_equals(test, member);
      case Test::Kind::kBoolean: return boolean_equals(test.boolean, member);
      case Test::Kind::kRegex: return regex_matches(test, text_of(member, false));
      case Test::Kind::kCidr: return in_network(test, member);
      case Test::Kind::kCompare: return compares(test, member);
      case Test::Kind::kTimePart: return time_part_compares(test, member);
      case Test::Kind::kFieldRef: {
        FieldValues other = read_field(rule_, event_, test.operand->text);
        return std::any_of(other.members.begin(), other.members.end(),
                           [&](const Value& value) { return fields_agree(test, member, value); });
      }
      default: return false;
    }
  }

  // Keywords: the raw line if the source has one, else each scalar value by itself.
  bool keyword_group(const std::vector<Test>& group, Hit* hit) {
    if (!event_.raw.empty()) return keyword_text(group, "", std::string(as_text(event_.raw)), hit);
    if (!event_.layout) return false;
    for (const LayoutField& field : event_.layout->fields) {
      FieldValues values;
      add_members(event_.value(field), &values);
      for (const Value& member : values.members) {
        if (has_text(member) && keyword_text(group, field.name, text_of(member, false), hit)) return true;
      }
    }
    return false;
  }

  bool keyword_text(const std::vector<Test>& group, const std::string& field, const std::string& text, Hit* hit) {
    std::string fold = folded(text);
    for (const Test& test : group) {
      bool held = test.kind == Test::Kind::kRegex ? regex_matches(test, text)
                                                  : pattern_matches(test.pattern, test.pattern.cased ? text : fold);
      if (!held) continue;
      if (hit) *hit = {field, text, true};
      return true;
    }
    return false;
  }

  const Rule& rule_;
  const Event& event_;
};

// Selections that stand positively and hold, where they made their parent hold.
void positive_selections(const Rule& rule, PlainEvaluator* evaluator, size_t index, bool negated,
                         std::set<uint32_t>* out) {
  const ConditionNode& node = rule.condition[index];
  if (node.kind == ConditionNode::Kind::kSelection) {
    if (!negated) out->insert(node.selection);
    return;
  }
  if (node.kind == ConditionNode::Kind::kNot)
    return positive_selections(rule, evaluator, node.children[0], !negated, out);
  for (uint32_t child : node.children) {
    if (evaluator->condition(child) != negated) positive_selections(rule, evaluator, child, negated, out);
  }
}

}  // namespace

bool plain_match(const Rule& rule, const Event& event) {
  PlainEvaluator evaluator(rule, event);
  return !rule.condition.empty() && evaluator.applies_here() && evaluator.condition(rule.condition.size() - 1);
}

bool plain_selection(const Rule& rule, const Selection& selection, const Event& event) {
  return event.kind && PlainEvaluator(rule, event).selection(selection);
}

bool plain_item(const Rule& rule, const Item& item, const Event& event) {
  return event.kind && PlainEvaluator(rule, event).item(item);
}

bool plain_applies(const Rule& rule, const Event& event) {
  return PlainEvaluator(rule, event).applies_here();
}

bool plain_values(const Logsource& logsource, const Event& event, std::string_view field,
                  std::vector<std::string>* values) {
  if (!event.kind) return false;
  FieldValues read = read_source(field_source(logsource, *event.kind, field), event);
  for (const Value& member : read.members) {
    if (has_text(member)) values->push_back(text_of(member, false));
  }
  return read.present;
}

bool has_field(const FieldSource& source, const Event& event) {
  return read_source(source, event).present;
}

void explain_match(const Rule& rule, const Event& event, std::vector<MatchedField>* matched,
                   std::vector<std::string>* missing_fields) {
  if (!event.kind || rule.condition.empty()) return;
  PlainEvaluator evaluator(rule, event);
  std::set<uint32_t> selections;
  positive_selections(rule, &evaluator, rule.condition.size() - 1, false, &selections);
  for (uint32_t index : selections) {
    const Selection& selection = rule.selections[index];
    for (const auto& alternative : selection.alternatives) {
      if (!evaluator.alternative(alternative)) continue;
      for (const Item& item : alternative) evaluator.explain_item(item, selection.name, matched);
      break;
    }
  }
  std::set<std::string> missing;
  for (const Selection& selection : rule.selections) {
    for (const auto& alternative : selection.alternatives) {
      for (const Item& item : alternative) {
        if (item.field.empty()) continue;
        FieldSource source = field_source(rule.logsource, *event.kind, item.field);
        if (source.missing && !read_source(source, event).present)
          missing.insert(item.field);  // a collector may add it
      }
    }
  }
  missing_fields->assign(missing.begin(), missing.end());
}

}  // namespace sil::hunt
