#include "bytes/json_writer.h"

#include <charconv>
#include <cmath>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "bytes/text.h"

namespace sil {
namespace {

#if defined(__SSE2__)
unsigned marks_of(__m128i block) {                                 // a bit for each byte that does not stand for itself
  const __m128i low = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));  // signed: bytes from 0x80 count as low
  const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, backslash))));
}
#endif

// How far `text` goes on from `at` with characters that stand for themselves: printable ASCII but " and \.
size_t end_of_plain(std::string_view text, size_t at) {
#if defined(__SSE2__)
  for (; at + 16 <= text.size(); at += 16) {
    const unsigned mask = marks_of(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at)));
    if (mask != 0) return at + static_cast<size_t>(__builtin_ctz(mask));
  }
  if (at < text.size() && text.size() >= 16) {  // the last 16, of which some have been seen
    const size_t last = text.size() - 16;
    const unsigned mask =
        marks_of(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + last))) >> (at - last);
    return mask == 0 ? text.size() : at + static_cast<size_t>(__builtin_ctz(mask));
  }
  if (at + 8 <= text.size()) {
    const unsigned mask = marks_of(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(text.data() + at))) & 0xFF;
    if (mask != 0) return at + static_cast<size_t>(__builtin_ctz(mask));
    at += 8;
  }
#endif
  for (; at < text.size(); ++at) {
    auto byte = static_cast<uint8_t>(text[at]);
    if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') break;
  }
  return at;
}

}  // namespace

void append_json_escaped(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  size_t start = 0;
  for (size_t i = 0;;) {
    i = end_of_plain(text, i);
    if (i >= text.size()) break;
    auto byte = static_cast<uint8_t>(text[i]);
    if (byte >= 0x80) {
      size_t from = i;
      char32_t code = next_scalar(text, &i);
      if (code == kReplacement && i - from == 1) {
        out->append(text.substr(start, from - start));
        append_utf8(kReplacement, out);
        start = i;
      }
      continue;
    }
    out->append(text.substr(start, i - start));
    switch (byte) {
      case '"': *out += "\\\""; break;
      case '\\': *out += "\\\\"; break;
      case '\b': *out += "\\b"; break;
      case '\f': *out += "\\f"; break;
      case '\n': *out += "\\n"; break;
      case '\r': *out += "\\r"; break;
      case '\t': *out += "\\t"; break;
      default:
        *out += "\\u00";
        *out += kHex[byte >> 4];
        *out += kHex[byte & 15];
    }
    start = ++i;
  }
  out->append(text.substr(start));
}

void append_json_string(std::string_view text, std::string* out) {
  *out += '"';
  append_json_escaped(text, out);
  *out += '"';
}

void JsonWriter::comma() {
  if (!first_) *out_ += ',';
  first_ = false;
}
JsonWriter& JsonWriter::begin_object() {
  comma();
  *out_ += '{';
  first_ = true;
  return *this;
}
JsonWriter& JsonWriter::end_object() {
  *out_ += '}';
  first_ = false;
  return *this;
}
JsonWriter& JsonWriter::begin_array() {
  comma();
  *out_ += '[';
  first_ = true;
  return *this;
}
JsonWriter& JsonWriter::end_array() {
  *out_ += ']';
  first_ = false;
  return *this;
}
JsonWriter& JsonWriter::key(std::string_view name) {
  comma();
  append_json_string(name, out_);
  *out_ += ':';
  first_ = true;
  return *this;
}
JsonWriter& JsonWriter::string(std::string_view value) {
  comma();
  append_json_string(value, out_);
  return *this;
}
JsonWriter& JsonWriter::number(uint64_t value) {
  comma();
  char buffer[24];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out_->append(buffer, end);
  return *this;
}
JsonWriter& JsonWriter::number(int64_t value) {
  comma();
  char buffer[24];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out_->append(buffer, end);
  return *this;
}
JsonWriter& JsonWriter::real(double value) {
  if (!std::isfinite(value)) return null();
  comma();
  char buffer[40];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out_->append(buffer, end);
  return *this;
}
JsonWriter& JsonWriter::boolean(bool value) {
  comma();
  *out_ += value ? "true" : "false";
  return *this;
}
JsonWriter& JsonWriter::null() {
  comma();
  *out_ += "null";
  return *this;
}
JsonWriter& JsonWriter::raw(std::string_view json) {
  comma();
  out_->append(json);
  return *this;
}

}  // namespace sil
