// R10, hole in the record ids. Sees: record headers that do not number on, in a chunk or from one chunk to the next;
// deletion without renumbering, a lost or zeroed chunk. Benign causes: a copy made while the log was written, a lost
// cluster (then a zero or foreign chunk lies there: said, and one level lower). ATT&CK T1070.001. Cannot see: tools
// that renumber (R1, R9).
#include <algorithm>

#include "tracks/judge.h"

namespace sil::tracks {
namespace {

bool foreign_chunk(const SourceFacts& source) {  // one that holds no records stands among those that do
  if (!source.foreign.empty()) return true;
  if (source.by_id.empty()) return false;
  uint64_t first = UINT64_MAX, last = 0;
  for (size_t i : source.by_id) {
    first = std::min(first, source.chunks[i].offset);
    last = std::max(last, source.chunks[i].offset);
  }
  return (last - first) / kChunkBytes + 1 > source.by_id.size();
}

void say(const SourceFacts& source, Judge& judge, const RecordFact& before, const RecordFact& after, Level level,
         bool lost) {
  Judged* judged = judge.add(source, TrackClass::kLoss, level);
  if (!judged) return;
  Track& track = judged->track;
  uint64_t missing = after.header_id - before.header_id - 1;
  track.time.ticks = before.body_time;
  track.last = Timestamp{after.body_time};
  track.summary = place(source) + ": " + std::to_string(missing) + (missing == 1 ? " record is" : " records are") +
                  " missing between " + std::to_string(before.header_id) + " and " + std::to_string(after.header_id) +
                  (lost ? "; a chunk without records lies in the file" : "");
  track.expected = "record " + std::to_string(before.header_id + 1);
  track.found = "record " + std::to_string(after.header_id);
  track.benign_causes = {"a copy made while the log was written", "a damaged or lost part of the disk"};
  judge.cite(judged, source, {before.where, after.where});
}

}  // namespace

void id_hole(const SourceFacts& source, Judge& judge) {
  if (source.what == FileClass::kNone || source.what == FileClass::kForwarded) return;
  bool lost = foreign_chunk(source);
  // An export numbers anew whatever it holds, so a hole there is as telling.
  Level level = source.header.dirty() ? Level::kLow : Level::kHigh;
  for (size_t i = 0; i < source.by_id.size(); ++i) {
    const ChunkFacts& chunk = source.chunks[source.by_id[i]];
    if (!source.torn_chunk(chunk)) {
      for (const Hole& hole : chunk.holes) {
        if (hole.after.header_id > hole.before.header_id) say(source, judge, hole.before, hole.after, level, false);
      }
    }
    if (i == 0) continue;
    const ChunkFacts& previous = source.chunks[source.by_id[i - 1]];
    if (chunk.lowest_id <= previous.highest_id + 1) continue;
    bool damaged = source.torn_chunk(chunk) || source.torn_chunk(previous);
    Level own = damaged ? Level::kLow : lost && level == Level::kHigh ? Level::kMedium : level;
    say(source, judge, previous.last, chunk.first, own, lost);
  }
}

}  // namespace sil::tracks
