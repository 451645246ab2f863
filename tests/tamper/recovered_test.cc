// Recovered records are hunted: each record that an edit took out and whose bytes remain is found by the rule that
// would have found it, marked, once; whatever an untouched log holds twice is not (docs/design/recovered.md).
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "bytes/digest.h"
#include "bytes/file.h"
#include "evtx_writer/plant.h"
#include "evtx_writer/writer.h"
#include "flow/collecting_consumer.h"
#include "flow/recovery_stage.h"
#include "flow/rule_loading.h"
#include "tamper/bench_run.h"

namespace sil::tamper {
namespace {

using evtx_writer::Plant;

constexpr char kRule[] = R"(title: Everything in the bench's log
id: 6a0a6f5e-54b0-4a46-8f04-0c4b8c1f7d10
level: high
logsource: {product: windows}
detection: {s: {Channel: Nordhafen/Operational}, condition: s}
---
title: Many in the bench's log
correlation: {type: event_count, rules: [6a0a6f5e-54b0-4a46-8f04-0c4b8c1f7d10], timespan: 1d, condition: {gte: 2}, generate: true}
)";

struct Findings {
  std::vector<Finding> ordinary, recovered;
  uint64_t members = 0;
};

const flow::Rules& rules() {
  static const std::unique_ptr<flow::Rules> kRules = [] {
    const std::string path = bench_folder() + "/rule.yml";
    EXPECT_TRUE(write_whole(path, kRule));
    flow::RuleSelection selection;
    selection.paths = {path};
    auto loaded = flow::load_program(selection, {});
    return loaded ? std::move(*loaded) : nullptr;
  }();
  return *kRules;
}

Findings hunt(const std::vector<uint8_t>& bytes, unsigned threads = 1) {
  flow::CollectingConsumer consumer;
  const std::string path = bench_folder() + "/hunted.evtx";
  EXPECT_TRUE(write_whole(path, as_text(Bytes(bytes))));
  const hunt::CorrelationPlan plan(rules().set);
  flow::Progress progress;
  const flow::HuntStageOptions how;
  flow::HuntStage stage(*rules().program, &plan, how, consumer, progress);
  flow::RecoveryStage recovery(stage, {}, nullptr);
  flow::PipelineOptions options;
  options.threads = threads;
  flow::run_pipeline({{path, true}}, options, nullptr, recovery, progress);
  Findings found;
  for (Finding& one : consumer.found)
    (one.recovered.empty() ? found.ordinary : found.recovered).push_back(std::move(one));
  found.members = stage.members().counted;
  EXPECT_EQ(stage.counts().recovered, found.recovered.size());
  EXPECT_EQ(consumer.source.recovered, recovery.recovered());
  EXPECT_EQ(consumer.source.events, found.ordinary.size());
  std::remove(path.c_str());
  return found;
}

struct Case {
  Plant plant;
  const char* how;
};
constexpr Case kCases[] = {
    {Plant::kMerge, "hidden inside another record; mended: size copy"},
    {Plant::kMergeKeepIds, "hidden inside another record; mended: size copy"},
    {Plant::kSwallow, "covered by a template definition; mended: record size, definition size"},
    {Plant::kMaskedAsPi, "masked as an instruction; mended: record size, first six bytes of the content"},
    {Plant::kTailLeft, "behind the live records"},
};

TEST(Recovered, RecordTakenOutIsFoundByTheRuleThatWouldHaveFoundIt) {
  for (const Case& one : kCases) {
    size_t planted = 0;
    for (const BenchFile& base : written_channel_files(4)) {
      std::vector<uint8_t> bytes = base.bytes;
      evtx_writer::Planted truth;
      std::string problem;
      if (!evtx_writer::plant(one.plant, 7, &bytes, &truth, &problem)) continue;
      ++planted;
      const Findings clean = hunt(base.bytes), edited = hunt(bytes);
      SCOPED_TRACE(base.name + " " + evtx_writer::plant_name(one.plant));
      EXPECT_EQ(clean.recovered.size(), 0U);
      EXPECT_EQ(edited.ordinary.size() + truth.victims, clean.ordinary.size());
      ASSERT_EQ(edited.recovered.size(), truth.victims);
      for (const Finding& finding : edited.recovered) {
        EXPECT_EQ(finding.recovered, one.how);
        ASSERT_EQ(finding.citations.size(), 1U);
        const Citation& cited = finding.citations.front();
        ASSERT_EQ(cited.spans.size(), 1U);
        const Span span = cited.spans.front();
        EXPECT_EQ(sha256(Bytes(bytes).subspan(span.offset, span.length)), cited.sha256) << "bytes as they lie there";
        for (const Dependency& dep : cited.deps)
          EXPECT_EQ(sha256(Bytes(bytes).subspan(dep.span.offset, dep.span.length)), dep.sha256);
        auto before = std::ranges::find(clean.ordinary, finding.record_id, &Finding::record_id);
        ASSERT_NE(before, clean.ordinary.end());
        EXPECT_EQ(finding.time.ticks, before->time.ticks);
        EXPECT_EQ(finding.summary, before->summary);
        if (truth.victims == 1) {
          EXPECT_EQ(finding.record_id, truth.victim_id);
        }
      }
      EXPECT_EQ(edited.members, edited.ordinary.size()) << "correlations count what the log holds";
    }
    EXPECT_GT(planted, 0U) << evtx_writer::plant_name(one.plant);
  }
}

TEST(Recovered, WipedRecordsAndBenignTwinsGiveNone) {
  for (Plant what : {Plant::kMergeWiped, Plant::kTailZeroed, Plant::kTwinSlack, Plant::kTwinRotated,
                     Plant::kTwinPreallocated, Plant::kTwinTruncated, Plant::kRewritten}) {
    for (const BenchFile& base : written_channel_files(3)) {
      std::vector<uint8_t> bytes = base.bytes;
      evtx_writer::Planted truth;
      std::string problem;
      if (!evtx_writer::plant(what, 5, &bytes, &truth, &problem)) continue;
      EXPECT_EQ(hunt(bytes).recovered.size(), 0U) << base.name << " " << evtx_writer::plant_name(what);
    }
  }
}

// Copied while the newest record was written: it is whole and not counted yet.
TEST(Recovered, RecordOnItsWayIsNewerThanAllThatCount) {
  for (const BenchFile& base : written_channel_files(3)) {
    std::vector<uint8_t> bytes = base.bytes;
    evtx_writer::Planted truth;
    std::string problem;
    if (!evtx_writer::plant(Plant::kTwinTorn, 5, &bytes, &truth, &problem)) continue;
    const Findings found = hunt(bytes);
    ASSERT_EQ(found.recovered.size(), 1U) << base.name;
    for (const Finding& one : found.ordinary) EXPECT_LT(one.record_id, found.recovered.front().record_id);
  }
}

TEST(Recovered, WhatTheThreadsAreDoesNotMatter) {
  std::vector<uint8_t> bytes = written_channel_files(1).front().bytes;
  evtx_writer::Planted truth;
  std::string problem;
  for (Plant what : {Plant::kMerge, Plant::kTailLeft})
    ASSERT_TRUE(evtx_writer::plant(what, 3, &bytes, &truth, &problem)) << problem;
  const Findings one = hunt(bytes, 1), many = hunt(bytes, 4);
  ASSERT_GT(one.recovered.size(), 1U);
  ASSERT_EQ(one.recovered.size(), many.recovered.size());
  for (size_t i = 0; i < one.recovered.size(); ++i) EXPECT_EQ(one.recovered[i].id, many.recovered[i].id);
}

// A chunk that was written anew holds other definitions where the old ones stood: what is left of an old record would
// be read with another event's words.
TEST(Recovered, RecordWhoseDefinitionIsGoneIsNotGuessed) {
  std::vector<uint8_t> bytes = written_channel_files(1).front().bytes;
  evtx_writer::Planted truth;
  std::string problem;
  ASSERT_TRUE(evtx_writer::plant(Plant::kTailLeft, 3, &bytes, &truth, &problem)) << problem;
  const Findings whole = hunt(bytes);
  ASSERT_GT(whole.recovered.size(), 0U);
  for (const Finding& finding : whole.recovered) {
    for (const Dependency& dep : finding.citations.front().deps) {
      if (dep.span.length > 24) bytes[dep.span.offset + 4] ^= 1;  // the first byte of the definition's GUID
    }
  }
  evtx_writer::seal_file(&bytes);
  const Findings changed = hunt(bytes);
  EXPECT_LT(changed.recovered.size(), whole.recovered.size());
  EXPECT_EQ(changed.ordinary.size(), whole.ordinary.size());
}

}  // namespace
}  // namespace sil::tamper
