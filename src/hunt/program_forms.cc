#include "hunt/program_forms.h"

#include <algorithm>

#include "bytes/digest.h"
#include "bytes/text.h"
#include "hunt/program_index.h"
#include "hunt/rule_equal.h"

namespace sil::hunt {
namespace {

using Shape = CompiledTest::Shape;

// Tests that are equal in everything that decides a verdict share a leaf. The hash only finds candidates.
uint64_t hash_of(const Test& test, uint64_t seed) {
  uint64_t hash = hash64(test.operand->text, seed + static_cast<uint64_t>(test.kind));
  for (const PatternPart& part : test.pattern.parts) {
    hash = hash64(part.literal, hash + static_cast<uint64_t>(part.kind));
  }
  return hash ^ test.operand->number.u << 8;
}

CompiledTest compile_pattern(const Test& test) {
  using Kind = PatternPart::Kind;
  CompiledTest out;
  out.cased = test.pattern.cased;
  const auto& parts = test.pattern.parts;
  size_t literals = 0, others = 0;
  for (const PatternPart& part : parts) {
    if (part.kind == Kind::kLiteral) {
      ++literals;
      out.literal = part.literal;
      out.non_ascii = out.non_ascii || !is_ascii(part.literal);
    } else if (part.kind != Kind::kAnyRun) {
      ++others;
    }
  }
  bool open_start = !parts.empty() && parts.front().kind == Kind::kAnyRun;
  bool open_end = !parts.empty() && parts.back().kind == Kind::kAnyRun;
  size_t runs = parts.size() - literals - others;
  out.shape = Shape::kGlob;
  if (others != 0 || literals > 1) return out;
  if (out.literal.empty()) {
    if (runs > 0)
      out.shape = Shape::kAny;  // '*', or contains ''
    else
      out.shape = Shape::kEqual;
  } else if (runs == 0) {
    out.shape = Shape::kEqual;
  } else if (open_start && open_end) {
    out.shape = Shape::kContains;
  } else {
    out.shape = open_start ? Shape::kEndsWith : Shape::kStartsWith;
  }
  return out;
}

Shape shape_of(Test::Kind kind) {
  switch (kind) {
    case Test::Kind::kNumber: return Shape::kNumber;
    case Test::Kind::kBoolean: return Shape::kBoolean;
    case Test::Kind::kNull: return Shape::kNull;
    case Test::Kind::kExists: return Shape::kExists;
    case Test::Kind::kRegex: return Shape::kRegex;
    case Test::Kind::kCidr: return Shape::kCidr;
    case Test::Kind::kCompare: return Shape::kCompare;
    case Test::Kind::kTimePart: return Shape::kTimePart;
    default: return Shape::kGlob;
  }
}

float cost_of(const CompiledTest& test) {
  switch (test.shape) {
    case Shape::kAny:
    case Shape::kNull:
    case Shape::kExists:
    case Shape::kEqual:
    case Shape::kStartsWith: return 1;
    case Shape::kEndsWith:
    case Shape::kBoolean: return 1.2F;
    case Shape::kNumber: return 3;
    case Shape::kContains: return test.non_ascii ? 0.1F : 4;
    case Shape::kGlob: return test.non_ascii ? 0.1F : 8;
    case Shape::kCidr:
    case Shape::kCompare:
    case Shape::kTimePart: return 10;
    case Shape::kRegex: return 60;
  }
  return 1;
}

// The shape and the literal are all there is to such a test.
bool is_plain(const CompiledTest& test) {
  return test.test->kind == Test::Kind::kPattern && !test.literal.empty() && test.shape >= Shape::kEqual &&
         test.shape <= Shape::kEndsWith;
}

LeafApproach approach_of_leaf(std::span<const CompiledTest> tests, const std::vector<RegexGate>& gates) {
  LeafApproach out;
  for (const CompiledTest& test : tests) {
    Approach one = approach_of(test, test.shape == Shape::kRegex ? &gates[test.gate] : nullptr);
    out.usable = out.usable && one.access != Access::kNone;
    out.hash_only = out.hash_only && (one.access == Access::kHash || one.access == Access::kAlways);
    out.exact = out.exact && one.exact;
    out.chance += one.chance;
  }
  out.chance = std::min(out.chance, 1.0F);
  return out;
}

void append_item(const Item& item, std::vector<const Test*>* plain, RuleForms* out) {
  const bool keyword = item.field.empty();
  ItemForm form;
  form.first = static_cast<uint32_t>(out->leaves.size());
  plain->clear();
  for (const auto& group : item.groups) {
    for (const Test& test : group) {
      form.exists = form.exists || test.kind == Test::Kind::kExists;
      form.valued = form.valued || (test.kind != Test::Kind::kNull && test.kind != Test::Kind::kExists);
      if (test.kind == Test::Kind::kFieldRef)
        form.compares_fields = true;
      else
        plain->push_back(&test);
    }
    if (!item.all) continue;
    append_leaf(*plain, keyword, keyword, out);
    plain->clear();
  }
  if (!item.all) append_leaf(*plain, keyword, keyword, out);
  form.end = static_cast<uint32_t>(out->leaves.size());
  out->items.push_back(form);
}

}  // namespace

bool same_verdict(const CompiledTest& a, const CompiledTest& b) {
  if (a.exact_blanks != b.exact_blanks || a.shape != b.shape) return false;
  if (is_plain(a) && is_plain(b)) return a.cased == b.cased && a.literal == b.literal;
  return a.test == b.test || *a.test == *b.test;
}

void append_leaf(std::span<const Test* const> any, bool keyword, bool exact_blanks, RuleForms* out) {
  LeafForm form;
  form.first = static_cast<uint32_t>(out->tests.size());
  form.count = static_cast<uint32_t>(any.size());
  form.hash = exact_blanks ? 1 : 0;
  for (const Test* test : any) {
    form.hash = hash_of(*test, form.hash);
    form.absent_truth =
        form.absent_truth || test->kind == Test::Kind::kNull || (test->kind == Test::Kind::kExists && !test->boolean);
    CompiledTest& compiled = out->tests.emplace_back();
    if (test->kind == Test::Kind::kPattern || (keyword && test->kind != Test::Kind::kRegex))
      compiled = compile_pattern(*test);
    else
      compiled.shape = shape_of(test->kind);
    compiled.test = test;
    compiled.exact_blanks = exact_blanks;
    if (test->kind == Test::Kind::kRegex) {
      compiled.gate = static_cast<uint32_t>(out->gates.size());
      out->gates.push_back(regex_gate(test->operand->text));
    }
    form.cost += cost_of(compiled);
  }
  if (keyword) {
    form.absent_truth = false;
    form.cost = form.cost * 30 + 1000;
    form.approach = {false, false, false, 1};
  } else {
    form.approach = approach_of_leaf(std::span(out->tests).subspan(form.first), out->gates);
  }
  out->leaves.push_back(form);
}

RuleForms forms_of(const Rule& rule) {
  RuleForms out;
  size_t items = 0, tests = 0;
  for (const Selection& selection : rule.selections) {
    for (const auto& alternative : selection.alternatives) {
      items += alternative.size();
      for (const Item& item : alternative) {
        for (const auto& group : item.groups) tests += group.size();
      }
    }
  }
  out.tests.reserve(tests);
  out.leaves.reserve(items);
  out.items.reserve(items);
  out.selections.reserve(rule.selections.size());
  std::vector<const Test*> plain;
  for (const Selection& selection : rule.selections) {
    out.selections.push_back(static_cast<uint32_t>(out.items.size()));
    for (const auto& alternative : selection.alternatives) {
      for (const Item& item : alternative) append_item(item, &plain, &out);
    }
  }
  return out;
}

}  // namespace sil::hunt
