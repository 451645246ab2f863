// A disclosure: everything a stranger needs to check one claim down to its bytes, and nothing else
// (docs/design/ledger.md, Disclosures; docs/verify.md). Checked offline, one step a line.
//
// Thread rule: stateless.
#pragma once

#include <functional>
#include <string>

#include "ledger/canonical.h"
#include "ledger/policy.h"
#include "ledger/proof_file.h"

namespace sil::ledger {

constexpr char kDisclosureSchema[] = "silhouette/disclosure/1";

// kDispute: the bytes hold, but another reader reads another value from them.
enum class Verdict : uint8_t { kHolds, kFalse, kDispute, kWithheld, kNote };
struct Step {
  Verdict verdict = Verdict::kHolds;
  std::string what;   // "inclusion: entry 12 of 40 is in the log"
  std::string found;  // of a step that does not hold: expected and found
};
using Steps = std::vector<Step>;
bool all_hold(const Steps& steps);
// "proved", or what keeps it from that, the gravest first: "false", "parser dispute", "withheld". No steps: "withheld".
const char* outcome_of(const Steps& steps);
std::string step_text(const Step& step);  // one line without LF

// Walks from the checkpoint down to the record's bytes. `claim`: index that the reader asked for.
Steps verify_disclosure(const Json& disclosure, uint64_t claim, const VerifierKey& log, const Policy* policy);

}  // namespace sil::ledger
