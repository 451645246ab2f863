#include "bytes/json_writer.h"

#include <charconv>
#include <cmath>

#include "bytes/text.h"

namespace sil {

void append_json_escaped(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  size_t start = 0;
  for (size_t i = 0; i < text.size();) {
    auto byte = static_cast<uint8_t>(text[i]);
    if (byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\') {
      ++i;
      continue;
    }
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
