#include "model/json_token.h"

#include "bytes/text.h"

namespace sil {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool unit_at(std::string_view text, size_t at, char32_t* unit) {  // four digits at text[at]
  if (text.size() < at + 4) return false;
  char32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    int digit = hex_digit(text[at + i]);
    if (digit < 0) return false;
    value = value << 4 | static_cast<char32_t>(digit);
  }
  *unit = value;
  return true;
}

bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// End of the string token whose opening quote stands at `at`; npos when it never closes.
size_t string_end(std::string_view text, size_t at) {
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i;
  }
  return std::string_view::npos;
}

size_t container_end(std::string_view text, size_t at) {
  size_t depth = 0;
  for (size_t i = at; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      i = string_end(text, i);
      if (i == std::string_view::npos) return i;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

Value token(std::string_view text, ValueKind kind) {
  return {reinterpret_cast<const uint8_t*>(text.data()), static_cast<uint32_t>(text.size()), kind, ValueKind::kAbsent};
}

}  // namespace

void append_unescaped_json(std::string_view text, std::string* out) {
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') continue;
    out->append(text.substr(start, i - start));
    char c = i + 1 < text.size() ? text[i + 1] : '\\';
    size_t used = 2;
    switch (c) {
      case 'b': *out += '\b'; break;
      case 'f': *out += '\f'; break;
      case 'n': *out += '\n'; break;
      case 'r': *out += '\r'; break;
      case 't': *out += '\t'; break;
      case 'u': {
        char32_t code = 0, low = 0;
        if (!unit_at(text, i + 2, &code)) {
          append_utf8(kReplacement, out);
          break;
        }
        used = 6;
        if (code >= 0xD800 && code < 0xDC00 && text.substr(i + 6, 2) == "\\u" && unit_at(text, i + 8, &low) &&
            low >= 0xDC00 && low < 0xE000) {
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
          used = 12;
        }
        append_utf8(code >= 0xD800 && code < 0xE000 ? kReplacement : code, out);
        break;
      }
      default: *out += c;
    }
    i += used - 1;
    start = i + 1;
  }
  if (start < text.size()) out->append(text.substr(start));
}

bool next_json_value(std::string_view text, size_t* position, Value* value) {
  size_t at = *position;
  while (at < text.size() && blank(text[at])) ++at;
  if (at >= text.size()) return false;
  char c = text[at];
  if (c == '"') {
    size_t end = string_end(text, at);
    if (end == std::string_view::npos) return false;
    *value = token(text.substr(at + 1, end - at - 1), ValueKind::kJsonString);
    *position = end + 1;
    return true;
  }
  if (c == '{' || c == '[') {
    size_t end = container_end(text, at);
    if (end == std::string_view::npos) return false;
    *value = token(text.substr(at, end - at + 1), c == '{' ? ValueKind::kJsonObject : ValueKind::kJsonArray);
    *position = end + 1;
    return true;
  }
  size_t end = at;
  while (end < text.size() && !blank(text[end]) && text[end] != ',' && text[end] != '}' && text[end] != ']' &&
         text[end] != ':')
    ++end;
  if (end == at) return false;
  std::string_view word = text.substr(at, end - at);
  ValueKind kind = word == "true"    ? ValueKind::kBoolTrue
                   : word == "false" ? ValueKind::kBoolFalse
                   : word == "null"  ? ValueKind::kNull
                                     : ValueKind::kJsonNumber;
  *value = token(word, kind);
  *position = end;
  return true;
}

bool next_json_member(std::string_view array, size_t* position, Value* member) {
  size_t at = *position;
  // Brackets between members are passed over: nested arrays are flattened.
  while (at < array.size() && (blank(array[at]) || array[at] == ',' || array[at] == '[' || array[at] == ']')) ++at;
  *position = at;
  return next_json_value(array, position, member);
}

bool next_json_pair(std::string_view object, size_t* position, std::string_view* key, Value* value) {
  size_t at = *position;
  while (at < object.size() && (blank(object[at]) || object[at] == ',' || object[at] == '{')) ++at;
  Value name;
  if (at >= object.size() || object[at] != '"' || !next_json_value(object, &at, &name)) return false;
  *key = {reinterpret_cast<const char*>(name.data), name.size};
  while (at < object.size() && blank(object[at])) ++at;
  if (at >= object.size() || object[at] != ':') return false;
  ++at;
  if (!next_json_value(object, &at, value)) return false;
  *position = at;
  return true;
}

}  // namespace sil
