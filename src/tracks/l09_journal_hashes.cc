// L9, entries of the journal against their own hash. Sees: an entry whose fields do not give the hash that was made of
// them when it was written - in a journal file, or in the cursor of an export or of JSON -, and a cursor with another
// time than the entry: a text that was changed afterwards, a field put in or taken out. In a file where the values'
// own hashes fail as well it may be the disk (change). Benign causes: a collector that masks or cuts texts; fields
// left out for all entries (context). ATT&CK T1565.001, T1070.002. Cannot see: entries taken out as a whole (L7),
// hashes that were computed anew.
#include "tracks/said.h"

namespace sil::tracks {
namespace {

// Did the reader find values there that are not what their own hash was made of, or a file that is torn?
bool values_damaged(const SourceFacts& source) {
  return source.damage != 0 || source.unreadable != 0;
}

void say_mismatch(const SourceFacts& source, Judge& judge, const JournalMismatch& one) {
  const bool disk = !one.times && values_damaged(source);
  Judged* judged =
      judge.add(source, disk ? TrackClass::kChange : TrackClass::kContradiction, disk ? Level::kMedium : Level::kHigh);
  if (!judged) return;
  Track& track = judged->track;
  track.channel.clear();
  track.time.ticks = one.ticks;
  const std::string of = track.host.empty() ? "the journal" : "the journal of " + track.host;
  if (one.times)
    track.summary = of + ": an entry was edited, its time is not the one in its cursor";
  else if (disk)
    track.summary = of + ": an entry is not what its hash was made of, in a file that is damaged";
  else
    track.summary = of + ": an entry was edited, its fields are not those its hash was made of";
  track.expected = one.expected;
  track.found = one.found;
  track.benign_causes = {"a collector that masks or cuts texts"};
  if (disk) track.benign_causes = {"a damaged disk", "a copy made while the file was written"};
  judge.cite(judged, source, {one.where});
}

void say_left_out(const SourceFacts& source, Judge& judge) {
  Judged* judged = judge.add(source, TrackClass::kContext, Level::kInformational);
  if (!judged) return;
  judged->track.channel.clear();
  const JournalFacts& facts = source.journal;
  judged->track.time.ticks = facts.mismatches.front().ticks;
  judged->track.summary = "of " + std::to_string(facts.hashed) + " journal entries " + std::to_string(facts.differing) +
                          " have other fields than when they were written, as exports that leave out fields";
  judged->track.expected = facts.mismatches.front().expected;
  judged->track.found = facts.mismatches.front().found;
  judged->track.benign_causes = {"an export of some fields alone", "a collector that writes fields in its own way"};
  judge.cite(judged, source, {facts.mismatches.front().where});
}

}  // namespace

void journal_hashes(const SourceFacts& source, Judge& judge) {
  const JournalFacts& facts = source.journal;
  // An export is believed where its entries do agree with their hashes: an edit is the exception.
  constexpr uint64_t kBelieved = 20, kOneIn = 20;
  const bool file = source.about.format == "journal";
  const bool believed = file || (facts.hashed >= kBelieved && facts.differing * kOneIn <= facts.hashed);
  bool left_out = false;
  for (const JournalMismatch& one : facts.mismatches) {
    if (one.times || believed) {
      say_mismatch(source, judge, one);
    } else if (!left_out) {
      left_out = true;
      say_left_out(source, judge);
    }
  }
}

}  // namespace sil::tracks
