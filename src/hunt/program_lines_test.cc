// Texts by line against a search of the whole text, in all three forms, with a memory that is emptied all the time.
#include "hunt/program_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "bytes/text.h"
#include "hunt/program_filter.h"

namespace sil::hunt {
namespace {

using Shape = CompiledTest::Shape;

constexpr const char* kWords[] = {"ghkm", "mgmgh", "kmg"};

// One field whose leaves are one literal each, and keywords.
struct OneField {
  OneField() { plan.fields.emplace_back(); }
  void add(Shape shape, const std::string& literal) {
    Test& test = plan.own_tests.emplace_back();
    test.pattern.parts = {{PatternPart::Kind::kLiteral, literal}};
    CompiledTest compiled;
    compiled.shape = shape;
    compiled.test = &test;
    compiled.literal = test.pattern.parts[0].literal;
    compiled.non_ascii = !is_ascii(literal);
    Leaf leaf;
    leaf.local = plan.fields[0].leaf_count++;
    leaf.first = static_cast<uint32_t>(plan.tests.size());
    leaf.count = 1;
    plan.own(compiled);
    plan.leaves.push_back(leaf);
  }
  void finish() {
    for (const char* word : kWords) add_keyword(word);
    auto filter = std::make_shared<FieldFilter>();
    filter->pass_first.assign(plan.fields[0].leaf_count + 1, 0);
    filter->any_first = filter->pass_first;
    plan.fields[0].filter = filter;
    plan.gates = KeywordGates().of(plan);
    plan.fields[0].lines = std::make_shared<LineIndexOnce>();
  }
  const LineIndex& index() const { return plan.fields[0].lines->of(plan, 0); }
  void add_keyword(const std::string& word) {
    Test& test = plan.own_tests.emplace_back();
    test.pattern.parts.push_back({PatternPart::Kind::kLiteral, word});
    Leaf leaf;
    leaf.space = Leaf::Space::kKeyword;
    leaf.local = plan.keyword_leaves++;
    leaf.first = static_cast<uint32_t>(plan.tests.size());
    leaf.count = 1;
    CompiledTest compiled;
    compiled.shape = Shape::kContains;
    compiled.test = &test;
    compiled.literal = test.pattern.parts[0].literal;
    plan.own(compiled);
    plan.leaves.push_back(leaf);
  }
  Plan plan;
};

std::string escaped(const std::string& text, std::mt19937_64* random) {
  std::string out;
  for (char c : text) {
    if (c == '\\' || c == '"')
      out += std::string("\\") + c;
    else if (c == '\n')
      out += (*random)() % 8 == 0 ? "\\u000a" : "\\n";
    else
      out += c;
  }
  return out;
}

bool holds(Shape shape, std::string_view text, std::string_view literal) {
  if (shape == Shape::kStartsWith) return text.starts_with(literal);
  if (shape == Shape::kEndsWith) return text.ends_with(literal);
  return text.find(literal) != std::string_view::npos;
}

TEST(Lines, SayOfALongTextWhatASearchOfTheWholeSays) {
  std::mt19937_64 random(7);
  const char* const pieces[] = {"a", "n",  "\\", "\\n",  "abcd", "nnnn", "\xC3\xA9", "\xE2\x84\xAA",
                                "K", "\n", "\n", "\r\n", " ",    "ghk",  "mg"};
  const auto text_of = [&](size_t most) {
    std::string out;
    for (size_t i = random() % (most + 1); i-- > 0;) out += pieces[random() % std::size(pieces)];
    return out;
  };
  uint64_t met = 0, several = 0, one = 0, keywords_met = 0, keywords_missed = 0, hits = 0, misses = 0;
  for (size_t round = 0; round < 300; ++round) {
    OneField field;
    const Shape shapes[] = {Shape::kContains, Shape::kStartsWith, Shape::kEndsWith};
    for (size_t i = 0; i < 30; ++i) {
      std::string literal = folded(text_of(3));
      if (!literal.empty()) field.add(shapes[i % 3], literal);
    }
    field.finish();
    CacheBudget budget;
    LineMemory memory(field.index(), field.plan.gates->values, round % 2 == 0 ? 3 : 1000, &budget);
    for (size_t event = 0; event < 40; ++event) {
      if (event == 25) memory.release();
      const std::string plain = text_of(20), caseless = folded(plain);
      std::u16string wide = to_utf16(plain);
      std::string form = event % 3 == 0   ? plain
                         : event % 3 == 1 ? escaped(plain, &random)
                                          : std::string(reinterpret_cast<const char*>(wide.data()), wide.size() * 2);
      const ValueKind kinds[] = {ValueKind::kUtf8, ValueKind::kJsonString, ValueKind::kUtf16};
      const Value value{reinterpret_cast<const uint8_t*>(form.data()), static_cast<uint32_t>(form.size()),
                        kinds[event % 3], ValueKind::kAbsent};
      std::vector<uint32_t> targets;
      uint64_t keywords = 0;
      if (!memory.look(value, &targets, &keywords, &hits, &misses)) {
        ++one;
        EXPECT_TRUE(targets.empty());
        if (event % 3 != 1) {
          EXPECT_EQ(plain.find('\n'), std::string::npos);
        }
        continue;
      }
      ++several;
      EXPECT_NE(plain.find('\n'), std::string::npos);
      std::set<uint32_t> leaves;
      for (uint32_t id : targets) leaves.insert(memory.index().target(id).leaf);
      for (size_t i = 0; i < std::size(kWords); ++i) {
        const bool stands = caseless.find(kWords[i]) != std::string::npos, told = (keywords >> i & 1) != 0;
        EXPECT_TRUE(told || !stands) << plain << " / " << kWords[i];
        keywords_met += stands;
        keywords_missed += !told;
      }
      for (const Leaf& leaf : field.plan.leaves) {
        if (leaf.space == Leaf::Space::kKeyword) continue;
        const CompiledTest& test = *field.plan.tests[leaf.first];
        const bool decided = (memory.index().decided()[0] >> leaf.local & 1) != 0;
        EXPECT_EQ(decided, test.literal.find('\n') == std::string_view::npos);
        if (!decided) continue;
        EXPECT_EQ(leaves.count(leaf.local) != 0, holds(test.shape, caseless, test.literal))
            << "[" << plain << "] [" << test.literal << "] shape " << static_cast<int>(test.shape);
        met += leaves.count(leaf.local);
      }
    }
  }
  EXPECT_GT(met, 1'000u);
  EXPECT_GT(keywords_met, 100u);
  EXPECT_GT(keywords_missed, 1'000u);
  EXPECT_GT(several, 1'000u);
  EXPECT_GT(one, 100u);
  EXPECT_GT(hits, 1'000u);
  EXPECT_GT(misses, 1'000u);
}

}  // namespace
}  // namespace sil::hunt
