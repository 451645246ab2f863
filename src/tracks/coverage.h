// What one witness saw and another did not, once the other has been shown to see the like (reference 4.6, 4.7): at all
// other times more than 95 of 100 have their counterpart.
//
// Thread rule: pure. Lifetime: views sightings and sources.
#pragma once

#include <utility>
#include <vector>

#include "tracks/source_facts.h"

namespace sil::tracks {

struct Seen {
  const SourceFacts* source = nullptr;
  const Sighting* what = nullptr;
  [[nodiscard]] uint64_t ticks() const { return what->ticks; }
};
constexpr size_t kRun = 10;  // so many in a row that none would be seen by chance: not held against the coverage

struct Uncovered {  // consecutive ones without a counterpart
  std::vector<Seen> missing;
  Seen before, after;  // counterparts of the neighbours: what the other saw next to it; source null = none
};
struct Coverage {
  size_t matched = 0, looked = 0;  // looked: without runs of kRun and more
  std::vector<Uncovered> runs;     // of one and more
  [[nodiscard]] bool shown(size_t least) const { return matched >= least && matched * 100 > looked * 95; }
};

// `seen`: sorted by time. `other`: what the other witness saw. `key`: member of Sighting that both share. Clocks may
// differ by a constant, which is measured. Only what lies inside the time that one source of the other covers is
// looked at.
Coverage cover(const std::vector<Seen>& seen, const std::vector<Seen>& other, uint64_t Sighting::*key);

}  // namespace sil::tracks
