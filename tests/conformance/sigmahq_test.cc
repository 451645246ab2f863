// SigmaHQ's rules and its regression tests: every rule has a verdict, every regression log gives the hits that its
// rule promises, the JSON beside a log gives the same hits as the log.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>

#include "bytes/file.h"
#include "conformance/shared_logs.h"
#include "hunt/yaml.h"

namespace sil::conformance {
namespace {

#define SKIP_WITHOUT_SHARED_DATA() \
  if (!has_shared_data()) GTEST_SKIP() << "skipped: no SigmaHQ rules and logs beside the project (../shared)"

using Ids = std::vector<std::string>;

// Rule ids that hit, for each record in order.
std::vector<Ids> hits_of(const Log& log) {
  const hunt::Program& program = *all_rules().program;
  hunt::Matcher matcher(program);
  std::vector<Ids> out;
  Reading reading = read_log(log, [&](const Event& event, uint64_t) {
    Ids& ids = out.emplace_back();
    for (uint32_t rule : matcher.match(event)) ids.push_back(program.rules()[rule].info.id);
  });
  EXPECT_EQ(reading.error, "");
  return out;
}

size_t count_of(const std::vector<Ids>& records, const std::string& id) {
  size_t count = 0;
  for (const Ids& ids : records) count += static_cast<size_t>(std::count(ids.begin(), ids.end(), id));
  return count;
}

struct Promise {  // one info.yml
  std::string rule, name;
  size_t hits = 1;
};

std::optional<Promise> promise_beside(const Log& log) {
  auto text = read_whole(log.path.substr(0, log.path.rfind('/')) + "/info.yml", 1 << 20);
  if (!text) return {};
  hunt::YamlArena arena;
  auto documents = hunt::read_yaml(*text, &arena);
  if (documents.size() != 1 || documents[0].root == nullptr) return {};
  const hunt::YamlNode* rules = documents[0].root->find("rule_metadata");
  const hunt::YamlNode* tests = documents[0].root->find("regression_tests_info");
  if (!rules || !tests || rules->entries.size() != 1) return {};
  const hunt::YamlNode* id = rules->entries[0].value->find("id");
  if (!id) return {};
  for (const hunt::YamlEntry& entry : tests->entries) {
    const hunt::YamlNode* path = entry.value->find("path");
    if (!path || !log.path.ends_with(path->text)) continue;
    Promise out{std::string(id->text), log.name, 1};
    if (const hunt::YamlNode* count = entry.value->find("match_count")) out.hits = std::stoul(std::string(count->text));
    return out;
  }
  return {};
}

TEST(SigmaHq, EveryDocumentIsLoadedOrRefusedForAPlaceholder) {
  SKIP_WITHOUT_SHARED_DATA();
  const hunt::RuleSet& set = all_rules().set;
  size_t loaded = 0, refused = 0;
  for (const hunt::Verdict& verdict : set.verdicts) {
    (verdict.loaded ? loaded : refused) += 1;
    EXPECT_FALSE(verdict.passed_over) << verdict.path;
    if (verdict.loaded) continue;
    EXPECT_TRUE(verdict.reason.starts_with("unresolved placeholder %")) << verdict.path << ": " << verdict.reason;
    EXPECT_GT(verdict.line, 1u) << verdict.path;
    EXPECT_GT(verdict.column, 0u) << verdict.path;
  }
  std::vector<Error> problems;
  size_t files = 0;
  for (const std::string& folder : rule_folders()) {
    for (const std::string& path : list_files(folder, &problems)) files += path.ends_with(".yml");
  }
  EXPECT_TRUE(problems.empty());
  EXPECT_GE(set.verdicts.size(), files);
  std::map<std::string, size_t> by_path;
  for (const hunt::Verdict& verdict : set.verdicts) ++by_path[verdict.path];
  EXPECT_EQ(by_path.size(), files);  // no file without a verdict
  EXPECT_EQ(set.rules.size() + set.correlations.size(), loaded);
  std::cout << files << " files, " << set.verdicts.size() << " documents: " << loaded << " loaded, " << refused
            << " refused\n";
}

TEST(SigmaHq, RegressionLogsGiveTheHitsOfTheirRules) {
  SKIP_WITHOUT_SHARED_DATA();
  size_t records = 0, hits = 0, folders = 0, more = 0;
  for (const Log& log : regression_logs(".evtx")) {
    SCOPED_TRACE(log.name);
    auto promise = promise_beside(log);
    ASSERT_TRUE(promise) << "no readable info.yml";
    std::vector<Ids> found = hits_of(log);
    size_t own = count_of(found, promise->rule);
    EXPECT_GE(own, promise->hits);
    more += own > promise->hits;
    records += found.size();
    for (const Ids& ids : found) hits += ids.size();
    ++folders;
  }
  EXPECT_GT(folders, 100u);
  std::cout << folders << " folders, " << records << " records, " << hits << " hits of all rules, " << more
            << " folders with more hits than promised\n";
}

TEST(SigmaHq, RegressionLogsAsJsonGiveTheSameHits) {
  SKIP_WITHOUT_SHARED_DATA();
  size_t records = 0, folders = 0;
  for (const Log& log : regression_logs(".evtx")) {
    SCOPED_TRACE(log.name);
    std::string stem = log.path.substr(0, log.path.size() - 5);
    if (!path_exists(stem + ".json")) continue;
    std::vector<Ids> evtx = hits_of(log);
    EXPECT_EQ(evtx, hits_of({stem + ".json", "", 1}));
    records += evtx.size();
    ++folders;
  }
  EXPECT_GT(folders, 100u);
  std::cout << folders << " folders, " << records << " records\n";
}

// The EVTX samples have no JSON beside them: ours (the shape of evtx_dump) stands in, all samples in one file.
TEST(SigmaHq, SamplesDumpedAsJsonGiveTheSameHits) {
  SKIP_WITHOUT_SHARED_DATA();
  std::string text;
  std::vector<Ids> evtx;
  hunt::Matcher matcher(*all_rules().program);
  size_t hits = 0;
  for (const Log& log : evtx_samples()) {
    read_log(log, [&](const Event& event, uint64_t) {
      event.details->write_json(event, &text);
      text += '\n';
      Ids& ids = evtx.emplace_back();
      for (uint32_t rule : matcher.match(event)) ids.push_back(all_rules().program->rules()[rule].info.id);
      hits += ids.size();
    });
  }
  const std::string path = testing::TempDir() + "silhouette-samples-" + std::to_string(getpid()) + ".json";
  ASSERT_TRUE(write_whole(path, text));
  std::vector<Ids> json = hits_of({path, "", 1});
  unlink(path.c_str());
  ASSERT_EQ(json.size(), evtx.size());
  for (size_t i = 0; i < json.size(); ++i) ASSERT_EQ(json[i], evtx[i]) << "record " << i;
  EXPECT_GT(hits, 1000u);
  std::cout << evtx.size() << " records, " << hits << " hits\n";
}

TEST(SigmaHq, EsentRulesFireOnTheDirectoryCopy) {
  SKIP_WITHOUT_SHARED_DATA();
  std::string path =
      shared_folder() + "/data/otrf/atomic/windows/credential_access/host/cmd_dumping_ntds_dit_file_ntdsutil.zip";
  std::vector<Ids> found = hits_of({path, "", 1});
  size_t hits[2] = {};
  for (const Ids& ids : found) {
    for (const std::string& id : ids) {
      hits[0] += id.starts_with("e6e88853");
      hits[1] += id.starts_with("94dc4390");
    }
  }
  EXPECT_GT(hits[0], 0u);
  EXPECT_GT(hits[1], 0u);
  std::cout << found.size() << " events, hits " << hits[0] << " and " << hits[1] << '\n';
}

}  // namespace
}  // namespace sil::conformance
