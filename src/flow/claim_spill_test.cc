#include "flow/claim_spill.h"

#include <gtest/gtest.h>

#include "flow/claims.h"

namespace sil::flow {
namespace {

Finding finding_at(const RuleInfo& rule, uint64_t offset) {
  Finding out;
  out.id = "finding " + std::to_string(offset);
  out.rule = &rule;
  out.summary = std::string("a summary with\0 a NUL", 21);
  out.time = {130'000'000'000'000'000 + offset, Precision::kMillisecond, ZoneSource::kAssumedUtc};
  out.host = "PIER-4";
  out.channel = "Security";
  out.event_id = 4688;
  out.record_id = offset / 100;
  Citation& citation = out.citations.emplace_back();
  citation.source = 1;
  citation.spans = {{offset, 80}, {offset + 400, 7}};
  citation.sha256[3] = 5;
  citation.deps = {{"", {12, 34}, {}}, {"other", {5, 6}, {}}};
  citation.deps[1].sha256[31] = 9;
  out.matched = {{"Image", "C:\\x.exe", "selection"}, {"User", "", "other"}};
  return out;
}

struct ClaimSpillTest : testing::Test {
  std::vector<PlacedFinding> kept() {
    std::vector<PlacedFinding> out;
    whole = spill.for_each_batch([&](const std::string& batch) {
      for (PlacedFinding& one : spill.findings_of(batch)) out.push_back(std::move(one));
    });
    return out;
  }
  ClaimSpill spill{testing::TempDir(), Level::kHigh};
  bool whole = false;
  RuleInfo high, low;
  std::vector<Source> sources{2};
  LoggedSource logged;

  void SetUp() override {
    high.id = "a";
    high.title = "High";
    high.level = Level::kHigh;
    high.sha256[0] = 7;
    low.id = "b";
    low.level = Level::kMedium;
    sources[1].sha256 = std::string(64, '1');
    sources[1].format = "evtx";
  }
};

TEST_F(ClaimSpillTest, WhatWasKeptMakesTheSameClaim) {
  std::vector<Finding> claimed;
  for (uint64_t i = 0; i < 700; ++i) {
    claimed.push_back(finding_at(high, 5000 - i));
    if (i % 3 == 0) claimed.back().joined = "2 of 2";
    if (i % 5 == 0) claimed.back().recovered = "slack";
    spill.add(claimed.back());
    spill.add(finding_at(low, i));
  }
  const std::vector<PlacedFinding> back = kept();
  ASSERT_TRUE(whole);
  ASSERT_EQ(back.size(), claimed.size());
  for (size_t i = 0; i < back.size(); ++i) {
    const Finding& finding = back[i].finding;
    EXPECT_EQ(draft_claim(finding, {&sources[1]}, {&logged}).body,
              draft_claim(claimed[i], {&sources[1]}, {&logged}).body);
    EXPECT_EQ(finding.citations.front().source, 1U);
    const casefile::FindingPlace place{false, 1, i % 3 == 0, i % 5 == 0, int64_t(5000 - i), "a", int64_t(2 * i + 1)};
    EXPECT_EQ(back[i].place, place);
  }
}

TEST_F(ClaimSpillTest, NothingKeptIsWholeToo) {
  spill.add(finding_at(low, 1));
  EXPECT_TRUE(kept().empty());
  EXPECT_TRUE(whole);
}

TEST_F(ClaimSpillTest, WithoutRoomTheCaseIsRead) {
  ClaimSpill nowhere(testing::TempDir() + "there is no such folder", Level::kHigh);
  nowhere.add(finding_at(high, 1));
  EXPECT_FALSE(nowhere.for_each_batch([](const std::string&) { FAIL(); }));
  spill.add(finding_at(high, 1));
  Finding several = finding_at(high, 2);
  several.citations.push_back(several.citations.front());
  spill.add(several);
  EXPECT_TRUE(kept().empty());
  EXPECT_FALSE(whole);
}

}  // namespace
}  // namespace sil::flow
