// Tracks in the case: the third kind of row beside findings and anomalies (docs/formats/case.md).
#include "casefile/lists.h"
#include "casefile/store_impl.h"
#include "casefile/track_tables.h"

namespace sil::casefile {
namespace {

std::string digest_text(const Sha256& digest) {
  return digest == Sha256{} ? std::string() : hex(Bytes(digest.data(), digest.size()));
}

Timestamp stamp(int64_t ticks) {
  Timestamp out;
  out.ticks = static_cast<uint64_t>(ticks);
  return out;
}

TrackClass class_of(const std::string& name) {
  for (int i = 0; i < 4; ++i) {
    if (name == track_class_name(static_cast<TrackClass>(i))) return static_cast<TrackClass>(i);
  }
  return TrackClass::kContext;
}

Track track_of(const Statement& row) {
  Track out;
  out.id = row.text(1);
  out.detector = row.text(2);
  out.kind = class_of(row.text(3));
  out.level = static_cast<Level>(row.number(4) % 5);
  out.host = row.text(5);
  out.channel = row.text(6);
  out.time = stamp(row.number(7));
  if (!row.is_null(8)) out.last = stamp(row.number(8));
  out.summary = row.text(9);
  out.expected = row.text(10);
  out.found = row.text(11);
  out.benign_causes = strings_of(row.text(12));
  out.attack = strings_of(row.text(13));
  return out;
}

}  // namespace

// One transaction: each costs a journal and, on a disk, several flushes.
Result<void> CaseStore::add_scene(const std::vector<Track>& tracks) {
  if (tracks.empty()) return {};
  SIL_TRY(impl_->db->execute("BEGIN IMMEDIATE"));
  auto store = [&]() -> Result<void> {
    for (const Track& track : tracks) SIL_TRY(add(track));
    return impl_->db->execute("COMMIT");
  };
  return impl_->or_rollback(store());
}

Result<void> CaseStore::add(const Track& track) {
  auto row_of = [&](uint32_t source) {
    auto row = impl_->rows_of_run.find(source);
    return row == impl_->rows_of_run.end() ? int64_t{0} : row->second;
  };
  int64_t source = track.citations.empty() ? impl_->open_source : row_of(track.citations.front().source);
  if (source <= 0) return {};  // its source did not become one of the case
  Result<Statement> known = impl_->db->prepare("SELECT 1 FROM tracks WHERE id=? AND source=?");
  if (!known) return tl::unexpected(std::move(known).error());
  Result<bool> there = known->bind(track.id).bind(source).step();
  if (!there) return tl::unexpected(std::move(there).error());
  if (*there) return known->run();
  Result<Statement> insert = impl_->db->prepare(kInsertTrack);
  if (!insert) return tl::unexpected(std::move(insert).error());
  insert->bind(track.id).bind(track.detector).bind(track_class_name(track.kind)).bind(static_cast<int>(track.level));
  insert->bind(source).bind(track.host).bind(track.channel).bind(track.time.ticks);
  if (track.last)
    insert->bind(track.last->ticks);
  else
    insert->bind_null();
  insert->bind(track.summary).bind(track.expected).bind(track.found);
  SIL_TRY(insert->bind(text_of(track.benign_causes)).bind(text_of(track.attack)).run());
  int64_t row = impl_->db->last_row();
  Result<Statement> cite = impl_->db->prepare(kInsertTrackCitation);
  if (!cite) return tl::unexpected(std::move(cite).error());
  int ordinal = 0;
  for (const Citation& citation : track.citations) {
    int64_t cited = row_of(citation.source);
    if (cited <= 0) continue;
    const std::string spans = text_of(citation.spans), digest = digest_text(citation.sha256);
    cite->bind(row).bind(ordinal++).bind(cited).bind(spans).bind(digest);
    SIL_TRY(cite->bind(text_of(citation.deps)).run());
  }
  Result<Statement> record = impl_->db->prepare(kInsertRecovered);
  if (!record) return tl::unexpected(std::move(record).error());
  ordinal = 0;
  for (const RecoveredRecord& one : track.recovered) {
    const std::string digest = digest_text(one.sha256);
    record->bind(row).bind(ordinal++).bind(one.record_id).bind(one.time.ticks).bind(one.channel).bind(one.provider);
    record->bind(one.event_id).bind(one.summary).bind(one.event).bind(one.mended).bind(digest);
    SIL_TRY(record->bind(text_of(one.citation.spans)).bind(text_of(one.citation.deps)).run());
  }
  return {};
}

Result<void> CaseStore::for_each_track(const std::function<bool(const Track&)>& visit) const {
  std::map<int64_t, uint32_t> index;
  Result<Statement> order = impl_->db->prepare("SELECT source FROM sources ORDER BY path, members, sha256");
  if (!order) return tl::unexpected(std::move(order).error());
  for (Result<bool> row = order->step(); !row || *row; row = order->step()) {
    if (!row) return tl::unexpected(std::move(row).error());
    index.emplace(order->number(0), static_cast<uint32_t>(index.size()));
  }
  Result<Statement> rows = impl_->db->prepare(kSelectTracks);
  Result<Statement> cited = impl_->db->prepare(kSelectTrackCitations);
  Result<Statement> records = impl_->db->prepare(kSelectRecovered);
  if (!rows) return tl::unexpected(std::move(rows).error());
  if (!cited) return tl::unexpected(std::move(cited).error());
  if (!records) return tl::unexpected(std::move(records).error());
  for (Result<bool> row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return tl::unexpected(std::move(row).error());
    Track track = track_of(*rows);
    cited->bind(rows->number(0));
    for (Result<bool> more = cited->step(); !more || *more; more = cited->step()) {
      if (!more) return tl::unexpected(std::move(more).error());
      Citation& citation = track.citations.emplace_back();
      citation.source = index[cited->number(0)];
      citation.spans = spans_of(cited->text(1));
      parse_hex(cited->text(2), &citation.sha256);
      citation.deps = deps_of(cited->text(3));
    }
    records->bind(rows->number(0));
    for (Result<bool> more = records->step(); !more || *more; more = records->step()) {
      if (!more) return tl::unexpected(std::move(more).error());
      RecoveredRecord& one = track.recovered.emplace_back();
      one.record_id = static_cast<uint64_t>(records->number(0));
      one.time = stamp(records->number(1));
      one.channel = records->text(2);
      one.provider = records->text(3);
      one.event_id = static_cast<uint32_t>(records->number(4));
      one.summary = records->text(5);
      one.event = records->text(6);
      one.mended = records->text(7);
      parse_hex(records->text(8), &one.sha256);
      if (!track.citations.empty()) one.citation.source = track.citations.front().source;
      one.citation.spans = spans_of(records->text(9));
      one.citation.deps = deps_of(records->text(10));
    }
    if (!visit(track)) break;
  }
  return {};
}

}  // namespace sil::casefile
