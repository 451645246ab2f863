// What kind of file it is, with the reasons, and what therefore cannot be excluded from inside it (reference 4.1,
// 5.3). Context: never an alarm. ATT&CK: none.
#include "tracks/judge.h"

namespace sil::tracks {

void file_kind(const SourceFacts& source, Judge& judge) {
  if (source.what == FileClass::kNone) return;
  Judged* judged = judge.add(source, TrackClass::kContext, Level::kInformational);
  if (!judged) return;
  Track& track = judged->track;
  track.summary =
      place(source) + ": " + file_class_name(source.what) + ", " + std::to_string(source.records()) + " records";
  track.found = source.why;
  track.expected =
      source.what == FileClass::kChannel
          ? "cannot be excluded: records cut from the end and zeroed, a record taken out of the newest chunk, a "
            "value rewritten with its checksum repaired, both times of a record changed alike"
          : "cannot be excluded: anything that left no trace before this file was made from its source";
  judge.cite(judged, source, {{0, 128}});
}

}  // namespace sil::tracks
