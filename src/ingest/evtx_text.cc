#include "ingest/evtx_text.h"

#include <charconv>

#include "bytes/json_writer.h"
#include "bytes/text.h"
#include "model/timestamp.h"

namespace sil::ingest {
namespace {

constexpr char kLowerHex[] = "0123456789abcdef";
constexpr char kUpperHex[] = "0123456789ABCDEF";

char* write_hex(const uint8_t* bytes, size_t count, const char* digits, char* out) {
  for (size_t i = 0; i < count; ++i) {
    *out++ = digits[bytes[i] >> 4];
    *out++ = digits[bytes[i] & 15];
  }
  return out;
}

char* write_guid(const uint8_t* b, char* out) {
  const uint8_t head[8] = {b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6]};
  *out++ = '{';
  out = write_hex(head, 4, kLowerHex, out);
  *out++ = '-';
  out = write_hex(head + 4, 2, kLowerHex, out);
  *out++ = '-';
  out = write_hex(head + 6, 2, kLowerHex, out);
  *out++ = '-';
  out = write_hex(b + 8, 2, kLowerHex, out);
  *out++ = '-';
  out = write_hex(b + 10, 6, kLowerHex, out);
  *out++ = '}';
  return out;
}

char* write_sid(const Value& value, char* out) {
  const uint8_t* b = value.data;
  uint64_t authority = 0;
  for (size_t i = 2; i < 8; ++i) authority = authority << 8 | b[i];
  *out++ = 'S';
  *out++ = '-';
  out = std::to_chars(out, out + 4, b[0]).ptr;
  *out++ = '-';
  out = std::to_chars(out, out + 20, authority).ptr;
  for (size_t i = 0; i < b[1] && 8 + 4 * (i + 1) <= value.size; ++i) {
    *out++ = '-';
    out = std::to_chars(out, out + 12, load_le<uint32_t>(b + 8 + 4 * i)).ptr;
  }
  return out;
}

template <class T>
char* write_hex_number(const uint8_t* at, char* out) {
  *out++ = '0';
  *out++ = 'x';
  return std::to_chars(out, out + 16, load_le<T>(at), 16).ptr;
}

void write_slowly(const Value& value, JsonBuffer* out) {
  std::string text, escaped;
  append_json_value_text(value, &text);
  append_json_escaped(text, &escaped);
  out->append(escaped);
}

void write_digits(uint32_t value, int count, char* out) {
  for (int i = count - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

char* TimeText::write(uint64_t ticks, char* out) {
  constexpr uint64_t kDay = 86400 * kTicksPerSecond;
  uint64_t day = ticks / kDay;
  if (day != day_) {
    day_ = day;
    date_.clear();
    append_rfc3339(day * kDay, 0, &date_);
    date_.resize(date_.find('T') + 1);
  }
  std::memcpy(out, date_.data(), date_.size());
  out += date_.size();
  uint64_t rest = ticks % kDay;
  auto second = static_cast<uint32_t>(rest / kTicksPerSecond);
  write_digits(second / 3600, 2, out);
  out[2] = ':';
  write_digits(second / 60 % 60, 2, out + 3);
  out[5] = ':';
  write_digits(second % 60, 2, out + 6);
  out[8] = '.';
  write_digits(static_cast<uint32_t>(rest % kTicksPerSecond), 7, out + 9);
  out[16] = 'Z';
  return out + 17;
}

void append_json_value_text(const Value& value, std::string* out) {
  size_t start = out->size();
  append_text(value, out);
  if (value.kind == ValueKind::kSystemTime && out->size() > start) out->insert(out->size() - 1, "0000");
}

bool is_json_number(ValueKind kind) {
  return (kind >= ValueKind::kInt8 && kind <= ValueKind::kUInt64) || kind == ValueKind::kBool;
}

void write_value_text(const Value& value, TimeText* times, JsonBuffer* out) {
  const uint8_t* at = value.data;
  char* to = out->reserve(size_t{3} * value.size + 128);  // UTF-16: 6 bytes a unit; SID: 11 digits a 4 bytes
  switch (value.kind) {
    case ValueKind::kAbsent:
    case ValueKind::kNull: return;
    case ValueKind::kUtf16: to = write_json_escaped_utf16(at, value.size, to); break;
    case ValueKind::kInt8: to = std::to_chars(to, to + 24, static_cast<int>(load_le<int8_t>(at))).ptr; break;
    case ValueKind::kUInt8: to = std::to_chars(to, to + 24, static_cast<unsigned>(*at)).ptr; break;
    case ValueKind::kInt16: to = std::to_chars(to, to + 24, load_le<int16_t>(at)).ptr; break;
    case ValueKind::kUInt16: to = std::to_chars(to, to + 24, load_le<uint16_t>(at)).ptr; break;
    case ValueKind::kInt32: to = std::to_chars(to, to + 24, load_le<int32_t>(at)).ptr; break;
    case ValueKind::kUInt32: to = std::to_chars(to, to + 24, load_le<uint32_t>(at)).ptr; break;
    case ValueKind::kInt64: to = std::to_chars(to, to + 24, load_le<int64_t>(at)).ptr; break;
    case ValueKind::kUInt64: to = std::to_chars(to, to + 24, load_le<uint64_t>(at)).ptr; break;
    case ValueKind::kHex32: to = write_hex_number<uint32_t>(at, to); break;
    case ValueKind::kHex64: to = write_hex_number<uint64_t>(at, to); break;
    case ValueKind::kGuid: to = write_guid(at, to); break;
    case ValueKind::kSid: to = write_sid(value, to); break;
    case ValueKind::kFileTime: to = times->write(load_le<uint64_t>(at), to); break;
    case ValueKind::kBinary: to = write_hex(at, value.size, kUpperHex, to); break;
    default: write_slowly(value, out); return;
  }
  out->advance_to(to);
}

void write_value_json(const Value& value, TimeText* times, JsonBuffer* out) {
  if (is_json_number(value.kind)) return write_value_text(value, times, out);
  if (value.kind == ValueKind::kUtf16) {  // most values, so without detours
    char* to = out->reserve(size_t{3} * value.size + 32);
    *to++ = '"';
    to = write_json_escaped_utf16(value.data, value.size, to);
    *to++ = '"';
    return out->advance_to(to);
  }
  out->append("\"");
  write_value_text(value, times, out);
  out->append("\"");
}

}  // namespace sil::ingest
