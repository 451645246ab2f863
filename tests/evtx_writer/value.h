// Typed BinXML values as bytes (MS-EVEN6 2.2.12, value types 0x00..0x15, 0x21 and the arrays 0x80 | type).
// Test equipment: arguments are trusted; a malformed GUID or SID text gives zero bytes, not an error.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sil::evtx_writer {

class BinXml;

enum Type : uint8_t {
  kNull = 0x00,
  kString = 0x01,
  kAnsi = 0x02,
  kInt8 = 0x03,
  kUInt8 = 0x04,
  kInt16 = 0x05,
  kUInt16 = 0x06,
  kInt32 = 0x07,
  kUInt32 = 0x08,
  kInt64 = 0x09,
  kUInt64 = 0x0a,
  kReal32 = 0x0b,
  kReal64 = 0x0c,
  kBool = 0x0d,
  kBinary = 0x0e,
  kGuid = 0x0f,
  kSize = 0x10,
  kFileTime = 0x11,
  kSystemTime = 0x12,
  kSid = 0x13,
  kHex32 = 0x14,
  kHex64 = 0x15,
  kEvtHandle = 0x20,
  kBinXml = 0x21,
  kEvtXml = 0x23,
  kArray = 0x80,
};

struct Value {
  uint8_t type = kNull;
  std::vector<uint8_t> bytes;             // little-endian, as they lie in the record
  std::function<void(BinXml&)> embedded;  // type kBinXml: writes the fragment in place, `bytes` unused
};

Value null_value(size_t size = 0,
                 uint8_t fill = 0);  // Windows leaves NULLs of 2, 4, 16 bytes with old contents
Value string_value(std::string_view utf8, bool nul = false);
Value utf16_value(std::u16string_view units);  // unpaired surrogates and inner NULs as they are
Value ansi_value(std::string_view bytes);
Value int_value(uint8_t type, uint64_t value);     // any of kInt8..kUInt64, kHex32, kHex64, kBool, kFileTime
Value size_value(uint64_t value, unsigned width);  // width 4 or 8
Value real32_value(float value);
Value real64_value(double value);
Value bool_value(bool value);
Value binary_value(std::vector<uint8_t> bytes);
Value guid_value(std::string_view text);  // "{01234567-89ab-cdef-0123-456789abcdef}", braces optional
Value sid_value(std::string_view text);   // "S-1-5-21-..."
Value filetime_value(uint64_t ticks);
Value systemtime_value(uint64_t ticks);  // milliseconds are kept; 0 = unset (all zero)
Value hex32_value(uint32_t value);
Value hex64_value(uint64_t value);
Value strings_value(const std::vector<std::string>& items, bool last_nul = true);  // 0x81
Value array_value(uint8_t item_type, const std::vector<Value>& items);             // 0x80 | item_type
Value fragment_value(std::function<void(BinXml&)> write);                          // 0x21

}  // namespace sil::evtx_writer
