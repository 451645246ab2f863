// 300 damaged rule files: each document loads or is refused with line, column and reason; nothing crashes, nothing is
// left of a refused document, and a rule that loads can be compiled and asked. The same seed gives the same files.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <random>
#include <set>

#include "bytes/file.h"
#include "hunt/plain.h"
#include "hunt/program.h"
#include "hunt/rule.h"
#include "hunt/written_event.h"

namespace sil::conformance {
namespace {

constexpr size_t kFiles = 300, kRoundsPerFile = 4;

std::vector<std::string> rule_files() {
  std::vector<std::string> out;
  for (const char* root : {SIL_RULES, SIL_SHARED "/data/sigmahq/rules", SIL_SHARED "/data/sigmahq/unsupported"}) {
    std::vector<std::string> files;
    std::error_code error;
    for (auto it = std::filesystem::recursive_directory_iterator(root, error);
         !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
      if (it->path().extension() == ".yml") files.push_back(it->path().string());
    }
    std::sort(files.begin(), files.end());
    size_t step = std::max<size_t>(1, files.size() / 200);
    for (size_t i = 0; i < files.size(); i += step) out.push_back(files[i]);
  }
  return out;
}

const char* const kPieces[] = {"|nope",
                               "|re",
                               "|cidr",
                               "|exists",
                               "|all",
                               "|base64",
                               "|base64offset",
                               "|expand",
                               "|gt",
                               "|windash",
                               "|wide",
                               "|neq",
                               "|",
                               " and ",
                               " not ",
                               " 1 of zz* ",
                               "(",
                               ")",
                               "condition: ",
                               "detection:",
                               "---\n",
                               "null",
                               "[",
                               "]",
                               "{",
                               "}",
                               ":",
                               "'",
                               "\"",
                               "\\",
                               "*",
                               "&a ",
                               "*a",
                               "<<: *a",
                               "!!map ",
                               "\t",
                               "| count() by ",
                               " > 5",
                               "\xff\xfe",
                               "\xc3",
                               "\x01",
                               "action: repeat\n",
                               "action: global\n",
                               "%x%",
                               "(?=a)",
                               "a{1000000}",
                               "((((((((",
                               "1 of them",
                               "timeframe: 5x",
                               "correlation: {}",
                               "filter: {}"};

// What damages a rule file in practice: cut, doubled and swapped lines, lost or changed characters, other indentation,
// words of the language at the wrong place, bytes that are no text.
class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {}

  std::string run(std::string text) {
    for (size_t i = 0; i <= pick(4); ++i) text = step(std::move(text));
    return text;
  }

 private:
  size_t pick(size_t n) { return n == 0 ? 0 : static_cast<size_t>(random_() % n); }

  static std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    for (size_t at = 0; at < text.size();) {
      size_t end = std::min(text.find('\n', at), text.size());
      out.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return out;
  }
  static std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
  }

  std::string step(std::string text) {
    size_t at = pick(text.size());
    switch (pick(10)) {
      case 0: return text.substr(0, at);  // cut off
      case 1:                             // some characters are lost
        if (!text.empty()) text.erase(at, 1 + pick(3));
        return text;
      case 2:  // a character is another
        if (!text.empty()) text[at] = static_cast<char>(pick(256));
        return text;
      case 3:
      case 4:
      case 5: return text.insert(at, kPieces[pick(std::size(kPieces))]);
      default: return joined(step_lines(lines_of(text)));
    }
  }

  std::vector<std::string> step_lines(std::vector<std::string> lines) {
    if (lines.empty()) return lines;
    size_t one = pick(lines.size()), other = pick(lines.size());
    switch (pick(4)) {
      case 0: lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(one)); break;
      case 1: lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(one), std::string(lines[other])); break;
      case 2: std::swap(lines[one], lines[other]); break;
      default: lines[one].insert(0, std::string(1 + pick(4), ' ')); break;
    }
    return lines;
  }

  std::mt19937_64 random_;
};

void expect_whole(const hunt::RuleSet& set, const std::string& where) {
  size_t loaded = 0;
  EXPECT_FALSE(set.verdicts.empty()) << where;
  for (const hunt::Verdict& verdict : set.verdicts) {
    if (verdict.loaded) {
      ++loaded;
      EXPECT_EQ(verdict.reason, "") << where;
      continue;
    }
    EXPECT_FALSE(verdict.reason.empty()) << where;
    EXPECT_GE(verdict.line, 1u) << where << verdict.reason;
    EXPECT_GE(verdict.column, 1u) << where << verdict.reason;
  }
  // A document gives one rule, or a correlation and its silent base rule, or is a filter; a refused one gives nothing.
  size_t alone = std::count_if(set.rules.begin(), set.rules.end(), [](const hunt::Rule& rule) { return !rule.silent; });
  EXPECT_LE(alone, loaded) << where;
  EXPECT_TRUE(loaded > 0 || set.rules.size() + set.correlations.size() == 0) << where;
  for (const hunt::Rule& rule : set.rules) {
    EXPECT_FALSE(rule.selections.empty()) << where;
    EXPECT_FALSE(rule.condition.empty()) << where;
    for (const hunt::ConditionNode& node : rule.condition) {
      bool selection = node.kind == hunt::ConditionNode::Kind::kSelection;
      EXPECT_TRUE(!selection || node.selection < rule.selections.size()) << where;
      for (uint32_t child : node.children) EXPECT_LT(child, rule.condition.size()) << where;
    }
  }
}

// Both evaluators can be asked and agree.
void expect_askable(const hunt::RuleSet& set, const Event& event, const std::string& where) {
  auto program = hunt::Program::compile(set.rules, {});
  hunt::Matcher matcher(*program);
  std::set<uint32_t> fast;
  for (uint32_t rule : matcher.match(event)) fast.insert(rule);
  for (uint32_t i = 0; i < set.rules.size(); ++i)
    EXPECT_EQ(fast.contains(i), hunt::plain_match(set.rules[i], event)) << where;
}

TEST(BadRules, ThreeHundredDamagedFilesLoadOrSayWhy) {
  hunt::YamlArena arena;
  auto documents = hunt::read_yaml(
      "{Channel: Microsoft-Windows-Sysmon/Operational, EventID: 1, Image: 'C:\\Windows\\System32\\cmd.exe',"
      " CommandLine: 'cmd /c whoami', User: 'NT AUTHORITY\\SYSTEM', ParentImage: null}",
      &arena);
  auto event = hunt::WrittenEvent::make(*documents.at(0).root, {"windows", "", ""});
  ASSERT_TRUE(event);
  std::vector<std::string> files = rule_files();
  ASSERT_GE(files.size(), 20u);
  size_t loaded = 0, refused = 0, texts = 0;
  std::set<std::string> reasons;
  for (size_t i = 0; i < kFiles; ++i) {
    const std::string& path = files[i * files.size() / kFiles];
    auto text = read_whole(path, 1 << 20);
    ASSERT_TRUE(text) << path;
    for (size_t round = 0; round < kRoundsPerFile; ++round) {
      std::string where = path + " seed " + std::to_string(i * kRoundsPerFile + round) + " ";
      std::string damaged = Mutator(i * kRoundsPerFile + round).run(*text);
      hunt::RuleSet set = hunt::load_rules({{path, damaged}}, {});
      expect_whole(set, where);
      expect_askable(set, (*event)->event(), where);
      ++texts;
      for (const hunt::Verdict& verdict : set.verdicts) {
        ++(verdict.loaded ? loaded : refused);
        if (!verdict.loaded) reasons.insert(verdict.reason.substr(0, verdict.reason.find('\'')));
      }
      if (testing::Test::HasFailure()) return;
    }
  }
  std::printf("%zu damaged texts of %zu files: %zu documents loaded, %zu refused for %zu kinds of reason\n", texts,
              std::min(files.size(), kFiles), loaded, refused, reasons.size());
  EXPECT_GE(loaded, kFiles / 10);  // damage in a description does not stop a rule
  EXPECT_GE(refused, kFiles / 3);
  EXPECT_GE(reasons.size(), 10u);
}

TEST(BadRules, ADamagedFileLeavesItsNeighboursAsTheyAre) {
  const std::string good =
      "title: T\nlogsource: {product: okta, service: okta}\ndetection: {s: {A: x}, condition: s}\n";
  for (size_t seed = 0; seed < kFiles; ++seed) {
    hunt::RuleSet set =
        hunt::load_rules({{"a.yml", Mutator(seed).run(good)}, {"b.yml", "title: U\n" + good.substr(9)}}, {});
    auto whole = std::find_if(set.verdicts.begin(), set.verdicts.end(),
                              [](const hunt::Verdict& verdict) { return verdict.path == "b.yml"; });
    ASSERT_NE(whole, set.verdicts.end());
    EXPECT_TRUE(whole->loaded) << "seed " << seed << " " << whole->reason;
  }
}

}  // namespace
}  // namespace sil::conformance
