// HAProxy's HTTP and TCP log lines (configuration manual, chapter 8.2): in syslog, program haproxy.
#include <algorithm>

#include "ingest/line_formats.h"
#include "ingest/web_fields.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

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
  record->schema = &taxonomy::kAccess;
  record->add("c-ip", text.substr(0, port));
  record->add("c-port", text.substr(port + 1, open - port - 1));
  std::string_view rest = text.substr(close + 2);
  record->add("frontend", take_word(&rest));
  record->add("backend", take_word(&rest));
  record->add("timers", take_word(&rest));
  const size_t quote = rest.find('"');
  if (quote == std::string_view::npos) {  // TCP: bytes, termination state, ..
    record->add("sc-bytes", take_word(&rest));
    record->add("termination", take_word(&rest));
    return true;
  }
  record->add("sc-status", take_word(&rest));
  record->add("sc-bytes", take_word(&rest));
  for (int skipped = 0; skipped < 2; ++skipped) static_cast<void>(take_word(&rest));  // captured cookies
  record->add("termination", take_word(&rest));
  const size_t start = rest.find('"');
  if (start == std::string_view::npos) return true;
  const size_t brace = rest.find('{');
  if (brace != std::string_view::npos && brace < start) {
    const size_t end = std::min(rest.find('}', brace), start);
    if (end > brace + 1) record->add("captured", rest.substr(brace + 1, end - brace - 1));
  }
  const size_t end = rest.rfind('"');
  add_request(rest.substr(start + 1, end > start ? end - start - 1 : std::string_view::npos), record);
  return true;
}

}  // namespace

constinit const LineFormat kHaproxyLines = {
    .name = "haproxy", .title = "HAProxy", .strict = false, .confidence = 86, .payload = take_haproxy};

}  // namespace sil::ingest
