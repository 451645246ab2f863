// Escaping, shared by both kinds of text. Vector paths: SSSE3, which every x86-64-v2 has; elsewhere plain loops.
#include "bytes/json_buffer.h"

#include <array>
#include <charconv>

#include "bytes/digest.h"
#include "bytes/text.h"

#if defined(__SSSE3__)
#include <tmmintrin.h>
#endif

namespace sil {
namespace {

constexpr char kLowerHex[] = "0123456789abcdef";

// For each set of positions (bit i: byte i wants a backslash before it) the byte shuffle that makes room; index 8 is
// the backslash itself.
constexpr std::array<std::array<uint8_t, 16>, 256> make_escape_shuffles() {
  std::array<std::array<uint8_t, 16>, 256> table{};
  for (size_t mask = 0; mask < 256; ++mask) {
    size_t to = 0;
    for (uint8_t i = 0; i < 8; ++i) {
      if (mask >> i & 1) table[mask][to++] = 8;
      table[mask][to++] = i;
    }
    while (to < 16) table[mask][to++] = 8;
  }
  return table;
}
[[maybe_unused]] constexpr auto kEscapeShuffles = make_escape_shuffles();

char* write_escaped_ascii(uint8_t unit, char* out) {
  if (unit >= 0x20) {
    if (unit == '"' || unit == '\\') *out++ = '\\';
    *out++ = static_cast<char>(unit);
    return out;
  }
  *out++ = '\\';
  switch (unit) {
    case '\b': *out++ = 'b'; return out;
    case '\f': *out++ = 'f'; return out;
    case '\n': *out++ = 'n'; return out;
    case '\r': *out++ = 'r'; return out;
    case '\t': *out++ = 't'; return out;
    default: break;
  }
  std::memcpy(out, "u00", 3);
  out[3] = kLowerHex[unit >> 4];
  out[4] = kLowerHex[unit & 15];
  return out + 5;
}

char* write_scalar(char32_t code, char* out) {
  if (code < 0x800) {
    *out++ = static_cast<char>(0xC0 | (code >> 6));
  } else {
    if (code < 0x10000) {
      *out++ = static_cast<char>(0xE0 | (code >> 12));
    } else {
      *out++ = static_cast<char>(0xF0 | (code >> 18));
      *out++ = static_cast<char>(0x80 | ((code >> 12) & 63));
    }
    *out++ = static_cast<char>(0x80 | ((code >> 6) & 63));
  }
  *out++ = static_cast<char>(0x80 | (code & 63));
  return out;
}

// One code point of UTF-16 at `at`; unpaired surrogates become U+FFFD.
const uint8_t* write_unit(const uint8_t* at, const uint8_t* end, char** out) {
  uint16_t unit = load_le<uint16_t>(at);
  at += 2;
  if (unit < 0x80) {
    *out = write_escaped_ascii(static_cast<uint8_t>(unit), *out);
    return at;
  }
  char32_t code = unit;
  if (unit >= 0xD800 && unit < 0xE000) {
    uint16_t low = unit < 0xDC00 && end - at >= 2 ? load_le<uint16_t>(at) : uint16_t{0};
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((char32_t{unit} - 0xD800) << 10) + (low - 0xDC00u);
      at += 2;
    } else {
      code = kReplacement;
    }
  }
  *out = write_scalar(code, *out);
  return at;
}

// One character of UTF-8 at `at`; bytes that are none become U+FFFD.
size_t write_character(std::string_view text, size_t at, char** out) {
  auto byte = static_cast<uint8_t>(text[at]);
  if (byte < 0x80) {
    *out = write_escaped_ascii(byte, *out);
    return at + 1;
  }
  size_t from = at;
  char32_t code = next_scalar(text, &at);
  if (code == kReplacement && at - from == 1) {
    *out = write_scalar(kReplacement, *out);
  } else {
    std::memcpy(*out, text.data() + from, at - from);
    *out += at - from;
  }
  return at;
}

#if defined(__SSSE3__)
// Which of the bytes want a backslash; -1: something among them wants more than that. Line ends and tabs, which lists
// of privileges are full of, become their letters.
inline int marks_in(__m128i* bytes) {
  const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(0x20);
  const __m128i low = _mm_cmplt_epi8(*bytes, space);  // signed: from 0x80 on too
  const int lows = _mm_movemask_epi8(low);
  const __m128i marked = _mm_or_si128(_mm_cmpeq_epi8(*bytes, quote), _mm_cmpeq_epi8(*bytes, slash));
  if (lows == 0) return _mm_movemask_epi8(marked);
  const __m128i letters = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 'b', 't', 'n', 0, 'f', 'r', 0, 0);
  const __m128i letter = _mm_and_si128(_mm_shuffle_epi8(letters, *bytes), _mm_cmplt_epi8(*bytes, _mm_set1_epi8(16)));
  if ((_mm_movemask_epi8(_mm_cmpeq_epi8(letter, _mm_setzero_si128())) & lows) != 0) return -1;
  *bytes = _mm_or_si128(_mm_andnot_si128(low, *bytes), _mm_and_si128(low, letter));
  return _mm_movemask_epi8(marked) | lows;
}

// The lower eight bytes, of which the first `count` count. `mask`: of those that want a backslash.
inline char* write_eight(__m128i bytes, unsigned mask, unsigned count, char* out) {
  if (mask == 0) {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out), bytes);
    return out + count;
  }
  const __m128i slash = _mm_set1_epi8('\\');
  __m128i shuffle = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kEscapeShuffles[mask].data()));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(_mm_unpacklo_epi64(bytes, slash), shuffle));
  return out + count + static_cast<unsigned>(__builtin_popcount(mask));
}

inline bool write_sixteen(__m128i bytes, char** out) {
  const int marks = marks_in(&bytes);
  if (marks < 0) return false;
  const auto mask = static_cast<unsigned>(marks);
  if (mask == 0) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(*out), bytes);
    *out += 16;
    return true;
  }
  *out = write_eight(bytes, mask & 0xFF, 8, *out);
  *out = write_eight(_mm_unpackhi_epi64(bytes, bytes), mask >> 8, 8, *out);
  return true;
}

inline bool are_ascii(__m128i units) {
  const __m128i high = _mm_set1_epi16(static_cast<short>(0xFF80));
  return _mm_movemask_epi8(_mm_cmpeq_epi16(_mm_and_si128(units, high), _mm_setzero_si128())) == 0xFFFF;
}

// Eight units, of which the first `count` count.
inline bool write_units(__m128i units, unsigned count, char** out) {
  if (!are_ascii(units)) return false;
  __m128i bytes = _mm_packus_epi16(units, units);
  const int marks = marks_in(&bytes);
  if (marks < 0) return false;
  *out = write_eight(bytes, static_cast<unsigned>(marks) & 0xFF, count, *out);
  return true;
}

// The last `count` units before `end`, moved to the front and filled up with a character that needs no care. Whole:
// there are eight units before `end`.
inline __m128i last_units(const uint8_t* end, unsigned count, bool whole) {
  alignas(16) static constexpr uint8_t kSlide[32] = {0,    1,    2,    3,    4,    5,    6,    7,    8,    9,    10,
                                                     11,   12,   13,   14,   15,   0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                                                     0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80};
  alignas(16) static constexpr uint16_t kFill[16] = {0, 0, 0, 0, 0, 0, 0, 0, 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x'};
  const __m128i fill = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kFill + 8 - count));
  if (whole) {
    const __m128i slide = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kSlide + 16 - 2 * count));
    const __m128i last = _mm_loadu_si128(reinterpret_cast<const __m128i*>(end - 16));
    return _mm_or_si128(_mm_shuffle_epi8(last, slide), fill);
  }
  uint16_t rest[8] = {};
  for (unsigned i = 0; i < count; ++i) rest[i] = load_le<uint16_t>(end - 2 * (count - i));
  return _mm_or_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(rest)), fill);
}
#endif

}  // namespace

char* write_json_escaped_utf16(const uint8_t* at, size_t size, char* out) {
  const uint8_t* end = at + (size & ~size_t{1});
#if defined(__SSSE3__)
  auto slowly = [&](const uint8_t* stop) {
    while (at < stop) at = write_unit(at, end, &out);  // a pair may reach beyond
  };
  while (end - at >= 32) {
    const auto* block = reinterpret_cast<const __m128i*>(at);
    __m128i first = _mm_loadu_si128(block), second = _mm_loadu_si128(block + 1);
    if (are_ascii(_mm_or_si128(first, second)) && write_sixteen(_mm_packus_epi16(first, second), &out))
      at += 32;
    else
      slowly(at + 32);
  }
  if (end - at >= 16) {
    if (write_units(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)), 8, &out))
      at += 16;
    else
      slowly(at + 16);
  }
  if (at < end) {
    const auto count = static_cast<unsigned>(end - at) / 2;
    if (write_units(last_units(end, count, size >= 16), count, &out)) return out;
  }
#endif
  while (at < end) at = write_unit(at, end, &out);
  return out;
}

char* write_json_escaped(std::string_view text, char* out) {
  size_t at = 0;
#if defined(__SSSE3__)
  while (at + 16 <= text.size()) {
    if (write_sixteen(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at)), &out)) {
      at += 16;
      continue;
    }
    for (size_t stop = at + 16; at < stop;) at = write_character(text, at, &out);
  }
  if (at < text.size()) {  // filled up with a character that needs no care
    const size_t rest = text.size() - at;
    char block[16] = {'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x'};
    std::memcpy(block, text.data() + at, rest);
    if (write_sixteen(_mm_loadu_si128(reinterpret_cast<const __m128i*>(block)), &out)) return out - (16 - rest);
  }
#endif
  while (at < text.size()) at = write_character(text, at, &out);
  return out;
}

void JsonBuffer::number(uint64_t value) {
  char* to = reserve(24);
  advance_to(std::to_chars(to, to + 24, value).ptr);
}
void JsonBuffer::hex(Bytes bytes) {
  advance_to(write_hex(bytes, reserve(2 * bytes.size())));
}

}  // namespace sil
