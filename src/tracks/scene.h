// All sources together, as the detectors that need more than one file see them: notes by host and time, who ran which
// process, who logged on.
//
// Thread rule: immutable once made. Lifetime: views the sources it was made from.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tracks/source_facts.h"

namespace sil::tracks {

struct Actor {  // who did it, as far as it can be joined; empty = not known
  std::string account, image, command, parent, address, logon_id;
  std::vector<std::pair<uint32_t, Span>> told_by;  // further records that say so: source and place
  [[nodiscard]] std::string text() const;          // "DOMAIN\\user by tool.exe from 10.0.0.5"
};

class Scene {
 public:
  explicit Scene(const std::vector<SourceFacts>& sources, Beside beside = {});
  [[nodiscard]] const std::vector<SourceFacts>& sources() const { return sources_; }
  [[nodiscard]] const Beside& beside() const { return beside_; }  // files that were not read
  // Notes of an interest that are telling, in order of host, time, source and place.
  [[nodiscard]] const std::vector<const Note*>& notes(Interest interest) const;
  [[nodiscard]] Actor actor(const Note& note) const;

 private:
  const std::vector<SourceFacts>& sources_;
  Beside beside_;
  std::map<Interest, std::vector<const Note*>> by_interest_;
  Processes processes_;
  std::map<std::pair<std::string, std::string>, const Note*> logons_;  // by host and logon id
};

}  // namespace sil::tracks
