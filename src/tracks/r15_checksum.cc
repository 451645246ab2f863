// R15, checksums of a clean file. Sees: a file header, chunk header or record checksum that fails in a log that is
// not marked as in use: an edit without repair. Benign causes: disk damage, a bad copy. ATT&CK T1070.001, T1565.001.
// Cannot see: edits that repair the checksums, logs in use.
#include "tracks/judge.h"

namespace sil::tracks {
namespace {

void say(const SourceFacts& source, Judge& judge, const char* what, Span sum, Span covered) {
  Judged* judged = judge.add(source, TrackClass::kChange, Level::kHigh);
  if (!judged) return;
  judged->track.summary =
      place(source) + ": the checksum of " + what + " does not hold, in a log that was closed properly";
  judged->track.expected = "at " + hex_offset(sum.offset) + " the CRC-32 of the bytes it covers";
  judged->track.found = "another value";
  judged->track.benign_causes = {"damage on the disk or in the copy"};
  judge.cite(judged, source, {sum, covered});
}

}  // namespace

void checksum(const SourceFacts& source, Judge& judge) {
  if (!source.header.present || source.header.dirty() || source.header.no_sums()) return;
  if (!source.header.sum) say(source, judge, "the file header", {124, 4}, {0, 120});
  for (const ChunkFacts& chunk : source.chunks) {
    if (chunk.no_sums) continue;
    if (!chunk.header_sum) say(source, judge, "a chunk header", {chunk.offset + 124, 4}, {chunk.offset, 512});
    if (!chunk.data_sum && chunk.free_offset >= kChunkHead && chunk.free_offset <= kChunkBytes) {
      say(source, judge, "a chunk's records", {chunk.offset + 52, 4},
          {chunk.offset + kChunkHead, chunk.free_offset - static_cast<uint32_t>(kChunkHead)});
    }
  }
}

}  // namespace sil::tracks
