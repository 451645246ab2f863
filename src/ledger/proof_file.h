// tlog-proof files (C2SP tlog-proof@v1, extension .tlog-proof): index, path, checkpoint; `extra` is not authenticated.
//
// Errors: kFormat. Thread rule: stateless.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/merkle.h"
#include "ledger/note.h"

namespace sil::ledger {

struct ProofFile {
  std::optional<std::string> extra;
  uint64_t index = 0;
  std::vector<Sha256> path;  // leaf's sibling first
  std::string checkpoint;    // signed note, verbatim
};
std::string proof_text(const ProofFile& proof);
Result<ProofFile> parse_proof(std::string_view text);
// Opens the checkpoint with `known`, then checks that `leaf` is at the index. Gives the checkpoint and who signed it.
struct ProvenIn {
  Checkpoint checkpoint;
  OpenedNote note;
};
Result<ProvenIn> verify_proof(const ProofFile& proof, const Sha256& leaf, std::span<const VerifierKey> known);

}  // namespace sil::ledger
