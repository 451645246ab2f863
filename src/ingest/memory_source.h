// Bytes that are in memory already, as a source: a record by itself, what a test or a fuzz target was given.
//
// Lifetime: views the bytes. Thread rule: immutable.
#pragma once

#include <algorithm>
#include <cstring>

#include "ingest/reader.h"

namespace sil::ingest {

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(Bytes bytes, bool random_access = true) : bytes_(bytes), random_access_(random_access) {}
  [[nodiscard]] bool random_access() const override { return random_access_; }
  [[nodiscard]] uint64_t size_hint() const override { return random_access_ ? bytes_.size() : 0; }
  Result<size_t> read_at(uint64_t offset, uint8_t* into, size_t length) override {
    if (offset >= bytes_.size()) return size_t{0};
    size_t count = std::min<size_t>(length, bytes_.size() - static_cast<size_t>(offset));
    std::memcpy(into, bytes_.data() + offset, count);
    return count;
  }

 private:
  Bytes bytes_;
  bool random_access_;
};

}  // namespace sil::ingest
