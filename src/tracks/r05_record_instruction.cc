// R5, processing instruction beside a record's content. Sees: tokens 0a or 0b among a record's top-level tokens; the
// variant that masks a deleted record's body as instruction data. A masked record is brought back: the six bytes that
// the mask overwrites are the same in every record. Benign causes: legal BinXML, but no Windows writes it (0 of
// 51,000). ATT&CK T1070.001. Cannot see: instructions inside definitions, which are left alone.
#include "tracks/judge.h"

namespace sil::tracks {

void record_instruction(const SourceFacts& source, Judge& judge) {
  for (const ChunkFacts& chunk : source.chunks) {
    if (source.torn_chunk(chunk)) continue;
    for (const StructureFact& fact : chunk.instructions) {
      // Alone it is odd; over another record's head it is an edit.
      std::vector<uint8_t> bytes = judge.read(source, fact.where);
      std::optional<Recovery> masked = masked_record(Bytes(bytes), fact.where, chunk.offset);
      bool masks = masked.has_value();
      Judged* judged = judge.add(source, masks ? TrackClass::kContradiction : TrackClass::kChange,
                                 masks ? Level::kCritical : Level::kMedium);
      if (!judged) continue;
      Track& track = judged->track;
      if (masks) {
        track.time.ticks = load_le<uint64_t>(bytes.data() + 16);
        track.summary = place(source) + " was edited: the record at " + hex_offset(fact.where.offset) +
                        " is masked as an instruction in front of the next one";
        judged->recoveries.push_back(std::move(*masked));
      } else {
        track.summary = place(source) + " holds a record with a processing instruction beside its content";
        track.benign_causes = {"an unusual writer: legal BinXML that Windows does not use"};
      }
      track.expected = "no token 0a or 0b at the top level of a record";
      track.found = "one at " + hex_offset(chunk.offset + fact.a);
      judge.cite(judged, source, {fact.where});
    }
  }
}

}  // namespace sil::tracks
