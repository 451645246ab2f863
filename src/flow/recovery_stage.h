// A stage around the hunt that brings back records which a log no longer counts and hunts them as one more piece of
// their source, behind its last (docs/design/recovered.md). What lies in the log as an ordinary record too is left out.
//
// Thread rule: as Stage. Determinism: depends on the input alone. Memory: places of remains, at most kMostRemains a
// source, and the ids that each chunk holds; nothing is read again where no remains are.
#pragma once

#include <atomic>
#include <unordered_set>

#include "flow/pipeline.h"
#include "flow/record_recovery.h"

namespace sil::flow {

struct ChunkIds {  // EventRecordIDs of the records that a chunk counts
  uint64_t chunk = 0, lowest = 0, highest = 0;
};

class RecoveryStage : public Stage {
 public:
  RecoveryStage(Stage& inner, const ingest::OpenOptions& open, const std::atomic<bool>* interrupt)
      : inner_(inner), interrupt_(interrupt), bytes_(open) {}
  std::unique_ptr<Worker> make_worker() override;
  void source_begun(uint32_t source, const Source& about) override;
  void merge(uint32_t source, std::unique_ptr<PieceResult> result) override;
  void source_done(uint32_t source, const Source& about) override;
  [[nodiscard]] uint64_t recovered() const { return recovered_; }  // records given to the hunt

 private:
  uint64_t bring_back(uint32_t source, const Source& about);
  [[nodiscard]] std::unordered_set<uint64_t> counted_among(uint32_t source, const std::vector<uint64_t>& ids);

  Stage& inner_;
  const std::atomic<bool>* interrupt_;
  SourceBytes bytes_;
  RecordRecovery recovery_{bytes_};
  tracks::Remains remains_;  // of the source that is being merged
  std::vector<ChunkIds> chunks_;
  std::unique_ptr<Worker> worker_;
  uint64_t recovered_ = 0;
};

}  // namespace sil::flow
