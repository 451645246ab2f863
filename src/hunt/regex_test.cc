#include "hunt/regex.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "bytes/text.h"
#include "hunt/program_regex.h"

namespace sil::hunt {
namespace {

bool found(std::string_view expression, std::string_view text, RegexFlags flags = {}) {
  auto regex = Regex::compile(expression, flags);
  EXPECT_TRUE(regex) << expression;
  return regex && (*regex)->search(text);
}

TEST(Regex, PartialAndCaseSensitive) {
  EXPECT_TRUE(found("b.d", "abcde"));
  EXPECT_FALSE(found("B.D", "abcde"));
  EXPECT_TRUE(found("B.D", "abcde", {.ignore_case = true}));
  EXPECT_TRUE(found("(?i)B.D", "abcde"));
}

TEST(Regex, FlagsInAnyCombination) {
  EXPECT_FALSE(found("a.b", "a\nb"));
  EXPECT_TRUE(found("a.b", "a\nb", {.dot_all = true}));
  EXPECT_FALSE(found("^b", "a\nb"));
  EXPECT_TRUE(found("^b", "a\nb", {.multi_line = true}));
  EXPECT_TRUE(found("^B.c$", "x\nb\nc", {.ignore_case = true, .multi_line = true, .dot_all = true}));
}

TEST(Regex, BothEnginesAgreeOnTheEnd) {
  EXPECT_FALSE(found("b$", "ab\n"));
  EXPECT_FALSE(found("(?=b)b$", "ab\n")) << "PCRE2";
  EXPECT_TRUE(found("(?=b)b$", "ab"));
}

TEST(Regex, LookaroundAndBackreferencesAreNotRefused) {
  auto regex = Regex::compile("(?<!x)ab(?!c)", {});
  ASSERT_TRUE(regex);
  EXPECT_FALSE((*regex)->is_re2());
  EXPECT_TRUE((*regex)->search("abd"));
  EXPECT_FALSE((*regex)->search("xabd"));
  EXPECT_FALSE((*regex)->search("abc"));
  EXPECT_TRUE(found(R"((\w)\1)", "book"));
  EXPECT_TRUE((*Regex::compile("a{1000,}", {}))->is_re2());
}

TEST(Regex, TheGateLetsEveryMatchPass) {
  const std::pair<std::string, std::string> kMatches[] = {
      {"\\\u05e3??", ""},  // an escaped character of two bytes is one, whole, under its quantifier
      {"\\\u05e3+x", "\u05e3X"}, {R"(\N{U+41})", "A"},  // not any character and then "{u"
      {"[[:x]||]", ""},                                 // no POSIX class: three alternatives, one of them empty
      {"[[:alpha:]]b", "ab"},    {"[[:^alpha:]x]?", ""}, {"ab(?:cd|ce)", "ABCE"},
  };
  for (const auto& [expression, text] : kMatches) {
    ASSERT_TRUE(found(expression, text, {.ignore_case = true})) << expression;
    const RegexGate gate = regex_gate(expression);
    EXPECT_GE(text.size(), gate.min_length) << expression;
    const std::string low = folded(text);
    EXPECT_TRUE(gate.literals.empty() ||
                std::any_of(gate.literals.begin(), gate.literals.end(),
                            [&](const auto& literal) { return low.find(literal) != std::string::npos; }))
        << expression;
  }
  EXPECT_EQ(regex_gate("ab(?:cd|ce)").min_length, 4u) << "what is known is said";
}

TEST(Regex, CatastrophicExpressionIsBoundedAndCounted) {
  uint64_t before = pcre2_limits();
  auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(found("(?=a)(a|aa)+$", std::string(5000, 'a') + "!"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_GT(pcre2_limits(), before);
}

TEST(Regex, MistakesNameTheirPlace) {
  auto bad = check_regex("ab(c", {});
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->column, 4u);
  EXPECT_FALSE(check_regex("ab(c)", {}));
  EXPECT_FALSE(check_regex("(?<!x)a", {}));
  EXPECT_EQ(cached_regex("ab(c", {}), nullptr);
}

TEST(Regex, InvalidUtf8IsNoCrash) {
  EXPECT_TRUE(found("a",
                    "\xff\xfe"
                    "a\x80"));
  found("(?=a)a.",
        "\xff\xfe"
        "a\x80");
}

}  // namespace
}  // namespace sil::hunt
