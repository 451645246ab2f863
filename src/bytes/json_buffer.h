// JSON text written straight into a buffer that keeps its store: what is written by the thousand - dumped records,
// findings - is put together here and appended to the output once. The plain half is json_writer.h; the escaping is
// the same, and a test demands equal bytes.
//
// Thread rule: one buffer per worker.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "bytes/cursor.h"

namespace sil {

// Escaped UTF-8 (as append_json_escaped). At most 6 bytes a byte, and up to 16 bytes beyond the end are written to.
char* write_json_escaped(std::string_view utf8, char* out);
// The same of UTF-16LE; unpaired surrogates become U+FFFD. At most 6 bytes a unit, and 16 beyond the end.
char* write_json_escaped_utf16(const uint8_t* at, size_t size, char* out);

class JsonBuffer {
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
  template <size_t N>
  void literal(const char (&text)[N]) {
    std::memcpy(reserve(N), text, N - 1);
    size_ += N - 1;
  }
  void string(std::string_view utf8) {  // with the quotes
    char* to = reserve(6 * utf8.size() + 32);
    *to++ = '"';
    to = write_json_escaped(utf8, to);
    *to++ = '"';
    advance_to(to);
  }
  void number(uint64_t value);
  void hex(Bytes bytes);  // lower case

 private:
  std::string room_;
  size_t size_ = 0;
};

}  // namespace sil
