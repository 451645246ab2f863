// Shows that the machinery reports what it finds: each of three inputs (fuzz/canary) must end this program with a
// failure; a run that survives them is no evidence for the other targets. Leak and overrun need a sanitizer.
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "fuzz/demand.h"

namespace {
uint8_t* volatile lost;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  sil::fuzz::demand(!text.starts_with("trap"), "an input that does not begin with 'trap'");
  std::unique_ptr<uint8_t[]> exact(new uint8_t[size + 1]);
  if (size != 0) std::memcpy(exact.get(), data, size);
  if (text.starts_with("overrun")) {
    volatile uint8_t beyond = exact[size + 1];
    static_cast<void>(beyond);
  }
  if (text.starts_with("leak")) {
    lost = exact.release();
    lost = nullptr;
  }
  return 0;
}
