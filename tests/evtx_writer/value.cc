#include "evtx_writer/value.h"

#include <array>
#include <bit>
#include <charconv>

#include "bytes/text.h"

namespace sil::evtx_writer {
namespace {

void put(std::vector<uint8_t>* out, uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; ++i) out->push_back(static_cast<uint8_t>(value >> (8 * i)));
}

void put_utf16(std::vector<uint8_t>* out, std::u16string_view units) {
  for (char16_t unit : units) put(out, unit, 2);
}

unsigned width_of(uint8_t type) {
  switch (type) {
    case kInt8:
    case kUInt8: return 1;
    case kInt16:
    case kUInt16: return 2;
    case kInt32:
    case kUInt32:
    case kBool:
    case kHex32:
    case kReal32: return 4;
    default: return 8;
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Days from civil date and back (Gregorian, proleptic), as Howard Hinnant describes the calendar's 400-year
// cycle.
struct Date {
  unsigned year, month, day, weekday;
};
Date date_of(uint64_t days_since_1601) {
  uint64_t z = days_since_1601 + 584'694;  // days from 0000-03-01 to 1601-01-01
  uint64_t era = z / 146'097;
  uint64_t doe = z % 146'097;
  uint64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
  uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  uint64_t mp = (5 * doy + 2) / 153;
  auto month = static_cast<unsigned>(mp < 10 ? mp + 3 : mp - 9);
  auto year = static_cast<unsigned>(yoe + era * 400 + (month <= 2 ? 1 : 0));
  return {year, month, static_cast<unsigned>(doy - (153 * mp + 2) / 5 + 1),
          static_cast<unsigned>((days_since_1601 + 1) % 7)};  // 1601-01-01 was a Monday
}

}  // namespace

Value null_value(size_t size, uint8_t fill) {
  return {kNull, std::vector<uint8_t>(size, fill), {}};
}

Value utf16_value(std::u16string_view units) {
  Value out{kString, {}, {}};
  put_utf16(&out.bytes, units);
  return out;
}

Value string_value(std::string_view utf8, bool nul) {
  std::u16string units = to_utf16(utf8);
  if (nul) units.push_back(u'\0');
  return utf16_value(units);
}

Value ansi_value(std::string_view bytes) {
  return {kAnsi, {bytes.begin(), bytes.end()}, {}};
}

Value int_value(uint8_t type, uint64_t value) {
  Value out{type, {}, {}};
  put(&out.bytes, value, width_of(type));
  return out;
}

Value size_value(uint64_t value, unsigned width) {
  Value out{kSize, {}, {}};
  put(&out.bytes, value, width);
  return out;
}

Value real32_value(float value) {
  return int_value(kReal32, std::bit_cast<uint32_t>(value));
}
Value real64_value(double value) {
  return int_value(kReal64, std::bit_cast<uint64_t>(value));
}
Value bool_value(bool value) {
  return int_value(kBool, value ? 1 : 0);
}
Value binary_value(std::vector<uint8_t> bytes) {
  return {kBinary, std::move(bytes), {}};
}

Value guid_value(std::string_view text) {
  std::array<uint8_t, 16> raw{};
  size_t nibble = 0;
  for (char c : text) {
    int digit = hex_digit(c);
    if (digit < 0 || nibble >= 32) continue;
    raw[nibble / 2] = static_cast<uint8_t>(raw[nibble / 2] << 4 | digit);
    ++nibble;
  }
  // Data1..Data3 are little-endian in memory, Data4 is a byte string.
  constexpr std::array<size_t, 16> kOrder = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  Value out{kGuid, {}, {}};
  for (size_t from : kOrder) out.bytes.push_back(raw[from]);
  return out;
}

Value sid_value(std::string_view text) {
  std::vector<uint64_t> parts;
  size_t at = 0;
  while (at < text.size()) {
    size_t dash = text.find('-', at);
    if (dash == std::string_view::npos) dash = text.size();
    uint64_t part = 0;
    std::from_chars(text.data() + at, text.data() + dash, part);
    parts.push_back(part);
    at = dash + 1;
  }
  Value out{kSid, {}, {}};
  if (parts.size() < 3) {
    out.bytes.assign(8, 0);
    return out;
  }
  out.bytes.push_back(static_cast<uint8_t>(parts[1]));
  out.bytes.push_back(static_cast<uint8_t>(parts.size() - 3));
  for (int i = 5; i >= 0; --i) out.bytes.push_back(static_cast<uint8_t>(parts[2] >> (8 * i)));  // big-endian
  for (size_t i = 3; i < parts.size(); ++i) put(&out.bytes, parts[i], 4);
  return out;
}

Value filetime_value(uint64_t ticks) {
  return int_value(kFileTime, ticks);
}

Value systemtime_value(uint64_t ticks) {
  Value out{kSystemTime, std::vector<uint8_t>{}, {}};
  if (ticks == 0) {
    out.bytes.assign(16, 0);
    return out;
  }
  uint64_t ms = ticks / 10'000;
  Date date = date_of(ms / 86'400'000);
  ms %= 86'400'000;
  for (uint64_t part : {uint64_t{date.year}, uint64_t{date.month}, uint64_t{date.weekday}, uint64_t{date.day},
                        ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000})
    put(&out.bytes, part, 2);
  return out;
}

Value hex32_value(uint32_t value) {
  return int_value(kHex32, value);
}
Value hex64_value(uint64_t value) {
  return int_value(kHex64, value);
}

Value strings_value(const std::vector<std::string>& items, bool last_nul) {
  Value out{kArray | kString, {}, {}};
  for (size_t i = 0; i < items.size(); ++i) {
    put_utf16(&out.bytes, to_utf16(items[i]));
    if (i + 1 < items.size() || last_nul) put(&out.bytes, 0, 2);
  }
  return out;
}

Value array_value(uint8_t item_type, const std::vector<Value>& items) {
  Value out{static_cast<uint8_t>(kArray | item_type), {}, {}};
  for (const Value& item : items) out.bytes.insert(out.bytes.end(), item.bytes.begin(), item.bytes.end());
  return out;
}

Value fragment_value(std::function<void(BinXml&)> write) {
  return {kBinXml, {}, std::move(write)};
}

}  // namespace sil::evtx_writer
