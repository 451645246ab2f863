// Erasure of a source: every row that says anything of its content goes, and the file's pages are overwritten.
#include "casefile/case_store.h"
#include "casefile/database.h"
#include "casefile/store_impl.h"

namespace sil::casefile {
namespace {

// Findings and tracks that cite it as one of several go whole: their values, groups and sentences may come from it.
constexpr const char* kErase[] = {
    "CREATE TEMP TABLE gone_findings AS SELECT finding FROM findings WHERE source=?1"
    " UNION SELECT finding FROM further_citations WHERE source=?1",
    "CREATE TEMP TABLE gone_tracks AS SELECT track FROM tracks WHERE source=?1"
    " UNION SELECT track FROM track_citations WHERE source=?1",
    "DELETE FROM further_citations WHERE finding IN (SELECT finding FROM gone_findings)",
    "DELETE FROM recovered_findings WHERE finding IN (SELECT finding FROM gone_findings)",
    "DELETE FROM findings WHERE finding IN (SELECT finding FROM gone_findings)",
    "DELETE FROM track_citations WHERE track IN (SELECT track FROM gone_tracks)",
    "DELETE FROM recovered WHERE track IN (SELECT track FROM gone_tracks)",
    "DELETE FROM tracks WHERE track IN (SELECT track FROM gone_tracks)",
    "DELETE FROM copies WHERE finding IN (SELECT finding FROM gone_findings)"
    " OR first IN (SELECT finding FROM gone_findings)",
    "DELETE FROM record_ranges WHERE source=?1",
    "DELETE FROM inferred_years WHERE source=?1",
    "DELETE FROM recovered_records WHERE source=?1",
    "DELETE FROM members WHERE source=?1",
    "DELETE FROM anomalies WHERE source=?1",
    "DELETE FROM places WHERE source=?1",
    "DELETE FROM sources WHERE source=?1",
};

}  // namespace

Result<void> CaseStore::erase_source(const std::string& sha256, const std::string& meta_key) {
  Result<int64_t> row = impl_->row_of_digest(sha256);
  if (!row) return tl::unexpected(std::move(row).error());
  if (*row <= 0) return fail(ErrorCode::kUsage, sha256, "the digest of a source of the case", "none");
  SIL_TRY(impl_->db->execute("PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; BEGIN IMMEDIATE"));
  auto erase = [&]() -> Result<void> {
    for (const char* sql : kErase) {
      Result<Statement> statement = impl_->db->prepare(sql);
      if (!statement) return tl::unexpected(std::move(statement).error());
      if (std::string_view(sql).find('?') != std::string_view::npos) statement->bind(*row);
      SIL_TRY(statement->run());
    }
    Result<Statement> meta = impl_->db->prepare("DELETE FROM meta WHERE key=?");
    if (!meta) return tl::unexpected(std::move(meta).error());
    SIL_TRY(meta->bind(meta_key).run());
    return impl_->db->execute("COMMIT");
  };
  SIL_TRY(impl_->or_rollback(erase()));
  return impl_->db->execute("DROP TABLE gone_findings; DROP TABLE gone_tracks; VACUUM");
}

}  // namespace sil::casefile
