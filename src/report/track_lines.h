// Tracks in few words: for the one-screen summary and the head of the report's section.
#pragma once

#include <string>
#include <vector>

#include "model/track.h"
#include "report/options.h"

namespace sil::report {

// "3 contradictions, 1 loss, 2 changes; 1 record brought back"
std::string track_counts(const std::vector<Track>& tracks, Language language);
// At most `most` lines, gravest first, the first record that a track brought back on the line behind it; an edit that
// several detectors saw, and a track on the same host and of the same sentence, stands once. Terminal-safe.
std::vector<std::string> track_lines(const std::vector<Track>& tracks, size_t most, const ReportOptions& options);
// The gravest first: class, level, time.
std::vector<const Track*> by_weight(const std::vector<Track>& tracks);

}  // namespace sil::report
