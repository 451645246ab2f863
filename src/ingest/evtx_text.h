// Values as JSON text, written straight into a buffer: the fast half of `dump`. The plain half is append_text() and
// append_json_escaped(); a test demands equal bytes on every shared file.
//
// Thread rule: one buffer per worker.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "model/value.h"

namespace sil::ingest {

class TextBuffer {
 public:
  void clear() { size_ = 0; }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] std::string_view view() const { return {room_.data(), size_}; }
  // At least `more` writable bytes behind the end; end() is valid until the next call.
  char* reserve(size_t more) {
    if (room_.size() - size_ < more) room_.resize((size_ + more) * 2);
    return room_.data() + size_;
  }
  void advance_to(const char* end) { size_ = static_cast<size_t>(end - room_.data()); }
  void cut(size_t size) { size_ = size; }
  [[nodiscard]] char last() const { return size_ == 0 ? '\0' : room_[size_ - 1]; }
  void set_last(char c) { room_[size_ - 1] = c; }
  // For text with kPad readable bytes behind it: copies whole blocks, which is cheaper than a call for short runs.
  void append_padded(const char* text, size_t length) {
    char* to = reserve(length + kPad);
    for (size_t i = 0; i < length; i += kPad) std::memcpy(to + i, text + i, kPad);
    size_ += length;
  }
  static constexpr size_t kPad = 32;
  void append(std::string_view text) {
    std::memcpy(reserve(text.size()), text.data(), text.size());
    size_ += text.size();
  }

 private:
  std::string room_;
  size_t size_ = 0;
};

// Renders times; most events of a chunk share their day, so the date is kept.
class TimeText {
 public:
  char* write(uint64_t ticks, char* out);  // "2023-05-24T13:12:11.1234567Z", at most 32 bytes

 private:
  uint64_t day_ = UINT64_MAX;
  std::string date_;
};

// Escaped text of a scalar value, without quotes. Arrays: members joined by ", ".
void write_value_text(const Value& value, TimeText* times, TextBuffer* out);
// As JSON: integers and booleans bare, all else a string.
void write_value_json(const Value& value, TimeText* times, TextBuffer* out);
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
