// The signing keys of this user: made at first use with mode 0600, never inside a case folder.
//
// Errors: kUsage for a key that lies in a case; kDenied for one that others may read. Thread rule: stateless.
#pragma once

#include <string>

#include "ledger/note.h"

namespace sil::flow {

// `path`: as given, "-" for standard input; empty: ~/.config/silhouette/DEFAULT_NAME, made when it is not there.
Result<ledger::SigningKey> signing_key(const std::string& path, const std::string& default_name,
                                       const std::string& key_name);

}  // namespace sil::flow
