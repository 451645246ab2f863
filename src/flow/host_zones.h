// --host-zone HOST=ZONE: the zone of hosts whose logs state none. Moves times that were taken as UTC for want of
// better; what a record, its format or a stated zone says is never moved. Thread rule: immutable.
#pragma once

#include <string>
#include <vector>

#include "bytes/zone_rules.h"
#include "model/event.h"

namespace sil::flow {

class HostZones {
 public:
  // "web01=Europe/Paris"; "*" is every host without a line of its own. Errors: kUsage.
  static Result<HostZones> parse(const std::vector<std::string>& stated);
  [[nodiscard]] bool empty() const { return zones_.empty(); }
  // The event's time in UTC, or as it is.
  [[nodiscard]] Timestamp time_of(const Event& event) const;

 private:
  struct Zone {
    std::string host;
    ZoneRules rules;
  };
  std::vector<Zone> zones_;
};

}  // namespace sil::flow
