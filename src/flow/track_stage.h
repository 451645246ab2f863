// The search for covered tracks as a stage of the pipeline: alone (`tracks`) or beside another stage that reads the
// same events (`investigate`): one pass feeds both. Structure detectors run when a source has been read, scene
// detectors when all have; hidden records are brought back here, where reader and detectors meet.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "flow/pipeline.h"
#include "flow/record_recovery.h"
#include "model/track.h"
#include "tracks/source_facts.h"

namespace sil::flow {

// Where tracks go, in output order: those of a source before its source_done, the others from finish().
class TrackConsumer {
 public:
  virtual ~TrackConsumer() = default;
  virtual void take(uint32_t source, const Source& about, std::vector<Track> tracks) = 0;
  virtual void take_scene(std::vector<Track> tracks) = 0;
  // Called by workers in parallel; the text comes back to take_text in order. May append nothing.
  virtual void format(const Anomaly& anomaly, const Source& about, std::string* out) const = 0;
  virtual void take_text(std::string_view text) = 0;
  virtual void source_done(uint32_t source, const Source& about) = 0;
};

struct TrackCounts {
  std::array<uint64_t, 4> by_class{};  // index = TrackClass
  std::array<uint64_t, 5> by_level{};  // without context
  uint64_t recovered = 0;
  [[nodiscard]] uint64_t alarms() const { return by_class[0] + by_class[1] + by_class[2]; }
};

class TrackStage : public Stage {
 public:
  // `inner`: the stage that shares the pass; null for none.
  TrackStage(TrackConsumer& consumer, Stage* inner, bool show_secrets, const std::atomic<bool>* interrupt)
      : consumer_(consumer), inner_(inner), show_secrets_(show_secrets), interrupt_(interrupt) {}
  std::unique_ptr<Worker> make_worker() override;
  void source_begun(uint32_t source, const Source& about) override;
  void merge(uint32_t source, std::unique_ptr<PieceResult> result) override;
  void source_done(uint32_t source, const Source& about) override;
  // After the pipeline: what only all sources together show. `options`: of that pipeline, for what is read again.
  void finish(const PipelineOptions& options) { take_scene(judge_scene(options)); }
  // The same in two steps: judging touches no consumer, so it may run beside what else the caller does with its store.
  std::vector<Track> judge_scene(const PipelineOptions& options);
  void take_scene(std::vector<Track> found);
  // Before judging: what lay beside the sources and was not read - passed over, unreadable, known from an earlier run.
  void know_beside(const std::vector<Input>& inputs, const PipelineReport& report);
  [[nodiscard]] const TrackCounts& counts() const { return counts_; }

 private:
  std::vector<Track> complete(std::vector<tracks::Judged> judged);
  void recover(tracks::Judged& judged);

  TrackConsumer& consumer_;
  Stage* inner_;
  bool show_secrets_;
  const std::atomic<bool>* interrupt_;
  std::vector<tracks::SourceFacts> sources_;  // index = Event::source
  tracks::Beside beside_;
  SourceBytes bytes_;
  RecordRecovery recovery_{bytes_};
  TrackCounts counts_;
};

}  // namespace sil::flow
