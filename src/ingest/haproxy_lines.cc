// HAProxy's HTTP and TCP log lines (configuration manual, chapter 8.2): in syslog, program haproxy.
#include <algorithm>

#include "ingest/line_formats.h"
#include "ingest/web_fields.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

void add_said(std::string_view name, std::string_view value, LineRecord* record) {
  if (!value.empty() && value != "-") record->add(name, value);
}

// 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0
// {1wt.eu} {} "GET /index.html HTTP/1.1"
bool take_haproxy(std::string_view text, const SyslogHeader&, LineRecord* record) {
  const size_t open = text.find(" [");
  if (open == std::string_view::npos || open > 64) return false;
  const size_t close = text.find("] ", open);
  const size_t port = text.substr(0, open).rfind(':');
  if (close == std::string_view::npos || port == std::string_view::npos || close - open > 34) return false;
  if (text.substr(0, open).find(' ') != std::string_view::npos) return false;
  if (!parse_clf_time(text.substr(open + 2, close - open - 2), &record->time)) return false;
  record->schema = &taxonomy::kHaproxy;
  std::string_view client = text.substr(0, port);
  if (client.starts_with('[') && client.ends_with(']')) client = client.substr(1, client.size() - 2);
  record->add("c-ip", client);
  record->add("c-port", text.substr(port + 1, open - port - 1));
  std::string_view rest = text.substr(close + 2);
  add_said("frontend", take_word(&rest), record);
  add_said("backend", take_word(&rest), record);
  const std::string_view timers = take_word(&rest);
  add_said("timers", timers, record);
  const bool http = std::count(timers.begin(), timers.end(), '/') == 4;  // TCP has three times
  if (http) add_said("sc-status", take_word(&rest), record);
  add_said("sc-bytes", take_word(&rest), record);
  if (http) {
    add_said("captured_request_cookie", take_word(&rest), record);
    add_said("captured_response_cookie", take_word(&rest), record);
  }
  const std::string_view termination = take_word(&rest);  // "--" is a state: nothing special
  if (!termination.empty()) record->add("termination", termination);
  add_said("connections", take_word(&rest), record);
  add_said("queues", take_word(&rest), record);
  if (!http) return true;
  const size_t start = rest.find('"');
  if (start == std::string_view::npos) return true;
  // Captured headers, the request's first; where a single pair of braces stands, whose they are is not known.
  for (size_t brace = rest.find('{'); brace < start; brace = rest.find('{', brace)) {
    const size_t end = std::min(rest.find('}', brace), start);
    if (end > brace + 1) record->add("captured", rest.substr(brace + 1, end - brace - 1));
    brace = end;
  }
  const size_t end = rest.rfind('"');
  add_request(rest.substr(start + 1, end > start ? end - start - 1 : std::string_view::npos), record);
  return true;
}

}  // namespace

constinit const LineFormat kHaproxyLines = {
    .name = "haproxy", .title = "HAProxy", .strict = false, .confidence = 86, .payload = take_haproxy};

}  // namespace sil::ingest
