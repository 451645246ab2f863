#include "hunt/program_field.h"

#include <algorithm>

#include "hunt/test_value.h"
#include "model/field_names.h"
#include "model/json_token.h"

namespace sil::hunt {

BoundField bind_field(const FieldSource& source, const Layout& layout) {
  BoundField out;
  for (uint32_t name = 0; name < source.names.size(); ++name) {
    for (const FieldPlace& place : resolve_field(layout, source.names[name])) {
      out.places.push_back({place.field, name, std::string(place.inside)});
    }
    if (source.translation == Translation::kNone && !out.places.empty()) break;
  }
  out.simple = out.places.size() == 1 && out.places[0].inside.empty() && source.translation == Translation::kNone;
  return out;
}

void Members::add_member(const Value& member) {
  if (member.kind == ValueKind::kNull) {
    has_null_ = true;
    return;
  }
  if (count_ == texts_.size()) texts_.push_back(std::make_unique<MemberText>());
  texts_[count_++]->reset(member);
}

void Members::add_value(const Value& value) {
  if (!value.present()) return;
  present_ = true;
  if (!value.is_array()) {
    add_member(value);
    return;
  }
  for_each_member(value, [&](const Value& member) {
    add_member(member);
    return true;
  });
}

namespace {

template <class Visit>
void visit_place(const Event& event, const BoundPlace& place, Visit&& visit) {
  Value value = event.value(event.layout->fields[place.field]);
  if (place.inside.empty()) {
    visit(value);
  } else if (value.kind == ValueKind::kJsonObject || value.kind == ValueKind::kJsonArray) {
    visit_json_path(value, place.inside, [&](const Value& inner) {
      visit(inner);
      return true;
    });
  }
}

void gather_translated(const Event& event, const FieldSource& source, const BoundField& bound, Members* members,
                       std::string* translated) {
  std::vector<std::string> texts(source.names.size());
  std::vector<size_t> counts(source.names.size());
  bool present = false;
  for (const BoundPlace& place : bound.places) {
    std::string& text = texts[place.name];
    visit_place(event, place, [&](const Value& value) {
      present = present || value.present();
      for_each_member(value, [&](const Value& member) {
        if (counts[place.name]++) text += '\n';
        append_text(member, &text);
        return true;
      });
    });
  }
  translated->clear();
  if (present && translate(source, texts, translated)) members->add_value(utf8_value(*translated));
}

}  // namespace

void gather(const Event& event, const FieldSource& source, const BoundField& bound, Members* members,
            std::string* translated) {
  members->clear();
  if (bound.places.empty()) return;
  if (bound.simple) {
    members->add_value(event.value(event.layout->fields[bound.places[0].field]));
  } else if (source.translation != Translation::kNone) {
    gather_translated(event, source, bound, members, translated);
  } else {
    for (const BoundPlace& place : bound.places) {
      visit_place(event, place, [&](const Value& value) { members->add_value(value); });
    }
  }
}

namespace {

using Shape = CompiledTest::Shape;

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool test_equal(const CompiledTest& test, std::string_view text) {
  if (text.size() == test.literal.size()) return text == test.literal;
  if (test.cased || test.exact_blanks || text.size() < test.literal.size() || !text.starts_with(test.literal))
    return false;
  return without_blanks(text.substr(test.literal.size())).empty();
}

bool test_text(const CompiledTest& test, MemberText& member) {
  std::string_view text = test.cased ? member.plain() : member.folded();
  if (test.non_ascii && !test.cased && member.ascii) return false;
  switch (test.shape) {
    case Shape::kAny: return true;
    case Shape::kEqual: return test_equal(test, text);
    case Shape::kContains: return find_literal(text, test.literal) != std::string_view::npos;
    case Shape::kStartsWith: return text.starts_with(test.literal);
    case Shape::kEndsWith: return text.ends_with(test.literal);
    default:
      return glob_matches(test.test->pattern, text, test.cased || test.exact_blanks, member.has_folded && member.ascii);
  }
}

bool has_line_of(std::string_view text, size_t length, bool dot_all) {
  if (dot_all) return text.size() >= length;
  while (text.size() >= length) {
    size_t end = std::min(text.find('\n'), text.size());
    if (end >= length) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
    if (length == 0) return true;
  }
  return false;
}

bool test_regex(const Plan& plan, const CompiledTest& test, MemberText& member, RegexCounter* counter) {
  const CompiledRegex& regex = plan.regexes[test.gate];
  std::string_view text = member.plain();
  const RegexGate& gate = regex.gate;
  if (text.size() < gate.min_length) return false;
  if (gate.any_run != 0 || !gate.literals.empty()) {
    std::string_view folded = member.folded();
    if (gate.any_run != 0 && member.ascii) return has_line_of(text, gate.any_run, test.test->dot_all);
    bool found = gate.literals.empty();
    for (const std::string& literal : gate.literals)
      found = found || find_literal(folded, literal) != std::string_view::npos;
    if (!found) return false;
  }
  const Regex* engine = regex.engine.load(std::memory_order_acquire);
  if (!engine) {
    engine =
        cached_regex(test.test->operand->text, {test.test->ignore_case, test.test->multi_line, test.test->dot_all});
    if (!engine) return false;
    regex.engine.store(engine, std::memory_order_release);
  }
  ++counter->calls;
  return engine->search(text);
}

}  // namespace

bool test_member(const Plan& plan, const CompiledTest& test, MemberText& member, RegexCounter* counter) {
  if (member.value.kind == ValueKind::kJsonObject) return false;
  switch (test.shape) {
    case Shape::kNull:
    case Shape::kExists: return false;
    case Shape::kRegex: return test_regex(plan, test, member, counter);
    case Shape::kNumber: return number_equals(*test.test, member.value);
    case Shape::kBoolean: return boolean_equals(test.test->boolean, member.value);
    case Shape::kCidr: return in_network(*test.test, member.value);
    case Shape::kCompare: return compares(*test.test, member.value);
    case Shape::kTimePart: return time_part_compares(*test.test, member.value);
    default: return test_text(test, member);
  }
}

bool test_leaf(const Plan& plan, const Leaf& leaf, Members& members, RegexCounter* counter) {
  for (uint32_t i = leaf.first; i < leaf.first + leaf.count; ++i) {
    const CompiledTest& test = *plan.tests[i];
    if (test.shape == Shape::kNull) {
      if (!members.present() || members.has_null()) return true;
    } else if (test.shape == Shape::kExists) {
      if (members.present() == test.test->boolean) return true;
    } else {
      for (size_t m = 0; m < members.size(); ++m) {
        if (test_member(plan, test, members[m], counter)) return true;
      }
    }
  }
  return false;
}

namespace {

// Simple folding keeps the number of UTF-16 units, so texts of unlike length are unlike.
bool surely_unlike(const Value& a, const Value& b) {
  return a.kind == ValueKind::kUtf16 && b.kind == ValueKind::kUtf16 && a.size / 2 != b.size / 2;
}

}  // namespace

bool test_pair(const Test& test, Members& members, Members& others) {
  for (size_t i = 0; i < members.size(); ++i) {
    if (members[i].value.kind == ValueKind::kJsonObject) continue;
    for (size_t j = 0; j < others.size(); ++j) {
      if (others[j].value.kind == ValueKind::kJsonObject) continue;
      if (test.field_match == FieldMatch::kWhole && surely_unlike(members[i].value, others[j].value)) continue;
      std::string_view a = test.pattern.cased ? members[i].plain() : members[i].folded();
      std::string_view b = test.pattern.cased ? others[j].plain() : others[j].folded();
      switch (test.field_match) {
        case FieldMatch::kWhole:
          if (a == b) return true;
          break;
        case FieldMatch::kStartsWith:
          if (a.starts_with(b)) return true;
          break;
        case FieldMatch::kEndsWith:
          if (a.ends_with(b)) return true;
          break;
        case FieldMatch::kContains:
          if (b.empty() || find_literal(a, b) != std::string_view::npos) return true;
          break;
      }
    }
  }
  return false;
}

}  // namespace sil::hunt
