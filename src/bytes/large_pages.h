// Memory for what comes all at once. A page of 4 KiB costs about a microsecond at its first touch, which is most of the
// price of reading a few megabytes; pages of 2 MiB, where the system gives them, cost a tenth of that.
//
// Hints only: without large pages everything works as it would have. Thread rule: any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

namespace sil {

constexpr size_t kLargePage = size_t{2} << 20;

class LargeBuffer {
 public:
  explicit LargeBuffer(size_t size);  // not initialised; empty when there is no memory
  [[nodiscard]] uint8_t* data() { return bytes_.get(); }
  [[nodiscard]] std::span<const uint8_t> bytes() const { return {bytes_.get(), size_}; }
  void shrink(size_t size) { size_ = size < size_ ? size : size_; }

 private:
  struct Free {
    void operator()(uint8_t* at) const { std::free(at); }
  };
  std::unique_ptr<uint8_t[], Free> bytes_;
  size_t size_ = 0;
};

// Fresh memory of zeros for an allocator: at least `size` bytes in whole large pages, aligned so; never given back.
// `*size`: how many bytes it has. nullptr when there is none.
uint8_t* map_large_pages(size_t* size);

// Malloc gives back what it does not use: between the parts of a run that need memory for different things. Nothing
// happens where the program's malloc has told no way.
void return_free_memory();
void set_return_free_memory(void (*way)());

}  // namespace sil
