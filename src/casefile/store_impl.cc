#include "casefile/store_impl.h"

#include "casefile/lists.h"

namespace sil::casefile {
namespace {

struct CitationText {
  CitationText() = default;
  explicit CitationText(const Citation& citation)
      : spans(text_of(citation.spans)),
        sha256(hex(Bytes(citation.sha256.data(), citation.sha256.size()))),
        deps(text_of(citation.deps)) {}
  std::string spans, sha256, deps;
};

}  // namespace

Result<void> CaseStore::Impl::prepare_all() {
  const std::pair<Statement*, const char*> kAll[] = {
      {&insert_source,
       "INSERT INTO sources(sha256,path,members,size,format,confidence,host,events,anomalies,unreadable)"
       " VALUES(?,?,?,?,?,?,?,?,?,?)"},
      {&finish_source,
       "UPDATE sources SET sha256=?,size=?,format=?,confidence=?,host=?,events=?,anomalies=?,"
       "unreadable=? WHERE source=?"},
      {&insert_place, "INSERT OR IGNORE INTO places VALUES(?,?,?)"},
      {&find_source, "SELECT source FROM sources WHERE sha256=?"},
      {&insert_finding,
       "INSERT INTO findings(id,kind,source,place,rule,level,time,ticks,time_precision,time_zone,host,"
       "channel,provider,event_id,record_id,summary,missing_fields,joined,correlation,event,"
       "citations_total,fields,spans,sha256,deps) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
      {&insert_citation, "INSERT INTO further_citations VALUES(?,?,?,?,?,?)"},
      {&insert_recovered, "INSERT INTO recovered_findings VALUES(?,?)"},
      {&insert_recovered_count, "INSERT OR REPLACE INTO recovered_records VALUES(?,?)"},
      {&insert_members, "INSERT INTO members VALUES(?,?,?)"},
      {&insert_range, "INSERT INTO record_ranges VALUES(?,?,?,?,?)"},
      {&insert_year, "INSERT INTO inferred_years VALUES(?,?)"},
      {&insert_anomaly,
       "INSERT INTO anomalies(source,place,length,kind,level,summary,expected,found,sha256)"
       " VALUES(?,?,?,?,?,?,?,?,?)"},
      // Two statements: one that may do either keeps the pages it touches in a journal of its own, for each rule anew.
      {&insert_rule,
       "INSERT OR IGNORE INTO rules(sha256,id,title,status,description,level,tags,refs,logsource,path,loaded)"
       " VALUES(?,?,?,?,?,?,?,?,?,?,?)"},
      {&find_rule, "UPDATE rules SET loaded=max(loaded,?) WHERE sha256=? AND id=? RETURNING rule"},
      {&insert_refused, "INSERT INTO refused_rules VALUES(?,?,?)"},
      {&set_meta, "INSERT INTO meta VALUES(?,?) ON CONFLICT(key) DO UPDATE SET value=excluded.value"},
  };
  for (const auto& [statement, sql] : kAll) {
    Result<Statement> made = db->prepare(sql);
    if (!made) return tl::unexpected(std::move(made).error());
    *statement = std::move(*made);
  }
  return {};
}

Result<int64_t> CaseStore::Impl::row_of_digest(const std::string& sha256) {
  Result<bool> row = find_source.bind(sha256).step();
  if (!row) return tl::unexpected(std::move(row).error());
  int64_t found = *row ? find_source.number(0) : 0;
  if (*row) SIL_TRY(find_source.run());  // to the end, so that no read lock stays
  return found;
}

Result<int64_t> CaseStore::Impl::row_of_rule(const RuleInfo& rule) {
  if (auto it = rows_of_rules.find(&rule); it != rows_of_rules.end()) return it->second;
  return store_rule(rule, false);
}

Result<int64_t> CaseStore::Impl::store_rule(const RuleInfo& rule, bool loaded) {
  const std::string digest = hex(Bytes(rule.sha256.data(), rule.sha256.size()));  // what is bound lives until the end
  const std::string tags = text_of(rule.tags), references = text_of(rule.references);
  insert_rule.bind(digest).bind(rule.id).bind(rule.title).bind(rule.status).bind(rule.description);
  insert_rule.bind(static_cast<int>(rule.level)).bind(tags).bind(references).bind(rule.logsource).bind(rule.path);
  SIL_TRY(insert_rule.bind(loaded ? 1 : 0).run());
  int64_t number = db->last_row();
  if (!db->changed()) {  // it is there
    Result<bool> row = find_rule.bind(loaded ? 1 : 0).bind(digest).bind(rule.id).step();
    if (!row) return tl::unexpected(std::move(row).error());
    number = find_rule.number(0);
    SIL_TRY(find_rule.run());
  }
  rows_of_rules.emplace(&rule, number);
  return number;
}

Result<void> CaseStore::Impl::add_finding(const Finding& finding, int64_t source_row) {
  const bool cited = !finding.citations.empty();
  Result<int64_t> row = add_row(finding, source_row, cited ? &finding.citations.front() : nullptr);
  if (!row) return tl::unexpected(std::move(row).error());
  for (size_t i = 1; i < finding.citations.size(); ++i)
    SIL_TRY(add_further(*row, static_cast<int>(i), finding.citations[i]));
  return {};
}

Result<int64_t> CaseStore::Impl::add_row(const Finding& finding, int64_t source_row, const Citation* cited) {
  static const RuleInfo kNone;
  const RuleInfo& rule = finding.rule ? *finding.rule : kNone;
  Result<int64_t> rule_row = row_of_rule(rule);
  if (!rule_row) return tl::unexpected(std::move(rule_row).error());
  const Citation* first = finding.citations.empty() ? nullptr : &finding.citations.front();
  uint64_t place = first && !first->spans.empty() ? first->spans.front().offset : 0;
  const std::string time = finding.time.known() ? rfc3339(finding.time) : std::string();
  const std::string missing = text_of(finding.missing_fields), fields = text_of(finding.matched);
  Statement& insert = insert_finding;
  insert.bind(finding.id).bind(finding.kind);
  if (source_row < 0)
    insert.bind_null();
  else
    insert.bind(source_row);
  insert.bind(place).bind(*rule_row).bind(static_cast<int>(rule.level));
  if (time.empty())
    insert.bind_null();
  else
    insert.bind(time);
  insert.bind(finding.time.ticks)
      .bind(static_cast<int>(finding.time.precision))
      .bind(static_cast<int>(finding.time.zone))
      .bind(finding.host)
      .bind(finding.channel)
      .bind(finding.provider)
      .bind(finding.event_id)
      .bind(finding.record_id)
      .bind(finding.summary)
      .bind(missing)
      .bind(finding.joined)
      .bind(finding.correlation)
      .bind(finding.event)
      .bind(finding.citations_total)
      .bind(fields);
  const CitationText text = cited ? CitationText(*cited) : CitationText();
  if (cited)
    insert.bind(text.spans).bind(text.sha256).bind(text.deps);
  else
    insert.bind_null().bind_null().bind_null();
  SIL_TRY(insert.run());
  const int64_t row = db->last_row();
  if (!finding.recovered.empty()) SIL_TRY(insert_recovered.bind(row).bind(finding.recovered).run());
  return row;
}

Result<void> CaseStore::Impl::add_further(int64_t finding, int ordinal, const Citation& citation) {
  auto source = rows_of_run.find(citation.source);
  if (source == rows_of_run.end()) {
    return fail(ErrorCode::kUsage, "", "a citation of a source that is stored",
                "source number " + std::to_string(citation.source));
  }
  const CitationText text(citation);
  return insert_citation.bind(finding)
      .bind(ordinal)
      .bind(source->second)
      .bind(text.spans)
      .bind(text.sha256)
      .bind(text.deps)
      .run();
}

Result<void> CaseStore::Impl::or_rollback(Result<void> result) {
  if (result) return result;
  forget_rules();
  (void)db->execute("ROLLBACK");  // the first error is the one to tell
  return result;
}

}  // namespace sil::casefile
