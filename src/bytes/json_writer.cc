#include "bytes/json_writer.h"

#include <charconv>
#include <cmath>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "bytes/text.h"

namespace sil {
namespace {

// How far `text` goes on from `at` with characters that stand for themselves: printable ASCII but " and \.
size_t end_of_plain(std::string_view text, size_t at) {
#if defined(__SSE2__)
  const __m128i space = _mm_set1_epi8(0x20), quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
  for (; at + 16 <= text.size(); at += 16) {
    __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    __m128i low = _mm_cmplt_epi8(block, space);  // signed: bytes from 0x80 count as low
    __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash));
    int mask = _mm_movemask_epi8(_mm_or_si128(low, marks));
    if (mask != 0) return at + static_cast<size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
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
