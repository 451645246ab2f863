#include "model/value.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "bytes/digest.h"
#include "bytes/text.h"
#include "model/json_token.h"
#include "model/timestamp.h"

namespace sil {
namespace {

template <class T>
void append_integer(Bytes bytes, std::string* out) {
  if (bytes.size() < sizeof(T)) return;
  char buffer[24];
  T number = load_le<T>(bytes.data());
  auto end = sizeof(T) == 1 ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<int>(number)).ptr
                            : std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  out->append(buffer, end);
}

template <class T>
void append_hex_number(Bytes bytes, std::string* out) {
  if (bytes.size() < sizeof(T)) return;
  char buffer[24];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, load_le<T>(bytes.data()), 16).ptr;
  *out += "0x";
  out->append(buffer, end);
}

// Windows' own spelling of what is no number (1.#INF) is kept, so that text comparisons meet what the log viewer shows.
void append_real(double value, bool narrow, std::string* out) {
  if (std::isnan(value)) {
    *out += "-1.#IND";
  } else if (std::isinf(value)) {
    *out += value < 0 ? "-1.#INF" : "1.#INF";
  } else {
    char buffer[64];
    auto end = narrow ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(value)).ptr
                      : std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out->append(buffer, end);
  }
}

// {8-4-4-4-12} digits; the first three groups are little-endian numbers.
void append_guid(Bytes b, std::string* out) {
  if (b.size() < 16) return;
  static constexpr uint8_t kOrder[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  uint8_t ordered[16];
  for (size_t i = 0; i < 16; ++i) ordered[i] = b[kOrder[i]];
  char buffer[38];
  char* at = buffer;
  *at++ = '{';
  size_t from = 0;
  for (const size_t bytes : {4, 2, 2, 2, 6}) {
    if (from != 0) *at++ = '-';
    at = write_hex(Bytes(ordered + from, bytes), at);
    from += bytes;
  }
  *at++ = '}';
  out->append(buffer, sizeof buffer);
}

void append_sid(Bytes b, std::string* out) {  // MS-DTYP 2.4.2.1 text form; the count byte never leads past the size
  if (b.size() < 8) return;
  uint64_t authority = 0;
  for (size_t i = 2; i < 8; ++i) authority = authority << 8 | b[i];
  *out += "S-" + std::to_string(b[0]) + '-' + std::to_string(authority);
  size_t count = b[1];
  for (size_t i = 0; i < count && 8 + 4 * (i + 1) <= b.size(); ++i)
    *out += '-' + std::to_string(load_le<uint32_t>(b.data() + 8 + 4 * i));
}

void append_system_time(Bytes b, std::string* out) {
  if (b.size() < 16) return;
  auto at = [&](size_t i) { return load_le<uint16_t>(b.data() + 2 * i); };
  bool unset = true;
  for (size_t i = 0; i < 8; ++i) unset = unset && at(i) == 0;
  if (unset) return;
  char buffer[48];
  int n = std::snprintf(buffer, sizeof buffer, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", at(0), at(1), at(3), at(4), at(5),
                        at(6), at(7));
  out->append(buffer, static_cast<size_t>(n));
}

// Windows-1252, the code page of nearly every 8-bit string in an EVTX; 0x80..0x9F differ from Latin-1.
void append_ansi(Bytes bytes, std::string* out) {
  static constexpr char16_t kHigh[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                         0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                         0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                         0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  for (uint8_t byte : bytes) append_utf8(byte >= 0x80 && byte < 0xA0 ? kHigh[byte - 0x80] : byte, out);
}

bool is_true(Bytes bytes) {
  for (uint8_t byte : bytes) {
    if (byte) return true;
  }
  return false;
}

void append_upper_hex(Bytes bytes, std::string* out) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (uint8_t byte : bytes) {
    *out += kDigits[byte >> 4];
    *out += kDigits[byte & 15];
  }
}

void append_members(const Value& value, std::string* out) {
  bool first = true;
  for_each_member(value, [&](const Value& member) {
    if (!first) *out += ", ";
    first = false;
    append_text(member, out);
    return true;
  });
}

uint32_t item_size(ValueKind kind) {
  switch (kind) {
    case ValueKind::kInt8:
    case ValueKind::kUInt8: return 1;
    case ValueKind::kInt16:
    case ValueKind::kUInt16: return 2;
    case ValueKind::kInt32:
    case ValueKind::kUInt32:
    case ValueKind::kFloat32:
    case ValueKind::kBool:
    case ValueKind::kHex32: return 4;
    case ValueKind::kInt64:
    case ValueKind::kUInt64:
    case ValueKind::kFloat64:
    case ValueKind::kHex64:
    case ValueKind::kFileTime: return 8;
    case ValueKind::kGuid:
    case ValueKind::kSystemTime: return 16;
    default: return 0;
  }
}

}  // namespace

Value utf8_value(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), static_cast<uint32_t>(text.size()), ValueKind::kUtf8,
          ValueKind::kAbsent};
}

void append_text(const Value& value, std::string* out) {
  Bytes b = value.bytes();
  switch (value.kind) {
    case ValueKind::kAbsent:
    case ValueKind::kNull: return;
    case ValueKind::kUtf8:
    case ValueKind::kJsonNumber:
    case ValueKind::kJsonObject: out->append(as_text(b)); return;
    case ValueKind::kUtf16: append_utf8_from_utf16le(b, out); return;
    case ValueKind::kJsonString: append_unescaped_json(as_text(b), out); return;
    case ValueKind::kJsonArray:
    case ValueKind::kUtf16Array:
    case ValueKind::kFixedArray: append_members(value, out); return;
    case ValueKind::kInt8: append_integer<int8_t>(b, out); return;
    case ValueKind::kUInt8: append_integer<uint8_t>(b, out); return;
    case ValueKind::kInt16: append_integer<int16_t>(b, out); return;
    case ValueKind::kUInt16: append_integer<uint16_t>(b, out); return;
    case ValueKind::kInt32: append_integer<int32_t>(b, out); return;
    case ValueKind::kUInt32: append_integer<uint32_t>(b, out); return;
    case ValueKind::kInt64: append_integer<int64_t>(b, out); return;
    case ValueKind::kUInt64: append_integer<uint64_t>(b, out); return;
    case ValueKind::kFloat32:
      if (b.size() >= 4) append_real(double{load_le<float>(b.data())}, true, out);
      return;
    case ValueKind::kFloat64:
      if (b.size() >= 8) append_real(load_le<double>(b.data()), false, out);
      return;
    case ValueKind::kBool: *out += is_true(b) ? "true" : "false"; return;
    case ValueKind::kBoolTrue: *out += "true"; return;
    case ValueKind::kBoolFalse: *out += "false"; return;
    case ValueKind::kHex32: append_hex_number<uint32_t>(b, out); return;
    case ValueKind::kHex64: append_hex_number<uint64_t>(b, out); return;
    case ValueKind::kBinary: append_upper_hex(b, out); return;
    case ValueKind::kGuid: append_guid(b, out); return;
    case ValueKind::kFileTime:
      if (b.size() >= 8) append_rfc3339(load_le<uint64_t>(b.data()), 7, out);
      return;
    case ValueKind::kSystemTime: append_system_time(b, out); return;
    case ValueKind::kSid: append_sid(b, out); return;
    case ValueKind::kAnsi: append_ansi(b, out); return;
  }
}

bool append_folded_text(const Value& value, std::string* out) {
  if (value.kind == ValueKind::kUtf16) return append_folded_from_utf16le(value.bytes(), out);
  std::string plain;
  append_text(value, &plain);
  append_folded(plain, out);
  return is_ascii(plain);
}

bool next_member(const Value& value, size_t* position, Value* member) {
  Bytes b = value.bytes();
  if (value.kind == ValueKind::kJsonArray) return next_json_member(as_text(b), position, member);
  if (value.kind == ValueKind::kUtf16Array) {  // MS-EVEN6 3.1.4.7.5: NUL-terminated items; the last may lack its NUL
    if (b.empty() && *position == 0) {         // an empty array still has one empty member
      *position = 1;
      *member = {b.data(), 0, ValueKind::kUtf16, ValueKind::kAbsent};
      return true;
    }
    if (*position + 1 >= b.size()) return false;
    size_t end = *position;
    while (end + 1 < b.size() && (b[end] | b[end + 1]) != 0) end += 2;
    *member = {b.data() + *position, static_cast<uint32_t>(end - *position), ValueKind::kUtf16, ValueKind::kAbsent};
    *position = end + 2;
    return true;
  }
  uint32_t step = item_size(value.element);
  if (value.element == ValueKind::kSid && *position + 8 <= b.size()) step = 8 + 4u * b[*position + 1];
  if (b.empty() && *position == 0) {
    *position = 1;
    *member = {b.data(), 0, ValueKind::kUtf16, ValueKind::kAbsent};
    return true;
  }
  if (step == 0 || *position + step > b.size()) return false;
  *member = {b.data() + *position, step, value.element, ValueKind::kAbsent};
  *position += step;
  return true;
}

// ---- numbers -------------------------------------------------------------------------------------------------

Number parse_number(std::string_view text) {
  Number out;
  if (text.empty()) return out;
  std::string_view digits = text;
  bool negative = digits[0] == '-';
  if (negative || digits[0] == '+') digits.remove_prefix(1);
  if (digits.empty()) return out;
  int base = 10;
  if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
    base = 16;
    digits.remove_prefix(2);
  }
  uint64_t magnitude = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
  if (error == std::errc() && end == digits.data() + digits.size()) {
    if (!negative) {
      out.kind = Number::Kind::kUnsigned;
      out.u = magnitude;
      return out;
    }
    if (magnitude <= uint64_t{1} << 63) {
      out.kind = Number::Kind::kSigned;
      out.i = static_cast<int64_t>(~magnitude + 1);
      return out;
    }
  }
  if (base == 16 || !((digits[0] >= '0' && digits[0] <= '9') || digits[0] == '.')) return out;
  double real = 0;
  auto [real_end, real_error] = std::from_chars(digits.data(), digits.data() + digits.size(), real);
  if (real_error != std::errc() || real_end != digits.data() + digits.size()) return out;
  out.kind = Number::Kind::kReal;
  out.d = negative ? -real : real;
  return out;
}

namespace {

Number of_signed(int64_t value) {
  Number out;
  if (value >= 0) {
    out.kind = Number::Kind::kUnsigned;
    out.u = static_cast<uint64_t>(value);
  } else {
    out.kind = Number::Kind::kSigned;
    out.i = value;
  }
  return out;
}
Number of_unsigned(uint64_t value) {
  Number out;
  out.kind = Number::Kind::kUnsigned;
  out.u = value;
  return out;
}
Number of_real(double value) {
  Number out;
  out.kind = Number::Kind::kReal;
  out.d = value;
  return out;
}

// Integer against double without rounding the integer: compare with the double's floor, then with its fraction.
int compare_exact(const Number& integer, double real) {
  if (std::isnan(real)) return -1;
  double limit = 18446744073709551616.0;  // 2^64
  if (real >= limit) return -1;
  if (real < -9223372036854775808.0) return 1;
  double whole = std::floor(real);
  Number other = whole < 0 ? of_signed(static_cast<int64_t>(whole)) : of_unsigned(static_cast<uint64_t>(whole));
  int order = compare(integer, other);
  return order != 0 ? order : (real > whole ? -1 : 0);
}

}  // namespace

Number number_of(const Value& value) {
  Bytes b = value.bytes();
  auto fits = [&](size_t n) { return b.size() >= n; };
  switch (value.kind) {
    case ValueKind::kInt8: return fits(1) ? of_signed(load_le<int8_t>(b.data())) : Number{};
    case ValueKind::kUInt8: return fits(1) ? of_unsigned(b[0]) : Number{};
    case ValueKind::kInt16: return fits(2) ? of_signed(load_le<int16_t>(b.data())) : Number{};
    case ValueKind::kUInt16: return fits(2) ? of_unsigned(load_le<uint16_t>(b.data())) : Number{};
    case ValueKind::kInt32: return fits(4) ? of_signed(load_le<int32_t>(b.data())) : Number{};
    case ValueKind::kUInt32:
    case ValueKind::kHex32: return fits(4) ? of_unsigned(load_le<uint32_t>(b.data())) : Number{};
    case ValueKind::kInt64: return fits(8) ? of_signed(load_le<int64_t>(b.data())) : Number{};
    case ValueKind::kUInt64:
    case ValueKind::kHex64: return fits(8) ? of_unsigned(load_le<uint64_t>(b.data())) : Number{};
    case ValueKind::kFloat32: return fits(4) ? of_real(double{load_le<float>(b.data())}) : Number{};
    case ValueKind::kFloat64: return fits(8) ? of_real(load_le<double>(b.data())) : Number{};
    case ValueKind::kUtf8:
    case ValueKind::kUtf16:
    case ValueKind::kJsonString:
    case ValueKind::kJsonNumber:
    case ValueKind::kAnsi: {
      if (value.size > 128) return {};
      std::string text;
      append_text(value, &text);
      return parse_number(text);
    }
    default: return {};
  }
}

int compare(const Number& a, const Number& b) {
  using Kind = Number::Kind;
  if (a.kind == Kind::kReal && b.kind == Kind::kReal) return a.d < b.d ? -1 : a.d > b.d ? 1 : 0;
  if (b.kind == Kind::kReal) return compare_exact(a, b.d);
  if (a.kind == Kind::kReal) return -compare_exact(b, a.d);
  if (a.kind == Kind::kSigned && b.kind == Kind::kSigned) return a.i < b.i ? -1 : a.i > b.i ? 1 : 0;
  if (a.kind == Kind::kSigned) return -1;  // kSigned holds negative values only
  if (b.kind == Kind::kSigned) return 1;
  return a.u < b.u ? -1 : a.u > b.u ? 1 : 0;
}

}  // namespace sil
