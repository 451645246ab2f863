// R9, early close. Sees: a chunk with room for the record that opens the next one; Windows closes a chunk only when
// the next record does not fit (0 of 585 pairs beyond 64 bytes), so something was taken out and the rest moved up.
// Benign causes: a service restart, resize or archive at the boundary (not observed; such an event there lowers the
// level). ATT&CK T1070.001. Cannot see: the newest chunk, victims smaller than the room that was left anyway.
#include <algorithm>

#include "tracks/judge.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kMargin = 64, kLeastRoom = 28;

bool boundary_event(const SourceFacts& source, uint64_t id) {
  for (const Note& note : source.notes) {
    if (note.interest == Interest::kLandmark && note.record_id + 3 > id && note.record_id < id + 3) return true;
  }
  return false;
}

// Bytes of the first record's definitions that the chunk before holds already (GUID and size): there they were not
// written again.
uint64_t known_definitions(const SourceFacts& source, const ChunkFacts& chunk, const ChunkFacts& next, Judge& judge) {
  uint64_t known = 0;
  std::vector<uint8_t> before = judge.read(source, {chunk.offset, chunk.live_end});
  for (const Span& definition : next.first_definitions) {
    std::vector<uint8_t> head = judge.read(source, {definition.offset + 4, 20});
    if (head.size() == 20 && std::search(before.begin(), before.end(), head.begin(), head.end()) != before.end())
      known += definition.length;
  }
  return known;
}

}  // namespace

void early_close(const SourceFacts& source, Judge& judge) {
  if (source.what != FileClass::kChannel && source.what != FileClass::kExport) return;
  for (size_t i = 1; i < source.by_id.size(); ++i) {
    const ChunkFacts &chunk = source.chunks[source.by_id[i - 1]], &next = source.chunks[source.by_id[i]];
    if (source.torn_chunk(chunk) || source.torn_chunk(next) || next.lowest_id != chunk.highest_id + 1) continue;
    uint64_t room = kChunkBytes - chunk.live_end;
    uint64_t need = next.first.where.length;
    if (room < kMargin + kLeastRoom) continue;
    need -= std::min(need, known_definitions(source, chunk, next, judge));
    if (need == 0 || room < need + kMargin) continue;
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
