// IBM Log Event Extended Format 1.0 and 2.0: header parted by '|', attributes by a tab or the delimiter that 2.0 names.
#include <algorithm>

#include "ingest/json_layout.h"
#include "ingest/key_values.h"
#include "ingest/line_formats.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

std::string_view take_part(std::string_view* text) {
  const size_t end = std::min(text->find('|'), text->size());
  const std::string_view out = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 32);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// "^", "x5E", "0x5E" or nothing: a tab.
char delimiter_of(std::string_view said) {
  if (said.size() == 1) return said[0];
  if (said.starts_with("0x")) said.remove_prefix(1);
  if ((said.starts_with('x') || said.starts_with('X')) && said.size() >= 2) {
    int code = 0;
    for (char c : said.substr(1, 2)) code = code * 16 + std::max(0, hex_digit(c));
    if (code != 0) return static_cast<char>(code);
  }
  return '\t';
}

bool take_leef(std::string_view text, const SyslogHeader&, LineRecord* record) {
  if (!text.starts_with("LEEF:")) return false;
  text.remove_prefix(5);
  record->schema = &taxonomy::kLeef;
  const std::string_view version = take_part(&text);
  record->add("Version", version);
  for (std::string_view name : {"Vendor", "Product", "ProductVersion", "EventID"}) record->add(name, take_part(&text));
  char delimiter = '\t';
  if (version.starts_with('2')) delimiter = delimiter_of(take_part(&text));
  // Some senders part by blanks what should be parted by tabs.
  if (delimiter == '\t' && text.find('\t') == std::string_view::npos && text.find('^') != std::string_view::npos)
    delimiter = '^';
  while (!text.empty()) {
    const size_t end = std::min(text.find(delimiter), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals > 64) continue;
    record->add(pair.substr(0, equals), pair.substr(equals + 1));
  }
  const std::string_view said = record->get("devTime");
  if (!said.empty() && !parse_epoch(said, &record->time)) parse_month_time(said, &record->time);
  return true;
}

}  // namespace

constinit const LineFormat kLeefLines = {
    .name = "leef", .title = "Log Event Extended Format", .strict = true, .confidence = 92, .payload = take_leef};

}  // namespace sil::ingest
