// A view of octets and a bounds-checked little-endian cursor over it: nothing in this program reads
// hostile bytes in any other way.
//
// Errors: a read past the end returns 0 and sets failed(); the caller checks once at the end of a group.
// Lifetime: both are views; the bytes must outlive them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace sil {

using Bytes = std::span<const uint8_t>;

template <class T>
inline T load_le(const uint8_t* at) {  // the hosts we build for are little-endian (house.md, Platforms)
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

class Cursor {
 public:
  explicit Cursor(Bytes bytes, size_t position = 0) : bytes_(bytes), position_(position) {}

  template <class T>
  T read() {
    if (bytes_.size() - position_ < sizeof(T) || position_ > bytes_.size()) {
      failed_ = true;
      return T{};
    }
    T value = load_le<T>(bytes_.data() + position_);
    position_ += sizeof(T);
    return value;
  }
  template <class T>
  [[nodiscard]] T peek() const {
    Cursor copy = *this;
    return copy.read<T>();
  }
  Bytes take(size_t count) {
    if (position_ > bytes_.size() || bytes_.size() - position_ < count) {
      failed_ = true;
      return {};
    }
    Bytes out = bytes_.subspan(position_, count);
    position_ += count;
    return out;
  }
  void skip(size_t count) { take(count); }
  void seek(size_t position) {
    if (position > bytes_.size())
      failed_ = true;
    else
      position_ = position;
  }
  [[nodiscard]] size_t position() const { return position_; }
  [[nodiscard]] size_t remaining() const { return position_ > bytes_.size() ? 0 : bytes_.size() - position_; }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  Bytes bytes_;
  size_t position_;
  bool failed_ = false;
};

}  // namespace sil
