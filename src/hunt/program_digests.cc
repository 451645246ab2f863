#include "hunt/program_digests.h"

#include <cstring>

#include "bytes/digest.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sil::hunt {
namespace {

constexpr size_t kDigits = 8, kSlots = 1 << 14;
constexpr uint64_t kLower = 0x2020202020202020U;  // makes letters small and leaves digits alone

uint64_t slot_of(uint64_t digits) {
  return (digits | kLower) * 0x9E3779B97F4A7C15U >> 50;
}

uint64_t load(const uint8_t* at) {
  uint64_t out;
  std::memcpy(&out, at, sizeof out);
  return out;
}

// Eight units as bytes. What lies beyond ASCII comes out as some other byte, which is no digit's.
uint64_t narrow(const uint8_t* at) {
#if defined(__SSE2__)
  const __m128i units = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  return static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_packus_epi16(units, units)));
#else
  uint8_t out[kDigits];
  for (size_t i = 0; i < kDigits; ++i) out[i] = at[2 * i + 1] == 0 ? at[2 * i] : 0xFF;
  return load(out);
#endif
}

// Calls visit(place) for each '=' among the units until it says true.
template <class Visit>
bool any_equals_sign(const uint8_t* units, size_t count, Visit&& visit) {
  size_t at = 0;
#if defined(__SSE2__)
  const __m128i sign = _mm_set1_epi16('=');
  for (; at + 8 <= count; at += 8) {
    const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(units + 2 * at));
    auto hits = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi16(here, sign)));
    for (; hits != 0; hits &= hits - 1, hits &= hits - 1) {  // two bits a unit
      if (visit(at + static_cast<size_t>(__builtin_ctz(hits)) / 2)) return true;
    }
  }
#endif
  for (; at < count; ++at) {
    if (units[2 * at] == '=' && units[2 * at + 1] == 0 && visit(at)) return true;
  }
  return false;
}

}  // namespace

void DigestSigns::add(std::string_view literal) {
  bits_.resize(kSlots / 64);
  const size_t sign = literal.find('=');
  const uint64_t slot = slot_of(load(reinterpret_cast<const uint8_t*>(literal.data()) + sign + 1));
  bits_[slot / 64] |= uint64_t{1} << slot % 64;
}

bool DigestSigns::begins(uint64_t digits) const {
  const uint64_t slot = slot_of(digits);
  return (bits_[slot / 64] >> slot % 64 & 1) != 0;
}

bool DigestSigns::may_hold(Bytes value, ValueKind kind) const {
  if (bits_.empty()) return false;
  if (kind == ValueKind::kUtf16) {
    const size_t units = value.size() / 2;
    return any_equals_sign(value.data(), units, [&](size_t at) {
      return units - at - 1 >= kDigits && begins(narrow(value.data() + 2 * (at + 1)));
    });
  }
  const std::string_view text = as_text(value);
  if (kind != ValueKind::kUtf8 && (kind != ValueKind::kJsonString || text.find('\\') != std::string_view::npos))
    return true;
  for (size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    if (text.size() - at - 1 >= kDigits && begins(load(value.data() + at + 1))) return true;
  }
  return false;
}

}  // namespace sil::hunt
