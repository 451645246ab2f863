// tlog-policy files (C2SP tlog-policy): which logs, which witnesses, how many of them.
//
// Lines: `log VKEY [URL]`, `witness NAME VKEY [URL]`, `group NAME K|any|all MEMBER...`, `quorum NAME|none` (once).
// Names are defined before use, each is a member at most once, a raw key stands once. Errors: kFormat with the line.
// Thread rule: values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ledger/note.h"

namespace sil::ledger {

struct PolicyKey {
  std::string name;  // of a witness inside the policy
  VerifierKey key;
  std::string url;
};
struct PolicyGroup {
  uint64_t needed = 0;
  std::vector<std::string> members;
};
struct Policy {
  std::vector<PolicyKey> logs, witnesses;
  std::map<std::string, PolicyGroup> groups;
  std::string quorum = "none";
  // Do the cosignatures of these witnesses (indexes) reach the quorum?
  [[nodiscard]] bool satisfied(const std::vector<size_t>& witnesses_signed) const;
  [[nodiscard]] std::vector<VerifierKey> witness_keys() const;
};
Result<Policy> parse_policy(std::string_view text, const std::string& where = "policy");

}  // namespace sil::ledger
