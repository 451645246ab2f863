// The aggregate behind report.html and the one-screen summary: totals over everything, a bounded choice of
// rows. Built in one pass over findings in output order; memory stays bounded whatever the number of findings
// (kRowBudget). Same findings in any order give the same aggregate, except which rows stand for a time that
// many rows share.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "model/finding.h"
#include "model/track.h"
#include "report/histogram.h"
#include "report/options.h"

namespace sil::report {

constexpr size_t kRowsPerRule = 200;
constexpr size_t kRowBudget = 6u << 20;  // bytes of text held for rows; beyond it each rule keeps fewer
constexpr size_t kHostLimit = 1000;      // hosts told apart, in all and a rule; further ones count as "(others)"

struct Row {  // one finding as it is shown
  std::string id, summary, host, channel, joined, recovered;
  Timestamp time;
  uint32_t event_id = 0;
  uint64_t record_id = 0;
  std::vector<MatchedField> matched;  // long values clipped
  std::vector<std::string> missing_fields;
  uint32_t source = 0;
  Span span;  // first span of the first citation
  std::string sha256;
  uint64_t citations = 0;
  [[nodiscard]] size_t size() const;  // bytes of text
};

struct Sample {  // a finding that stands for its group on one screen
  Timestamp time;
  std::string summary;
  bool recovered = false;
};

struct HostCount {
  uint64_t count = 0;
  Timestamp first, last;
  std::vector<Sample> samples;  // the earliest of each program or object, at most three
};

struct RuleGroup {
  const RuleInfo* rule = nullptr;
  uint64_t count = 0;
  Timestamp first, last;
  std::map<std::string, HostCount> hosts;
  std::vector<Row> rows;  // the earliest, by time
};

struct Refusal {
  std::string path, reason;
  uint64_t line = 0;
};

struct AnomalyGroup {
  uint64_t count = 0;
  std::vector<std::pair<uint32_t, Anomaly>> rows;  // source, anomaly; at most kRowsPerRule
};

struct ReadSource {
  Source source;
  std::vector<std::string> places;  // further paths with the same bytes
};

using LevelCounts = std::array<uint64_t, 5>;

struct Investigation {
  std::string name;     // of the case, shown as title
  std::string created;  // the one clock value, may be empty
  std::vector<ReadSource> sources;
  uint64_t joined = 0;     // of findings: on joined script blocks
  uint64_t recovered = 0;  // of findings: on recovered records
  uint64_t remains = 0;    // recovered records, which `events` does not count
  uint64_t bytes = 0, events = 0, findings = 0, anomalies = 0, unreadable = 0, unknown_files = 0;
  std::vector<PassedOver> passed_over;  // texts of no known format
  LevelCounts by_level{};
  std::map<std::string, LevelCounts> by_host;
  std::vector<RuleGroup> groups;  // highest level first, then first time, then rule id
  Histogram histogram;
  std::map<std::string, AnomalyGroup> anomaly_kinds;
  std::vector<Track> tracks;  // without context; in output order
  uint64_t rules_loaded = 0;
  std::vector<Refusal> refused;
};

class InvestigationBuilder {
 public:
  explicit InvestigationBuilder(bool show_secrets = false) : show_secrets_(show_secrets) {}
  void add_source(Source source, std::vector<std::string> places);
  void add(const Finding& finding);  // the rule must live as long as the investigation
  // Would add() keep a row of it? Where not, matched values and citations are not looked at.
  [[nodiscard]] bool wants_row(const Finding& finding) const;
  void add(uint32_t source, const Anomaly& anomaly);
  Investigation& partial() { return out_; }  // name, created, rules and refusals are set here
  Investigation finish();

 private:
  void keep_row(RuleGroup& group, const Finding& finding);
  void trim();
  Investigation out_;
  std::map<const RuleInfo*, RuleGroup> groups_;
  size_t held_ = 0, rows_per_rule_ = kRowsPerRule;
  bool show_secrets_;
};

}  // namespace sil::report
