#include "tracks/neighbours.h"

#include <algorithm>

namespace sil::tracks {

std::vector<std::pair<const ChunkFacts*, const ChunkFacts*>> closed_pairs(const SourceFacts& source) {
  std::vector<std::pair<const ChunkFacts*, const ChunkFacts*>> out;
  uint64_t first = UINT64_MAX, last = 0;
  for (size_t i : source.by_id) {
    first = std::min(first, source.chunks[i].offset);
    last = std::max(last, source.chunks[i].offset);
  }
  for (size_t i = 1; i < source.by_id.size(); ++i) {
    const ChunkFacts &chunk = source.chunks[source.by_id[i - 1]], &next = source.chunks[source.by_id[i]];
    if (source.torn_chunk(chunk) || source.torn_chunk(next) || next.lowest_id != chunk.highest_id + 1) continue;
    bool behind = next.offset == chunk.offset + kChunkBytes;
    if (behind || (chunk.offset == last && next.offset == first)) out.emplace_back(&chunk, &next);
  }
  return out;
}

}  // namespace sil::tracks
