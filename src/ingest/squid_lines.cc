// squid's native access log (squid.conf, logformat squid): "time elapsed client action/code size method URI user
// hierarchy/peer type".
#include <algorithm>

#include "ingest/json_layout.h"
#include "ingest/line_formats.h"
#include "ingest/web_fields.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

bool take_squid(std::string_view text, const SyslogHeader&, LineRecord* record) {
  // "1716976800.123    456 10.0.0.7 TCP_MISS/200 4512 GET http://example.com/ - HIER_DIRECT/192.0.2.1 text/html"
  if (text.size() < 30 || text[10] != '.' || text[14] != ' ') return false;
  if (!std::all_of(text.begin(), text.begin() + 10, [](char c) { return c >= '0' && c <= '9'; })) return false;
  std::string_view parts[10];
  size_t count = 0;
  std::string_view rest = text;
  while (count < 10) {
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    if (rest.empty()) break;
    const size_t end = std::min(rest.find(' '), rest.size());
    parts[count++] = rest.substr(0, end);
    rest.remove_prefix(end);
  }
  const size_t slash = parts[3].find('/');
  if (count < 7 || slash == std::string_view::npos || !parse_epoch(parts[0], &record->time)) return false;
  record->schema = &taxonomy::kProxy;
  const std::pair<std::string_view, std::string_view> plain[] = {{"time-taken", parts[1]},
                                                                 {"c-ip", parts[2]},
                                                                 {"s-action", parts[3].substr(0, slash)},
                                                                 {"sc-status", parts[3].substr(slash + 1)},
                                                                 {"sc-bytes", parts[4]},
                                                                 {"cs-method", parts[5]}};
  for (const auto& [name, value] : plain) {
    if (!value.empty() && value != "-") record->add(name, value);
  }
  std::string_view uri = parts[6], host = uri;
  add_uri("c-uri", uri, record);
  const size_t scheme = host.find("://");
  if (scheme != std::string_view::npos) host.remove_prefix(scheme + 3);
  const std::string_view path = host.substr(std::min(host.find('/'), host.size()));
  host = host.substr(0, host.find_first_of("/?"));
  const size_t port = host.rfind(':');
  if (port != std::string_view::npos && host.find(']', port) == std::string_view::npos) host = host.substr(0, port);
  if (!host.empty() && host != "-") record->add("cs-host", host);
  if (!path.empty()) record->add("cs-uri-stem", path.substr(0, path.find('?')));
  const size_t query = path.find('?');
  if (query != std::string_view::npos) add_uri("cs-uri-query", path.substr(query + 1), record);
  const std::string_view file = path.substr(0, query);
  const size_t dot = file.rfind('.');
  if (dot != std::string_view::npos && file.find('/', dot) == std::string_view::npos && dot + 1 < file.size())
    record->add("c-uri-extension", file.substr(dot + 1));
  if (count > 7 && parts[7] != "-") record->add("cs-username", parts[7]);
  if (count > 8) {
    const size_t peer = parts[8].find('/');
    if (peer != std::string_view::npos && parts[8].substr(peer + 1) != "-")
      record->add("dst_ip", parts[8].substr(peer + 1));
  }
  if (count > 9 && parts[9] != "-") record->add("rs-content-type", parts[9]);  // of the reply
  return true;
}

}  // namespace

constinit const LineFormat kSquidLines = {
    .name = "squid", .title = "squid access log", .strict = true, .confidence = 88, .payload = take_squid};

}  // namespace sil::ingest
