// One fact, many copies: a record that lies in several sources - a shadow copy of the log, a log collected twice and
// grown in between, what a collector was sent of it - is one finding a rule, with a citation for each place; where one
// source counts it and another only holds its remains, it is the one that counts. The key is computer, channel, record
// id, the time to 100 ns, and all that the rule read of it; where the time is less exact, the digest of the record's
// bytes. Nothing is deleted: copies stay rows of their own, which claims and proofs name.
#include <algorithm>
#include <set>
#include <tuple>

#include "casefile/store_impl.h"

namespace sil::casefile {
namespace {

struct Range {
  std::string host, channel;
  int64_t source = 0;
  uint64_t first = 0, last = 0;
};

Result<std::vector<Range>> ranges_of(const Database& db) {
  std::vector<Range> out;
  Result<Statement> rows = db.prepare("SELECT host,channel,source,first,last FROM record_ranges");
  if (!rows) return tl::unexpected(std::move(rows).error());
  for (Result<bool> row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return tl::unexpected(std::move(row).error());
    out.push_back({rows->text(0), rows->text(1), rows->number(2), static_cast<uint64_t>(rows->number(3)),
                   static_cast<uint64_t>(rows->number(4))});
  }
  std::sort(out.begin(), out.end(), [](const Range& a, const Range& b) {
    return std::tie(a.host, a.channel, a.first, a.source) < std::tie(b.host, b.channel, b.first, b.source);
  });
  return out;
}

// Only where the record ids of two sources meet can a record be in both: mostly nowhere, and then no finding is looked
// at.
std::set<int64_t> meeting(const std::vector<Range>& ranges) {
  std::set<int64_t> out;
  size_t reaching = 0;  // of those before, the one that reaches farthest
  for (size_t i = 1; i < ranges.size(); ++i) {
    const Range &before = ranges[reaching], &range = ranges[i];
    const bool same = before.host == range.host && before.channel == range.channel;
    if (same && range.first <= before.last) out.insert({before.source, range.source});
    if (!same || range.last > before.last) reaching = i;
  }
  return out;
}

constexpr char kFindCopies[] =
    "INSERT INTO copies SELECT c.finding, c.first FROM ("
    "SELECT finding, source, first_value(finding) OVER (PARTITION BY host,channel,record_id,ticks,rule,event_id,"
    "provider,CASE WHEN time_precision=0 AND ticks<>0 THEN fields ELSE sha256 END"
    " ORDER BY finding IN (SELECT finding FROM recovered_findings), finding) AS first FROM findings"
    " WHERE source IN (SELECT source FROM temp.meeting) AND record_id<>0 AND host<>'' AND spans IS NOT NULL"
    " AND joined='') c JOIN findings f ON f.finding=c.first WHERE c.finding<>c.first AND c.source<>f.source";

}  // namespace

void CaseStore::Impl::note_record(const Finding& finding) {
  if (finding.record_id == 0 || finding.host.empty()) return;
  if (last_range == nullptr || last_range->first.first != finding.host || last_range->first.second != finding.channel) {
    const auto all = std::pair<uint64_t, uint64_t>(finding.record_id, finding.record_id);
    last_range = &*ranges.emplace(std::pair(finding.host, finding.channel), all).first;
  }
  auto& [first, last] = last_range->second;
  first = std::min(first, finding.record_id);
  last = std::max(last, finding.record_id);
}

void CaseStore::Impl::forget_ranges() {
  ranges.clear();
  last_range = nullptr;
}

Result<void> CaseStore::Impl::store_ranges() {
  for (const auto& [key, range] : ranges) {
    SIL_TRY(insert_range.bind(key.first).bind(key.second).bind(open_source).bind(range.first).bind(range.second).run());
  }
  forget_ranges();
  return {};
}

Result<uint64_t> CaseStore::join_copies() {
  Database& db = *impl_->db;
  Result<std::vector<Range>> ranges = ranges_of(db);
  if (!ranges) return tl::unexpected(std::move(ranges).error());
  const std::set<int64_t> sources = meeting(*ranges);
  if (sources.empty()) return 0;  // what was joined stays joined: sources are only added
  auto join = [&]() -> Result<void> {
    SIL_TRY(
        db.execute("CREATE TEMP TABLE IF NOT EXISTS meeting(source INTEGER PRIMARY KEY); DELETE FROM temp.meeting;"
                   "DELETE FROM copies"));
    std::string list;
    for (const int64_t source : sources) list += (list.empty() ? "(" : ",(") + std::to_string(source) + ")";
    SIL_TRY(db.execute("INSERT INTO temp.meeting VALUES " + list));
    SIL_TRY(db.execute(kFindCopies));
    return db.execute("COMMIT");
  };
  SIL_TRY(db.execute("BEGIN IMMEDIATE"));
  SIL_TRY(impl_->or_rollback(join()));
  Result<int64_t> count = db.number("SELECT count(*) FROM copies");
  if (!count) return tl::unexpected(std::move(count).error());
  return static_cast<uint64_t>(*count);
}

}  // namespace sil::casefile
