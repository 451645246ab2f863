// R14, counters of the file header. Sees: a log that says it was closed properly, while its header counts other
// records or chunks than there are: a header of an older state, a crude edit. Benign causes: a crash before the flag
// was written. ATT&CK T1070.001. Cannot see: logs in use (dirty flag), whose header is always behind.
#include <algorithm>

#include "tracks/judge.h"

namespace sil::tracks {

void header_counters(const SourceFacts& source, Judge& judge) {
  const HeaderFacts& header = source.header;
  if (!header.present || header.dirty() || !header.sum || source.by_id.empty()) return;
  for (const ChunkFacts& chunk : source.chunks) {
    if (source.torn_chunk(chunk)) return;
  }
  uint64_t newest = (source.chunks[source.by_id.back()].offset - kFileHead) / kChunkBytes;
  uint64_t physical = (source.about.size - std::min(source.about.size, kFileHead)) / kChunkBytes;
  std::string expected, found;
  auto differs = [&](const char* what, uint64_t should, uint64_t is) {
    expected += (expected.empty() ? "" : ", ") + std::string(what) + ' ' + std::to_string(should);
    found += (found.empty() ? "" : ", ") + std::string(what) + ' ' + std::to_string(is);
  };
  if (header.next_id != source.highest_id + 1) differs("next record id", source.highest_id + 1, header.next_id);
  if (header.last_chunk != newest) differs("last chunk", newest, header.last_chunk);
  if (physical <= UINT16_MAX && header.count > physical) differs("chunks at most", physical, header.count);
  if (expected.empty()) return;
  Judged* judged = judge.add(source, TrackClass::kChange, Level::kMedium);
  if (!judged) return;
  judged->track.summary =
      place(source) + ": the file header describes another state of the log than the one that is there";
  judged->track.expected = expected;
  judged->track.found = found;
  judged->track.benign_causes = {"a crash before the log was marked as in use", "a copy put together from two moments"};
  judge.cite(judged, source, {{0, 128}});
  const ChunkFacts& last = source.chunks[source.by_id.back()];
  if (last.last.where.length != 0)  // the newest chunk and the head of its last record
    judge.cite(judged, source, {{last.offset, 128}, {last.last.where.offset, 24}});
}

}  // namespace sil::tracks
