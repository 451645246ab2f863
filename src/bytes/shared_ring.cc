#include "bytes/shared_ring.h"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <new>

namespace sil {

struct SharedRing::Control {
  std::atomic<uint32_t> taken{0};    // blocks that the parent has taken
  std::atomic<uint32_t> waiting{0};  // the child sleeps until that changes
  std::atomic<uint64_t> note{0}, progress{0};
};

namespace {

constexpr size_t kControl = 4096;
constexpr size_t kSize = kControl + SharedRing::kBlock * SharedRing::kBlocks;
constexpr long kLook = 250'000'000;  // ns between two looks whether the parent still lives

}  // namespace

Result<std::unique_ptr<SharedRing>> SharedRing::make() {
  void* memory = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return fail(ErrorCode::kIo, "decoder", "shared memory", std::strerror(errno));
  return std::unique_ptr<SharedRing>(new SharedRing(new (memory) Control, static_cast<uint8_t*>(memory) + kControl));
}

SharedRing::SharedRing(Control* control, uint8_t* blocks) : control_(control), blocks_(blocks), parent_(::getpid()) {}
SharedRing::~SharedRing() {
  ::munmap(control_, kSize);
}

std::atomic<uint64_t>& SharedRing::note() {
  return control_->note;
}

std::atomic<uint64_t>& SharedRing::progress() {
  return control_->progress;
}

uint8_t* SharedRing::next_free() {
  for (;;) {
    const uint32_t taken = control_->taken.load(std::memory_order_acquire);
    if (filled_ - taken < kBlocks) break;
    control_->waiting.store(1);
    if (control_->taken.load() == taken) {
      const timespec look{0, kLook};
      const long woken = ::syscall(SYS_futex, reinterpret_cast<uint32_t*>(&control_->taken), FUTEX_WAIT, taken, &look);
      if (woken < 0 && errno == ETIMEDOUT && ::getppid() != parent_) return nullptr;
    }
    control_->waiting.store(0, std::memory_order_relaxed);
  }
  return blocks_ + size_t{filled_ % kBlocks} * kBlock;
}

void SharedRing::taken() {
  ++taken_;
  control_->taken.store(taken_);
  if (control_->waiting.load() != 0) ::syscall(SYS_futex, reinterpret_cast<uint32_t*>(&control_->taken), FUTEX_WAKE, 1);
}

}  // namespace sil
