#include "flow/investigate.h"

#include <chrono>
#include <future>
#include <set>

#include "bytes/file.h"
#include "bytes/large_pages.h"
#include "casefile/case_store.h"
#include "flow/investigation.h"
#include "flow/recovery_stage.h"

namespace sil::flow {
namespace {

Result<void> store_rules(casefile::CaseStore& store, const hunt::RuleSet& set) {
  std::vector<const RuleInfo*> loaded;
  for (const hunt::Rule& rule : set.rules) loaded.push_back(&rule.info);
  for (const hunt::Correlation& rule : set.correlations) loaded.push_back(&rule.info);
  std::vector<casefile::RefusedRule> refused;
  for (const hunt::Verdict& verdict : set.verdicts) {
    if (!verdict.loaded && !verdict.passed_over) refused.push_back({verdict.path, verdict.reason, verdict.line});
  }
  return store.store_rules(loaded, refused);
}

// Keeps findings and anomalies as objects and stores them under their source; the report's aggregate is fed on the way,
// so that a case's first run reads nothing back.
class CaseConsumer : public FindingConsumer {
 public:
  // `plan`: digest of the correlations' rules; empty where there are none.
  CaseConsumer(casefile::CaseStore& store, const hunt::RuleSet& rules, std::string plan, bool show_secrets,
               std::atomic<bool>& stop)
      : fed(show_secrets), store_(store), rules_(rules), plan_(std::move(plan)), stop_(stop) {}
  bool wants_anomalies() const override { return true; }
  bool keeps_objects() const override { return true; }
  void format(const Finding&, const Source&, std::string*) const override {}
  void format(const Anomaly&, const Source&, std::string*) const override {}
  void source_begun(uint32_t source, const Source& about) override {
    store_rules();
    if (!failed) note(store_.begin_source(source, about));
    if (!plan_.empty()) note(store_.add_members(plan_, {}));
  }
  void take_members(uint32_t, std::string entries) override { note(store_.add_members(plan_, entries)); }
  void take(uint32_t source, std::string, std::vector<Finding> findings, std::vector<Anomaly> anomalies) override {
    for (const Finding& finding : findings) {
      note(store_.add(finding));
      if (all_stored) fed.add(finding);
      if (all_stored && claims) claims->add(finding);
    }
    for (const Anomaly& anomaly : anomalies) {
      note(store_.add(anomaly));
      if (all_stored) fed.add(source, anomaly);
    }
  }
  void source_done(uint32_t source, const Source& about) override {
    if (failed || (interrupt && interrupt->load())) {  // half a source is no source: the next run reads it again
      all_stored = false;
      note(store_.abandon_source());
      return;
    }
    if (const RecordTree* tree = trees ? trees->tree(source) : nullptr)  // in the same transaction
      note(store_.set_meta(tree_row_key(about.sha256), tree_row(*tree)));
    auto committed = store_.commit_source(about);
    if (!committed) note(tl::unexpected(committed.error()));
    all_stored = all_stored && committed && *committed == casefile::Committed::kStored;
  }

  // Before the first source, by whoever merges its first piece: others read on meanwhile. And where there is none.
  void store_rules() {
    if (!rules_stored_) note(flow::store_rules(store_, rules_));
    rules_stored_ = true;
  }

  Result<void> failed_with;
  bool failed = false;
  const std::atomic<bool>* interrupt = nullptr;
  const RecordTreeStage* trees = nullptr;
  report::InvestigationBuilder fed;
  std::optional<ClaimSpill> claims;  // fed as well, where there is one
  bool all_stored = true;            // of what was fed

 private:
  void note(Result<void> result) {
    if (result || failed) return;
    failed = true;
    failed_with = std::move(result);
    stop_ = true;
  }
  casefile::CaseStore& store_;
  const hunt::RuleSet& rules_;
  std::string plan_;
  bool rules_stored_ = false;
  std::atomic<bool>& stop_;
};

// Stores tracks under their source; anomalies and sources are the other consumer's.
class CaseTracks : public TrackConsumer {
 public:
  explicit CaseTracks(casefile::CaseStore& store) : store_(store) {}
  void take(uint32_t, const Source&, std::vector<Track> tracks) override {
    for (const Track& track : tracks) {
      if (stored) stored = store_.add(track);
    }
  }
  void take_scene(std::vector<Track> tracks) override {
    if (stored) stored = store_.add_scene(tracks);
  }
  void format(const Anomaly&, const Source&, std::string*) const override {}
  void take_text(std::string_view) override {}
  void source_done(uint32_t, const Source&) override {}
  Result<void> stored;

 private:
  casefile::CaseStore& store_;
};

struct Place {
  std::string sha256;
  std::vector<std::string> members;
};

// Digests of a path's sources (of the innermost bytes), without parsing them. An error where one cannot be read.
Result<std::vector<Place>> places_of(const std::string& path, const PipelineOptions& options) {
  auto walk = ingest::SourceWalk::open(path, options.open);
  if (!walk) return tl::unexpected(walk.error());
  std::vector<Place> out;
  std::vector<uint8_t> buffer(1 << 20);
  while (true) {
    auto opened = (*walk)->next();
    if (!opened) return tl::unexpected(opened.error());
    if (!*opened) return out;
    ingest::Sniff sniff;
    if (!recognise(**opened, path, options.format, &sniff)) continue;
    Sha256Stream stream;
    for (uint64_t offset = 0;;) {
      auto count = (*opened)->bytes->read_at(offset, buffer.data(), buffer.size());
      if (!count) return tl::unexpected(count.error());
      stream.add(Bytes(buffer.data(), *count));
      offset += *count;
      if (*count < buffer.size()) break;
    }
    SIL_TRY((*opened)->bytes->ending());
    out.push_back({hex(stream.finish()), std::move((*opened)->members)});
  }
}

class KnownSources {
 public:
  KnownSources(casefile::CaseStore& store, const PipelineOptions& options,
               const std::vector<casefile::StoredSource>& sources)
      : store_(store), options_(options), any_(!sources.empty()) {}
  // A path is known when every source in it is; else all of it is read, and known ones only get a further place.
  bool skip(const std::string& path) {
    if (!any_ || path == "-") return false;
    auto places = places_of(path, options_);
    if (!places || places->empty()) return false;  // the pipeline will say what is wrong with it
    for (const Place& place : *places) {
      auto known = store_.knows(place.sha256);
      if (!known || !*known) return false;
    }
    for (const Place& place : *places) {
      if (!store_.add_place(place.sha256, path, place.members)) return false;
    }
    count += places->size();
    return true;
  }
  std::vector<Input> unread(const std::vector<Input>& inputs) {
    std::vector<Input> out;
    for (const Input& input : inputs) {
      if (!skip(input.path)) out.push_back(input);
    }
    return out;
  }
  uint64_t count = 0;

 private:
  casefile::CaseStore& store_;
  const PipelineOptions& options_;
  bool any_;
};

Result<void> store_passed_over(casefile::CaseStore& store, const std::vector<Input>& read,
                               const std::vector<PassedOver>& texts) {
  std::vector<std::string> paths;
  for (const Input& input : read) paths.push_back(input.path);
  return store.store_passed_over(paths, texts);
}

// Is what the consumer fed the whole case, in the case's own order? A case that was begun earlier, a source met twice,
// or two rules that the case holds as one make it read back instead.
bool fed_whole_case(const CaseConsumer& consumer, const casefile::CaseStore& store, const hunt::RuleSet& set,
                    const std::vector<Source>& read) {
  if (!consumer.all_stored) return false;
  auto stored = store.sources();
  if (!stored || stored->size() != read.size()) return false;
  for (size_t i = 0; i < read.size(); ++i) {
    const Source& source = (*stored)[i].source;
    if (source.path != read[i].path || source.members != read[i].members || source.sha256 != read[i].sha256)
      return false;
  }
  std::set<std::pair<Sha256, std::string_view>> keys;
  for (const hunt::Rule& rule : set.rules) {
    if (!keys.emplace(rule.info.sha256, rule.info.id).second) return false;
  }
  return true;
}

// The index does not hang on the log, nor the log on it: made while entries are signed.
Result<void> log_and_index(casefile::CaseStore& store, const Investigate& task, ClaimSpill* kept, Investigated* done) {
  if (!task.ledger || done->pipeline.interrupted) return store.index_findings();  // the next run logs what was read
  CaseLogOptions options = *task.ledger;
  options.threads = task.pipeline.threads;
  options.kept = kept;
  options.beside_signing = [&] { return store.index_findings(); };
  auto logged = log_case(store, task.case_folder, options);
  if (!logged) return tl::unexpected(logged.error());
  done->logged = *logged;
  return {};
}

}  // namespace

Result<Investigated> investigate(const Investigate& task, const Rules& rules, Progress& progress) {
  if (task.force) SIL_TRY(set_log_aside(task.case_folder));
  auto store = casefile::CaseStore::open(task.case_folder, task.force);
  if (!store) return tl::unexpected(store.error());
  auto stored = (*store)->sources();
  if (!stored) return tl::unexpected(stored.error());
  std::atomic<bool> storage_failed{false};
  PipelineOptions pipeline = task.pipeline;
  pipeline.custody = true;
  pipeline.write_failed = &storage_failed;
  hunt::CorrelationPlan plan(rules.set);
  CaseConsumer consumer(**store, rules.set, plan.empty() ? std::string() : plan.digest(), task.report.show_secrets,
                        storage_failed);
  consumer.interrupt = task.pipeline.stop;
  HuntStage stage(*rules.program, plan.empty() ? nullptr : &plan, task.stage, consumer, progress);
  KnownSources known(**store, task.pipeline, *stored);
  // Known sources are set aside before the pipeline starts, so that the store has one user at a time.
  const std::vector<Input> unread = known.unread(task.inputs);
  Investigated done;
  RecoveryStage recovery(stage, pipeline.open, pipeline.stop);
  std::optional<RecordTreeStage> trees;
  if (task.ledger) {
    consumer.claims.emplace(task.case_folder, task.ledger->claim_level);
    auto secret = run_secret(task.ledger->secret);
    if (!secret) return tl::unexpected(secret.error());
    consumer.trees = &trees.emplace(recovery, *secret);
  }
  Stage* inner = trees ? static_cast<Stage*>(&*trees) : &recovery;
  CaseTracks track_rows(**store);
  TrackStage tracks(track_rows, inner, task.report.show_secrets, task.pipeline.stop);
  done.pipeline = run_pipeline(unread, pipeline, nullptr, tracks, progress);
  consumer.store_rules();
  if (consumer.failed) return tl::unexpected(consumer.failed_with.error());
  return_free_memory();  // reading, claims and the page need it one after another
  tracks.know_beside(task.inputs, done.pipeline);
  const std::launch beside = task.pipeline.threads == 1 ? std::launch::deferred : std::launch::async;
  auto judged = std::async(beside, [&] { return tracks.judge_scene(pipeline); });
  SIL_TRY(store_passed_over(**store, unread, done.pipeline.unknown_texts));
  tracks.take_scene(judged.get());  // before correlations: they number the sources anew
  if (!track_rows.stored) return tl::unexpected(track_rows.stored.error());
  done.tracks = tracks.counts();
  done.known_sources = known.count;
  done.unjoined_parts = stage.counts().unjoined_parts;
  done.rules_loaded = rules.set.rules.size() + rules.set.correlations.size();
  done.members = stage.members();
  done.recovered = recovery.recovered();
  auto correlated = correlate_case(**store, rules.set, task.stage, task.case_folder);
  if (!correlated) return tl::unexpected(correlated.error());
  done.correlated = *correlated;
  done.suppressed = stage.counts().suppressed + correlated->suppressed;
  auto begun = std::chrono::steady_clock::now();
  auto copies = (*store)->join_copies();
  if (!copies) return tl::unexpected(copies.error());
  bool whole = *copies == 0 && stored->empty() && fed_whole_case(consumer, **store, rules.set, done.pipeline.sources);
  auto gathered = gather_report(**store, task, done, whole ? &consumer.fed : nullptr);
  if (!gathered) return tl::unexpected(gathered.error());
  // The page is made beside the claims: what both need of the case has been read.
  auto shown = std::async(beside, [&] {
    const report::Investigation shown_there = std::move(*gathered);  // and freed there
    return write_report(shown_there, task);
  });
  SIL_TRY(log_and_index(**store, task, whole && consumer.claims ? &*consumer.claims : nullptr, &done));
  auto screen = shown.get();
  if (!screen) return tl::unexpected(screen.error());
  done.screen = std::move(*screen);
  done.report_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  return done;
}

}  // namespace sil::flow
