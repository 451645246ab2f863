// A value as it lies in the log: bytes plus the kind that says how to read them. Nothing is decoded until asked.
//
// Lifetime: a Value views the reader's buffer; it dies with the batch of events it came from.
// Text forms follow evtx-and-tracks reference 1.7: integers decimal, hex kinds 0x + lower hex without leading
// zeros, GUID braces + lower, FILETIME RFC 3339 with seven digits, SID S-1-.., binary upper hex.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bytes/cursor.h"

namespace sil {

enum class ValueKind : uint8_t {
  kAbsent,      // the field does not exist in this event
  kNull,        // it exists and is null (JSON null, EVTX null slot where the element stays)
  kUtf8,        // text, not escaped
  kUtf16,       // text, little-endian; trailing NULs are no part of it (the reader has cut them)
  kJsonString,  // text between JSON quotes, still escaped
  kJsonNumber,  // number token as written
  kJsonArray,   // raw array token "[...]"; its scalars are the members
  kJsonObject,  // raw object token "{...}"
  kInt8,
  kUInt8,
  kInt16,
  kUInt16,
  kInt32,
  kUInt32,
  kInt64,
  kUInt64,
  kFloat32,
  kFloat64,
  kBool,  // 1, 2, 4 or 8 bytes, any non-zero is true
  kBoolTrue,
  kBoolFalse,  // JSON literals
  kHex32,
  kHex64,
  kBinary,
  kGuid,
  kFileTime,
  kSystemTime,
  kSid,
  kAnsi,        // code page text, read as Windows-1252
  kUtf16Array,  // NUL-terminated UTF-16 items, each a member
  kFixedArray,  // k items of `element` kind, each a member
};

struct Value {
  const uint8_t* data = nullptr;
  uint32_t size = 0;
  ValueKind kind = ValueKind::kAbsent;
  ValueKind element = ValueKind::kAbsent;  // for kFixedArray

  [[nodiscard]] Bytes bytes() const { return {data, size}; }
  [[nodiscard]] bool present() const { return kind != ValueKind::kAbsent; }
  [[nodiscard]] bool is_array() const {
    return kind == ValueKind::kUtf16Array || kind == ValueKind::kFixedArray || kind == ValueKind::kJsonArray;
  }
};

Value utf8_value(std::string_view text);  // a view of `text`
// Appends the value's text (UTF-8) to `out`. Arrays: members joined by ", ". Absent and null append nothing.
void append_text(const Value& value, std::string* out);
// Same, already folded for caseless comparison. Returns false when a non-ASCII scalar occurred in the source.
bool append_folded_text(const Value& value, std::string* out);
// Calls visit(member) for each scalar member of an array (nested JSON arrays are flattened), once for a scalar,
// never for absent. `visit` returns false to stop.
template <class Visit>
void for_each_member(const Value& value, Visit&& visit);

// Exact numbers. kind kNone: the value is no number (text that is a whole decimal number counts as one).
struct Number {
  enum class Kind : uint8_t { kNone, kSigned, kUnsigned, kReal } kind = Kind::kNone;
  int64_t i = 0;
  uint64_t u = 0;
  double d = 0;
};
Number number_of(const Value& value);           // hex kinds by value; kUtf8/kUtf16/kJsonString parsed
Number parse_number(std::string_view text);     // decimal, "0x1f", "-3", "1.5e3"; surrounding blanks refused
int compare(const Number& a, const Number& b);  // exact: -1, 0, 1; both must be numbers

bool next_member(const Value& value, size_t* position, Value* member);  // the loop behind for_each_member

template <class Visit>
void for_each_member(const Value& value, Visit&& visit) {
  if (!value.is_array()) {
    if (value.present()) visit(value);
    return;
  }
  size_t position = 0;
  Value member;
  while (next_member(value, &position, &member)) {
    if (!visit(member)) return;
  }
}

}  // namespace sil
