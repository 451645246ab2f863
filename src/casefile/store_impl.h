// What CaseStore keeps between calls: the connection, its prepared statements, and the row numbers of this
// run.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "casefile/case_store.h"
#include "casefile/database.h"

namespace sil::casefile {

struct CaseStore::Impl {
  std::unique_ptr<Database> db;
  Statement insert_source, finish_source, insert_place, find_source, insert_finding, insert_citation;
  Statement insert_members, insert_range, insert_year, insert_anomaly, insert_rule, find_rule, insert_refused, set_meta;
  Statement insert_recovered, insert_recovered_count;
  int64_t open_source = -1;  // row of the source being read
  uint32_t open_index = 0;
  int64_t open_correlation = -1;  // row of the correlation finding added last
  int next_citation = 0;
  std::map<uint32_t, int64_t> rows_of_run;                      // Citation.source -> row
  std::unordered_map<const RuleInfo*, int64_t> rows_of_rules;   // rules outlive the run that stores them
  mutable std::vector<std::unique_ptr<RuleInfo>> loaded_rules;  // handed out, live as long as the store
  mutable std::map<int64_t, const RuleInfo*> rule_by_row;
  // Of the source being read: lowest and highest record id of its findings, by computer and channel (copies.cc).
  std::map<std::pair<std::string, std::string>, std::pair<uint64_t, uint64_t>> ranges;
  decltype(ranges)::value_type* last_range = nullptr;

  Result<void> prepare_all();
  Result<int64_t> row_of_digest(const std::string& sha256);  // 0 = not there
  Result<int64_t> row_of_rule(const RuleInfo& rule);
  Result<int64_t> store_rule(const RuleInfo& rule, bool loaded);  // `loaded`: marked as of this run
  // `source_row` < 0: a finding on several sources.
  // With matched fields, and with `cited` (null: none), which is of the same source.
  Result<int64_t> add_row(const Finding& finding, int64_t source_row, const Citation* cited);
  Result<void> add_finding(const Finding& finding, int64_t source_row);
  Result<void> add_further(int64_t finding, int ordinal, const Citation& citation);
  Result<void> or_rollback(Result<void> result);
  class Rows;
  const RuleInfo* keep_rule(const Statement& row) const;
  Result<const RuleInfo*> rule_of_row(int64_t number) const;  // null: there is none
  void note_record(const Finding& finding);
  void forget_ranges();
  Result<void> store_ranges();
  void forget_rules() {  // what is known of their rows may no longer hold
    rows_of_rules.clear();
    rule_by_row.clear();
  }
};

}  // namespace sil::casefile
