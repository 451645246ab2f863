// One salted Merkle tree a source over its records, hashed by the workers while they read (docs/design/ledger.md,
// Commitments): a stage around another stage.
//
// Thread rule: as Stage. Determinism: roots depend on the secret and the input, not on the number of threads.
#pragma once

#include <map>
#include <optional>

#include "flow/pipeline.h"
#include "ledger/commitment.h"

namespace sil::flow {

struct RecordTree {
  ledger::Secret secret{};
  ledger::CompactRange range;
  std::vector<Sha256> leaves;  // in reading order; only where they are asked for
  std::vector<uint64_t> offsets;
};

// How many leaves a tree of so many records has: at least 64, beyond that at most an eighth more than records, so that
// the log tells their order of magnitude and no more (the rounding of PADME: Nikitin et al., PETS 2019).
uint64_t padded(uint64_t records);
// Leaves that no one can tell from records', up to `size`.
void pad(RecordTree* tree, uint64_t size);

// Leaf of a record: SHA-256(0x00, salt of its offset, SHA-256(its bytes)).
Sha256 record_leaf(const KeyedSha256& secret, uint64_t offset, const Sha256& record);

class RecordTreeStage : public Stage {
 public:
  // Secrets come from `run` and the source's path. `keep_leaves`: for proofs.
  RecordTreeStage(Stage& inner, const ledger::Secret& run, bool keep_leaves = false)
      : inner_(inner), run_(run), keep_leaves_(keep_leaves) {}
  std::unique_ptr<Worker> make_worker() override;
  void source_begun(uint32_t source, const Source& about) override;
  void merge(uint32_t source, std::unique_ptr<PieceResult> result) override;
  void source_done(uint32_t source, const Source& about) override;

  [[nodiscard]] const RecordTree* tree(uint32_t source) const;
  void fix_secret(const ledger::Secret& secret) { fixed_ = secret; }  // of every source: for proofs of one
  void fix_size(uint64_t leaves) { fixed_size_ = leaves; }            // the same: as many as the log says
  [[nodiscard]] ledger::Secret secret_of(const Source& about) const;

 private:
  Stage& inner_;
  ledger::Secret run_;
  bool keep_leaves_;
  std::optional<ledger::Secret> fixed_;
  std::optional<uint64_t> fixed_size_;
  std::map<uint32_t, RecordTree> trees_;
};

}  // namespace sil::flow
