// Chunks of one log that follow one another: the older one was closed because the newer one's first record did not fit.
//
// Thread rule: pure. Lifetime: views `source`.
#pragma once

#include <utility>
#include <vector>

#include "tracks/source_facts.h"

namespace sil::tracks {

// (closed, next) by record id: ids number on, the next one lies right behind or, in a circular log, at the beginning,
// and both chunks' checksums hold.
std::vector<std::pair<const ChunkFacts*, const ChunkFacts*>> closed_pairs(const SourceFacts& source);

}  // namespace sil::tracks
