#include "ingest/key_values.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace sil::ingest {
namespace {

constexpr auto kKeyBytes = [] {
  std::array<bool, 256> out{};
  for (char c = 'a'; c <= 'z'; ++c) out[static_cast<uint8_t>(c)] = out[static_cast<uint8_t>(c - 32)] = true;
  for (char c = '0'; c <= '9'; ++c) out[static_cast<uint8_t>(c)] = true;
  for (char c : std::string_view("_-.@/")) out[static_cast<uint8_t>(c)] = true;
  return out;
}();

bool begins_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Text in quotes, from behind the opening one; moves *at behind the closing one.
std::string_view quoted(std::string_view text, size_t* at, char quote, LineRecord* record) {
  const size_t start = *at;
  bool escaped = false;
  size_t end = start;
  while (end < text.size() && text[end] != quote) {
    if (text[end] == '\\' && end + 1 < text.size() && (text[end + 1] == quote || text[end + 1] == '\\')) {
      escaped = true;
      ++end;
    }
    ++end;
  }
  end = std::min(end, text.size());
  *at = std::min(end + 1, text.size());
  const std::string_view raw = text.substr(start, end - start);
  if (!escaped) return raw;
  char* out = record->room(raw.size());
  size_t size = 0;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size() && (raw[i + 1] == quote || raw[i + 1] == '\\')) ++i;
    out[size++] = raw[i];
  }
  return {out, size};
}

std::string_view next_name(std::string_view* names) {
  const size_t end = std::min(names->find(' '), names->size());
  const std::string_view out = names->substr(0, end);
  names->remove_prefix(std::min(end + 1, names->size()));
  return out;
}

// One column in quotes with doubled quotes inside.
std::string_view undoubled(std::string_view raw, LineRecord* record) {
  if (raw.find("\"\"") == std::string_view::npos) return raw;
  char* out = record->room(raw.size());
  size_t size = 0;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '"' && i + 1 < raw.size() && raw[i + 1] == '"') ++i;
    out[size++] = raw[i];
  }
  return {out, size};
}

// The column that begins at *at, without its quotes; moves *at to the next one's beginning, or behind the end.
std::string_view take_column(std::string_view line, size_t* at, char separator) {
  if (*at < line.size() && line[*at] == '"') {
    size_t end = *at + 1;
    while (end < line.size()) {
      if (line[end] == '"') {
        if (end + 1 >= line.size() || line[end + 1] != '"') break;
        ++end;
      }
      ++end;
    }
    end = std::min(end, line.size());
    const std::string_view out = line.substr(*at + 1, end - *at - 1);
    const size_t next = line.find(separator, end);
    *at = next == std::string_view::npos ? line.size() + 1 : next + 1;
    return out;
  }
  const size_t next = std::min(line.find(separator, *at), line.size());
  const std::string_view out = line.substr(*at, next - *at);
  *at = next + 1;
  return out;
}

}  // namespace

size_t add_key_values(std::string_view text, char separator, char assign, LineRecord* record) {
  size_t at = 0, count = 0;
  while (at < text.size()) {
    while (at < text.size() && (text[at] == separator || text[at] == ' ' || text[at] == ',' || text[at] == ';')) ++at;
    size_t end = at;
    while (end < text.size() && kKeyBytes[static_cast<uint8_t>(text[end])]) ++end;
    if (end >= text.size() || text[end] != assign || end == at || end - at > 64 || !begins_key(text[at])) {
      const size_t next = text.find(separator, std::max(end, at));
      if (next == std::string_view::npos) break;
      at = next + 1;
      continue;
    }
    const std::string_view key = text.substr(at, end - at);
    at = end + 1;
    std::string_view value;
    if (at < text.size() && text[at] == '"') {
      ++at;
      value = quoted(text, &at, '"', record);
    } else {
      const size_t stop = std::min(text.find(separator, at), text.size());
      value = text.substr(at, stop - at);
      at = stop;
    }
    record->add(key, value);
    ++count;
  }
  return count;
}

size_t add_columns(std::string_view line, char separator, std::string_view names, LineRecord* record) {
  size_t at = 0, count = 0;
  while (at <= line.size()) {
    const bool quotes = at < line.size() && line[at] == '"';
    std::string_view value = take_column(line, &at, separator);
    if (quotes) value = undoubled(value, record);
    std::string_view name = next_name(&names);
    ++count;
    if (value.empty()) continue;
    if (name.empty()) name = record->keep("column_" + std::to_string(count));
    if (name != "-") record->add(name, value);
  }
  return count;
}

std::string_view column(std::string_view line, char separator, size_t n) {
  size_t at = 0;
  std::string_view out;
  for (size_t i = 0; i <= n; ++i) {
    if (at > line.size()) return {};
    out = take_column(line, &at, separator);
  }
  return out;
}

}  // namespace sil::ingest
