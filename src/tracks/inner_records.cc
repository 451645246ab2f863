#include "tracks/inner_records.h"

namespace sil::tracks {
namespace {
constexpr uint32_t kSignature = 0x00002a2a, kSmallest = 28;
}

std::vector<InnerRecord> inner_records(Bytes record, size_t from) {
  for (size_t start = (from + 7) / 8 * 8; start + kSmallest <= record.size(); start += 8) {
    std::vector<InnerRecord> out;
    size_t at = start;
    while (at + kSmallest <= record.size() && load_le<uint32_t>(record.data() + at) == kSignature) {
      auto size = load_le<uint32_t>(record.data() + at + 4);
      if (size < kSmallest || size % 8 != 0 || size > record.size() - at) break;
      out.push_back({static_cast<uint32_t>(at), size});
      at += size;
    }
    if (at == record.size() && !out.empty()) return out;
  }
  return {};
}

std::vector<uint8_t> le32(uint32_t value) {
  return {static_cast<uint8_t>(value), static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value >> 16),
          static_cast<uint8_t>(value >> 24)};
}

}  // namespace sil::tracks
