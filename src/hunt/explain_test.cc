#include "hunt/explain.h"

#include <gtest/gtest.h>

#include "hunt/written_event.h"
#include "hunt/yaml.h"

namespace sil::hunt {
namespace {

class Explain : public testing::Test {
 protected:
  void SetUp() override {
    set_ =
        load_rules({{"r.yml",
                     "title: T\nid: 5f0c1d7e-0000-4000-8000-000000000001\n"
                     "logsource: {product: windows, category: process_creation}\ndetection:\n"
                     "  selection:\n    Image|endswith: '\\ntdsutil.exe'\n    CommandLine|contains|all: [ifm, create]\n"
                     "  filter_a:\n    User: backup\n  filter_b:\n    OriginalFileName: x\n"
                     "  condition: selection and not 1 of filter_*"}},
                   {});
    ASSERT_EQ(set_.rules.size(), 1u) << set_.verdicts.front().reason;
  }
  Explanation explain(const std::string& map) {
    event(map);
    return explain_record(rule(), event_->event());
  }
  Nearness near(const std::string& map) {
    event(map);
    return nearness(rule(), event_->event(), false);
  }
  const Rule& rule() const { return set_.rules.front(); }

 private:
  void event(const std::string& map) {
    YamlArena arena;
    auto documents = read_yaml(map, &arena);
    auto made = WrittenEvent::make(*documents.front().root, rule().logsource);
    ASSERT_TRUE(made.has_value());
    event_ = std::move(*made);
  }
  RuleSet set_;
  std::unique_ptr<const WrittenEvent> event_;
};

constexpr const char* kHit =
    "{Channel: Security, EventID: 4688, NewProcessName: 'C:\\ntdsutil.exe', CommandLine: ifm create}";
constexpr const char* kHalf =
    "{Channel: Security, EventID: 4688, NewProcessName: 'C:\\ntdsutil.exe', CommandLine: ifm only}";
constexpr const char* kNone = "{Channel: Security, EventID: 4688, NewProcessName: 'C:\\cmd.exe', CommandLine: dir}";

TEST_F(Explain, TheConditionReadsAsItIsEvaluated) {
  EXPECT_EQ(condition_text(rule()), "selection and not 1 of (filter_a, filter_b)");
}

TEST_F(Explain, AMatchShowsWhatEachItemFound) {
  Explanation out = explain(kHit);
  EXPECT_TRUE(out.matched);
  ASSERT_EQ(out.selections.size(), 3u);
  EXPECT_TRUE(out.selections[0].held);
  EXPECT_FALSE(out.selections[0].filter);
  EXPECT_TRUE(out.selections[1].filter);
  const ExplainedItem& image = out.selections[0].alternatives[0][0];
  EXPECT_EQ(image.log_fields, std::vector<std::string>{"NewProcessName"});
  EXPECT_EQ(image.values, std::vector<std::string>{"C:\\ntdsutil.exe"});
  ASSERT_EQ(image.tests.size(), 1u);
  EXPECT_EQ(image.tests[0].wanted, "'*\\ntdsutil.exe'");
  EXPECT_EQ(out.missing_fields, std::vector<std::string>{"OriginalFileName"});
  EXPECT_TRUE(out.selections[2].alternatives[0][0].log_lacks);
}

TEST_F(Explain, UnderAllEachValueHasItsOwnAnswer) {
  const Explanation out = explain(kHalf);
  const ExplainedItem& command = out.selections[0].alternatives[0][1];
  EXPECT_FALSE(out.matched);
  EXPECT_FALSE(command.held);
  ASSERT_EQ(command.tests.size(), 2u);
  EXPECT_TRUE(command.tests[0].held);
  EXPECT_FALSE(command.tests[1].held);
}

TEST_F(Explain, TheNearestMissHasTheMostSelectionsThenItemsThenTheFewestFilters) {
  Nearness hit = near(kHit), half = near(kHalf), none = near(kNone);
  Nearness filtered = near(
      "{Channel: Microsoft-Windows-Sysmon/Operational, EventID: 1, Image: 'C:\\ntdsutil.exe', CommandLine: ifm create,"
      " User: backup}");
  Nearness other = near("{Channel: System, EventID: 7036, param1: a}");
  EXPECT_TRUE(hit.matched);
  EXPECT_GT(hit, filtered);
  EXPECT_GT(filtered, half);
  EXPECT_GT(half, none);
  EXPECT_GT(none, other);
  EXPECT_FALSE(other.applies);
}

}  // namespace
}  // namespace sil::hunt
