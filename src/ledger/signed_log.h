// A log in a folder with the key that speaks for it: FOLDER/log (tiles, checkpoint) and FOLDER/log.vkey.
//
// The checkpoint is durable before publish() returns, and a log is opened from its checkpoint alone: two checkpoints of
// one log never contradict each other. Errors: kFormat for a checkpoint that the key did not sign, kDenied for another
// key. Thread rule: one thread, one process.
#pragma once

#include <memory>
#include <string>

#include "ledger/proof_file.h"
#include "ledger/tile_log.h"

namespace sil::ledger {

class SignedLog {
 public:
  static Result<std::unique_ptr<SignedLog>> open(const std::string& folder);  // without a checkpoint: an empty log
  [[nodiscard]] bool is_new() const { return note_.empty(); }
  [[nodiscard]] const Checkpoint& checkpoint() const { return checkpoint_; }
  [[nodiscard]] const std::string& note() const { return note_; }  // checkpoint with its signatures
  [[nodiscard]] const VerifierKey& key() const { return key_; }
  [[nodiscard]] const LogFiles& files() const { return files_; }
  [[nodiscard]] TileReader reader() const { return {files_, checkpoint_.size}; }          // of what is published
  [[nodiscard]] uint64_t size() const { return log_ ? log_->size() : checkpoint_.size; }  // with what was appended
  Result<uint64_t> append(std::string_view entry);  // kFormat where the tiles have another root than the checkpoint
  // Signs and publishes what was appended. `origin` counts for a new log only; the key's own name does not.
  Result<void> publish(const SigningKey& key, const std::string& origin);
  Result<void> replace_note(const std::string& note);           // same checkpoint, more signatures
  [[nodiscard]] Result<ProofFile> prove(uint64_t index) const;  // kFormat where it would not hold

 private:
  explicit SignedLog(const std::string& folder) : folder_(folder), files_(folder + "/log") {}
  Result<void> open_tiles();
  std::string folder_;
  FolderFiles files_;
  std::unique_ptr<TileLog> log_;  // from the first append or publish on
  VerifierKey key_;
  Checkpoint checkpoint_;
  std::string note_;
};

}  // namespace sil::ledger
