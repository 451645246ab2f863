// R4, fragment closure. Sees: an embedded XML fragment (type 0x21) whose tokens end elsewhere than its descriptor
// says: bytes hidden inside a value. Benign causes: none known (0 of 50,257). ATT&CK T1070.001. Cannot see: fragments
// in chunks whose checksums fail.
#include "tracks/judge.h"

namespace sil::tracks {

void fragment_closure(const SourceFacts& source, Judge& judge) {
  for (const ChunkFacts& chunk : source.chunks) {
    if (source.torn_chunk(chunk)) continue;
    for (const Ends& ends : chunk.fragments) {
      Judged* judged = judge.add(source, TrackClass::kContradiction, Level::kCritical);
      if (!judged) continue;
      judged->track.summary = place(source) + " was edited: an embedded fragment does not fill its value";
      judged->track.expected =
          "the fragment at " + hex_offset(ends.where.offset) + " ends at " + hex_offset(chunk.offset + ends.stated);
      judged->track.found = "its tokens end at " + hex_offset(chunk.offset + ends.end);
      judge.cite(judged, source, {ends.where});
    }
  }
}

}  // namespace sil::tracks
