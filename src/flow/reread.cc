#include "flow/reread.h"

#include <algorithm>

#include "bytes/file.h"
#include "flow/finding_builder.h"
#include "flow/recovery_stage.h"
#include "flow/track_stage.h"
#include "hunt/plain.h"

namespace sil::flow {
namespace {

bool is_wanted(const RereadTask& task, const Source& about) {
  return about.path == task.path && about.members == task.source.members;
}

struct RereadPiece : PieceResult {
  std::map<uint64_t, RereadRecord> found;
};

class RereadWorker : public Worker {
 public:
  explicit RereadWorker(const RereadTask& task) : task_(task) {}
  void begin_piece(uint32_t, const Source& about) override {
    piece_ = std::make_unique<RereadPiece>();
    wanted_ = is_wanted(task_, about);
  }
  std::unique_ptr<PieceResult> end_piece() override { return std::move(piece_); }
  void on_event(const Event& event) override {
    if (!wanted_ || !task_.records.contains(event.where.offset)) return;
    if ((event.recovered != nullptr) != task_.recovered) return;  // two may begin at one place
    RereadRecord& found = piece_->found[event.where.offset];
    found.citation = cite_event(event);
    if (event.details) found.bytes = as_text(event.details->bytes(event.where));
    if (!task_.rule) return;
    found.rule_matches = hunt::plain_match(*task_.rule, event);
    std::vector<std::string> missing;
    if (found.rule_matches) hunt::explain_match(*task_.rule, event, &found.matched, &missing);
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }

 private:
  const RereadTask& task_;
  bool wanted_ = false;
  std::unique_ptr<RereadPiece> piece_;
};

class RereadStage : public Stage {
 public:
  explicit RereadStage(const RereadTask& task) : task_(task) {}
  std::unique_ptr<Worker> make_worker() override { return std::make_unique<RereadWorker>(task_); }
  void source_begun(uint32_t, const Source&) override {}
  void merge(uint32_t, std::unique_ptr<PieceResult> result) override {
    found.merge(static_cast<RereadPiece&>(*result).found);
  }
  void source_done(uint32_t index, const Source& about) override {
    if (is_wanted(task_, about))
      source.emplace(index, about);
    else if (about.path != task_.path)
      beside.push_back(about);
  }
  std::vector<Source> beside;
  std::map<uint64_t, RereadRecord> found;
  std::optional<std::pair<uint32_t, Source>> source;

 private:
  const RereadTask& task_;
};

class KeptTracks : public TrackConsumer {
 public:
  void take(uint32_t, const Source&, std::vector<Track> found) override { add(std::move(found)); }
  void take_scene(std::vector<Track> found) override { add(std::move(found)); }
  void format(const Anomaly&, const Source&, std::string*) const override {}
  void take_text(std::string_view) override {}
  void source_done(uint32_t, const Source&) override {}
  std::vector<Track> tracks;

 private:
  void add(std::vector<Track> found) {
    for (Track& track : found) tracks.push_back(std::move(track));
  }
};

}  // namespace

std::optional<RereadSource> reread_source(const RereadTask& task) {
  if (!path_exists(task.path)) return {};
  RereadStage inner(task);
  RecoveryStage recovery(inner, {}, nullptr);
  RecordTreeStage trees(task.recovered ? static_cast<Stage&>(recovery) : inner, {}, true);
  trees.fix_secret(task.secret);
  trees.fix_size(task.leaves);
  PipelineOptions pipeline;
  pipeline.custody = true;
  pipeline.format = task.source.format;
  Progress progress;
  KeptTracks kept;
  TrackStage tracks(kept, &trees, false, nullptr);
  std::vector<Input> inputs = {{task.path, true}};
  for (const std::string& path : task.beside)
    if (path != task.path && path_exists(path)) inputs.push_back({path, true});
  std::ranges::sort(inputs, {}, &Input::path);  // as they were read
  if (inputs.size() > 1) pipeline.format.clear();
  run_pipeline(inputs, pipeline, nullptr, task.tracks ? static_cast<Stage&>(tracks) : trees, progress);
  if (!inner.source) return {};
  if (task.tracks) tracks.finish(pipeline);
  RereadSource out;
  out.source = std::move(inner.source->second);
  out.records = std::move(inner.found);
  if (const RecordTree* tree = trees.tree(inner.source->first)) out.tree = *tree;
  out.tracks = std::move(kept.tracks);
  out.beside = std::move(inner.beside);
  return out;
}

}  // namespace sil::flow
