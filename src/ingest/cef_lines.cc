// ArcSight Common Event Format (Implementation Standard, version 26): seven header fields parted by '|', then
// key=value.
#include <algorithm>

#include "ingest/json_layout.h"
#include "ingest/line_formats.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

constexpr std::string_view kHeader[] = {
    "Version", "DeviceVendor", "DeviceProduct", "DeviceVersion", "DeviceEventClassID", "Name", "Severity"};

// "\|", "\=", "\\", "\n", "\r".
std::string_view unescaped(std::string_view raw, LineRecord* record) {
  if (raw.find('\\') == std::string_view::npos) return raw;
  char* out = record->room(raw.size());
  size_t size = 0;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 >= raw.size()) {
      out[size++] = raw[i];
      continue;
    }
    const char next = raw[++i];
    if (next == 'n')
      out[size++] = '\n';
    else if (next == 'r')
      out[size++] = '\r';
    else if (next == '|' || next == '=' || next == '\\')
      out[size++] = next;
    else {  // no escape of CEF: a path that nobody escaped
      out[size++] = '\\';
      out[size++] = next;
    }
  }
  return {out, size};
}

bool is_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

// Values hold blanks: one ends where the next " key=" begins, at an '=' that is not escaped.
void add_extension(std::string_view text, LineRecord* record) {
  size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && text[at] == ' ') ++at;
    size_t equals = at;
    while (equals < text.size() && is_key(text[equals])) ++equals;
    if (equals >= text.size() || text[equals] != '=' || equals == at) {
      at = std::min(text.find(' ', equals), text.size());
      continue;
    }
    size_t end = text.size(), next = text.size();
    for (size_t i = equals + 1; i < text.size(); ++i) {
      if (text[i] != '=' || text[i - 1] == '\\') continue;
      size_t key = i;
      while (key > equals + 1 && is_key(text[key - 1])) --key;
      if (key == i || key == 0 || text[key - 1] != ' ') continue;
      next = key;
      end = key - 1;
      break;
    }
    record->add(text.substr(at, equals - at), unescaped(text.substr(equals + 1, end - equals - 1), record));
    at = next;
  }
}

// cs1Label=Rule cs1=deny-all: the value under the name that the label gives as well.
void add_labelled(LineRecord* record) {
  constexpr std::string_view kLabel = "Label";
  const size_t count = record->fields.size();
  for (size_t i = 0; i < count; ++i) {
    const std::string_view key = record->fields[i].key;
    if (!key.ends_with(kLabel) || key.size() == kLabel.size()) continue;
    const JsonField& label = record->fields[i];
    const std::string_view name(reinterpret_cast<const char*>(label.value.data), label.value.size);
    const std::string_view value = record->get(key.substr(0, key.size() - kLabel.size()));
    if (name.empty() || name.size() > 64 || value.empty()) continue;
    record->add(name, value);
  }
}

// rt=Oct 11 2024 22:14:15[.123 UTC], or milliseconds since 1970.
void set_time(LineRecord* record) {
  for (std::string_view name : {"rt", "end", "start", "deviceReceiptTime"}) {
    const std::string_view said = record->get(name);
    if (said.empty()) continue;
    if (said.front() >= '0' && said.front() <= '9' && parse_epoch(said, &record->time)) return;
    if (parse_month_time(said, &record->time)) return;
  }
}

bool take_cef(std::string_view text, const SyslogHeader&, LineRecord* record) {
  if (!text.starts_with("CEF:")) return false;
  text.remove_prefix(4);
  record->schema = &taxonomy::kCef;
  for (std::string_view name : kHeader) {
    size_t end = 0;
    while (end < text.size() && text[end] != '|') end += text[end] == '\\' ? 2 : 1;
    end = std::min(end, text.size());
    record->add(name, unescaped(text.substr(0, end), record));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  add_extension(text, record);
  add_labelled(record);
  set_time(record);
  return true;
}

}  // namespace

constinit const LineFormat kCefLines = {
    .name = "cef", .title = "Common Event Format", .strict = true, .confidence = 92, .payload = take_cef};

}  // namespace sil::ingest
