// W2, a record that another file has and the machine's own log has not. Sees: ids inside the channel file's range,
// with records on both sides that agree in both files, so that they are of one log. A contradiction where the log's
// own chunks, checksums intact, count the id among theirs; a loss where a chunk is gone or damaged. Only what the
// other file has more counts: a collector is sent a selection. Benign causes of a loss: a copy made while the log was
// written, lost parts of the disk. ATT&CK T1070.001. Cannot see: what lies before the oldest or behind the newest
// record of the file, logs that were numbered anew (W1).
#include "tracks/witnesses.h"

namespace sil::tracks {

void absent_here(const Witnesses& all, Judge& judge) {
  for (const Pair& pair : all.pairs) {
    for (const Absent& one : pair.absent) {
      TrackClass kind = one.counted ? TrackClass::kContradiction : TrackClass::kLoss;
      Judged* judged = add_witnessed(all, pair, *one.before, *one.there, kind, judge);
      if (!judged) continue;
      Track& track = judged->track;
      const std::string there = file_of(*pair.there), id = std::to_string(one.there->id);
      track.time.ticks = one.there->ticks;
      const bool one_record = one.records == 1;
      track.summary = place_of(all) + (one.counted ? " was edited: " : ": ") +
                      (one_record ? "record " + id + " is"
                                  : std::to_string(one.records) + " records from " + id + " to " +
                                        std::to_string(one.last) + " are") +
                      " not in the machine's own log, and " + there + (one_record ? " has it: " : " has them, first ") +
                      told(*one.there);
      std::string quoted;
      size_t count = 0;
      for (const auto& [name, text] : all.reader.fields(one.there->source, one.there->where)) {
        if (text.empty() || text == "-" || count++ >= 4) continue;
        std::string value = text.substr(0, 60);
        clip_text(0, &value);
        quoted += ", " + name + ' ' + value;
      }
      track.expected = "record " + id + " behind record " + std::to_string(one.before->id) + quoted;
      track.found = "record " + std::to_string(one.after->id);
      if (!one.counted)
        track.benign_causes = {"a copy made while the log was written", "a damaged or lost part of the disk"};
      judge.cite(judged, *pair.here, {one.after->where});
    }
  }
}

}  // namespace sil::tracks
