// Room on disk for what would not fit into the memory budget: a file without a name, gone when it is closed
// or the process ends, whatever way it ends.
//
// Errors: kIo, kDenied. Thread rule: one thread. The folder is the caller's, else TMPDIR, else /tmp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "bytes/cursor.h"
#include "bytes/result.h"

namespace sil {

class SpillFile {
 public:
  static Result<std::unique_ptr<SpillFile>> make(const std::string& folder);
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  Result<uint64_t> append(Bytes bytes);                                       // the offset at which they now stand
  Result<void> read_at(uint64_t offset, uint8_t* into, size_t length) const;  // all of them, or kIo
  [[nodiscard]] uint64_t size() const { return size_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  explicit SpillFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
  uint64_t size_ = 0;
};

}  // namespace sil
