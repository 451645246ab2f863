#include "bytes/large_pages.h"

#include <sys/mman.h>

#include <algorithm>

namespace sil {
namespace {

constexpr size_t kLarge = 2 << 20;

void ask_for_large_pages(void* at, size_t size) {
  auto begin = (reinterpret_cast<uintptr_t>(at) + kLarge - 1) & ~(kLarge - 1);
  uintptr_t end = (reinterpret_cast<uintptr_t>(at) + size) & ~(kLarge - 1);
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace

LargeBuffer::LargeBuffer(size_t size) {
  size_t whole = (size + kLarge - 1) & ~(kLarge - 1);
  bool large = size >= kLarge / 2;
  bytes_.reset(
      static_cast<uint8_t*>(large ? std::aligned_alloc(kLarge, whole) : std::malloc(std::max<size_t>(size, 1))));
  if (!bytes_) return;
  size_ = size;
  if (large) ask_for_large_pages(bytes_.get(), whole);
}

void expect_allocations(size_t bytes) {
  // glibc takes a block of this size from the system and gives it back at once; having seen that, it takes the next one
  // out of its heap (dynamic mmap threshold, at most 32 MiB), and what is freed there stays there.
  constexpr size_t kMost = 28 << 20;
  if (bytes < 2 * kLarge) return;
  bytes = std::min(bytes, kMost);
  void* volatile given_back = std::malloc(bytes + (64 << 10));  // volatile: the pair would be optimised away
  std::free(given_back);
  void* block = std::malloc(bytes);
  if (!block) return;
  ask_for_large_pages(block, bytes);
  std::free(block);
}

}  // namespace sil
