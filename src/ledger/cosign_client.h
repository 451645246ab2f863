// Asks the witnesses of a policy for cosignatures of a log's checkpoint.
//
// A witness that knows another size says so (409) and is asked again with the proof from there. Errors: kIo only for
// the log itself; a witness that does not answer is a line of the report. Thread rule: one thread.
#pragma once

#include <string>
#include <vector>

#include "ledger/policy.h"
#include "ledger/signed_log.h"

namespace sil::ledger {

struct Cosigned {
  std::string note;                 // checkpoint with all cosignatures that hold
  std::vector<size_t> witnesses;    // of the policy, whose cosignature the note has
  std::vector<std::string> report;  // one line a witness
};
Result<Cosigned> collect_cosignatures(const SignedLog& log, const Policy& policy, uint64_t timeout_ms);

}  // namespace sil::ledger
