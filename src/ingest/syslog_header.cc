#include "ingest/syslog_header.h"

#include <algorithm>
#include <cstddef>

namespace sil::ingest {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view token(std::string_view* rest) {
  const size_t end = std::min(rest->find(' '), rest->size());
  const std::string_view out = rest->substr(0, end);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  return out;
}

void skip_blanks(std::string_view* text) {
  while (text->starts_with(' ')) text->remove_prefix(1);
}

// "<34>", and before it the length of RFC 6587's octet counting.
void take_priority(std::string_view* rest, SyslogHeader* header) {
  size_t at = 0;
  while (at < rest->size() && at < 6 && is_digit((*rest)[at])) ++at;
  if (at != 0 && at + 1 < rest->size() && (*rest)[at] == ' ' && (*rest)[at + 1] == '<') rest->remove_prefix(at + 1);
  if (!rest->starts_with('<')) return;
  int number = 0;
  at = 1;
  while (at < rest->size() && at < 4 && is_digit((*rest)[at])) number = number * 10 + ((*rest)[at++] - '0');
  if (at == 1 || at >= rest->size() || (*rest)[at] != '>' || number > 191) return;
  header->priority = number;
  header->priority_text = rest->substr(1, at - 1);
  rest->remove_prefix(at + 1);
}

// [id name="value\"]" ..][..]; "-" = none.
std::string_view take_structured(std::string_view* rest) {
  if (!rest->starts_with('[')) return token(rest) == "-" ? "-" : "";
  bool quoted = false;
  size_t at = 0;
  for (; at < rest->size(); ++at) {
    const char c = (*rest)[at];
    if (quoted && c == '\\') {
      ++at;
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (!quoted && c == ']' && (at + 1 >= rest->size() || (*rest)[at + 1] != '[')) break;
  }
  const size_t end = std::min(at + 1, rest->size());
  const std::string_view out = rest->substr(0, end);
  rest->remove_prefix(end);
  skip_blanks(rest);
  return out;
}

bool take_rfc5424(std::string_view rest, SyslogHeader* header) {
  if (header->priority < 0 || !rest.starts_with("1 ")) return false;
  rest.remove_prefix(2);
  const std::string_view time = token(&rest);
  if (time != "-" && !parse_rfc3339(time, &header->time)) return false;
  header->timed = true;
  header->after_time = rest;
  header->host = token(&rest);
  header->after_host = rest;
  header->program = token(&rest);
  header->pid = token(&rest);
  header->msgid = token(&rest);
  header->structured = take_structured(&rest);
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  header->message = rest;
  for (std::string_view* part : {&header->host, &header->program, &header->pid, &header->msgid}) {
    if (*part == "-") *part = {};
  }
  return true;
}

// Sequence numbers, '*' and '.' before the time, a zone and a colon behind it: Cisco.
bool take_time(std::string_view* rest, const YearInForce& year, SyslogHeader* header) {
  std::string_view text = *rest, origin;
  for (int part = 0; part < 3; ++part) {  // "000123: ", "host: ", "*"
    YearlessTime time;
    const std::string_view marked = text.starts_with('*') || text.starts_with('.') ? text.substr(1) : text;
    if (const size_t length = read_yearless(marked, &time)) {
      header->clock_mark = text.substr(0, text.size() - marked.size());
      header->time = dated(time, year.year, year.near);
      text = marked.substr(length);
      skip_blanks(&text);
      const size_t colon = text.find(':');
      if (colon != std::string_view::npos && colon >= 3 && colon <= 5 &&
          std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                      [](char c) { return c >= 'A' && c <= 'Z'; }) &&
          text.substr(colon, 3) == ": %") {
        if (text.substr(0, colon) == "UTC" || text.substr(0, colon) == "GMT")
          header->time.zone = ZoneSource::kInRecord;
        else
          header->zone_name = text.substr(0, colon);
        text.remove_prefix(colon);
      }
      if (text.starts_with(": %")) header->host = origin;
      *rest = text;
      return true;
    }
    if (text.size() > 19 && text[4] == '-' && is_digit(text[0]) && (text[10] == 'T' || text[10] == ' ')) {
      size_t end = text.find(' ', 11);
      end = std::min(end, text.size());
      std::string_view stamp = text.substr(0, end);
      if (stamp.ends_with(':')) stamp.remove_suffix(1);
      if (!parse_rfc3339(stamp, &header->time)) return false;
      text.remove_prefix(end);
      skip_blanks(&text);
      *rest = text;
      return true;
    }
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon > 20 || text.substr(0, colon).find(' ') != std::string_view::npos)
      return false;
    const std::string_view before = text.substr(0, colon);
    if (!std::all_of(before.begin(), before.end(), is_digit))
      origin = before;
    else if (!before.empty())
      header->sequence = before;
    text.remove_prefix(colon + 1);
    skip_blanks(&text);
  }
  return false;
}

// Logs of applications have the level where the system log has the host: "2024-03-05 08:14:02,118 ERROR [main] ..".
bool is_level(std::string_view word) {
  constexpr std::string_view kLevels[] = {"TRACE",   "DEBUG", "INFO",   "NOTICE",   "WARN",
                                          "WARNING", "ERROR", "SEVERE", "CRITICAL", "FATAL"};
  return std::find(std::begin(kLevels), std::end(kLevels), word) != std::end(kLevels);
}

// "sshd[123]: text", "kernel: text"; without such a tag everything is the message.
void take_tag(std::string_view rest, SyslogHeader* header) {
  size_t at = 0;
  while (at < rest.size() && at < 64 && rest[at] != ' ' && rest[at] != ':' && rest[at] != '[') ++at;
  header->message = rest;
  if (at == 0 || at >= rest.size() || rest[at] == ' ' || at == 64) return;
  if (rest[at] == '[') {
    const size_t close = rest.find(']', at);
    if (close == std::string_view::npos || close - at > 12) return;
    header->program = rest.substr(0, at);
    header->pid = rest.substr(at + 1, close - at - 1);
    at = close + 1;
    if (at < rest.size() && rest[at] == ':') ++at;
  } else {
    header->program = rest.substr(0, at);
    ++at;
  }
  rest.remove_prefix(at);
  skip_blanks(&rest);
  header->message = rest;
}

}  // namespace

bool parse_syslog_header(std::string_view line, const YearInForce& year, SyslogHeader* header) {
  *header = {};
  header->message = line;
  std::string_view rest = line;
  take_priority(&rest, header);
  if (take_rfc5424(rest, header)) return true;
  header->after_time = header->after_host = header->message = rest;
  if (!take_time(&rest, year, header)) return header->priority >= 0;
  header->timed = true;
  header->after_time = rest;
  if (rest.starts_with(':')) {  // no host: "Oct 10 2024 10:11:12: %ASA-.."
    rest.remove_prefix(1);
    skip_blanks(&rest);
    header->after_time = header->after_host = header->message = rest;
    return true;
  }
  if (rest.starts_with('%')) {
    header->after_host = header->message = rest;
    return true;
  }
  const size_t end = rest.find(' ');
  if (end == std::string_view::npos) {
    header->after_host = header->message = rest;
    return true;
  }
  const std::string_view first = rest.substr(0, end);
  if (header->priority < 0 && is_level(first)) {
    header->after_host = header->message = rest;
    return true;
  }
  if (!first.ends_with(':') && first.find('[') == std::string_view::npos) {
    header->host = first;
    rest.remove_prefix(end + 1);
    skip_blanks(&rest);
    if (rest.starts_with(": ")) rest.remove_prefix(2);
  }
  header->after_host = rest;
  take_tag(rest, header);
  return true;
}

}  // namespace sil::ingest
