// Error logs of Apache ("[Wed Oct 11 14:32:52.123456 2000] [core:error] [pid 1:tid 2] [client 1.2.3.4:5] text") and
// nginx ("2024/05/30 10:11:12 [error] 7#7: *9 text, client: 1.2.3.4, server: ..").
#include <algorithm>

#include "ingest/line_formats.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

std::string_view in_brackets(std::string_view* rest) {
  while (rest->starts_with(' ')) rest->remove_prefix(1);
  if (!rest->starts_with('[')) return {};
  const size_t end = rest->find(']');
  if (end == std::string_view::npos) return {};
  const std::string_view out = rest->substr(1, end - 1);
  rest->remove_prefix(end + 1);
  return out;
}

// "203.0.113.9:50022"; IPv6 stands without brackets, so that only the version says whether a port does.
void add_client(std::string_view client, bool with_port, LineRecord* record) {
  const size_t colon = with_port ? client.rfind(':') : std::string_view::npos;
  record->add("client", client.substr(0, colon));
  if (colon != std::string_view::npos) record->add("client_port", client.substr(colon + 1));
}

// "7:tid 8" of Apache, "7#8" of nginx.
void add_process(std::string_view ids, std::string_view between, LineRecord* record) {
  const size_t at = ids.find(between);
  record->add("pid", ids.substr(0, at));
  if (at != std::string_view::npos) record->add("tid", ids.substr(at + between.size()));
}

bool take_apache(std::string_view text, LineRecord* record) {
  std::string_view rest = text;
  std::string_view stamp = in_brackets(&rest);  // "Wed Oct 11 14:32:52.123456 2000"
  if (stamp.size() < 24 || stamp[3] != ' ' || month_of(stamp.substr(4, 3)) == 0) return false;
  YearlessTime time;
  const size_t length = read_yearless(stamp.substr(4), &time);
  if (length == 0) return false;
  const std::string_view year = stamp.substr(std::min(4 + length + 1, stamp.size()));
  for (char c : year.substr(0, 4)) time.year = c >= '0' && c <= '9' ? time.year * 10 + (c - '0') : 0;
  record->schema = &taxonomy::kErrorLog;
  record->time = dated(time, 0, 0);
  record->add("program", "apache");
  std::string_view part;
  bool with_module = false;  // 2.4: "[core:error]", and a port behind each client's address
  while (!(part = in_brackets(&rest)).empty()) {
    if (part.starts_with("pid ")) {
      add_process(part.substr(4), ":tid ", record);
    } else if (part.starts_with("client ")) {
      add_client(part.substr(7), with_module, record);
    } else {
      const size_t colon = part.find(':');
      with_module = with_module || colon != std::string_view::npos;
      if (colon != std::string_view::npos && colon != 0) record->add("module", part.substr(0, colon));
      record->add("level", part.substr(colon == std::string_view::npos ? 0 : colon + 1));
    }
  }
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  record->add("message", rest);
  return true;
}

bool take_nginx(std::string_view text, LineRecord* record) {
  if (text.size() < 28 || text[4] != '/' || text[7] != '/' || text[10] != ' ' || text[19] != ' ' || text[20] != '[')
    return false;
  if (!parse_plain_time(text.substr(0, 10), text.substr(11, 8), &record->time)) return false;
  record->schema = &taxonomy::kErrorLog;
  record->add("program", "nginx");
  std::string_view rest = text.substr(20);
  record->add("level", in_brackets(&rest));
  const size_t colon = rest.find(": ");
  if (colon != std::string_view::npos) {
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    const std::string_view ids = rest.substr(0, rest.find(": "));
    if (!ids.empty() && ids.find_first_not_of("0123456789#") == std::string_view::npos) add_process(ids, "#", record);
    rest.remove_prefix(rest.find(": ") + 2);
  }
  std::string_view message = rest;
  // What the client says its host is (cs-host) is not the host that writes the log.
  constexpr std::pair<std::string_view, std::string_view> kParts[] = {
      {", client: ", "client"},         {", server: ", "server"},     {", request: ", "request"},
      {", subrequest: ", "subrequest"}, {", upstream: ", "upstream"}, {", host: ", "cs-host"},
      {", referrer: ", "cs-referer"}};
  for (const auto& [mark, name] : kParts) {
    const size_t at = rest.find(mark);
    if (at == std::string_view::npos) continue;
    message = rest.substr(0, std::min(message.size(), at));
    std::string_view value = rest.substr(at + mark.size());
    value = value.starts_with('"') ? value.substr(1, value.find('"', 1) - 1) : value.substr(0, value.find(','));
    if (!value.empty()) record->add(name, value);
  }
  record->add("message", message);
  return true;
}

bool take_error(std::string_view text, const SyslogHeader&, LineRecord* record) {
  if (text.empty()) return false;
  return text.front() == '[' ? take_apache(text, record) : take_nginx(text, record);
}

}  // namespace

constinit const LineFormat kErrorLogLines = {.name = "weberror",
                                             .title = "web server error log (Apache, nginx)",
                                             .strict = false,
                                             .confidence = 84,
                                             .payload = take_error};

}  // namespace sil::ingest
