// R16, records behind the live ones. Sees, by reference 4.3: (b) content from before a clear, (c) records with ids
// beyond the last one of a closed channel file (its tail was cut off or its header set back), (d) a live record's id
// at the same place with other bytes. Benign causes: the service reuses its buffer, so the newest chunk often repeats
// the one before (a, left out); exports carry records of the source log (e, context); a log in use is written at this
// moment (context). ATT&CK T1070.001. Cannot see: slack that was zeroed.
#include "bytes/digest.h"
#include "tracks/judge.h"

namespace sil::tracks {
namespace {

enum class Kind : uint8_t { kReuse, kBeforeClear, kCutTail, kRewritten, kRotated, kLeftover };

Kind classify(const SourceFacts& source, const ChunkFacts& chunk, const StructureFact& slack, Judge& judge) {
  uint64_t id = slack.a, in_chunk = slack.where.offset - chunk.offset;
  for (size_t i : source.by_id) {
    const ChunkFacts& live = source.chunks[i];
    if (id < live.lowest_id || id > live.highest_id || live.offset == chunk.offset) continue;
    std::vector<uint8_t> bytes = judge.read(source, {live.offset + in_chunk, slack.where.length});
    if (bytes.size() == slack.where.length && hash64(Bytes(bytes)) == slack.c) return Kind::kReuse;
    bool same_record = in_chunk + slack.where.length <= live.live_end && bytes.size() >= 24 &&
                       load_le<uint32_t>(bytes.data()) == 0x2a2a &&
                       load_le<uint32_t>(bytes.data() + 4) == slack.where.length &&
                       load_le<uint64_t>(bytes.data() + 8) == id;
    return same_record ? Kind::kRewritten : Kind::kLeftover;
  }
  if (id > source.highest_id) return Kind::kCutTail;
  if (!source.clears.empty() && id < source.clears.back().first_id) return Kind::kBeforeClear;
  return Kind::kRotated;
}

void say(const SourceFacts& source, Judge& judge, Kind kind, const ChunkFacts& chunk,
         const std::vector<const StructureFact*>& found) {
  bool exact = source.what == FileClass::kChannel && !source.header.dirty() && !source.torn_chunk(chunk);
  TrackClass what = TrackClass::kContext;
  Level level = Level::kInformational;
  // In a log in use a cut tail and a record on its way look alike to the byte: said, and no more than low.
  bool in_use = source.what == FileClass::kChannel && source.header.dirty() && !source.torn_chunk(chunk);
  if ((exact || in_use) && kind == Kind::kCutTail) {
    what = TrackClass::kLoss;
    level = exact ? Level::kHigh : Level::kLow;
  } else if (exact && kind == Kind::kRewritten) {
    what = TrackClass::kChange;
    level = Level::kHigh;
  } else if (source.what == FileClass::kChannel && kind == Kind::kBeforeClear) {
    level = Level::kLow;
  }
  Judged* judged = judge.add(source, what, level);
  if (!judged) return;
  Track& track = judged->track;
  std::string count = std::to_string(found.size()) + (found.size() == 1 ? " record" : " records");
  track.time.ticks = found.front()->b;
  track.expected = "no whole record between " + hex_offset(chunk.offset + chunk.live_end) + " and " +
                   hex_offset(chunk.offset + kChunkBytes);
  track.found = count + ", ids " + std::to_string(found.front()->a) + " to " + std::to_string(found.back()->a);
  switch (kind) {
    case Kind::kCutTail:
      track.summary = place(source) + ": " + count + " behind the log's end, newer than its last one: " +
                      (exact    ? "the tail was cut off"
                       : in_use ? "being written when the log was copied, or cut off"
                                : "being written, or left from the source log");
      track.benign_causes = {exact ? "a crash while the log was written" : "a copy of a log in use"};
      break;
    case Kind::kBeforeClear:
      track.summary = place(source) + ": " + count + " from before the log was cleared can still be read";
      break;
    case Kind::kRewritten:
      track.summary = place(source) + ": " + count + " remain in another wording than the log now has";
      track.benign_causes = {"a buffer of the service from before the record was completed"};
      break;
    default: track.summary = place(source) + ": " + count + " of earlier use behind the live ones"; break;
  }
  std::vector<Span> spans;
  for (const StructureFact* slack : found) {
    spans.push_back(slack->where);
    if (kind != Kind::kLeftover) judged->recoveries.push_back(slack_record(slack->where, chunk.offset));
  }
  judge.cite(judged, source, std::move(spans));
  judge.cite(judged, source, {{chunk.offset, 128}});  // says where the live ones end
}

// Exports carry so many that one track says it all; where each lies is in the citation.
void say_export(const SourceFacts& source, Judge& judge) {
  std::vector<Span> spans;
  size_t count = 0;
  for (const ChunkFacts& chunk : source.chunks) {
    for (const StructureFact& slack : chunk.slack) {
      if (++count <= 64) spans.push_back(slack.where);
    }
  }
  if (count == 0) return;
  Judged* judged = judge.add(source, TrackClass::kContext, Level::kInformational);
  if (!judged) return;
  judged->track.summary = place(source) + ": the export carries " + std::to_string(count) +
                          " records of its source log that it does not count";
  judged->track.expected = "nothing behind the live records";
  judged->track.found = std::to_string(count) + " whole records";
  judged->track.benign_causes = {"exports carry what was left in the service's buffers"};
  judge.cite(judged, source, std::move(spans));
}

}  // namespace

void slack(const SourceFacts& source, Judge& judge) {
  if (source.what == FileClass::kExport || source.what == FileClass::kForwarded) return say_export(source, judge);
  for (const ChunkFacts& chunk : source.chunks) {
    std::vector<std::pair<Kind, std::vector<const StructureFact*>>> groups;
    for (const StructureFact& fact : chunk.slack) {
      Kind kind = classify(source, chunk, fact, judge);
      if (kind == Kind::kReuse) continue;
      if (groups.empty() || groups.back().first != kind) groups.emplace_back(kind, std::vector<const StructureFact*>());
      groups.back().second.push_back(&fact);
    }
    for (const auto& [kind, found] : groups) say(source, judge, kind, chunk, found);
  }
}

}  // namespace sil::tracks
