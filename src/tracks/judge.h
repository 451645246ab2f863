// Where detectors put what they find: tracks with their citations, counted and limited per detector and source.
//
// Thread rule: one thread. Lifetime: `bytes` must outlive the judge.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/track.h"
#include "tracks/remains.h"
#include "tracks/source_facts.h"

namespace sil::tracks {

constexpr size_t kTracksListed = 40;  // of one detector and source; the rest is counted in one more track

struct Judged {
  Track track;
  uint32_t source = 0;
  std::vector<Recovery> recoveries;
};

struct DetectorInfo {  // a row of registry.cc
  const char* name;    // "R1"
  const char* title;
  const char* attack;  // ATT&CK technique ids, blank between
};

class Judge {
 public:
  explicit Judge(SpanReader& bytes) : bytes_(bytes) {}
  void begin(const DetectorInfo& detector) { detector_ = &detector; }

  // A new track of the detector at hand about `source`, with its host and channel; null once kTracksListed are there
  // (the finding is counted all the same). The pointer is good until the next call.
  Judged* add(const SourceFacts& source, TrackClass kind, Level level);
  // The same about a note, citing it.
  Judged* add(const Note& note, TrackClass kind, Level level);
  void cite(Judged* judged, const SourceFacts& source, std::vector<Span> spans);
  std::vector<uint8_t> read(const SourceFacts& source, Span span) { return bytes_.read(source.index, span); }
  // Ids are given, overflow is told; in order of adding.
  std::vector<Judged> take();

 private:
  Judged* make(uint32_t source, TrackClass kind, Level level);
  SpanReader& bytes_;
  const DetectorInfo* detector_ = nullptr;
  std::vector<Judged> out_;
  struct Count {
    size_t listed = 0, more = 0;
    size_t last = 0;  // index of the last listed
  };
  std::map<std::pair<std::string, uint32_t>, Count> counts_;
};

std::string shown(uint64_t ticks);             // "2024-03-14 10:38:57"
std::string place(const SourceFacts& source);  // "Security on NH-DC01", for sentences
std::string hex_offset(uint64_t offset);       // "0x1a40"

}  // namespace sil::tracks
