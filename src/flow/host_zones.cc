#include "flow/host_zones.h"

#include "bytes/text.h"
#include "model/taxonomy/schema.h"

namespace sil::flow {

Result<HostZones> HostZones::parse(const std::vector<std::string>& stated) {
  HostZones out;
  for (const std::string& one : stated) {
    const size_t equals = one.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(ErrorCode::kUsage, "--host-zone", "HOST=ZONE, such as web01=Europe/Paris or *=+02:00", one);
    auto rules = ZoneRules::load(one.substr(equals + 1));
    if (!rules) return fail(ErrorCode::kUsage, "--host-zone", rules.error().expected, one);
    out.zones_.push_back({one.substr(0, equals), std::move(*rules)});
  }
  return out;
}

Timestamp HostZones::time_of(const Event& event) const {
  Timestamp time = event.time;
  if (!time.known() || event.kind == nullptr) return time;
  // Of a line without a year the year is inferred, and the zone not known.
  const taxonomy::Schema* schema = taxonomy::find_schema(event.kind->schema);
  const bool line = schema != nullptr && schema->signature.empty();
  if (time.zone != ZoneSource::kAssumedUtc && !(line && time.zone == ZoneSource::kInferred)) return time;
  const std::string host = event.text("Computer");
  const ZoneRules* rules = nullptr;
  for (const Zone& zone : zones_) {
    if (equal_folded(zone.host, host)) {
      rules = &zone.rules;
      break;
    }
    if (zone.host == "*") rules = &zone.rules;
  }
  if (rules == nullptr) return time;
  const auto since = static_cast<int64_t>(time.ticks - kUnixEpochTicks);
  const auto second = static_cast<int64_t>(kTicksPerSecond);
  const int64_t local = since / second;
  time.ticks = static_cast<uint64_t>(rules->utc_of(local) * second + since % second) + kUnixEpochTicks;
  time.zone = ZoneSource::kStated;
  return time;
}

}  // namespace sil::flow
