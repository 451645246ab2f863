// A few blocks of memory that a process and the child it forks later both see: the child fills them in turn, the parent
// takes them in turn. What is in them may change under the parent's hands if the child is hostile: copy, then look.
//
// Errors: kIo. Thread rule: one thread on either side. The parent learns by other means (a pipe) that a block is full.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "bytes/result.h"

namespace sil {

class SharedRing {
 public:
  static constexpr size_t kBlock = size_t{128} << 10;
  static constexpr uint32_t kBlocks = 16;  // 2 MiB: on a busy machine each wait costs a time slice

  static Result<std::unique_ptr<SharedRing>> make();
  ~SharedRing();
  SharedRing(const SharedRing&) = delete;
  SharedRing& operator=(const SharedRing&) = delete;

  // Child: the next block to fill, kBlock bytes; waits for one. Null: the parent has gone.
  uint8_t* next_free();
  void filled() { ++filled_; }
  // Parent: the block to take, and that it was taken.
  [[nodiscard]] const uint8_t* next_full() const { return blocks_ + size_t{taken_ % kBlocks} * kBlock; }
  void taken();
  // A number for anything else, and one that the child counts up whenever it gets on.
  std::atomic<uint64_t>& note();
  std::atomic<uint64_t>& progress();

 private:
  struct Control;
  SharedRing(Control* control, uint8_t* blocks);
  Control* control_;
  uint8_t* blocks_;
  uint32_t filled_ = 0, taken_ = 0;
  int parent_;
};

}  // namespace sil
