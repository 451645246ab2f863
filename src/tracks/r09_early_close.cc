// R9, early close. Sees: a chunk with room for the record that opens the next one; Windows closes a chunk only when
// the next record does not fit (0 of 585 pairs beyond 64 bytes), so something was taken out and the rest moved up.
// Benign causes: a service restart, resize or archive at the boundary (not observed; such an event there lowers the
// level). ATT&CK T1070.001. Cannot see: the newest chunk, victims smaller than the room that was left anyway.
#include <algorithm>

#include "tracks/judge.h"

namespace sil::tracks {
namespace {

constexpr uint32_t kMargin = 64;

bool boundary_event(const SourceFacts& source, uint64_t id) {
  for (const Note& note : source.notes) {
    if (note.interest == Interest::kLandmark && note.record_id + 3 > id && note.record_id < id + 3) return true;
  }
  return false;
}

}  // namespace

void early_close(const SourceFacts& source, Judge& judge) {
  if (source.what != FileClass::kChannel && source.what != FileClass::kExport) return;
  for (size_t i = 1; i < source.by_id.size(); ++i) {
    const ChunkFacts &chunk = source.chunks[source.by_id[i - 1]], &next = source.chunks[source.by_id[i]];
    if (source.torn_chunk(chunk) || source.torn_chunk(next) || next.lowest_id != chunk.highest_id + 1) continue;
    // Definitions inside the record count as known: most are, and the others only make this more careful.
    uint32_t need = next.first.where.length - std::min(next.first.where.length, next.first_definitions);
    uint64_t room = kChunkBytes - chunk.live_end;
    if (need == 0 || room < uint64_t{need} + kMargin) continue;
    bool restart = boundary_event(source, next.lowest_id);
    Judged* judged = judge.add(source, TrackClass::kLoss, restart ? Level::kLow : Level::kHigh);
    if (!judged) continue;
    Track& track = judged->track;
    track.time.ticks = chunk.first.body_time;
    track.last = Timestamp{chunk.last.body_time};
    track.summary = place(source) + ": between records " + std::to_string(chunk.lowest_id) + " and " +
                    std::to_string(chunk.highest_id) + " about " + std::to_string(room - need) +
                    " bytes are missing: the chunk was closed with room for the next record";
    track.expected = "less than " + std::to_string(need + kMargin) + " bytes free, the next record's size, behind " +
                     hex_offset(chunk.offset + chunk.live_end);
    track.found = std::to_string(room) + " bytes free";
    track.benign_causes = {
        "a restart of the event log service, a change of the log's size or an archive at this place"};
    judge.cite(judged, source, {{chunk.offset, 128}, {next.first.where.offset, 24}});
  }
}

}  // namespace sil::tracks
