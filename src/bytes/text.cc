#include "bytes/text.h"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sil {
namespace {

struct FoldRun {
  char32_t first, last;
  uint32_t stride;
  int32_t delta;
};
constexpr FoldRun kFoldRuns[] = {
#include "bytes/casefold_table.inc"
};

constexpr std::array<uint8_t, 128> kAsciiFold = [] {
  std::array<uint8_t, 128> table{};
  for (size_t i = 0; i < 128; ++i) table[i] = static_cast<uint8_t>(i >= 'A' && i <= 'Z' ? i + 32 : i);
  return table;
}();

#if defined(__SSE2__)
__m128i folded_ascii(__m128i bytes) {
  const __m128i above = _mm_cmpgt_epi8(bytes, _mm_set1_epi8('A' - 1));
  const __m128i below = _mm_cmplt_epi8(bytes, _mm_set1_epi8('Z' + 1));
  return _mm_or_si128(bytes, _mm_and_si128(_mm_and_si128(above, below), _mm_set1_epi8(0x20)));
}
#endif

// How many units from the start are ASCII in whole blocks; their bytes are written to `to`.
template <bool kFold>
size_t write_ascii_blocks([[maybe_unused]] const uint8_t* from, [[maybe_unused]] size_t units,
                          [[maybe_unused]] char* to) {
  size_t done = 0;
#if defined(__SSE2__)
  const __m128i high = _mm_set1_epi16(static_cast<short>(0xFF80));
  for (; done + 16 <= units; done += 16) {
    const auto* at = reinterpret_cast<const __m128i*>(from + 2 * done);
    __m128i a = _mm_loadu_si128(at), b = _mm_loadu_si128(at + 1);
    __m128i beyond = _mm_and_si128(_mm_or_si128(a, b), high);
    if (_mm_movemask_epi8(_mm_cmpeq_epi16(beyond, _mm_setzero_si128())) != 0xFFFF) break;
    __m128i bytes = _mm_packus_epi16(a, b);
    if (kFold) bytes = folded_ascii(bytes);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + done), bytes);
  }
#endif
  return done;
}

template <bool kFold>
bool append_utf16(Bytes utf16, std::string* out) {
  bool ascii = true;
  size_t units = utf16.size() / 2;
  size_t base = out->size();
  out->resize(base + units);
  size_t plain = write_ascii_blocks<kFold>(utf16.data(), units, out->data() + base);
  for (; plain < units; ++plain) {
    uint16_t unit = load_le<uint16_t>(utf16.data() + 2 * plain);
    if (unit >= 0x80) break;
    (*out)[base + plain] = static_cast<char>(kFold ? kAsciiFold[unit] : unit);
  }
  if (plain == units) return true;
  out->resize(base + plain + (units - plain) * 3);
  char* to = out->data() + base + plain;
  std::string wide;  // only for what is not ASCII
  for (size_t i = plain; i < units; ++i) {
    uint16_t unit = load_le<uint16_t>(utf16.data() + 2 * i);
    if (unit < 0x80) {
      *to++ = static_cast<char>(kFold ? kAsciiFold[unit] : unit);
      continue;
    }
    ascii = false;
    char32_t code = unit;
    if (unit >= 0xD800 && unit < 0xDC00 && i + 1 < units) {
      uint16_t low = load_le<uint16_t>(utf16.data() + 2 * (i + 1));
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((char32_t{unit} - 0xD800) << 10) + (low - 0xDC00u);
        ++i;
      }
    }
    if (code >= 0xD800 && code < 0xE000) code = kReplacement;
    if constexpr (kFold) code = fold_scalar(code);
    wide.clear();
    append_utf8(code, &wide);
    std::memcpy(to, wide.data(), wide.size());  // a pair is 2 units and 4 bytes: always fits in 3 per unit
    to += wide.size();
  }
  out->resize(static_cast<size_t>(to - out->data()));
  return ascii;
}

}  // namespace

void append_utf8_from_utf16le(Bytes utf16, std::string* out) {
  append_utf16<false>(utf16, out);
}
bool append_folded_from_utf16le(Bytes utf16, std::string* out) {
  return append_utf16<true>(utf16, out);
}

void append_utf8(char32_t code, std::string* out) {
  if (code < 0x80) {
    *out += static_cast<char>(code);
  } else if (code < 0x800) {
    *out += static_cast<char>(0xC0 | (code >> 6));
    *out += static_cast<char>(0x80 | (code & 63));
  } else if (code < 0x10000) {
    *out += static_cast<char>(0xE0 | (code >> 12));
    *out += static_cast<char>(0x80 | ((code >> 6) & 63));
    *out += static_cast<char>(0x80 | (code & 63));
  } else {
    *out += static_cast<char>(0xF0 | (code >> 18));
    *out += static_cast<char>(0x80 | ((code >> 12) & 63));
    *out += static_cast<char>(0x80 | ((code >> 6) & 63));
    *out += static_cast<char>(0x80 | (code & 63));
  }
}

char32_t next_scalar(std::string_view text, size_t* position) {
  auto byte = [&](size_t at) { return static_cast<uint8_t>(text[at]); };
  size_t at = (*position)++;
  uint8_t lead = byte(at);
  if (lead < 0x80) return lead;
  size_t more = lead >= 0xF0 && lead < 0xF5 ? 3 : lead >= 0xE0 && lead < 0xF0 ? 2 : lead >= 0xC2 && lead < 0xE0 ? 1 : 0;
  if (more == 0 || text.size() - at <= more) return kReplacement;
  char32_t code = lead & (0x3F >> more);
  for (size_t i = 1; i <= more; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return kReplacement;
    code = code << 6 | (byte(at + i) & 0x3F);
  }
  bool overlong = (more == 2 && code < 0x800) || (more == 3 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return kReplacement;
  *position = at + more + 1;
  return code;
}

char32_t fold_scalar(char32_t code) {
  if (code < 0x80) return kAsciiFold[code];
  auto run = std::upper_bound(std::begin(kFoldRuns), std::end(kFoldRuns), code,
                              [](char32_t value, const FoldRun& r) { return value < r.first; });
  if (run == std::begin(kFoldRuns)) return code;
  --run;
  if (code > run->last || (code - run->first) % run->stride != 0) return code;
  return static_cast<char32_t>(static_cast<int32_t>(code) + run->delta);
}

void append_folded(std::string_view text, std::string* out) {
  size_t i = 0, base = out->size();
  out->resize(base + text.size());
#if defined(__SSE2__)
  for (; i + 16 <= text.size(); i += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + i));
    if (_mm_movemask_epi8(bytes) != 0) break;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out->data() + base + i), folded_ascii(bytes));
  }
#endif
  for (; i < text.size() && static_cast<uint8_t>(text[i]) < 0x80; ++i)
    (*out)[base + i] = static_cast<char>(kAsciiFold[static_cast<uint8_t>(text[i])]);
  out->resize(base + i);
  while (i < text.size()) {
    auto byte = static_cast<uint8_t>(text[i]);
    if (byte < 0x80) {
      *out += static_cast<char>(kAsciiFold[byte]);
      ++i;
    } else {
      append_utf8(fold_scalar(next_scalar(text, &i)), out);
    }
  }
}
std::string folded(std::string_view text) {
  std::string out;
  append_folded(text, &out);
  return out;
}
bool equal_folded(std::string_view a, std::string_view b) {
  size_t i = 0;
  for (const size_t both = std::min(a.size(), b.size()); i < both; ++i) {
    const auto x = static_cast<uint8_t>(a[i]), y = static_cast<uint8_t>(b[i]);
    if ((x | y) >= 0x80) break;
    if (kAsciiFold[x] != kAsciiFold[y]) return false;
  }
  size_t j = i;
  while (i < a.size() && j < b.size()) {
    if (fold_scalar(next_scalar(a, &i)) != fold_scalar(next_scalar(b, &j))) return false;
  }
  return i == a.size() && j == b.size();
}
size_t find_folded_ascii(std::string_view text, std::string_view needle, size_t from) {
  const auto stands_at = [&](size_t at) {
    for (size_t i = 0; i < needle.size(); ++i) {
      const auto c = static_cast<uint8_t>(text[at + i]);
      if (c >= 0x80 || kAsciiFold[c] != static_cast<uint8_t>(needle[i])) return false;
    }
    return true;
  };
  if (text.size() < needle.size()) return std::string_view::npos;
  const size_t last = text.size() - needle.size();
  size_t at = from;
#if defined(__SSE2__)
  // The first and the last byte at 16 places at once.
  const __m128i head = _mm_set1_epi8(needle.front()), tail = _mm_set1_epi8(needle.back());
  for (; at + 15 <= last; at += 16) {
    const char* here = text.data() + at;
    const __m128i first = folded_ascii(_mm_loadu_si128(reinterpret_cast<const __m128i*>(here)));
    const __m128i end = folded_ascii(_mm_loadu_si128(reinterpret_cast<const __m128i*>(here + needle.size() - 1)));
    auto hits =
        static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(first, head), _mm_cmpeq_epi8(end, tail))));
    for (; hits != 0; hits &= hits - 1) {
      const size_t place = at + static_cast<size_t>(__builtin_ctz(hits));
      if (stands_at(place)) return place;
    }
  }
#endif
  for (; at <= last; ++at) {
    if (stands_at(at)) return at;
  }
  return std::string_view::npos;
}
bool is_ascii(std::string_view text) {
  uint64_t seen = 0;
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t block;
    std::memcpy(&block, text.data() + at, sizeof block);
    seen |= block;
  }
  for (; at < text.size(); ++at) seen |= static_cast<uint8_t>(text[at]);
  return (seen & 0x8080808080808080U) == 0;
}
bool is_valid_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    size_t from = i;
    if (next_scalar(text, &i) == kReplacement && i - from == 1) return false;
  }
  return true;
}

std::u16string to_utf16(std::string_view utf8) {
  std::u16string out;
  for (size_t i = 0; i < utf8.size();) {
    char32_t code = next_scalar(utf8, &i);
    if (code < 0x10000) {
      out += static_cast<char16_t>(code);
    } else {
      code -= 0x10000;
      out += static_cast<char16_t>(0xD800 + (code >> 10));
      out += static_cast<char16_t>(0xDC00 + (code & 0x3FF));
    }
  }
  return out;
}

}  // namespace sil
