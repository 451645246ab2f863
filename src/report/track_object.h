// silhouette/track/1 (interface.md, docs/schemas/track.json).
#pragma once

#include "model/track.h"
#include "report/writer.h"

namespace sil::report {

// One object without a line end. Secrets in summaries, events and recovered records are masked unless `show_secrets`.
void append_track_object(const Track& track, const SourceSet& sources, bool show_secrets, std::string* out);

// "certain: ", "open: " .. the word that says how sure a class is, for people.
const char* how_sure(TrackClass what);

}  // namespace sil::report
