// Values as JSON text, written straight into a buffer: the fast half of `dump`. The plain half is append_text() and
// append_json_escaped(); a test demands equal bytes on every shared file.
//
// Thread rule: one buffer per worker.
#pragma once

#include <string>
#include <string_view>

#include "bytes/json_buffer.h"
#include "model/value.h"

namespace sil::ingest {

// Renders times; most events of a chunk share their day, so the date is kept.
class TimeText {
 public:
  char* write(uint64_t ticks, char* out);  // "2023-05-24T13:12:11.1234567Z", at most 32 bytes

 private:
  uint64_t day_ = UINT64_MAX;
  std::string date_;
};

// Escaped text of a scalar value, without quotes. Arrays: members joined by ", ".
void write_value_text(const Value& value, TimeText* times, JsonBuffer* out);
// As JSON: integers and booleans bare, all else a string.
void write_value_json(const Value& value, TimeText* times, JsonBuffer* out);
// Null, absent, or without a single byte of text.
inline bool is_empty(const Value& value) {
  switch (value.kind) {
    case ValueKind::kAbsent:
    case ValueKind::kNull: return true;
    case ValueKind::kUtf16:
    case ValueKind::kAnsi:
    case ValueKind::kUtf16Array:
    case ValueKind::kFixedArray:
    case ValueKind::kBinary: return value.size == 0;
    default: return false;
  }
}
// append_text(), but a SYSTEMTIME gets the seven digits of a FILETIME: in `dump` all times look alike.
void append_json_value_text(const Value& value, std::string* out);
bool is_json_number(ValueKind kind);  // integers and booleans

}  // namespace sil::ingest
