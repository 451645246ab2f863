// CASE/case.db: what was read, what was found and on which bytes (docs/formats/case.md). SQLite, one
// transaction a source, so a killed run loses at most the source it was reading and the next run goes on from
// there.
//
// Errors: kFormat for a folder or database that is not a case or is damaged, kUnsupported for a case of a
// newer version, kIo for storage. Thread rule: one thread. Determinism: rows depend on the input alone; the
// one clock value is meta.created, which SOURCE_DATE_EPOCH fixes.
#pragma once

#include <array>
#include <compare>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bytes/result.h"
#include "model/finding.h"
#include "model/track.h"

namespace sil::casefile {

constexpr int kCitationsRead = 1000;
constexpr int kCaseVersion = 2;  // user_version of the database

struct StoredSource {
  Source source;                    // id = sha256
  std::vector<std::string> places;  // every path it was met under, in the order of meeting; first = source.path
};

struct StoredAnomaly {
  std::string source_id;
  Anomaly anomaly;
};

struct RefusedRule {
  std::string path, reason;
  uint64_t line = 0;
};

// Where a finding stands in output order (CaseStore::for_each_finding): compare these.
struct FindingPlace {
  bool on_several = false;  // a correlation's
  uint32_t source = 0;
  bool joined = false, recovered = false;
  int64_t at = 0;         // offset, or ticks where it stands on several sources
  std::string_view rule;  // id
  int64_t row = 0;
  auto operator<=>(const FindingPlace&) const = default;
};

struct Selection {  // of findings
  bool only_correlations = false;
  bool copies_apart = false;  // each row by itself, as claims and proofs name it
};

enum class Committed : uint8_t { kStored, kKnown };  // kKnown: the digest was there, only the place was added

class CaseStore {
 public:
  // Opens CASE or makes it. `fresh` (--force): what was stored before is dropped.
  static Result<std::unique_ptr<CaseStore>> open(const std::string& folder, bool fresh = false);
  ~CaseStore();
  CaseStore(const CaseStore&) = delete;
  CaseStore& operator=(const CaseStore&) = delete;

  // ---- writing: begin, add..., then commit or abandon. `index` is the run's index that citations name. ----
  Result<void> begin_source(uint32_t index, const Source& about);
  Result<void> add(const Finding& finding);
  Result<void> add(const Anomaly& anomaly);
  // Under its first citation's source, which may be committed already; a track that is there is not added again.
  Result<void> add(const Track& track);
  // Those that are found when all sources are done: all or, after an error, none.
  Result<void> add_scene(const std::vector<Track>& tracks);
  Result<Committed> commit_source(const Source& read);  // sha256 and counts are final; sha256 must not be empty
  Result<void> abandon_source();
  // A source whose digest the case knows was met again: another place, nothing read.
  Result<void> add_place(const std::string& sha256, const std::string& path, const std::vector<std::string>& members);
  // Lets citations of this run name a source of an earlier one (correlations over the whole case).
  Result<void> use_source(uint32_t index, const std::string& sha256);
  // What correlations remember of the open source under one plan (a digest of their rules), as hunt wrote it; called
  // at least once a source and plan, with nothing if nothing counts.
  Result<void> add_members(const std::string& plan, std::string_view entries);
  // Findings that stand on several sources: begin drops those of an earlier run; a finding's own citations are not
  // stored, all its members are added behind it; all in one transaction. An error rolls it back.
  Result<void> begin_correlations();
  Result<void> add_correlation(const Finding& finding);
  Result<void> add_member(const Citation& citation);
  Result<void> commit_correlations();
  // The rules of this run, replacing those of an earlier run.
  Result<void> store_rules(const std::vector<const RuleInfo*>& loaded, const std::vector<RefusedRule>& refused);
  // Texts of no known format among the paths of this run, replacing what an earlier run said of these paths.
  Result<void> store_passed_over(const std::vector<std::string>& paths, const std::vector<PassedOver>& texts);
  // Finds the findings on records that an earlier source holds too (copies.cc) and says how many there are. Once a run.
  Result<uint64_t> join_copies();
  // Findings become searchable by id. Once at the end of a run: sorting all ids is cheaper than placing each.
  Result<void> index_findings();
  Result<void> set_meta(const std::string& key, const std::string& value);
  // Everything that was kept of a source, findings and tracks that cite it among others, and a row of meta; the freed
  // pages are overwritten. Errors: kUsage for a digest that the case does not know.
  Result<void> erase_source(const std::string& sha256, const std::string& meta_key);

  // ---- reading ----
  Result<bool> knows(const std::string& sha256) const;
  Result<std::optional<std::string>> meta(const std::string& key) const;
  Result<std::vector<StoredSource>> sources() const;                        // by first path, members, sha256
  Result<uint64_t> sources_without_members(const std::string& plan) const;  // read, but not under this plan
  // By digest of the source, then in the order of adding.
  Result<void> for_each_members(
      const std::string& plan,
      const std::function<Result<void>(const std::string& sha256, const std::string& entries)>& visit) const;
  // Rules of the last run. They live until rules are stored.
  Result<std::vector<const RuleInfo*>> loaded_rules() const;
  Result<std::vector<RefusedRule>> refused_rules() const;
  Result<std::vector<PassedOver>> passed_over() const;  // by path, members
  // In output order: source, offset, rule id; correlations last, by time. Citation.source = index into
  // sources(). At most kCitationsRead citations of one finding; citations_total says how many there are. `visit`
  // returns false to stop.
  // A record that several sources hold is one finding, its copies are citations of it (join_copies).
  // `wants_details`, asked first with a finding that lacks them, says whether matched values and citations are read.
  Result<void> for_each_finding(const std::function<bool(const Finding&)>& visit,
                                const std::function<bool(const Finding&)>& wants_details = nullptr,
                                const Selection& selection = {}) const;
  // Findings at or above a level as claims name them, each row by itself, whole, in the order of storing: one pass over
  // the rows, where output order takes two. `place` puts them in output order; its rule lives as long as the store.
  Result<void> for_each_stored(Level min_level, const std::function<void(Finding, const FindingPlace&)>& visit,
                               bool only_correlations = false) const;
  Result<void> for_each_anomaly(const std::function<bool(uint32_t source, const Anomaly&)>& visit) const;
  Result<void> for_each_track(const std::function<bool(const Track&)>& visit) const;  // by source, then as found
  Result<std::array<uint64_t, 5>> findings_by_level() const;

 private:
  struct Impl;
  explicit CaseStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sil::casefile
