// A RuleSet as a run of bytes without addresses, and back: what the rule cache keeps (docs/design/rule-cache.md).
//
// Errors: bytes that are no rule set, or one that the loader could not have made (indices, trees, enumerators), give
// false and leave *out unspecified; memory stays within a small multiple of the bytes. The form has no version of its
// own: whoever keeps the bytes keeps the build id beside them. Thread rule: pure functions.
#pragma once

#include <string>

#include "bytes/cursor.h"
#include "hunt/rule.h"

namespace sil::hunt {

// False: the set cannot be written so that it could be read again; *out is then not to be used.
bool append_rule_set(const RuleSet& set, std::string* out);
bool read_rule_set(Bytes bytes, RuleSet* out);

}  // namespace sil::hunt
