// Output forms for tracks: the same names as for findings (writer.h), without navigator. Sources and anomalies beside
// them are written by the form's FindingWriter.
//
// Thread rule: pure functions of their arguments.
#pragma once

#include <memory>
#include <string>

#include "model/track.h"
#include "report/options.h"
#include "report/writer.h"

namespace sil::report {

class TrackWriter {
 public:
  virtual ~TrackWriter() = default;
  // With the separator and line end of its form, like FindingWriter::append_*.
  virtual void append(const Track& track, const SourceSet& sources, std::string* out) const = 0;
};

// Null for a form that has no place for tracks.
std::unique_ptr<TrackWriter> make_track_writer(const std::string& form, const ReportOptions& options);

}  // namespace sil::report
