// FortiGate key=value (FortiOS log message reference): date=, time=, eventtime= (seconds, or nanoseconds since 6.2),
// tz=.
#include "ingest/json_layout.h"
#include "ingest/key_values.h"
#include "ingest/line_formats.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

bool take_fortigate(std::string_view text, const SyslogHeader&, LineRecord* record) {
  if (!text.starts_with("date=") && !text.starts_with("logver=") && !text.starts_with("devname=") &&
      !text.starts_with("timestamp=") && !text.starts_with("itime="))
    return false;
  const std::string_view head = text.substr(0, 400);
  if (head.find("logid=") == std::string_view::npos && head.find("log_id=") == std::string_view::npos) return false;
  record->schema = &taxonomy::kFortigate;
  add_key_values(text, ' ', '=', record);
  const std::string_view since = record->get("eventtime");
  if (!since.empty() && parse_epoch(since, &record->time)) return true;
  if (!parse_plain_time(record->get("date"), record->get("time"), &record->time)) return true;
  int minutes = 0;
  const std::string_view zone = record->get("tz");
  if (!zone.empty() && parse_offset(zone, &minutes)) apply_offset(minutes, &record->time);
  return true;
}

}  // namespace

constinit const LineFormat kFortigateLines = {
    .name = "fortigate", .title = "FortiGate (key=value)", .strict = true, .confidence = 90, .payload = take_fortigate};

}  // namespace sil::ingest
