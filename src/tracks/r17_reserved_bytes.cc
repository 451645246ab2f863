// R17, reserved bytes. Sees: bytes of the file or chunk headers that are zero in every file Windows writes and are
// not here: sloppy tools, data stowed away. Benign causes: unknown writers; context only. ATT&CK T1564. Cannot see:
// anything else.
#include "tracks/judge.h"

namespace sil::tracks {

void reserved_bytes(const SourceFacts& source, Judge& judge) {
  auto say = [&](const StructureFact& fact) {
    Judged* judged = judge.add(source, TrackClass::kContext, Level::kLow);
    if (!judged) return;
    judged->track.summary = place(source) + ": reserved bytes of a header are in use";
    judged->track.expected = "zeros";
    judged->track.found = std::to_string(fact.a) + " other bytes from " + hex_offset(fact.where.offset);
    judged->track.benign_causes = {"a writer other than Windows"};
    judge.cite(judged, source, {fact.where});
  };
  for (const StructureFact& fact : source.header.reserved) say(fact);
  for (const ChunkFacts& chunk : source.chunks) {
    for (const StructureFact& fact : chunk.reserved) say(fact);
  }
}

}  // namespace sil::tracks
