// The tables of case.db that hold tracks. Made when a case is opened and has none, so that a case of an earlier build
// of version 1 goes on.
#pragma once

namespace sil::casefile {

constexpr char kTrackTables[] = R"sql(
CREATE TABLE IF NOT EXISTS tracks(
  track INTEGER PRIMARY KEY, id TEXT NOT NULL, detector TEXT NOT NULL, class TEXT NOT NULL, level INTEGER NOT NULL,
  source INTEGER NOT NULL REFERENCES sources, host TEXT NOT NULL, channel TEXT NOT NULL, ticks INTEGER NOT NULL,
  last_ticks INTEGER, summary TEXT NOT NULL, expected TEXT NOT NULL, found TEXT NOT NULL, benign_causes TEXT NOT NULL,
  attack TEXT NOT NULL, UNIQUE(id, source));
CREATE TABLE IF NOT EXISTS track_citations(
  track INTEGER NOT NULL REFERENCES tracks, ordinal INTEGER NOT NULL, source INTEGER NOT NULL REFERENCES sources,
  spans TEXT NOT NULL, sha256 TEXT NOT NULL, deps TEXT NOT NULL, PRIMARY KEY(track, ordinal)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS recovered(
  track INTEGER NOT NULL REFERENCES tracks, ordinal INTEGER NOT NULL, record_id INTEGER NOT NULL, ticks INTEGER NOT NULL,
  channel TEXT NOT NULL, provider TEXT NOT NULL, event_id INTEGER NOT NULL, summary TEXT NOT NULL, event TEXT NOT NULL,
  mended TEXT NOT NULL, sha256 TEXT NOT NULL, spans TEXT NOT NULL, deps TEXT NOT NULL,
  PRIMARY KEY(track, ordinal)) WITHOUT ROWID;
)sql";

constexpr char kInsertTrack[] =
    "INSERT INTO tracks(id,detector,class,level,source,host,channel,ticks,last_ticks,summary,expected,found,"
    "benign_causes,attack) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr char kInsertTrackCitation[] = "INSERT INTO track_citations VALUES(?,?,?,?,?,?)";
constexpr char kInsertRecovered[] = "INSERT INTO recovered VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr char kSelectTracks[] =
    "SELECT t.track,t.id,t.detector,t.class,t.level,t.host,t.channel,t.ticks,t.last_ticks,t.summary,t.expected,t.found,"
    "t.benign_causes,t.attack FROM tracks t JOIN sources s ON s.source=t.source"
    " ORDER BY s.path, s.members, s.sha256, t.track";
constexpr char kSelectTrackCitations[] =
    "SELECT source,spans,sha256,deps FROM track_citations WHERE track=? ORDER BY ordinal";
constexpr char kSelectRecovered[] =
    "SELECT record_id,ticks,channel,provider,event_id,summary,event,mended,sha256,spans,deps FROM recovered WHERE "
    "track=?"
    " ORDER BY ordinal";

}  // namespace sil::casefile
