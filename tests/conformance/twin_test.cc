// All of SigmaHQ's rules on real logs: the compiled program answers as the plain evaluator on every (rule, record) pair
// whose log the rule means, and the matrix (log -> rule -> hits) is the golden one. On SigmaHQ's regression logs the
// plain evaluator is asked about every rule, whatever its log.
//
// SIL_TWIN_EVERY: each how manieth OTRF event is looked at (50; 1 under the ctest label `slow`). The matrix is compared
// at 50 alone. SIL_UPDATE_GOLDEN=1 writes it anew. Built with a sanitizer the round is smaller: pairs as above, no EVTX
// samples, the smallest OTRF logs, no matrix.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <unordered_map>

#include "bytes/sanitized.h"
#include "conformance/hit_matrix.h"
#include "conformance/shared_logs.h"
#include "hunt/plain.h"
#include "model/taxonomy.h"

namespace sil::conformance {
namespace {

constexpr uint64_t kEvery = 50;
constexpr size_t kShown = 40;  // differences

uint64_t wanted_every() {
  const char* text = std::getenv("SIL_TWIN_EVERY");
  return text ? std::strtoull(text, nullptr, 10) : kEvery;
}

struct Totals {
  uint64_t logs = 0, records = 0, looked_at = 0, pairs = 0, hits = 0;
  std::vector<std::string> differences;
};

// Both evaluators on one log. One thread's own.
class TwinRound {
 public:
  TwinRound(bool every_rule, std::mutex* mutex, Totals* totals)
      : program_(*all_rules().program), matcher_(program_), every_rule_(every_rule), mutex_(mutex), totals_(totals) {}

  LogHits run(const Log& log) {
    LogHits out;
    out.name = log.name;
    Totals own;
    Reading reading = read_log(log, [&](const Event& event, uint64_t ordinal) {
      auto found = matcher_.match(event);
      for (uint32_t rule : found) ++out.rules[program_.rules()[rule].info.id];
      own.hits += found.size();
      for (size_t i = 0; i < found.size(); ++i)
        compare_reasons(event, i, found[i], log.name + " record " + std::to_string(ordinal), &own);
      own.pairs += compare(event, {found.begin(), found.end()}, log.name + " record " + std::to_string(ordinal), &own);
    });
    out.records = reading.looked_at;
    if (!reading.error.empty()) own.differences.push_back(log.name + ": " + reading.error);
    std::lock_guard lock(*mutex_);
    ++totals_->logs;
    totals_->records += reading.records;
    totals_->looked_at += reading.looked_at;
    totals_->pairs += own.pairs;
    totals_->hits += own.hits;
    totals_->differences.insert(totals_->differences.end(), own.differences.begin(), own.differences.end());
    return out;
  }

 private:
  void compare_reasons(const Event& event, size_t index, uint32_t rule, const std::string& where, Totals* own) {
    std::vector<MatchedField> fast, plain;
    std::vector<std::string> missing, plain_missing;
    matcher_.explain(index, &fast, &missing);
    hunt::explain_match(program_.rules()[rule], event, &plain, &plain_missing);
    if (fast == plain && missing == plain_missing) return;
    own->differences.push_back(where + ": rule " + program_.rules()[rule].info.id + " is explained in two ways");
  }

  size_t compare(const Event& event, std::vector<uint32_t> fast, const std::string& where, Totals* own) {
    std::sort(fast.begin(), fast.end());
    const std::vector<uint32_t>& asked = rules_of(event.kind);
    std::vector<uint32_t> plain, differ;
    for (uint32_t rule : asked) {
      if (hunt::plain_match(program_.rules()[rule], event)) plain.push_back(rule);
    }
    std::set_symmetric_difference(fast.begin(), fast.end(), plain.begin(), plain.end(), std::back_inserter(differ));
    for (uint32_t rule : differ) {
      bool is_fast = std::binary_search(fast.begin(), fast.end(), rule);
      own->differences.push_back(
          where + ": rule " + program_.rules()[rule].info.id +
          (is_fast ? " matches on the fast path alone" : " matches in the plain evaluator alone"));
    }
    return asked.size();
  }

  // The rules that the plain evaluator is asked about: ascending.
  const std::vector<uint32_t>& rules_of(const LogKind* kind) {
    auto [it, fresh] = by_kind_.try_emplace(kind);
    if (!fresh) return it->second;
    for (uint32_t rule = 0; rule < program_.rules().size(); ++rule) {
      if (every_rule_ || (kind && applies(program_.rules()[rule].logsource, *kind, nullptr)))
        it->second.push_back(rule);
    }
    return it->second;
  }

  const hunt::Program& program_;
  hunt::Matcher matcher_;
  bool every_rule_;
  std::mutex* mutex_;
  Totals* totals_;
  std::unordered_map<const LogKind*, std::vector<uint32_t>> by_kind_;
};

std::vector<LogHits> run_twin(const std::vector<Log>& logs, bool every_rule, Totals* totals) {
  std::vector<LogHits> out(logs.size());
  std::mutex mutex;
  for_each_in_parallel(logs.size(), [&]() -> Work {
    auto round = std::make_shared<TwinRound>(every_rule, &mutex, totals);
    return [&logs, &out, round](size_t index) { out[index] = round->run(logs[index]); };
  });
  std::sort(out.begin(), out.end(), [](const LogHits& a, const LogHits& b) { return a.name < b.name; });
  return out;
}

void report(const char* what, const Totals& totals) {
  std::cout << what << ": " << totals.logs << " logs, " << totals.looked_at << " of " << totals.records
            << " records looked at, " << totals.pairs << " pairs, " << totals.hits << " hits, "
            << totals.differences.size() << " differences\n";
  for (size_t i = 0; i < std::min(kShown, totals.differences.size()); ++i) ADD_FAILURE() << totals.differences[i];
  EXPECT_TRUE(totals.differences.empty());
}

void compare_with_golden(const std::vector<LogHits>& logs) {
  const std::string golden = SIL_GOLDEN "/matrix.txt.gz", text = matrix_text(logs);
  const char* update = std::getenv("SIL_UPDATE_GOLDEN");
  if (update && std::string_view(update) == "1") {
    auto written = write_gzip(golden, text);
    ASSERT_TRUE(written) << written.error().text();
  }
  auto expected = read_gzip(golden);
  ASSERT_TRUE(expected) << expected.error().text();
  std::vector<std::string> differences = matrix_differences(*expected, text);
  for (size_t i = 0; i < std::min(kShown, differences.size()); ++i) std::cout << differences[i] << '\n';
  EXPECT_EQ(differences.size(), 0u) << "the matrix changed; SIL_UPDATE_GOLDEN=1 takes it over";
}

TEST(Twin, AnswersAsThePlainEvaluatorOnRealLogs) {
  if (!has_shared_data()) GTEST_SKIP() << "skipped: no SigmaHQ rules and logs beside the project (../shared)";
  uint64_t every = wanted_every();
  Totals regression, samples, otrf;
  std::vector<LogHits> all = run_twin(regression_logs(".evtx"), !kSanitized, &regression);
  report("regression logs", regression);
  Totals as_json;
  run_twin(regression_logs(".json"), !kSanitized, &as_json);
  report("regression logs as JSON", as_json);
  if (!kSanitized) {
    std::vector<LogHits> found = run_twin(largest_first(evtx_samples()), false, &samples);
    all.insert(all.end(), found.begin(), found.end());
    report("EVTX samples", samples);
    EXPECT_GT(samples.hits, 1000u);
  }
  std::vector<Log> host_logs = largest_first(otrf_logs(every));
  if (kSanitized)
    host_logs.erase(host_logs.begin(), host_logs.end() - std::min<std::ptrdiff_t>(20, std::ssize(host_logs)));
  std::vector<LogHits> found = run_twin(host_logs, false, &otrf);
  all.insert(all.end(), found.begin(), found.end());
  report("OTRF events", otrf);
  EXPECT_GT(regression.hits, 100u);
  EXPECT_EQ(as_json.hits, regression.hits);
  if (every == kEvery && !kSanitized) compare_with_golden(all);
}

TEST(HitMatrix, DifferencesNameLogAndRule) {
  std::vector<LogHits> a{{"one.evtx", 3, {{"r1", 2}, {"r2", 1}}}, {"two.evtx", 1, {}}}, b = a;
  EXPECT_TRUE(matrix_differences(matrix_text(a), matrix_text(b)).empty());
  b[0].rules["r2"] = 5;
  b[1].records = 2;
  b[1].rules["r1"] = 1;
  EXPECT_EQ(matrix_differences(matrix_text(a), matrix_text(b)),
            (std::vector<std::string>{"only expected: one.evtx > r2 1", "only found:    one.evtx > r2 5",
                                      "only found:    two.evtx > r1 1", "only expected: two.evtx records 1",
                                      "only found:    two.evtx records 2"}));
}

}  // namespace
}  // namespace sil::conformance
