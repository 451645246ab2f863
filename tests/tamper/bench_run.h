// Runs the search for covered tracks over one file of the bench and judges it against the truth of a planted edit.
#pragma once

#include <string>
#include <vector>

#include "evtx_writer/plant.h"
#include "model/track.h"
#include "tamper/bench_files.h"

namespace sil::tamper {

// Tracks of files on disk, context included, as `tracks` would list them.
std::vector<Track> tracks_of(const std::vector<std::string>& paths);
std::vector<Track> tracks_of(const std::string& path);
// Writes `bytes` as `name` into the bench's own folder (made and marked as holding copies), and looks.
std::vector<Track> tracks_in(const std::vector<uint8_t>& bytes, const std::string& name);
std::string bench_folder();

struct Verdict {
  bool detected = false;      // an expected detector fired that was silent on the clean file
  bool localised = false;     // one of its citations overlaps the victim (its chunk, where the victim is no record)
  bool recovered = false;     // all victims came back byte for byte
  bool cannot_exclude = false;  // the program says what cannot be excluded from inside this file
  size_t contradictions = 0;  // that the clean file did not have
};
Verdict judge(const std::vector<Track>& clean, const std::vector<Track>& edited, const evtx_writer::Planted& truth);

}  // namespace sil::tamper
