#include "hunt/pattern.h"

#include <gtest/gtest.h>

#include "bytes/text.h"

namespace sil::hunt {
namespace {

// Parts as text: literals as they are, wildcards as <*> <?>, dashes as <->.
std::string shown(const Parts& parts) {
  std::string out;
  for (const PatternPart& part : parts) {
    switch (part.kind) {
      case PatternPart::Kind::kLiteral: out += part.literal; break;
      case PatternPart::Kind::kAnyRun: out += "<*>"; break;
      case PatternPart::Kind::kAnyOne: out += "<?>"; break;
      case PatternPart::Kind::kDash: out += "<->"; break;
    }
  }
  return out;
}

bool matches(std::string_view pattern, std::string_view text, Ends ends = {}) {
  return pattern_matches(finish(parse_parts(pattern), ends, false), folded(text));
}

TEST(SigmaString, EscapeTable) {
  EXPECT_EQ(shown(parse_parts(R"(a\b)")), R"(a\b)");
  EXPECT_EQ(shown(parse_parts(R"(a\\b)")), R"(a\b)");
  EXPECT_EQ(shown(parse_parts(R"(\*)")), "*");
  EXPECT_EQ(shown(parse_parts(R"(\\*)")), R"(\<*>)");
  EXPECT_EQ(shown(parse_parts(R"(\\\*)")), R"(\*)");
  EXPECT_EQ(shown(parse_parts(R"(\\\\)")), R"(\\)");
  EXPECT_EQ(shown(parse_parts(R"(end\)")), R"(end\)");
  EXPECT_EQ(shown(parse_parts(R"(\?x?)")), "?x<?>");
}

TEST(SigmaString, AddedWildcardIsNeverEscapedByATrailingBackslash) {
  EXPECT_TRUE(matches(R"(\Desktop\)", R"(C:\Users\a\Desktop\x.exe)", {true, true}));
  EXPECT_FALSE(matches(R"(\Desktop\)", R"(C:\Users\a\Desktop*)", {true, true}));
}

TEST(SigmaString, WildcardsCrossNewlinesAndCountScalars) {
  EXPECT_TRUE(matches("a*b", "a\r\n\nb"));
  EXPECT_TRUE(matches("a?b", "a\nb"));
  EXPECT_TRUE(matches("a?b", "a\u00e9b"));
  EXPECT_TRUE(matches("a?b", "a\U0001F600b"));
  EXPECT_FALSE(matches("a?b", "ab"));
  EXPECT_FALSE(matches("a?b", "a\u00e9\u00e9b"));
}

TEST(SigmaString, AnchoredAtBothEnds) {
  EXPECT_FALSE(matches("bc", "abcd"));
  EXPECT_TRUE(matches("bc", "abcd", {true, true}));
  EXPECT_TRUE(matches("a*.exe", "xa1.exe", {true, false}));
  EXPECT_FALSE(matches("a*.exe", "a1.exe2", {true, false}));
  EXPECT_TRUE(matches("a*c", "abcd", {false, true}));
  EXPECT_FALSE(matches("b*c", "abcd", {false, true}));
}

TEST(SigmaString, BacktrackingFindsTheLastPlace) {
  EXPECT_TRUE(matches("*ab*cd", "abxabxcdcd"));
  EXPECT_TRUE(matches("*a?c", "aacabc"));
  EXPECT_FALSE(matches("*ab", "abx"));
  EXPECT_TRUE(matches("**", ""));
  EXPECT_FALSE(matches("?", ""));
}

TEST(SigmaString, FoldingIsOneToOne) {
  EXPECT_TRUE(matches("\u0130?", "\u0130x"));
  EXPECT_TRUE(matches("STRA\u00dfE", "stra\u00dfe"));
  EXPECT_FALSE(matches("STRASSE", "stra\u00dfe"));
  EXPECT_TRUE(matches("\u212A", "k")) << "Kelvin sign folds to k";
}

TEST(Windash, PlacesAreThoseOfPysigma) {
  auto dashed = [](std::string_view text) {
    Parts parts = parse_parts(text);
    mark_dashes(&parts);
    return shown(parts);
  };
  EXPECT_EQ(dashed("-s"), "<->s");
  EXPECT_EQ(dashed(" /priv -x"), " <->priv <->x");
  EXPECT_EQ(dashed("a-b"), "a-b") << "inside a word";
  EXPECT_EQ(dashed("C:/x"), "C:<->x");
  EXPECT_EQ(dashed("--x"), "-<->x");
  EXPECT_EQ(dashed("- "), "- ");
  EXPECT_EQ(dashed("*-x"), "<*><->x");
  EXPECT_EQ(dashed(" \u2013enc"), " <->enc") << "a Unicode dash in the rule counts as well";
}

TEST(Windash, EveryDashMatchesEveryDash) {
  Parts parts = parse_parts(" -s -i ");
  mark_dashes(&parts);
  Pattern pattern = finish(parts, {true, true}, false);
  for (const char* text : {"cmd -s -i x", "cmd /s /i x", "cmd \u2013s \u2014i x", "cmd \u2015s /i x"})
    EXPECT_TRUE(pattern_matches(pattern, text)) << text;
  EXPECT_FALSE(pattern_matches(pattern, "cmd +s -i x"));
}

TEST(Windash, SpellingsAreBounded) {
  Parts parts = parse_parts("-a -b");
  mark_dashes(&parts);
  std::vector<Parts> spelt;
  ASSERT_TRUE(spell_dashes(parts, 3125, &spelt));
  EXPECT_EQ(spelt.size(), 25u);
  parts = parse_parts("-a -b -c -d -e -f");
  mark_dashes(&parts);
  EXPECT_FALSE(spell_dashes(parts, 3125, &spelt));
}

}  // namespace
}  // namespace sil::hunt
