#include "casefile/case_store.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>

#include "bytes/file.h"
#include "casefile/database.h"
#include "casefile/lists.h"
#include "casefile/schema.h"
#include "casefile/store_impl.h"
#include "casefile/track_tables.h"

namespace sil::casefile {
namespace {

enum class Found : uint8_t { kNothing, kCase };

// What lies in the folder, before SQLite touches it. A file that merely looks like ours by name is not
// opened.
Result<Found> look_into(const std::string& folder) {
  const std::string hint = "choose another folder with --case";
  if (!path_exists(folder)) return Found::kNothing;
  if (!is_directory(folder)) return fail(ErrorCode::kFormat, folder, "a case folder", "a file", hint);
  const std::string path = folder + "/case.db";
  if (!path_exists(path)) {
    std::vector<Error> problems;
    std::vector<std::string> files = list_files(folder, &problems);
    if (files.empty() && problems.empty()) return Found::kNothing;
    return fail(ErrorCode::kFormat, folder, "a case folder or an empty one",
                "a folder without case.db that holds other files", hint);
  }
  Result<std::unique_ptr<InputFile>> file = InputFile::open(path);
  if (!file) return tl::unexpected(std::move(file).error());
  uint8_t head[100] = {};
  Result<size_t> got = (*file)->read_at(0, head, sizeof head);
  if (!got) return tl::unexpected(std::move(got).error());
  if (*got == 0) return Found::kNothing;  // a run that was killed before it wrote anything
  if (*got < sizeof head ||
      std::string_view(reinterpret_cast<char*>(head), 16) != std::string_view("SQLite format 3\0", 16)) {
    return fail(ErrorCode::kFormat, path, "a SQLite database", "other bytes", "the case is damaged or foreign");
  }
  uint32_t id = 0;
  for (int i = 0; i < 4; ++i) id = id << 8 | head[kApplicationIdOffset + i];
  if (id != static_cast<uint32_t>(kApplicationId)) {
    return fail(ErrorCode::kFormat, path, "a database made by silhouette", "a database of another program", hint);
  }
  return Found::kCase;
}

// The one clock value of a case (docs/formats/case.md).
std::string created_now() {
  std::time_t seconds = std::time(nullptr);
  if (const char* fixed = std::getenv("SOURCE_DATE_EPOCH"))
    seconds = static_cast<std::time_t>(std::strtoll(fixed, nullptr, 10));
  Timestamp time;
  time.ticks = kUnixEpochTicks + static_cast<uint64_t>(seconds) * kTicksPerSecond;
  time.precision = Precision::kSecond;
  return rfc3339(time);
}

Result<void> make_tables(Database& db) {
  SIL_TRY(db.execute("BEGIN IMMEDIATE"));
  SIL_TRY(db.execute(kSchema));
  SIL_TRY(db.execute(kTrackTables));
  SIL_TRY(db.execute(kLaterTables));
  SIL_TRY(db.execute("PRAGMA application_id=" + std::to_string(kApplicationId) +
                     ";PRAGMA user_version=" + std::to_string(kCaseVersion)));
  Result<Statement> insert = db.prepare("INSERT INTO meta VALUES('created', ?)");
  if (!insert) return tl::unexpected(std::move(insert).error());
  SIL_TRY(insert->bind(created_now()).run());
  return db.execute("COMMIT");
}

Result<void> check_tables(Database& db, const std::string& path) {
  Result<int64_t> version = db.number("PRAGMA user_version");
  if (!version) return tl::unexpected(std::move(version).error());
  if (*version > kCaseVersion) {
    return fail(ErrorCode::kUnsupported, path, "a case of version " + std::to_string(kCaseVersion) + " or older",
                "version " + std::to_string(*version), "open it with the newer silhouette that wrote it");
  }
  if (*version != kCaseVersion) {
    return fail(ErrorCode::kFormat, path, "a case of version " + std::to_string(kCaseVersion),
                "version " + std::to_string(*version), "made before the first release: start anew with --force");
  }
  Result<Statement> check = db.prepare("PRAGMA quick_check(1)");
  if (!check) return tl::unexpected(std::move(check).error());
  Result<bool> row = check->step();
  if (!row) return tl::unexpected(std::move(row).error());
  if (*row && check->text(0) != "ok") {
    return fail(ErrorCode::kFormat, path, "an intact database", check->text(0), "start anew with --force");
  }
  return {};
}

}  // namespace

CaseStore::CaseStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CaseStore::~CaseStore() {
  if (impl_ && impl_->open_source >= 0) (void)abandon_source();
}

Result<std::unique_ptr<CaseStore>> CaseStore::open(const std::string& folder, bool fresh) {
  Result<Found> found = look_into(folder);
  if (!found) return tl::unexpected(std::move(found).error());
  const std::string path = folder + "/case.db";
  if (fresh && *found == Found::kCase) {
    for (const char* ending : {"", "-journal"}) std::remove((path + ending).c_str());
    found = Found::kNothing;
  }
  SIL_TRY(make_directory(folder));
  auto impl = std::make_unique<Impl>();
  Result<std::unique_ptr<Database>> db = Database::open(path);
  if (!db) return tl::unexpected(std::move(db).error());
  impl->db = std::move(*db);
  // A rollback journal, not a WAL: between runs the case is one file that can be copied, and a journal left
  // by a killed run is rolled back by whoever opens the case next.
  // References hold by construction and are checked by tests; asking SQLite for each row costs a third of the writing.
  SIL_TRY(impl->db->execute(
      "PRAGMA page_size=16384; PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF;"
      "PRAGMA cache_size=-4000"));
  if (*found == Found::kNothing) {
    SIL_TRY(make_tables(*impl->db));
  } else {
    SIL_TRY(check_tables(*impl->db, path));
    SIL_TRY(impl->db->execute(kTrackTables));  // of a case that an earlier version made
    SIL_TRY(impl->db->execute(kLaterTables));
  }
  SIL_TRY(impl->prepare_all());
  return std::unique_ptr<CaseStore>(new CaseStore(std::move(impl)));
}

// ---- writing ----

Result<void> CaseStore::begin_source(uint32_t index, const Source& about) {
  SIL_TRY(impl_->db->execute("BEGIN IMMEDIATE"));
  Statement& insert = impl_->insert_source;
  SIL_TRY(insert.bind_null()
              .bind(about.path)
              .bind(text_of(about.members))
              .bind(about.size)
              .bind(about.format)
              .bind(about.confidence)
              .bind(about.host)
              .bind(0)
              .bind(0)
              .bind(0)
              .run());
  impl_->open_source = impl_->db->last_row();
  impl_->rows_of_run[index] = impl_->open_source;
  impl_->open_index = index;
  impl_->forget_ranges();
  return {};
}

Result<void> CaseStore::add(const Finding& finding) {
  impl_->note_record(finding);
  return impl_->add_finding(finding, impl_->open_source);
}

Result<void> CaseStore::add(const Anomaly& anomaly) {
  return impl_->insert_anomaly.bind(impl_->open_source)
      .bind(anomaly.where.offset)
      .bind(anomaly.where.length)
      .bind(anomaly_name(anomaly.kind))
      .bind(static_cast<int>(anomaly.level))
      .bind(anomaly.summary)
      .bind(anomaly.expected)
      .bind(anomaly.found)
      .bind(anomaly.sha256 == Sha256{} ? std::string() : hex(Bytes(anomaly.sha256.data(), anomaly.sha256.size())))
      .run();
}

Result<Committed> CaseStore::commit_source(const Source& read) {
  Result<int64_t> known = impl_->row_of_digest(read.sha256);
  if (!known) return tl::unexpected(std::move(known).error());
  if (*known > 0) {
    uint32_t index = impl_->open_index;
    SIL_TRY(abandon_source());
    impl_->rows_of_run[index] = *known;
    SIL_TRY(add_place(read.sha256, read.path, read.members));
    return Committed::kKnown;
  }
  SIL_TRY(impl_->finish_source.bind(read.sha256)
              .bind(read.size)
              .bind(read.format)
              .bind(read.confidence)
              .bind(read.host)
              .bind(read.events)
              .bind(read.anomalies)
              .bind(read.unreadable)
              .bind(impl_->open_source)
              .run());
  SIL_TRY(impl_->insert_place.bind(impl_->open_source).bind(read.path).bind(text_of(read.members)).run());
  if (!read.year_from.empty()) SIL_TRY(impl_->insert_year.bind(impl_->open_source).bind(read.year_from).run());
  if (read.recovered != 0) SIL_TRY(impl_->insert_recovered_count.bind(impl_->open_source).bind(read.recovered).run());
  SIL_TRY(impl_->store_ranges());
  SIL_TRY(impl_->db->execute("COMMIT"));
  impl_->open_source = -1;
  return Committed::kStored;
}

Result<void> CaseStore::abandon_source() {
  impl_->open_source = -1;
  impl_->rows_of_run.erase(impl_->open_index);
  impl_->forget_rules();  // rows that this transaction made are gone
  return impl_->db->execute("ROLLBACK");
}

Result<void> CaseStore::add_place(const std::string& sha256, const std::string& path,
                                  const std::vector<std::string>& members) {
  Result<int64_t> row = impl_->row_of_digest(sha256);
  if (!row) return tl::unexpected(std::move(row).error());
  if (*row <= 0) return fail(ErrorCode::kUsage, path, "a digest that the case knows", sha256);
  return impl_->insert_place.bind(*row).bind(path).bind(text_of(members)).run();
}

Result<void> CaseStore::use_source(uint32_t index, const std::string& sha256) {
  Result<int64_t> row = impl_->row_of_digest(sha256);
  if (!row) return tl::unexpected(std::move(row).error());
  if (*row <= 0) return fail(ErrorCode::kUsage, "", "a digest that the case knows", sha256);
  impl_->rows_of_run[index] = *row;
  return {};
}

Result<void> CaseStore::add_members(const std::string& plan, std::string_view entries) {
  return impl_->insert_members.bind(impl_->open_source).bind(plan).bind_blob(entries).run();
}

Result<void> CaseStore::begin_correlations() {
  SIL_TRY(impl_->db->execute("BEGIN IMMEDIATE"));
  auto drop = [&]() -> Result<void> {
    SIL_TRY(impl_->db->execute(
        "DELETE FROM further_citations WHERE finding IN (SELECT finding FROM findings WHERE source IS NULL)"));
    return impl_->db->execute("DELETE FROM findings WHERE source IS NULL");
  };
  return impl_->or_rollback(drop());
}

Result<void> CaseStore::add_correlation(const Finding& finding) {
  Result<int64_t> row = impl_->add_row(finding, -1, nullptr);
  if (!row) return impl_->or_rollback(tl::unexpected(std::move(row).error()));
  impl_->open_correlation = *row;
  impl_->next_citation = 0;
  return {};
}

Result<void> CaseStore::add_member(const Citation& citation) {
  return impl_->or_rollback(impl_->add_further(impl_->open_correlation, impl_->next_citation++, citation));
}

Result<void> CaseStore::commit_correlations() {
  return impl_->or_rollback(impl_->db->execute("COMMIT"));
}

Result<void> CaseStore::store_rules(const std::vector<const RuleInfo*>& loaded,
                                    const std::vector<RefusedRule>& refused) {
  SIL_TRY(impl_->db->execute("BEGIN IMMEDIATE"));
  auto store = [&]() -> Result<void> {
    SIL_TRY(
        impl_->db->execute("UPDATE rules SET loaded=0; DELETE FROM refused_rules;"
                           "DELETE FROM rules WHERE rule NOT IN (SELECT rule FROM findings)"));
    impl_->forget_rules();
    for (const RuleInfo* rule : loaded) {
      if (auto row = impl_->store_rule(*rule, true); !row) return tl::unexpected(std::move(row).error());
    }
    for (const RefusedRule& rule : refused) {
      SIL_TRY(impl_->insert_refused.bind(rule.path).bind(rule.line).bind(rule.reason).run());
    }
    return impl_->db->execute("COMMIT");
  };
  return impl_->or_rollback(store());
}

Result<void> CaseStore::store_passed_over(const std::vector<std::string>& paths, const std::vector<PassedOver>& texts) {
  Result<int64_t> said = impl_->db->number("SELECT count(*) FROM passed_over");
  if (!said) return tl::unexpected(std::move(said).error());
  if (*said == 0 && texts.empty()) return {};
  Result<Statement> drop = impl_->db->prepare("DELETE FROM passed_over WHERE path=?");
  if (!drop) return tl::unexpected(std::move(drop).error());
  Result<Statement> insert = impl_->db->prepare("INSERT OR IGNORE INTO passed_over VALUES(?,?)");
  if (!insert) return tl::unexpected(std::move(insert).error());
  SIL_TRY(impl_->db->execute("BEGIN IMMEDIATE"));
  auto store = [&]() -> Result<void> {
    for (const std::string& path : paths) {
      if (*said > 0) SIL_TRY(drop->bind(path).run());
    }
    for (const PassedOver& text : texts) SIL_TRY(insert->bind(text.path).bind(text_of(text.members)).run());
    return impl_->db->execute("COMMIT");
  };
  return impl_->or_rollback(store());
}

Result<void> CaseStore::index_findings() {
  return impl_->db->execute("CREATE INDEX IF NOT EXISTS findings_id ON findings(id)");
}

Result<void> CaseStore::set_meta(const std::string& key, const std::string& value) {
  return impl_->set_meta.bind(key).bind(value).run();
}

}  // namespace sil::casefile
