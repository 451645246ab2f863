// The case's log (docs/design/ledger.md): opened by `investigate`, one deposit and record-root a source, one claim a
// finding at or above a level and a track of class contradiction or loss, a checkpoint signed at the end. Killed before
// that, the next run catches up.
//
// Errors: kIo for storage, kDenied for another key, kUsage for a key inside a case. Thread rule: one thread.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "casefile/case_store.h"
#include "flow/claim_spill.h"
#include "flow/claims.h"
#include "ledger/signed_log.h"

namespace sil::flow {

struct CaseLogOptions {
  Level claim_level = Level::kHigh;
  std::string author_key, log_key;               // files, "-" = standard input, empty = the user's own
  unsigned threads = 0;                          // 1: claims are drafted on this thread alone
  std::string secret;                            // --secret: 64 hex digits (tests); empty = random
  ClaimSpill* kept = nullptr;                    // of all findings in the case that stand on one source; null: none
  std::function<Result<void>()> beside_signing;  // done here while another thread signs and appends; may be empty
};
struct CaseLogged {
  uint64_t entries = 0, claims = 0, size = 0;
  double milliseconds = 0;
};

// The secret that one run derives its sources' secrets from. Errors: kUsage for text that is not 64 hex digits.
Result<ledger::Secret> run_secret(const std::string& text);
// What a source's tree is remembered by between runs: a row of the case's meta table.
std::string tree_row_key(const std::string& sha256);
std::string tree_row(const RecordTree& tree);
// By digest of the source.
Result<std::map<std::string, LoggedSource>> logged_sources(const casefile::CaseStore& store,
                                                           const ledger::SignedLog& log);
// Indexes of claim entries by their `finding` commitment.
Result<std::map<std::string, uint64_t>> logged_claims(const ledger::SignedLog& log);
// A case that starts anew gets a new log; the old one is kept as log.N and log.vkey.N: it stays provable.
Result<void> set_log_aside(const std::string& folder);
Result<CaseLogged> log_case(casefile::CaseStore& store, const std::string& folder, const CaseLogOptions& options);

}  // namespace sil::flow
