// What the detectors about two witnesses (W1, W2) look at, and how they say it.
//
// Thread rule: one thread. Lifetime: views group, sources and reader.
#pragma once

#include <string>
#include <vector>

#include "tracks/record_copies.h"

namespace sil::tracks {

struct Witnesses {  // of one computer's channel
  const CopyGroup& group;
  std::vector<Pair> pairs;
  RecordReader& reader;
};

std::string file_of(const SourceFacts& source);  // last part of its path or innermost member
std::string place_of(const Witnesses& all);      // "Security on NH-DC01"
std::string told(const RecordCopy& copy);        // "event 4625 of 2024-03-14 10:38:57"
// A track about `here`, citing it and its copy or witness `there`; null when the list is full.
Judged* add_witnessed(const Witnesses& all, const Pair& pair, const RecordCopy& here, const RecordCopy& there,
                      TrackClass kind, Judge& judge);

// Context: copies that were not compared, because there are more than a run reads again. `plan`: the first of them.
void not_compared(const CopyPlan& plan, uint64_t records, const std::vector<SourceFacts>& sources, Judge& judge);

}  // namespace sil::tracks
