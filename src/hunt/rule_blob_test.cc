#include "hunt/rule_blob.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "bytes/digest.h"
#include "bytes/file.h"
#include "bytes/sanitized.h"
#include "hunt/program.h"
#include "hunt/rule_equal.h"

namespace sil::hunt {
namespace {

// Every kind of test, of condition and of correlation.
constexpr const char* kEverything = R"(
title: Everything
id: 5f0c1d7e-0000-4000-8000-000000000001
name: all
status: test
description: d
references: [r1, r2]
author: a
date: 2024-01-02
modified: 2024-01-03
tags: [attack.t1059]
falsepositives: [f]
related: [{id: 5f0c1d7e-0000-4000-8000-000000000009, type: similar}]
ticket: 7
level: high
logsource: {product: windows, category: process_creation, definition: x}
detection:
  a:
    - Image|endswith: ['\x.exe', 'y?z*']
      CommandLine|contains|all|windash: [' -a', '/b']
    - Number: -3
      Real: 1.5
      Flag: true
      Nothing: null
      There|exists: false
  b:
    Regex|re|i|m|s: 'ab+c'
    Address|cidr: '10.0.0.0/8'
    Size|gte: 10
    Time|hour|lt: 6
    Other|fieldref|startswith: Image
    Case|cased|neq: 'Ab'
  c: [word, 'two words']
  d1: {X: 1}
  d2: {X: 2}
  d3: {X: 3}
  condition: (a and not b) or c or 2 of d*
---
title: Many
id: 5f0c1d7e-0000-4000-8000-000000000002
correlation:
  type: value_count
  rules: all
  group-by: [User, alias]
  timespan: 5m
  aliases: {alias: {all: Image}}
  condition: {field: Image, gte: 3, lte: 9}
level: low
---
title: Then
id: 5f0c1d7e-0000-4000-8000-000000000003
correlation:
  type: temporal
  rules: [all, 5f0c1d7e-0000-4000-8000-000000000002]
  timespan: 1h
  generate: true
level: low
---
title: Bad
detection: 1
)";

RuleSet everything() {
  return load_rules({{"r.yml", kEverything}}, {});
}

std::string blob_of(const RuleSet& set) {
  std::string out;
  EXPECT_TRUE(append_rule_set(set, &out));
  return out;
}

TEST(RuleBlob, WhatWasWrittenIsRead) {
  RuleSet set = everything(), back;
  ASSERT_EQ(set.rules.size(), 1u);
  ASSERT_EQ(set.correlations.size(), 2u);
  ASSERT_TRUE(read_rule_set(as_bytes(blob_of(set)), &back));
  EXPECT_TRUE(back == set);
  EXPECT_EQ(back.correlations[1].members[1].nested, true);
  EXPECT_EQ(back.verdicts.back().reason, set.verdicts.back().reason);
}

TEST(RuleBlob, SetsThatTheLoaderCannotMakeAreNotWritten) {
  auto refused = [](auto change) {
    RuleSet set = everything();
    change(&set);
    std::string out;
    return !append_rule_set(set, &out);
  };
  EXPECT_FALSE(refused([](RuleSet*) {}));
  EXPECT_TRUE(refused([](RuleSet* s) { s->rules[0].condition.back().children.push_back(1000); }));
  EXPECT_TRUE(refused([](RuleSet* s) { s->rules[0].condition[0].selection = 6; }));
  EXPECT_TRUE(refused([](RuleSet* s) { s->rules[0].condition.back().children.push_back(0); }));  // twice below
  EXPECT_TRUE(refused([](RuleSet* s) { s->rules[0].condition.back().children.clear(); }));
  EXPECT_TRUE(refused([](RuleSet* s) { s->correlations[0].members[0].index = 1; }));
  EXPECT_TRUE(refused([](RuleSet* s) { s->correlations[1].members[1].index = 1; }));
  EXPECT_TRUE(refused([](RuleSet* s) { s->correlations[0].group_by[0].fields.clear(); }));
  EXPECT_TRUE(refused([](RuleSet* s) { s->rules[0].info.level = static_cast<Level>(5); }));
  EXPECT_TRUE(refused([](RuleSet* s) {
    auto& nodes = s->rules[0].condition;
    for (int i = 0; i < 2000; ++i)
      nodes.push_back({ConditionNode::Kind::kNot, 0, 0, {static_cast<uint32_t>(nodes.size() - 1)}});
  }));
}

TEST(RuleBlob, EveryCutIsRefused) {
  std::string blob = blob_of(everything());
  RuleSet back;
  for (size_t size = 0; size < blob.size(); ++size)
    ASSERT_FALSE(read_rule_set(as_bytes(std::string_view(blob).substr(0, size)), &back)) << size;
  blob += '\0';
  EXPECT_FALSE(read_rule_set(as_bytes(blob), &back));
}

// Without the cache's checksum in front: what still reads as a set must be one that compiles and writes itself again.
TEST(RuleBlob, FlippedBytesAreRefusedOrASoundSet) {
  const std::string blob = blob_of(everything());
  std::minstd_rand random(7);
  size_t sound = 0;
  auto try_it = [&](const std::string& bytes) {
    RuleSet back;
    if (!read_rule_set(as_bytes(bytes), &back)) return;
    ++sound;
    EXPECT_NE(Program::compile(back.rules, {}), nullptr);
    std::string again;
    RuleSet twice;
    EXPECT_TRUE(append_rule_set(back, &again));
    EXPECT_TRUE(read_rule_set(as_bytes(again), &twice));
  };
  for (size_t at = 0; at < blob.size(); at += kSanitized ? 7 : 1) {
    for (int value : {0, 1, 0x7F, 0x80, 0xFF}) {
      std::string bytes = blob;
      bytes[at] = static_cast<char>(value);
      try_it(bytes);
    }
  }
  for (int round = 0; round < random_rounds(5000); ++round) {
    std::string bytes = blob;
    for (int flips = 0; flips < 3; ++flips) bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    try_it(bytes);
  }
  EXPECT_GT(sound, 100u);  // most of the bytes are text, where a flip is another rule
}

TEST(RuleBlob, ForgedCountsCostNoMemory) {
  std::string bytes("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10);
  RuleSet back;
  EXPECT_FALSE(read_rule_set(as_bytes(bytes), &back));
  bytes = std::string("\x80\x80\x40", 3) + std::string(1 << 20, '\0');  // a million rules in a million bytes
  EXPECT_FALSE(read_rule_set(as_bytes(bytes), &back));
  EXPECT_LT(back.rules.capacity(), 100'000u);
}

TEST(RuleBlob, EveryPublicRuleIsTheSameAfterwards) {
  const char* named = std::getenv("SIL_SHARED");
  std::string here = __FILE__;
  std::string folder = named ? named : here.substr(0, here.rfind("src/hunt/")) + "../shared";
  folder += "/data/sigmahq";
  if (!is_directory(folder)) GTEST_SKIP() << "no shared rules beside the project";
  std::vector<RuleText> texts;
  std::vector<Error> problems;
  for (const std::string& path : list_files(folder, &problems)) {
    if (!path.ends_with(".yml")) continue;
    auto text = read_whole(path, 1 << 20);
    ASSERT_TRUE(text);
    texts.push_back({path, std::move(*text)});
  }
  RuleSet set = load_rules(texts, {}), back;
  ASSERT_GT(set.rules.size(), 3000u);
  ASSERT_TRUE(read_rule_set(as_bytes(blob_of(set)), &back));
  EXPECT_TRUE(back == set);
}

}  // namespace
}  // namespace sil::hunt
