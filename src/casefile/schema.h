// The tables of case.db, version kCaseVersion (docs/formats/case.md says what each column means).
#pragma once

namespace sil::casefile {

constexpr int kApplicationId = 0x73696C68;  // "silh", in the header of the file at offset 68
constexpr int kApplicationIdOffset = 68;

constexpr char kSchema[] = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE rules(
  rule INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL,
  description TEXT NOT NULL, level INTEGER NOT NULL, tags TEXT NOT NULL, refs TEXT NOT NULL, logsource TEXT NOT NULL,
  path TEXT NOT NULL, loaded INTEGER NOT NULL, UNIQUE(sha256, id));
CREATE TABLE refused_rules(path TEXT NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE TABLE sources(
  source INTEGER PRIMARY KEY, sha256 TEXT UNIQUE, path TEXT NOT NULL, members TEXT NOT NULL, size INTEGER NOT NULL,
  format TEXT NOT NULL, confidence TEXT NOT NULL, host TEXT NOT NULL, events INTEGER NOT NULL,
  anomalies INTEGER NOT NULL, unreadable INTEGER NOT NULL);
CREATE TABLE places(
  source INTEGER NOT NULL REFERENCES sources, path TEXT NOT NULL, members TEXT NOT NULL,
  UNIQUE(source, path, members));
CREATE TABLE findings(
  finding INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, source INTEGER REFERENCES sources,
  place INTEGER NOT NULL, rule INTEGER NOT NULL REFERENCES rules, level INTEGER NOT NULL, time TEXT,
  ticks INTEGER NOT NULL, time_precision INTEGER NOT NULL, time_zone INTEGER NOT NULL, host TEXT NOT NULL,
  channel TEXT NOT NULL, provider TEXT NOT NULL, event_id INTEGER NOT NULL, record_id INTEGER NOT NULL,
  summary TEXT NOT NULL, missing_fields TEXT NOT NULL, joined TEXT NOT NULL, correlation TEXT NOT NULL,
  event TEXT NOT NULL, citations_total INTEGER NOT NULL, fields TEXT NOT NULL, spans TEXT, sha256 TEXT, deps TEXT);
CREATE INDEX findings_correlations ON findings(ticks) WHERE source IS NULL;
CREATE TABLE further_citations(
  finding INTEGER NOT NULL REFERENCES findings, ordinal INTEGER NOT NULL, source INTEGER NOT NULL REFERENCES sources,
  spans TEXT NOT NULL, sha256 TEXT NOT NULL, deps TEXT NOT NULL, PRIMARY KEY(finding, ordinal)) WITHOUT ROWID;
CREATE VIEW matched AS
  SELECT f.finding, m.key AS ordinal, json_extract(m.value,'$[0]') AS field, json_extract(m.value,'$[1]') AS value,
  json_extract(m.value,'$[2]') AS selection FROM findings f, json_each(f.fields) m;
CREATE VIEW citations AS
  SELECT finding, 0 AS ordinal, source, spans, sha256, deps FROM findings WHERE spans IS NOT NULL
  UNION ALL SELECT finding, ordinal, source, spans, sha256, deps FROM further_citations;
CREATE TABLE members(
  source INTEGER NOT NULL REFERENCES sources, plan TEXT NOT NULL, entries BLOB NOT NULL);
CREATE INDEX members_plan ON members(plan, source);
CREATE TABLE anomalies(
  anomaly INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources, place INTEGER NOT NULL,
  length INTEGER NOT NULL, kind TEXT NOT NULL, level INTEGER NOT NULL, summary TEXT NOT NULL, expected TEXT NOT NULL,
  found TEXT NOT NULL, sha256 TEXT NOT NULL);
)sql";

// Made when a case is opened and has none, as the tables of tracks.
constexpr char kLaterTables[] = R"sql(
CREATE TABLE IF NOT EXISTS record_ranges(
  host TEXT NOT NULL, channel TEXT NOT NULL, source INTEGER NOT NULL REFERENCES sources, first INTEGER NOT NULL,
  last INTEGER NOT NULL, PRIMARY KEY(host, channel, source)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS copies(
  finding INTEGER PRIMARY KEY REFERENCES findings, first INTEGER NOT NULL REFERENCES findings);
CREATE INDEX IF NOT EXISTS copies_first ON copies(first);
CREATE TABLE IF NOT EXISTS passed_over(path TEXT NOT NULL, members TEXT NOT NULL, PRIMARY KEY(path, members)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inferred_years(source INTEGER PRIMARY KEY REFERENCES sources, year_from TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS recovered_findings(
  finding INTEGER PRIMARY KEY REFERENCES findings, how TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS recovered_records(
  source INTEGER PRIMARY KEY REFERENCES sources, records INTEGER NOT NULL);
)sql";

}  // namespace sil::casefile
