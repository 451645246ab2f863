// The reading half of CaseStore.
#include <algorithm>

#include "bytes/file.h"
#include "casefile/lists.h"
#include "casefile/store_impl.h"

namespace sil::casefile {
namespace {

template <class Visit>  // visit(row) for each row; it returns false to stop
Result<void> for_each_row(const Database& db, std::string_view sql, Visit visit) {
  Result<Statement> rows = db.prepare(sql);
  if (!rows) return tl::unexpected(std::move(rows).error());
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return tl::unexpected(std::move(row).error());
    if (!*row || !visit(*rows)) return {};
  }
}

Level level_of(int64_t number) {
  return number >= 0 && number <= static_cast<int64_t>(Level::kCritical) ? static_cast<Level>(number) : Level::kMedium;
}

AnomalyKind kind_of(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(AnomalyKind::kContainer); ++i) {
    if (name == anomaly_name(static_cast<AnomalyKind>(i))) return static_cast<AnomalyKind>(i);
  }
  return AnomalyKind::kUnreadable;
}

// Rows of `sources` in output order -> index into CaseStore::sources().
constexpr char kSourceOrder[] = "SELECT source FROM sources ORDER BY path, members, sha256";

Result<std::map<int64_t, uint32_t>> indexes_of(const Database& db) {
  std::map<int64_t, uint32_t> out;
  SIL_TRY(for_each_row(db, kSourceOrder, [&](const Statement& row) {
    out.emplace(row.number(0), static_cast<uint32_t>(out.size()));
    return true;
  }));
  return out;
}

Finding finding_of(const Statement& row) {
  Finding out;
  out.id = row.text(1);
  out.kind = row.text(2);
  out.time.ticks = static_cast<uint64_t>(row.number(4));
  out.time.precision = static_cast<Precision>(row.number(5) % 6);
  out.time.zone = static_cast<ZoneSource>(row.number(6) % 5);
  out.host = row.text(7);
  out.channel = row.text(8);
  out.provider = row.text(9);
  out.event_id = static_cast<uint32_t>(row.number(10));
  out.record_id = static_cast<uint64_t>(row.number(11));
  out.summary = row.text(12);
  out.missing_fields = strings_of(row.text(13));
  out.joined = row.text(14);
  out.correlation = row.text(15);
  out.event = row.text(16);
  out.citations_total = static_cast<uint64_t>(row.number(17));
  out.recovered = row.text(23);
  return out;
}

using SourceIndexes = std::map<int64_t, uint32_t>;

// The citation in four columns from `column` on.
void cite(const SourceIndexes& indexes, const Statement& row, int column, Finding* finding) {
  Citation& citation = finding->citations.emplace_back();
  const auto source = indexes.find(row.number(column));
  citation.source = source == indexes.end() ? 0 : source->second;
  citation.spans = spans_of(row.text(column + 1));
  parse_hex(row.text(column + 2), &citation.sha256);
  citation.deps = deps_of(row.text(column + 3));
}

// What copies of the finding in row `first` cite (copies.cc).
Result<void> cite_copies(const SourceIndexes& indexes, int64_t first, Statement* copies, Finding* finding) {
  copies->bind(first);
  uint64_t count = 0;
  for (Result<bool> row = copies->step(); !row || *row; row = copies->step()) {
    if (!row) return tl::unexpected(std::move(row).error());
    if (++count < kCitationsRead) cite(indexes, *copies, 0, finding);
  }
  if (count != 0) finding->citations_total = std::max<uint64_t>(finding->citations_total, 1) + count;
  return {};
}

}  // namespace

Result<bool> CaseStore::knows(const std::string& sha256) const {
  Result<int64_t> row = impl_->row_of_digest(sha256);
  if (!row) return tl::unexpected(std::move(row).error());
  return *row > 0;
}

Result<std::optional<std::string>> CaseStore::meta(const std::string& key) const {
  std::optional<std::string> out;
  Result<Statement> rows = impl_->db->prepare("SELECT value FROM meta WHERE key=?");
  if (!rows) return tl::unexpected(std::move(rows).error());
  Result<bool> row = rows->bind(key).step();
  if (!row) return tl::unexpected(std::move(row).error());
  if (*row) out = rows->text(0);
  return out;
}

Result<std::vector<StoredSource>> CaseStore::sources() const {
  std::vector<StoredSource> out;
  std::map<int64_t, size_t> index;
  SIL_TRY(for_each_row(
      *impl_->db,
      "SELECT s.source,sha256,path,members,size,format,confidence,host,events,anomalies,unreadable,"
      "ifnull(year_from,''),ifnull(r.records,0) FROM sources s LEFT JOIN inferred_years y ON y.source=s.source"
      " LEFT JOIN recovered_records r ON r.source=s.source"
      " ORDER BY path, members, sha256",
      [&](const Statement& row) {
        index.emplace(row.number(0), out.size());
        Source& source = out.emplace_back().source;
        source.id = source.sha256 = row.text(1);
        source.path = row.text(2);
        source.members = strings_of(row.text(3));
        source.size = static_cast<uint64_t>(row.number(4));
        source.format = row.text(5);
        source.confidence = row.text(6);
        source.host = row.text(7);
        source.events = static_cast<uint64_t>(row.number(8));
        source.anomalies = static_cast<uint64_t>(row.number(9));
        source.unreadable = static_cast<uint64_t>(row.number(10));
        source.year_from = row.text(11);
        source.recovered = static_cast<uint64_t>(row.number(12));
        return true;
      }));
  SIL_TRY(for_each_row(*impl_->db, "SELECT source,path,members FROM places ORDER BY rowid", [&](const Statement& row) {
    std::string place = row.text(1);
    for (const std::string& member : strings_of(row.text(2))) place += "!" + member;
    if (auto it = index.find(row.number(0)); it != index.end()) out[it->second].places.push_back(std::move(place));
    return true;
  }));
  return out;
}

Result<uint64_t> CaseStore::sources_without_members(const std::string& plan) const {
  uint64_t count = 0;
  Result<Statement> rows =
      impl_->db->prepare("SELECT count(*) FROM sources WHERE source NOT IN (SELECT source FROM members WHERE plan=?)");
  if (!rows) return tl::unexpected(std::move(rows).error());
  Result<bool> row = rows->bind(plan).step();
  if (!row) return tl::unexpected(std::move(row).error());
  if (*row) count = static_cast<uint64_t>(rows->number(0));
  return count;
}

Result<void> CaseStore::for_each_members(
    const std::string& plan,
    const std::function<Result<void>(const std::string& sha256, const std::string& entries)>& visit) const {
  Result<Statement> rows = impl_->db->prepare(
      "SELECT s.sha256, m.entries FROM members m JOIN sources s ON s.source=m.source WHERE m.plan=?"
      " ORDER BY s.sha256, m.rowid");
  if (!rows) return tl::unexpected(std::move(rows).error());
  rows->bind(plan);
  for (Result<bool> row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return tl::unexpected(std::move(row).error());
    SIL_TRY(visit(rows->text(0), rows->blob(1)));
  }
  return {};
}

constexpr char kRuleColumns[] =
    "SELECT rule,sha256,id,title,status,description,level,tags,refs,logsource,path FROM rules";

const RuleInfo* CaseStore::Impl::keep_rule(const Statement& row) const {
  const RuleInfo*& kept = rule_by_row[row.number(0)];
  if (kept) return kept;
  auto& rule = loaded_rules.emplace_back(std::make_unique<RuleInfo>());
  parse_hex(row.text(1), &rule->sha256);
  rule->id = row.text(2);
  rule->title = row.text(3);
  rule->status = row.text(4);
  rule->description = row.text(5);
  rule->level = level_of(row.number(6));
  rule->tags = strings_of(row.text(7));
  rule->references = strings_of(row.text(8));
  rule->logsource = row.text(9);
  rule->path = row.text(10);
  return kept = rule.get();
}

Result<const RuleInfo*> CaseStore::Impl::rule_of_row(int64_t number) const {
  if (auto known = rule_by_row.find(number); known != rule_by_row.end()) return known->second;
  Result<Statement> row = db->prepare(std::string(kRuleColumns) + " WHERE rule=?");
  if (!row) return tl::unexpected(std::move(row).error());
  Result<bool> found = row->bind(number).step();
  if (!found) return tl::unexpected(std::move(found).error());
  return *found ? keep_rule(*row) : nullptr;
}

Result<std::vector<const RuleInfo*>> CaseStore::loaded_rules() const {
  std::vector<const RuleInfo*> out;
  SIL_TRY(for_each_row(*impl_->db, std::string(kRuleColumns) + " WHERE loaded=1 ORDER BY id, sha256",
                       [&](const Statement& row) {
                         out.push_back(impl_->keep_rule(row));
                         return true;
                       }));
  return out;
}

Result<std::vector<PassedOver>> CaseStore::passed_over() const {
  std::vector<PassedOver> out;
  SIL_TRY(for_each_row(*impl_->db, "SELECT path,members FROM passed_over ORDER BY path, members",
                       [&](const Statement& row) {
                         out.push_back({row.text(0), strings_of(row.text(1))});
                         return true;
                       }));
  return out;
}

Result<std::vector<RefusedRule>> CaseStore::refused_rules() const {
  std::vector<RefusedRule> out;
  SIL_TRY(
      for_each_row(*impl_->db, "SELECT path,reason,line FROM refused_rules ORDER BY rowid", [&](const Statement& row) {
        out.push_back({row.text(0), row.text(1), static_cast<uint64_t>(row.number(2))});
        return true;
      }));
  return out;
}

// Whole findings out of rows of `findings`.
class CaseStore::Impl::Rows {
 public:
  // `joined`: with what copies cite.
  static Result<Rows> open(const Impl& impl, bool joined) {
    Rows out(impl);
    Result<SourceIndexes> index = indexes_of(*impl.db);
    if (!index) return tl::unexpected(std::move(index).error());
    out.index_ = std::move(*index);
    auto any = [&](const char* table) {
      return impl.db->number(std::string("SELECT EXISTS(SELECT 1 FROM ") + table + ")");
    };
    Result<int64_t> copies = any("copies"), remains = any("recovered_findings"), further = any("further_citations");
    for (const Result<int64_t>* one : {&copies, &remains, &further})
      if (!*one) return tl::unexpected(one->error());
    out.joined = *copies != 0 && joined;
    out.remains = *remains != 0;
    out.any_further_ = *further != 0;
    Result<Statement> more = impl.db->prepare(
        "SELECT source,spans,sha256,deps FROM further_citations WHERE finding=? ORDER BY ordinal LIMIT " +
        std::to_string(kCitationsRead));
    if (!more) return tl::unexpected(std::move(more).error());
    out.further_ = std::move(*more);
    Result<Statement> others = impl.db->prepare(
        "SELECT f.source,f.spans,f.sha256,f.deps FROM copies c JOIN findings f ON f.finding=c.finding WHERE c.first=?"
        " ORDER BY f.finding");
    if (!others) return tl::unexpected(std::move(others).error());
    out.others_ = std::move(*others);
    return out;
  }
  // What is selected FROM findings. The columns of finding_of() and complete(), then `place`.
  [[nodiscard]] std::string columns() const {
    return std::string(
               "SELECT finding,id,kind,rule,ticks,time_precision,time_zone,host,channel,provider,event_id,record_id,"
               "summary,missing_fields,joined,correlation,event,citations_total,fields,source,spans,sha256,deps,") +
           (remains ? "ifnull((SELECT how FROM recovered_findings r WHERE r.finding=findings.finding),'')" : "''") +
           ",place FROM findings";
  }
  Result<Finding> begin(const Statement& row) const {
    Finding out = finding_of(row);
    Result<const RuleInfo*> rule = impl_.rule_of_row(row.number(3));
    if (!rule) return tl::unexpected(std::move(rule).error());
    out.rule = *rule;
    return out;
  }
  Result<void> complete(const Statement& row, Finding* finding) {
    constexpr int kFields = 18, kCited = 19;
    finding->matched = fields_of(row.text(kFields));
    if (!row.is_null(kCited + 1)) cite(index_, row, kCited, finding);
    if (joined) SIL_TRY(cite_copies(index_, row.number(0), &others_, finding));
    if (!any_further_) return {};
    further_.bind(row.number(0));
    for (Result<bool> more = further_.step(); !more || *more; more = further_.step()) {
      if (!more) return tl::unexpected(std::move(more).error());
      cite(index_, further_, 0, finding);
    }
    return {};
  }
  [[nodiscard]] FindingPlace place_of(const Statement& row, const Finding& finding) const {
    constexpr int kTicks = 4, kSource = 19, kPlace = 24;
    FindingPlace out;
    out.on_several = row.is_null(kSource);
    if (auto source = index_.find(row.number(kSource)); source != index_.end()) out.source = source->second;
    out.joined = !finding.joined.empty();
    out.recovered = !finding.recovered.empty();
    out.at = row.number(out.on_several ? kTicks : kPlace);
    if (finding.rule) out.rule = finding.rule->id;
    out.row = row.number(0);
    return out;
  }

  bool joined = false, remains = false;

 private:
  explicit Rows(const Impl& impl) : impl_(impl) {}
  const Impl& impl_;
  SourceIndexes index_;
  bool any_further_ = false;
  Statement further_, others_;
};

Result<void> CaseStore::for_each_finding(const std::function<bool(const Finding&)>& visit,
                                         const std::function<bool(const Finding&)>& wants_details,
                                         const Selection& selection) const {
  Result<Impl::Rows> rows = Impl::Rows::open(*impl_, !selection.copies_apart);
  if (!rows) return tl::unexpected(std::move(rows).error());
  // Row numbers are put in order alone: rows are long. NULL sources (correlations) come last: the left join has no path
  // for them.
  Result<Statement> one = impl_->db->prepare(rows->columns() + " WHERE finding=?");
  if (!one) return tl::unexpected(std::move(one).error());
  Result<void> inner;
  const std::string order =
      std::string(
          "SELECT f.finding FROM findings f LEFT JOIN sources s ON s.source=f.source JOIN rules r ON r.rule=f.rule") +
      " WHERE true" + (selection.only_correlations ? " AND f.source IS NULL" : "") +
      (rows->joined ? " AND f.finding NOT IN (SELECT finding FROM copies)" : "") +
      " ORDER BY f.source IS NULL, s.path, s.members, s.sha256, f.joined<>''," +
      (rows->remains ? "f.finding IN (SELECT finding FROM recovered_findings)," : "") +
      " CASE WHEN f.source IS NULL THEN f.ticks ELSE f.place END, r.id, f.finding";
  SIL_TRY(for_each_row(*impl_->db, order, [&](const Statement& row) {
    Result<bool> found = one->bind(row.number(0)).step();
    if (!found || !*found) {
      if (!found) inner = tl::unexpected(std::move(found).error());
      return inner.has_value();
    }
    Result<Finding> finding = rows->begin(*one);
    if (!finding) inner = tl::unexpected(std::move(finding).error());
    if (inner && (!wants_details || wants_details(*finding))) inner = rows->complete(*one, &*finding);
    return inner && visit(*finding);
  }));
  return inner;
}

Result<void> CaseStore::for_each_stored(Level min_level, const std::function<void(Finding, const FindingPlace&)>& visit,
                                        bool only_correlations) const {
  Result<Impl::Rows> rows = Impl::Rows::open(*impl_, false);
  if (!rows) return tl::unexpected(std::move(rows).error());
  Result<void> inner;
  const std::string sql =
      rows->columns() + " WHERE level>=" + std::to_string(static_cast<int>(min_level)) +
      // `+`: sorted behind the index of correlations, instead of a pass over all rows that needs no sorting.
      (only_correlations ? " AND source IS NULL ORDER BY +finding" : " ORDER BY finding");
  SIL_TRY(for_each_row(*impl_->db, sql, [&](const Statement& row) {
    Result<Finding> finding = rows->begin(row);
    inner = finding ? rows->complete(row, &*finding) : Result<void>(tl::unexpected(finding.error()));
    if (!inner) return false;
    const FindingPlace place = rows->place_of(row, *finding);
    visit(std::move(*finding), place);
    return true;
  }));
  return inner;
}

Result<void> CaseStore::for_each_anomaly(const std::function<bool(uint32_t, const Anomaly&)>& visit) const {
  Result<std::map<int64_t, uint32_t>> index = indexes_of(*impl_->db);
  if (!index) return tl::unexpected(std::move(index).error());
  return for_each_row(*impl_->db,
                      "SELECT a.source,a.place,a.length,a.kind,a.level,a.summary,a.expected,a.found,a.sha256"
                      " FROM anomalies a JOIN sources s ON s.source=a.source"
                      " ORDER BY s.path, s.members, s.sha256, a.anomaly",
                      [&](const Statement& row) {
                        Anomaly anomaly;
                        anomaly.where = {static_cast<uint64_t>(row.number(1)), static_cast<uint32_t>(row.number(2))};
                        anomaly.kind = kind_of(row.text(3));
                        anomaly.level = level_of(row.number(4));
                        anomaly.summary = row.text(5);
                        anomaly.expected = row.text(6);
                        anomaly.found = row.text(7);
                        parse_hex(row.text(8), &anomaly.sha256);
                        return visit((*index)[row.number(0)], anomaly);
                      });
}

Result<std::array<uint64_t, 5>> CaseStore::findings_by_level() const {
  std::array<uint64_t, 5> out{};
  SIL_TRY(for_each_row(
      *impl_->db,
      "SELECT level, count(*) FROM findings WHERE finding NOT IN (SELECT finding FROM copies) GROUP BY level",
      [&](const Statement& row) {
        out[static_cast<size_t>(level_of(row.number(0)))] += static_cast<uint64_t>(row.number(1));
        return true;
      }));
  return out;
}

}  // namespace sil::casefile
