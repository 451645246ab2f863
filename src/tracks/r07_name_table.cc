// R7, name table. Sees: a name whose stored hash is not the hash of its text, that hangs in another bucket, or whose
// chain goes upward: a chunk that was written or mended by hand. Benign causes: none known where the chunk's
// checksums hold (0 of 47,154 names); where they fail nothing is said. ATT&CK T1070.001. Cannot see: an edit that
// mends the table too.
#include "tracks/judge.h"

namespace sil::tracks {

void name_table(const SourceFacts& source, Judge& judge) {
  constexpr const char* kWhat[] = {"a name's hash is not that of its text", "a name hangs in the wrong bucket",
                                   "a name's chain goes upward", "the table leads outside the records"};
  for (const ChunkFacts& chunk : source.chunks) {
    for (const StructureFact& fact : chunk.names) {
      Judged* judged = judge.add(source, TrackClass::kContradiction, Level::kHigh);
      if (!judged) continue;
      const char* what = kWhat[fact.c < 4 ? fact.c : 3];
      judged->track.summary = place(source) + " was edited: in the name table of a chunk " + what;
      judged->track.expected = std::to_string(fact.b) + " for the name at " + hex_offset(fact.where.offset);
      judged->track.found = std::to_string(fact.a);
      judged->track.benign_causes = {"a file written by another program than Windows"};
      judge.cite(judged, source, {fact.where});
    }
  }
}

}  // namespace sil::tracks
