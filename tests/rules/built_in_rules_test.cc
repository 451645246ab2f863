#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "bytes/file.h"
#include "flow/builtin_rules.h"
#include "hunt/rule.h"
#include "hunt/rule_tests.h"

namespace sil {
namespace {

const std::string kRules = SIL_RULES;

std::vector<std::string> files_below(const std::string& folder) {
  std::vector<Error> problems;
  std::vector<std::string> files;
  for (std::string& path : list_files(folder, &problems)) {
    if (path.ends_with(".yml")) files.push_back(std::move(path));
  }
  EXPECT_TRUE(problems.empty());
  return files;
}

hunt::RuleSet load_built_in() {
  std::vector<hunt::RuleText> texts;
  for (const flow::BuiltinRule& rule : flow::builtin_rules()) texts.push_back({rule.path, std::string(rule.text)});
  return hunt::load_rules(texts, {});
}

TEST(BuiltInRules, EveryRuleTestPasses) {
  const std::vector<std::string> files = files_below(kRules + "/tests");
  ASSERT_GE(files.size(), 20U);
  for (const std::string& path : files) {
    auto text = read_whole(path, 1 << 20);
    ASSERT_TRUE(text.has_value()) << path;
    EXPECT_THAT(*text, testing::HasSubstr("\nmatch:")) << path;
    EXPECT_THAT(*text, testing::HasSubstr("\nno_match:")) << path;
    const hunt::RuleTestReport report = hunt::run_rule_tests(path, *text, "");
    EXPECT_GE(report.passed + report.failures.size(), 2U) << path;
    for (const hunt::RuleTestFailure& failure : report.failures) {
      ADD_FAILURE() << path << ":" << failure.line << ": " << failure.text;
    }
  }
}

TEST(BuiltInRules, EveryRuleHasATest) {
  std::set<std::string> tested;
  for (const std::string& path : files_below(kRules + "/tests")) {
    auto text = read_whole(path, 1 << 20);
    ASSERT_TRUE(text.has_value()) << path;
    tested.insert(hunt::run_rule_tests(path, *text, "").rule_id);
  }
  for (const hunt::Rule& rule : load_built_in().rules) {
    EXPECT_TRUE(tested.contains(rule.info.id)) << rule.info.path << " has no file in rules/tests";
  }
  for (const hunt::Correlation& rule : load_built_in().correlations) {
    EXPECT_TRUE(rule.silent || tested.contains(rule.info.id)) << rule.info.path << " has no file in rules/tests";
  }
}

TEST(BuiltInRules, TheProgramCarriesTheFilesByteForByteInPathOrder) {
  std::vector<std::string> files;
  for (const std::string& path : files_below(kRules)) {
    if (!path.starts_with(kRules + "/tests/")) files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  const auto carried = flow::builtin_rules();
  ASSERT_EQ(carried.size(), files.size());
  for (size_t i = 0; i < files.size(); ++i) {
    EXPECT_EQ(carried[i].path, "builtin" + files[i].substr(kRules.size()));
    EXPECT_EQ(carried[i].text, read_whole(files[i], 1 << 20).value_or("unreadable")) << files[i];
  }
}

TEST(BuiltInRules, EveryDocumentLoadsWithoutANoteUnderAnIdOfItsOwn) {
  const hunt::RuleSet set = load_built_in();
  std::map<std::string, std::string> ids;
  for (const hunt::Verdict& verdict : set.verdicts) {
    EXPECT_TRUE(verdict.loaded) << verdict.path << ":" << verdict.line << ": " << verdict.reason;
    for (const hunt::Lint& lint : verdict.lints) ADD_FAILURE() << verdict.path << ":" << lint.line << ": " << lint.text;
    EXPECT_TRUE(ids.emplace(verdict.id, verdict.path).second) << verdict.path << " and " << ids[verdict.id];
  }
}

TEST(BuiltInRules, CorrelationsSilenceNoRule) {
  for (const hunt::Rule& rule : load_built_in().rules) EXPECT_FALSE(rule.silent) << rule.info.path;
}

TEST(BuiltInRules, NoTitleNamesAnActor) {
  // Names of the cluster that the advisories describe and endings that vendors give to others.
  constexpr std::string_view kActors[] = {"typhoon",    "panda",    "bear",      "kitten",  "spider",  "bronze",
                                          "silhouette", "voltzite", "taurus",    "unc",     "apt",     "dev-",
                                          "blizzard",   "sleet",    "sandstorm", "tempest", "lazarus", "fin"};
  for (const hunt::Rule& rule : load_built_in().rules) {
    std::string title = " " + rule.info.title + " ";
    std::transform(title.begin(), title.end(), title.begin(),
                   [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    for (std::string_view actor : kActors) {
      const size_t at = title.find(" " + std::string(actor));
      const bool named =
          at != std::string::npos && (title[at + 1 + actor.size()] < 'a' || title[at + 1 + actor.size()] > 'z');
      EXPECT_FALSE(named) << rule.info.path << ": " << rule.info.title;
    }
  }
}

}  // namespace
}  // namespace sil
