// Bytes that are written once and seldom read again, so that only their tail stays in memory.
// Errors are sticky: the first one stands in error(), later calls do nothing. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bytes/spill_file.h"

namespace sil::hunt {

class SpillLog {
 public:
  explicit SpillLog(std::string folder, size_t tail = 1 << 20) : folder_(std::move(folder)), limit_(tail) {}
  uint64_t append(Bytes bytes);  // the offset
  bool read(uint64_t offset, uint8_t* into, size_t length);
  [[nodiscard]] uint64_t size() const { return spilled_ + tail_.size(); }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  std::string folder_;
  size_t limit_;
  std::unique_ptr<SpillFile> file_;
  uint64_t spilled_ = 0;
  std::string tail_;
  std::optional<Error> error_;
};

}  // namespace sil::hunt
