#include "flow/script_blocks.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "bytes/file.h"
#include "bytes/json_writer.h"
#include "evtx_writer/writer.h"
#include "flow/collecting_consumer.h"
#include "hunt/rule.h"

namespace sil::flow {
namespace {

namespace fs = std::filesystem;

const char* const kRules = R"(
title: Tool
id: aaaaaaaa-0000-4000-8000-000000000001
logsource: {product: windows, category: ps_script}
detection:
  selection: {ScriptBlockText|contains: 'Invoke-Mimikatz'}
  condition: selection
level: high
---
title: Both halves
id: aaaaaaaa-0000-4000-8000-000000000002
logsource: {product: windows, category: ps_script}
detection:
  selection: {ScriptBlockText|contains|all: ['alpha-first', 'omega-last']}
  condition: selection
level: low
---
title: Word of one part
id: aaaaaaaa-0000-4000-8000-000000000003
logsource: {product: windows, service: powershell}
detection:
  selection: {EventID: 4104, ScriptBlockText|contains: 'alpha-first'}
  condition: selection
level: low
---
title: Across
id: aaaaaaaa-0000-4000-8000-000000000004
logsource: {product: windows, category: ps_script}
detection:
  selection: {ScriptBlockText|re: 'alpha.*omega'}
  condition: selection
level: low
---
title: Keyword
id: aaaaaaaa-0000-4000-8000-000000000005
logsource: {product: windows}
detection:
  keywords: ['Invoke-Mimikatz']
  condition: keywords
level: medium
---
title: Smile
id: aaaaaaaa-0000-4000-8000-000000000006
logsource: {product: windows, category: ps_script}
detection:
  selection: {ScriptBlockText|contains: "<\U0001F600>"}
  condition: selection
level: low
)";

struct Part {
  std::string id;
  uint32_t number = 1, total = 1;
  std::u16string text;
  std::string host = "WS1";
};

evtx_writer::Event event_of(const Part& part, uint64_t record) {
  evtx_writer::Event event;
  event.provider = "Microsoft-Windows-PowerShell";
  event.provider_guid = "{a0c1853b-5c40-4b15-8766-3cf1c58f985a}";
  event.channel = "Microsoft-Windows-PowerShell/Operational";
  event.computer = part.host;
  event.event_id = 4104;
  event.time = 133'000'000'000'000'000 + record * 10'000'000;
  event.record_id = record;
  event.fields = {{"MessageNumber", evtx_writer::int_value(evtx_writer::kInt32, part.number)},
                  {"MessageTotal", evtx_writer::int_value(evtx_writer::kInt32, part.total)},
                  {"ScriptBlockText", evtx_writer::utf16_value(part.text)},
                  {"ScriptBlockId", evtx_writer::string_value(part.id)},
                  {"Path", evtx_writer::string_value("C:\\a.ps1")}};
  return event;
}

std::string bytes_of(const std::vector<Part>& parts) {
  evtx_writer::FileWriter file;
  for (size_t i = 0; i < parts.size(); ++i) file.add(event_of(parts[i], i + 1));
  const std::vector<uint8_t> bytes = file.finish();
  return {bytes.begin(), bytes.end()};
}

std::string lines_of(const std::vector<Part>& parts) {
  std::string out;
  for (const Part& part : parts) {
    std::string text;
    for (char16_t unit : part.text) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(unit));
      text += escape;
    }
    out += R"({"EventID":4104,"Channel":"Microsoft-Windows-PowerShell/Operational","Hostname":")" + part.host +
           R"(","MessageNumber":)" + std::to_string(part.number) + R"(,"MessageTotal":)" + std::to_string(part.total) +
           R"(,"ScriptBlockId":")" + part.id + R"(","ScriptBlockText":")" + text + "\"}\n";
  }
  return out;
}

class ScriptBlocksTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string made = testing::TempDir() + "blocks_XXXXXX";  // two builds of this test run at the same time
    ASSERT_NE(mkdtemp(made.data()), nullptr);
    folder_ = made;
    rules_ = hunt::load_rules({{"r.yml", kRules}}, {});
    ASSERT_EQ(rules_.rules.size(), 6u);
    program_ = hunt::Program::compile(rules_.rules, {});
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& bytes) {
    std::ofstream((folder_ / name).string(), std::ios::binary) << bytes;
    return (folder_ / name).string();
  }
  std::vector<Finding> hunt(const std::vector<std::string>& files, unsigned threads = 1,
                            HuntStageOptions options = {}) {
    std::vector<Input> inputs;
    for (const std::string& path : files) inputs.push_back({path, true});
    CollectingConsumer collector;
    Progress progress;
    HuntStage stage(*program_, nullptr, options, collector, progress);
    PipelineOptions pipeline;
    pipeline.threads = threads;
    run_pipeline(inputs, pipeline, nullptr, stage, progress);
    counts_ = stage.counts();
    return std::move(collector.found);
  }
  static std::string shown(const std::vector<Finding>& findings) {
    std::string out;
    for (const Finding& finding : findings) {
      out += finding.rule->title + (finding.joined.empty() ? "" : " [" + finding.joined + "]");
      for (const Span& span : finding.citations.at(0).spans) out += " @" + std::to_string(span.offset);
      out += '\n';
    }
    return out;
  }
  static std::string titles(const std::vector<Finding>& findings) {
    std::string out;
    for (const Finding& finding : findings)
      out += finding.rule->title + (finding.joined.empty() ? "" : " [" + finding.joined + "]") + "; ";
    return out;
  }

  fs::path folder_;
  hunt::RuleSet rules_;
  std::unique_ptr<const hunt::Program> program_;
  FindingCounts counts_;
};

const std::vector<Part> kCut = {{"b1", 1, 2, u"$x = Invoke-Mimi"}, {"b1", 2, 2, u"katz -DumpCreds"}};
const char* const kCutFound = "Tool [2 of 2]; Keyword [2 of 2]; ";

TEST_F(ScriptBlocksTest, LiteralCutInTheMiddleIsFoundInBothFormats) {
  EXPECT_EQ(titles(hunt({file("a.evtx", bytes_of(kCut))})), kCutFound);
  EXPECT_EQ(titles(hunt({file("a.json", lines_of(kCut))})), kCutFound);
  EXPECT_EQ(counts_.total, 2u);
  EXPECT_EQ(counts_.joined, 2u);
  EXPECT_EQ(counts_.by_level[static_cast<size_t>(Level::kHigh)], 1u);
}

TEST_F(ScriptBlocksTest, PartsOutOfOrderAreJoinedByNumber) {
  EXPECT_EQ(titles(hunt({file("a.evtx", bytes_of({kCut[1], kCut[0]}))})), kCutFound);
  EXPECT_EQ(titles(hunt({file("a.json", lines_of({kCut[1], kCut[0]}))})), kCutFound);
}

TEST_F(ScriptBlocksTest, RuleThatMatchedOnePartGivesNoJoinedFinding) {
  const std::vector<Part> parts = {{"b1", 1, 2, u"alpha-first"}, {"b1", 2, 2, u"omega-last"}};
  EXPECT_EQ(titles(hunt({file("a.evtx", bytes_of(parts))})),
            "Word of one part; Both halves [2 of 2]; Across [2 of 2]; ");
  EXPECT_EQ(counts_.total, 3u);
  EXPECT_EQ(counts_.joined, 2u);
}

TEST_F(ScriptBlocksTest, MissingPartIsCountedAndNothingIsReadAcrossTheGap) {
  const std::vector<Part> parts = {{"b1", 1, 3, u"alpha-first Invoke-Mimi"}, {"b1", 3, 3, u"katz omega-last"}};
  const char* expected = "Word of one part; Both halves [2 of 3]; ";
  EXPECT_EQ(titles(hunt({file("a.evtx", bytes_of(parts))})), expected);
  EXPECT_EQ(titles(hunt({file("a.json", lines_of(parts))})), expected);
}

TEST_F(ScriptBlocksTest, OfAPartLoggedTwiceTheFirstCounts) {
  const std::vector<Part> parts = {kCut[0], {"b1", 1, 2, u"another text"}, kCut[1], kCut[1]};
  const std::vector<Finding> found = hunt({file("a.evtx", bytes_of(parts))});
  EXPECT_EQ(titles(found), kCutFound);
  EXPECT_EQ(found[0].citations.at(0).spans.size(), 2u);
}

TEST_F(ScriptBlocksTest, BlocksOfOtherHostsIdsAndTotalsStayApart) {
  const std::vector<std::vector<Part>> strangers = {
      {kCut[0], {"b1", 2, 2, u"katz", "WS2"}}, {kCut[0], {"b2", 2, 2, u"katz"}}, {kCut[0], {"b1", 2, 3, u"katz"}}};
  for (const auto& parts : strangers) EXPECT_EQ(titles(hunt({file("a.evtx", bytes_of(parts))})), "");
}

TEST_F(ScriptBlocksTest, NumbersThatCannotBeAreNoParts) {
  const std::vector<std::vector<Part>> odd = {{{"b1", 0, 2, u"Invoke-Mimi"}, {"b1", 1, 2, u"katz"}},
                                              {{"b1", 3, 2, u"katz"}, {"b1", 1, 2, u"Invoke-Mimi"}},
                                              {{"", 1, 2, u"Invoke-Mimi"}, {"", 2, 2, u"katz"}},
                                              {{"b1", 1, 1, u"Invoke-Mimi"}, {"b1", 1, 1, u"katz"}}};
  for (const auto& parts : odd) {
    EXPECT_EQ(titles(hunt({file("a.evtx", bytes_of(parts))})), "");
    EXPECT_EQ(titles(hunt({file("a.json", lines_of(parts))})), "");
  }
}

TEST_F(ScriptBlocksTest, CharacterCutInTwoBecomesWhole) {
  const std::vector<Part> parts = {{"b1", 1, 2, u"<\xD83D"}, {"b1", 2, 2, u"\xDE00>"}};
  EXPECT_EQ(titles(hunt({file("a.evtx", bytes_of(parts))})), "Smile [2 of 2]; ");
  EXPECT_EQ(titles(hunt({file("a.json", lines_of(parts))})), "Smile [2 of 2]; ");
}

TEST_F(ScriptBlocksTest, CitationNamesEveryPartAndItsBytesHash) {
  const std::string bytes = bytes_of({kCut[1], kCut[0]});
  const std::vector<Finding> found = hunt({file("a.evtx", bytes)});
  ASSERT_EQ(found.size(), 2u);
  const Citation& citation = found[0].citations.at(0);
  ASSERT_EQ(citation.spans.size(), 2u);
  EXPECT_GT(citation.spans[0].offset, citation.spans[1].offset);  // in the order in which they are joined
  std::string cited;
  for (const Span& span : citation.spans) cited += bytes.substr(span.offset, span.length);
  EXPECT_EQ(citation.sha256, sha256(cited));
  ASSERT_FALSE(citation.deps.empty());
  for (const Dependency& dep : citation.deps)
    EXPECT_EQ(dep.sha256, sha256(std::string_view(bytes).substr(dep.span.offset, dep.span.length)));
  EXPECT_EQ(found[0].record_id, 2u);  // the first part's event in all else
  EXPECT_EQ(found[0].host, "WS1");
  ASSERT_EQ(found[0].matched.size(), 1u);
  EXPECT_EQ(found[0].matched[0].value, "$x = Invoke-Mimikatz -DumpCreds");
  EXPECT_NE(found[0].id, found[1].id);
}

TEST_F(ScriptBlocksTest, WholeEventShowsTheJoinedText) {
  HuntStageOptions options;
  options.finding.whole_event = true;
  for (const std::string& path : {file("a.evtx", bytes_of(kCut)), file("a.json", lines_of(kCut))}) {
    const std::vector<Finding> found = hunt({path}, 1, options);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_NE(found[0].event.find(R"("ScriptBlockText":"$x = Invoke-Mimikatz -DumpCreds")"), std::string::npos)
        << found[0].event;
    EXPECT_NE(found[0].event.find(R"("MessageNumber":1)"), std::string::npos);
  }
}

// Blocks whose parts lie in far chunks and in other pieces, mixed with others, in several sources.
std::vector<Part> many(size_t blocks, const std::string& host) {
  std::vector<Part> out;
  for (uint32_t number : {3u, 1u, 2u}) {
    for (size_t i = 0; i < blocks; ++i) {
      Part part{"block-" + std::to_string(i), number, 3, std::u16string(3000, u'x'), host};
      if (number == 2) part.text = u"Invoke-Mimi";
      if (number == 3) part.text = u"katz" + part.text;
      if (number == 1 && i % 3 == 0) part.text += u"alpha-first";
      if (number == 3 && i % 6 == 0) part.text += u"omega-last";
      if (number != 1 || i % 7 != 0) out.push_back(part);
    }
  }
  return out;
}

TEST_F(ScriptBlocksTest, OutputIsTheSameForAnyNumberOfThreads) {
  std::vector<std::string> files;
  for (const char* host : {"A", "B", "C"}) {
    files.push_back(file(std::string(host) + ".evtx", bytes_of(many(100, host))));
    files.push_back(file(std::string(host) + ".json", lines_of(many(100, host))));
  }
  const std::string one = shown(hunt(files, 1));
  const FindingCounts counts = counts_;
  EXPECT_EQ(shown(hunt(files, 3)), one);
  EXPECT_EQ(shown(hunt(files, 8)), one);
  EXPECT_EQ(counts_.joined, counts.joined);
  // Each block: Tool and Keyword; one in six also both halves, if its first part is there.
  const uint64_t whole = 100 * 2;
  uint64_t both = 0;
  for (size_t i = 0; i < 100; i += 6) both += i % 7 != 0 ? 1 : 0;
  EXPECT_EQ(counts.joined, 6 * (whole + 2 * both));
}

TEST_F(ScriptBlocksTest, JoinedFindingsStandBehindTheirSourceByTheFirstPartsPlace) {
  const std::vector<Part> parts = {{"b2", 2, 2, u"katz"},
                                   {"b1", 1, 2, u"Invoke-Mimi"},
                                   {"b1", 2, 2, u"katz"},
                                   {"b2", 1, 2, u"Invoke-Mimi"},
                                   {"b3", 1, 1, u"Invoke-Mimikatz"}};
  const std::vector<Finding> found = hunt({file("a.evtx", bytes_of(parts)), file("b.evtx", bytes_of({parts[4]}))});
  EXPECT_EQ(titles(found),
            "Tool; Keyword; Tool [2 of 2]; Keyword [2 of 2]; Tool [2 of 2]; Keyword [2 of 2]; Tool; Keyword; ");
  EXPECT_EQ(found[2].record_id, 2u);
  EXPECT_EQ(found[4].record_id, 4u);
}

// ---- limits, on the store itself ----
class BlockStoreTest : public ScriptBlocksTest {
 protected:
  // The parts as the workers read them, then joined under `limits`.
  std::string joined(const std::vector<Part>& parts, const BlockLimits& limits) {
    ScriptBlocks blocks(*program_, limits);
    struct Reading : Worker {
      explicit Reading(ScriptBlocks* store) : to(store) {}
      void begin_piece(uint32_t, const Source&) override {}
      std::unique_ptr<PieceResult> end_piece() override { return nullptr; }
      void on_event(const Event& event) override {
        BlockPart part;
        if (reader.read(event, {}, false, &part)) to->add(std::move(part));
      }
      void on_anomaly(Anomaly) override {}
      void on_fact(const StructureFact&) override {}
      [[nodiscard]] bool wants_facts() const override { return false; }
      ScriptBlocks* to;
      PartReader reader;
    };
    struct Reads : Stage {
      explicit Reads(ScriptBlocks* store) : to(store) {}
      std::unique_ptr<Worker> make_worker() override { return std::make_unique<Reading>(to); }
      void source_begun(uint32_t, const Source&) override {}
      void merge(uint32_t, std::unique_ptr<PieceResult>) override {}
      void source_done(uint32_t, const Source&) override {}
      ScriptBlocks* to;
    };
    Reads stage(&blocks);
    Progress progress;
    PipelineOptions pipeline;
    pipeline.threads = 1;
    run_pipeline({{file("limits.evtx", bytes_of(parts)), true}}, pipeline, nullptr, stage, progress);
    std::string out;
    blocks.finish(0, [&](const JoinedBlock& block) {
      out += std::to_string(block.joined) + " of " + std::to_string(block.total) + ":";
      for (uint32_t rule : block.rules) out += ' ' + rules_.rules[rule].info.title;
      out += "; ";
    });
    left_out_ = blocks.counts().left_out;
    return out;
  }
  uint64_t left_out_ = 0;
};

TEST_F(BlockStoreTest, BeyondTheMemoryBudgetPartsGoToAFileAndNothingChanges) {
  const std::vector<Part> parts = many(50, "A");
  const std::string in_memory = joined(parts, {});
  BlockLimits small;
  small.held = 20'000;
  small.folder = folder_.string();
  EXPECT_EQ(joined(parts, small), in_memory);
  EXPECT_EQ(left_out_, 0u);
  small.held = 0;
  EXPECT_EQ(joined(parts, small), in_memory);
  EXPECT_NE(in_memory.find("3 of 3: Tool Keyword"), std::string::npos);
}

TEST_F(BlockStoreTest, PartsBeyondTheLimitAreCounted) {
  BlockLimits limits;
  limits.parts = 3;
  EXPECT_EQ(joined({kCut[0], kCut[1], {"b2", 1, 2, u"Invoke-Mimi"}, {"b2", 2, 2, u"katz"}}, limits),
            "2 of 2: Tool Keyword; ");
  EXPECT_EQ(left_out_, 1u);
}

TEST_F(BlockStoreTest, TextBeyondTheLimitIsCountedAndSaid) {
  BlockLimits limits;
  limits.text = 40;
  EXPECT_EQ(joined({{"b", 1, 4, u"Invoke-Mimi"}, {"b", 2, 4, u"katz 0123456789"}, {"b", 3, 4, u"x"}, {"b", 4, 4, u"y"}},
                   limits),
            "2 of 4: Tool Keyword; ");
  EXPECT_EQ(left_out_, 2u);
}

TEST_F(BlockStoreTest, WithoutRoomForTheFileTheRestIsCounted) {
  BlockLimits limits;
  limits.held = 0;
  limits.folder = (folder_ / "is-not-there").string();
  EXPECT_EQ(joined(kCut, limits), "");
  EXPECT_EQ(left_out_, 2u);
}

}  // namespace
}  // namespace sil::flow
