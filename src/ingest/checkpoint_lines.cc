// Check Point log exporter: syslog with `[action:"Accept"; ifdir:"inbound"; time:"1716976800"; ..]`, and its generic
// form `time=1716976800|hostname=gw|product=..`.
#include <algorithm>

#include "ingest/json_layout.h"
#include "ingest/key_values.h"
#include "ingest/line_formats.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

void set_time(LineRecord* record) {
  const std::string_view said = record->get("time");
  if (!said.empty()) parse_epoch(said, &record->time);
}

bool take_checkpoint(std::string_view text, const SyslogHeader& header, LineRecord* record) {
  if (text.starts_with('[')) {
    if (header.program != "CheckPoint" && text.find("loguid:\"") == std::string_view::npos) return false;
    const size_t colon = text.find(":\"");
    if (colon == std::string_view::npos || colon > 64) return false;
    record->schema = &taxonomy::kCheckpoint;
    add_key_values(text.substr(1), ';', ':', record);
    set_time(record);
    return true;
  }
  if (!text.starts_with("time=") || text.find('|') == std::string_view::npos) return false;
  if (text.find("|loguid=") == std::string_view::npos && text.find("|product=") == std::string_view::npos) return false;
  record->schema = &taxonomy::kCheckpoint;
  add_key_values(text, '|', '=', record);
  set_time(record);
  return true;
}

}  // namespace

constinit const LineFormat kCheckpointLines = {.name = "checkpoint",
                                               .title = "Check Point log exporter",
                                               .strict = true,
                                               .confidence = 89,
                                               .payload = take_checkpoint};

}  // namespace sil::ingest
