#include "bytes/large_pages.h"

#include <sys/mman.h>

#include <algorithm>

namespace sil {
namespace {

void ask_for_large_pages(void* at, size_t size) {
  auto begin = (reinterpret_cast<uintptr_t>(at) + kLargePage - 1) & ~(kLargePage - 1);
  uintptr_t end = (reinterpret_cast<uintptr_t>(at) + size) & ~(kLargePage - 1);
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace

LargeBuffer::LargeBuffer(size_t size) {
  size_t whole = (size + kLargePage - 1) & ~(kLargePage - 1);
  bool large = size >= kLargePage / 2;
  bytes_.reset(
      static_cast<uint8_t*>(large ? std::aligned_alloc(kLargePage, whole) : std::malloc(std::max<size_t>(size, 1))));
  if (!bytes_) return;
  size_ = size;
  if (large) ask_for_large_pages(bytes_.get(), whole);
}

uint8_t* map_large_pages(size_t* size) {
  if (*size > SIZE_MAX / 2) return nullptr;
  const size_t whole = (*size + kLargePage - 1) & ~(kLargePage - 1);
  void* mapped = ::mmap(nullptr, whole + kLargePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* first = static_cast<uint8_t*>(mapped);
  const size_t before = (kLargePage - (reinterpret_cast<uintptr_t>(first) & (kLargePage - 1))) & (kLargePage - 1);
  if (before > 0) ::munmap(first, before);
  ::munmap(first + before + whole, kLargePage - before);
  ask_for_large_pages(first + before, whole);
  *size = whole;
  return first + before;
}

namespace {

void (*return_free)() = nullptr;  // set before main(), never again

}  // namespace

void set_return_free_memory(void (*way)()) {
  return_free = way;
}

void return_free_memory() {
  if (return_free != nullptr) return_free();
}

}  // namespace sil
