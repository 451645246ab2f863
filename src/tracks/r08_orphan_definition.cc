// R8, orphan definitions. Sees: a definition that records refer to, or that the template table names, outside all
// live records of an intact chunk: the record that carried it is gone. Benign causes: torn chunks (left out). ATT&CK
// T1070.001. Cannot see: victims that carried no definition.
#include "tracks/judge.h"

namespace sil::tracks {
namespace {

void say(const SourceFacts& source, Judge& judge, Span where, uint64_t at) {
  Judged* judged = judge.add(source, TrackClass::kLoss, Level::kMedium);
  if (!judged) return;
  judged->track.summary =
      place(source) + ": a definition that is in use lies outside all records; the record that carried it is gone";
  judged->track.expected = "a definition inside a record";
  judged->track.found = "one at " + hex_offset(at);
  judged->track.benign_causes = {"a chunk copied while it was written"};
  judge.cite(judged, source, {where});
}

}  // namespace

void orphan_definition(const SourceFacts& source, Judge& judge) {
  for (const ChunkFacts& chunk : source.chunks) {
    if (source.torn_chunk(chunk)) continue;
    for (const Span& where : chunk.orphans) say(source, judge, where, where.offset);
    for (const StructureFact& entry : chunk.entries) say(source, judge, entry.where, chunk.offset + entry.a);
  }
}

}  // namespace sil::tracks
