#include "model/json_token.h"

#include <algorithm>
#include <cstring>

#include "bytes/text.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

constexpr size_t kBlock = 16;

// Copies what stands before the next backslash; how much that was. May write up to a block behind `*to`.
size_t copy_plain(std::string_view text, char** to) {
  size_t at = 0;
#if defined(__SSE2__)
  const __m128i backslash = _mm_set1_epi8('\\');
  for (; at + kBlock <= text.size(); at += kBlock) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(*to + at), bytes);
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, backslash)));
    if (found == 0) continue;
    at += static_cast<size_t>(__builtin_ctz(found));
    *to += at;
    return at;
  }
#endif
  for (; at < text.size() && text[at] != '\\'; ++at) (*to)[at] = text[at];
  *to += at;
  return at;
}

// Writes what the escape at text[at] stands for; how many bytes it takes.
size_t unescape(std::string_view text, size_t at, char** to) {
  const char c = at + 1 < text.size() ? text[at + 1] : '\\';
  if (c != 'u') {
    constexpr std::string_view kNames = "bfnrt", kControls = "\b\f\n\r\t";
    const size_t place = kNames.find(c);
    *(*to)++ = place == std::string_view::npos ? c : kControls[place];
    return std::min<size_t>(2, text.size() - at);
  }
  char32_t code = kReplacement, low = 0;
  size_t used = 2;
  if (unit_at(text, at + 2, &code)) {
    used = 6;
    if (code >= 0xD800 && code < 0xDC00 && text.substr(at + 6, 2) == "\\u" && unit_at(text, at + 8, &low) &&
        low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      used = 12;
    }
    if (code >= 0xD800 && code < 0xE000) code = kReplacement;
  }
  std::string wide;
  append_utf8(code, &wide);
  std::memcpy(*to, wide.data(), wide.size());
  *to += wide.size();
  return used;
}

Value token(std::string_view text, ValueKind kind) {
  return {reinterpret_cast<const uint8_t*>(text.data()), static_cast<uint32_t>(text.size()), kind, ValueKind::kAbsent};
}

}  // namespace

void append_unescaped_json(std::string_view text, std::string* out) {
  const size_t base = out->size();
  // No escape is shorter than what it stands for, but a broken \u: two bytes, which become three.
  out->resize(base + text.size() + text.size() / 2 + kBlock);
  char* to = out->data() + base;
  for (size_t at = 0; at < text.size();) {
    at += copy_plain(text.substr(at), &to);
    if (at < text.size()) at += unescape(text, at, &to);
  }
  out->resize(static_cast<size_t>(to - out->data()));
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
