// Which rules could not have fired on the logs that were read, and why (interface.md, blind/1).
//
// What is claimed is careful: a rule is blind only if no combination of the field values that the logs ever had could
// make its condition true. Negated parts count as satisfiable. A log that is there without the event ids a rule asks
// for makes it blind only where the host must be told to write them (model/taxonomy/audit.cc); else nothing happened.
// Thread rule: pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hunt/census.h"
#include "hunt/rule.h"

namespace sil::hunt {

enum class BlindReason : uint8_t { kNoSuchLog, kFieldAbsent, kAuditPolicy };
const char* blind_reason_name(BlindReason reason);  // "no such log", "field absent", "audit policy"

struct Blind {
  const RuleInfo* rule = nullptr;
  BlindReason reason = BlindReason::kNoSuchLog;
  std::string detail;  // what was looked for, and what stood there instead
};

std::optional<Blind> blindness(const Rule& rule, const Census& census);
// All blind rules of the set, then its blind correlations, each in the set's order. Rules that only a correlation
// counts are not named themselves.
std::vector<Blind> blind_rules(const RuleSet& set, const Census& census);
// "Security 4688, Microsoft-Windows-Sysmon/Operational 1", or "linux/auditd" for other products.
std::string looked_for(const Logsource& logsource);

}  // namespace sil::hunt
