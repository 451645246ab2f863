// The whole log hashed anew: every bundle against its leaves, every tile against the one below, the root.
//
// Bundles are read and hashed on several threads and taken in order, a few at a time: memory is flat whatever the log's
// size. `files` is read from several threads at once. Errors are flaws.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ledger/entry.h"
#include "ledger/tile_log.h"

namespace sil::ledger {

struct Flaw {
  uint64_t index = 0;  // of the first entry that it touches
  std::string file, what;
};

// Up to `head`. Empty: all holds. At most `most` flaws are told.
std::vector<Flaw> check_log(const LogFiles& files, const TreeHead& head, size_t most = 16);

// Each entry parsed and its author's signature checked, on several threads; `visit` gets it, or why it is none, on the
// caller's thread and in order. Errors: a bundle that cannot be read.
using VisitEntry = std::function<void(uint64_t index, const Result<Entry>& entry)>;
Result<void> read_entries(const LogFiles& files, uint64_t size, const VisitEntry& visit);

}  // namespace sil::ledger
