// The vector kernels of matching against plain loops, at every length around their block sizes. Built twice: as part of
// hunt_test with the processor's best path, and as cpu_paths_test with AVX2 and AVX-512 hidden (tests/cpu_paths).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <string>

#include "bytes/digest.h"
#include "hunt/program_plan.h"
#include "hunt/program_scan.h"
#include "hunt/program_text.h"

namespace sil::hunt {
namespace {

uint8_t lower(uint8_t c) {
  return static_cast<uint8_t>(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

// Few letters, so that literals do occur.
std::string random_text(std::mt19937_64* random, size_t size, std::string_view letters) {
  std::string out;
  while (out.size() < size) out += letters[(*random)() % letters.size()];
  return out;
}

std::string wide_of(const std::string& text) {
  std::string out;
  for (char c : text) out += {c, '\0'};
  return out;
}

TEST(CpuPaths, FoldingUtf16EqualsAPlainLoopAtEveryLengthAndOddAddress) {
  std::mt19937_64 random(1);
  std::string to;
  for (size_t units = 0; units < 300; ++units) {
    std::string text = random_text(&random, units, "@AMZ[`amz{ 09\x7F\x01");
    std::string bytes = std::string(units % 3, 'x') + wide_of(text);
    const auto* from = reinterpret_cast<const uint8_t*>(bytes.data()) + units % 3;
    to.assign(units + kTextSlack, '\0');
    ASSERT_TRUE(fold_utf16_ascii(from, units, to.data())) << units;
    for (size_t i = 0; i < units; ++i)
      ASSERT_EQ(lower(static_cast<uint8_t>(text[i])), static_cast<uint8_t>(to[i])) << units << " at " << i;
  }
}

TEST(CpuPaths, FoldingSeesOneUnitBeyondAsciiWhereverItStands) {
  std::string to(300 + kTextSlack, '\0');
  for (size_t units : {1u, 15u, 16u, 17u, 31u, 32u, 33u, 63u, 64u, 65u, 130u}) {
    for (size_t at = 0; at < units; ++at) {
      for (uint16_t unit : {uint16_t{0x80}, uint16_t{0xFF}, uint16_t{0x100}, uint16_t{0x212A}, uint16_t{0x8041}}) {
        std::string bytes = wide_of(std::string(units, 'a'));
        std::memcpy(bytes.data() + 2 * at, &unit, 2);
        EXPECT_FALSE(fold_utf16_ascii(reinterpret_cast<const uint8_t*>(bytes.data()), units, to.data()))
            << units << " at " << at << " unit " << unit;
      }
      std::string narrow(units, 'a');
      narrow[at] = '\x80';
      EXPECT_FALSE(fold_bytes_ascii(reinterpret_cast<const uint8_t*>(narrow.data()), units, to.data()));
    }
  }
}

TEST(CpuPaths, FoldingBytesEqualsAPlainLoopAtEveryLength) {
  std::mt19937_64 random(2);
  for (size_t size = 0; size < 200; ++size) {
    std::string text = random_text(&random, size, "@AMZ[`amz{ 09\x7F\x01"), to(size + kTextSlack, '\0');
    ASSERT_TRUE(fold_bytes_ascii(reinterpret_cast<const uint8_t*>(text.data()), size, to.data()));
    for (size_t i = 0; i < size; ++i) ASSERT_EQ(lower(static_cast<uint8_t>(text[i])), static_cast<uint8_t>(to[i]));
  }
}

TEST(CpuPaths, FindLiteralEqualsStringFind) {
  std::mt19937_64 random(3);
  for (size_t round = 0; round < 20'000; ++round) {
    std::string text = random_text(&random, random() % 90, "abc"),
                needle = random_text(&random, 1 + random() % 20, "abc");
    ASSERT_EQ(std::string_view(text).find(needle), find_literal(text, needle)) << text << " / " << needle;
  }
}

TEST(CpuPaths, TheScanFindsEveryPlaceOfEveryLiteralAndNoOther) {
  std::mt19937_64 random(4);
  size_t found_at_all = 0;
  for (size_t round = 0; round < 3'000; ++round) {
    std::vector<std::string> literals;
    for (size_t i = 0; i < 1 + random() % 40; ++i)
      literals.push_back(random_text(&random, 4 + random() % 6, "abc\xC3"));
    GramScanner scanner;
    for (uint32_t i = 0; i < literals.size(); ++i) scanner.add(literals[i], i);
    scanner.build();
    std::string text = random_text(&random, random() % 150, "abc\xC3");
    std::set<std::pair<uint32_t, size_t>> expected, found;
    for (uint32_t i = 0; i < literals.size(); ++i) {
      for (size_t at = text.find(literals[i]); at != std::string::npos; at = text.find(literals[i], at + 1))
        expected.insert({i, at});
    }
    TextBuffer buffer;
    buffer.assign(text);
    scanner.scan(buffer.view(), [&](uint32_t id, size_t at) { found.insert({id, at}); });
    ASSERT_EQ(expected, found) << text;
    found_at_all += found.size();
  }
  EXPECT_GT(found_at_all, 1'000u);
}

// A gate over these keywords, one leaf each.
struct Keywords {
  explicit Keywords(const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      Test& test = plan.own_tests.emplace_back();
      test.pattern.parts = {
          {PatternPart::Kind::kAnyRun, {}}, {PatternPart::Kind::kLiteral, word}, {PatternPart::Kind::kAnyRun, {}}};
      CompiledTest compiled;
      compiled.shape = CompiledTest::Shape::kContains;
      compiled.test = &test;
      compiled.literal = test.pattern.parts[1].literal;
      Leaf leaf;
      leaf.space = Leaf::Space::kKeyword;
      leaf.local = plan.keyword_leaves++;
      leaf.first = static_cast<uint32_t>(plan.tests.size());
      leaf.count = 1;
      plan.own(compiled);
      plan.leaves.push_back(leaf);
    }
    gate.build(plan, KeywordGate::For::kValues);
    text_gate.build(plan, KeywordGate::For::kText);
  }
  Plan plan;
  KeywordGate gate, text_gate;
};

KeywordsSettled nothing;

Value wide_value(const std::string& bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<uint32_t>(bytes.size()), ValueKind::kUtf16,
          ValueKind::kAbsent};
}

TEST(CpuPaths, TheKeywordGateEqualsAPlainSearchInBothWidths) {
  std::mt19937_64 random(5);
  TextBuffer scratch;
  std::vector<uint64_t> maybe;
  size_t found_at_all = 0;
  for (size_t round = 0; round < 3'000; ++round) {
    std::vector<std::string> words;
    for (size_t i = 0; i < 1 + random() % 30; ++i) words.push_back(random_text(&random, 3 + random() % 4, "ghkm"));
    Keywords keywords(words);
    std::string text = random_text(&random, 1 + random() % 130, "ghkmGHKM"), plain, wide = wide_of(text);
    for (char c : text) plain += static_cast<char>(lower(static_cast<uint8_t>(c)));
    std::string beyond = wide_of(text) + std::string("\xE9\x00", 2);  // not ASCII: scanned as it lies there
    Event narrow_event, wide_event, beyond_event;
    narrow_event.raw = as_bytes(text);
    Value value = wide_value(wide), beyond_value = wide_value(beyond);
    wide_event.values = {&value, 1};
    beyond_event.values = {&beyond_value, 1};
    for (const Event* event : {&narrow_event, &wide_event, &beyond_event}) {
      keywords.gate.scan(*event, &nothing, &scratch, &maybe);
      for (size_t i = 0; i < words.size(); ++i) {
        bool stands = plain.find(words[i]) != std::string::npos;
        ASSERT_EQ(stands, (maybe[0] >> i & 1) != 0) << text << " / " << words[i];
        found_at_all += stands;
      }
    }
  }
  EXPECT_GT(found_at_all, 1'000u);
}

// Needles of text may be digits, quotes and backslashes, as long as the keyword is; lines of every length up to three
// blocks, so that needles stand at each place of a block and across its end.
TEST(CpuPaths, TheKeywordGateForLinesEqualsAPlainSearch) {
  std::mt19937_64 random(7);
  TextBuffer scratch;
  std::vector<uint64_t> maybe;
  size_t found_at_all = 0, missing_at_all = 0;
  for (size_t round = 0; round < 3'000; ++round) {
    std::vector<std::string> words;
    for (size_t i = 0; i < 1 + random() % 60; ++i) words.push_back(random_text(&random, 3 + random() % 9, "a7/\\\""));
    Keywords keywords(words);
    std::string text = random_text(&random, 1 + random() % 200, "aA7/\\\""), plain;
    if (text.size() > 20) text.replace(random() % (text.size() - 12), words[0].size(), words[0]);
    for (char c : text) plain += static_cast<char>(lower(static_cast<uint8_t>(c)));
    Event event;
    event.raw = as_bytes(text);
    keywords.text_gate.scan(event, &nothing, &scratch, &maybe);
    for (size_t i = 0; i < words.size(); ++i) {
      const bool stands = plain.find(words[i]) != std::string::npos;
      ASSERT_EQ(stands, (maybe[0] >> i & 1) != 0) << text << " / " << words[i];
      (stands ? found_at_all : missing_at_all) += 1;
    }
  }
  EXPECT_GT(found_at_all, 1'000u);
  EXPECT_GT(missing_at_all, 1'000u);
}

TEST(CpuPaths, TheKeywordGateSearchesALongJsonRecordWhole) {
  std::mt19937_64 random(6);
  TextBuffer scratch;
  std::vector<uint64_t> maybe;
  size_t found_at_all = 0;
  for (size_t round = 0; round < 1'000; ++round) {
    std::vector<std::string> words;
    for (size_t i = 0; i < 1 + random() % 30; ++i) words.push_back(random_text(&random, 3 + random() % 4, "ghkm"));
    Keywords keywords(words);
    std::string text = random_text(&random, 1 + random() % 700, "ghkmGHKM"), plain;
    for (char c : text) plain += static_cast<char>(lower(static_cast<uint8_t>(c)));
    Event event;
    event.json = as_bytes(text);
    keywords.gate.scan(event, &nothing, &scratch, &maybe);
    for (size_t i = 0; i < words.size(); ++i) {
      bool stands = plain.find(words[i]) != std::string::npos;
      ASSERT_EQ(stands, (maybe[0] >> i & 1) != 0) << text << " / " << words[i];
      found_at_all += stands;
    }
  }
  EXPECT_GT(found_at_all, 1'000u);
}

TEST(CpuPaths, TheKeywordGateGivesWayWhereAnEscapeOrAnOddLetterMayHideAKeyword) {
  Keywords keywords({"ghkm"});
  TextBuffer scratch;
  std::vector<uint64_t> maybe;
  for (size_t before = 0; before < 200; ++before) {
    struct Case {
      const char* what;
      bool opens;
    };
    for (const Case& one : {Case{"\\u0067hkm", true}, Case{"\\\\u0067hkm", false}, Case{"\\\\\\u0067hkm", true},
                            Case{"gh\xE2\x84\xAAm", true}, Case{"gh\xC3\xA9m", false}, Case{"\\\\users", false}}) {
      std::string text = std::string(before, '.') + one.what;
      Event event;
      event.json = as_bytes(text);
      keywords.gate.scan(event, &nothing, &scratch, &maybe);
      EXPECT_EQ(maybe[0] != 0, one.opens) << one.what << " behind " << before;
    }
  }
}

// Go's and Python's writers escape &, <, > and what is beyond ASCII; a hostile one may escape any letter.
TEST(CpuPaths, TheKeywordGateFindsWhatJsonWritesInEscapes) {
  std::mt19937_64 random(8);
  TextBuffer scratch;
  std::vector<uint64_t> maybe;
  size_t found_at_all = 0, beside = 0, missing = 0;
  for (size_t round = 0; round < 3'000; ++round) {
    std::vector<std::string> words;
    for (size_t i = 0; i < 1 + random() % 30; ++i) words.push_back(random_text(&random, 3 + random() % 30, "ghkm"));
    Keywords keywords(words);
    std::string plain = random_text(&random, 1 + random() % 700, "ghkmGHKM\\&"), json;
    if (plain.size() > 40) plain.replace(random() % (plain.size() - 34), words[0].size(), words[0]);
    const unsigned rarity = 1u << random() % 8;
    for (char& c : plain) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      if (random() % rarity == 0)
        json += escape;
      else
        json += c == '\\' ? std::string("\\\\") : std::string(1, c);
      c = static_cast<char>(lower(static_cast<uint8_t>(c)));
    }
    Event event;
    event.json = as_bytes(json);
    keywords.gate.scan(event, &nothing, &scratch, &maybe);
    for (size_t i = 0; i < words.size(); ++i) {
      const bool stands = plain.find(words[i]) != std::string::npos, may = (maybe[0] >> i & 1) != 0;
      ASSERT_TRUE(may || !stands) << json << " / " << words[i];
      found_at_all += stands;
      missing += !stands;
      beside += may && !stands;  // the rarest part of a long keyword
    }
  }
  EXPECT_GT(found_at_all, 1'000u);
  EXPECT_LT(beside * 20, missing);
}

TEST(CpuPaths, TheKeywordGateSeesEachOfSeveralValuesAndNothingAcrossTwo) {
  Keywords keywords({"ghkm", "mkhg", "kkkk"});
  std::string first = wide_of("xxGH"), second = wide_of("km MKHG"), third = wide_of("kk"), fourth = wide_of("kk");
  std::vector<Value> values = {wide_value(first), wide_value(second), wide_value(third), wide_value(fourth)};
  Event event;
  event.values = values;
  TextBuffer scratch;
  std::vector<uint64_t> maybe;
  keywords.gate.scan(event, &nothing, &scratch, &maybe);
  EXPECT_EQ(maybe[0], 2u);
}

}  // namespace
}  // namespace sil::hunt
