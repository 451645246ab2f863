#include "ingest/evtx_text.h"

#include <array>
#include <charconv>

#include "bytes/json_writer.h"
#include "bytes/text.h"
#include "model/timestamp.h"

#if defined(__SSSE3__)
#include <tmmintrin.h>
#endif

namespace sil::ingest {
namespace {

constexpr char kLowerHex[] = "0123456789abcdef";
constexpr char kUpperHex[] = "0123456789ABCDEF";

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

#if defined(__SSSE3__)
// Eight units, of which all are stored and `out` goes on behind the first `count`. False: something among them wants
// more than a backslash before it.
inline bool write_block(__m128i units, unsigned count, char** out) {
  const __m128i high = _mm_set1_epi16(static_cast<short>(0xFF80));
  const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x20);
  __m128i narrow = _mm_cmpeq_epi16(_mm_and_si128(units, high), _mm_setzero_si128());
  __m128i bytes = _mm_packus_epi16(units, units);
  int low = _mm_movemask_epi8(_mm_cmplt_epi8(bytes, control));
  if (_mm_movemask_epi8(narrow) != 0xFFFF || low != 0) return false;
  __m128i marked = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, slash));
  unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(marked)) & 0xFF;
  if (mask == 0) {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(*out), bytes);
    *out += count;
    return true;
  }
  __m128i shuffle = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kEscapeShuffles[mask].data()));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(*out), _mm_shuffle_epi8(_mm_unpacklo_epi64(bytes, slash), shuffle));
  *out += count + static_cast<unsigned>(__builtin_popcount(mask));
  return true;
}
#endif

// At most 6 bytes a unit, and up to 16 bytes beyond the end are written to.
char* write_utf16_escaped(const uint8_t* at, uint32_t size, char* out) {
  const uint8_t* end = at + (size & ~1u);
#if defined(__SSSE3__)
  for (; end - at >= 16; at += 16) {
    if (write_block(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)), 8, &out)) continue;
    const uint8_t* stop = at + 16;
    const uint8_t* next = at;
    while (next < stop) next = write_unit(next, end, &out);
    at = next - 16;
  }
  if (at < end) {  // the rest, padded with a character that needs no care
    uint16_t rest[8] = {'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x'};
    auto count = static_cast<unsigned>(end - at) / 2;
    for (unsigned i = 0; i < count; ++i) rest[i] = load_le<uint16_t>(at + 2 * i);
    if (write_block(_mm_loadu_si128(reinterpret_cast<const __m128i*>(rest)), count, &out)) return out;
  }
#endif
  while (at < end) at = write_unit(at, end, &out);
  return out;
}

char* write_hex(const uint8_t* bytes, size_t count, const char* digits, char* out) {
  for (size_t i = 0; i < count; ++i) {
    *out++ = digits[bytes[i] >> 4];
    *out++ = digits[bytes[i] & 15];
  }
  return out;
}

char* write_guid(const uint8_t* b, char* out) {
  const uint8_t head[8] = {b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6]};
  *out++ = '{';
  out = write_hex(head, 4, kLowerHex, out);
  *out++ = '-';
  out = write_hex(head + 4, 2, kLowerHex, out);
  *out++ = '-';
  out = write_hex(head + 6, 2, kLowerHex, out);
  *out++ = '-';
  out = write_hex(b + 8, 2, kLowerHex, out);
  *out++ = '-';
  out = write_hex(b + 10, 6, kLowerHex, out);
  *out++ = '}';
  return out;
}

char* write_sid(const Value& value, char* out) {
  const uint8_t* b = value.data;
  uint64_t authority = 0;
  for (size_t i = 2; i < 8; ++i) authority = authority << 8 | b[i];
  *out++ = 'S';
  *out++ = '-';
  out = std::to_chars(out, out + 4, b[0]).ptr;
  *out++ = '-';
  out = std::to_chars(out, out + 20, authority).ptr;
  for (size_t i = 0; i < b[1] && 8 + 4 * (i + 1) <= value.size; ++i) {
    *out++ = '-';
    out = std::to_chars(out, out + 12, load_le<uint32_t>(b + 8 + 4 * i)).ptr;
  }
  return out;
}

template <class T>
char* write_hex_number(const uint8_t* at, char* out) {
  *out++ = '0';
  *out++ = 'x';
  return std::to_chars(out, out + 16, load_le<T>(at), 16).ptr;
}

void write_slowly(const Value& value, TextBuffer* out) {
  std::string text, escaped;
  append_json_value_text(value, &text);
  append_json_escaped(text, &escaped);
  out->append(escaped);
}

void write_digits(uint32_t value, int count, char* out) {
  for (int i = count - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

char* TimeText::write(uint64_t ticks, char* out) {
  constexpr uint64_t kDay = 86400 * kTicksPerSecond;
  uint64_t day = ticks / kDay;
  if (day != day_) {
    day_ = day;
    date_.clear();
    append_rfc3339(day * kDay, 0, &date_);
    date_.resize(date_.find('T') + 1);
  }
  std::memcpy(out, date_.data(), date_.size());
  out += date_.size();
  uint64_t rest = ticks % kDay;
  auto second = static_cast<uint32_t>(rest / kTicksPerSecond);
  write_digits(second / 3600, 2, out);
  out[2] = ':';
  write_digits(second / 60 % 60, 2, out + 3);
  out[5] = ':';
  write_digits(second % 60, 2, out + 6);
  out[8] = '.';
  write_digits(static_cast<uint32_t>(rest % kTicksPerSecond), 7, out + 9);
  out[16] = 'Z';
  return out + 17;
}

void append_json_value_text(const Value& value, std::string* out) {
  size_t start = out->size();
  append_text(value, out);
  if (value.kind == ValueKind::kSystemTime && out->size() > start) out->insert(out->size() - 1, "0000");
}

bool is_json_number(ValueKind kind) {
  return (kind >= ValueKind::kInt8 && kind <= ValueKind::kUInt64) || kind == ValueKind::kBool;
}

void write_value_text(const Value& value, TimeText* times, TextBuffer* out) {
  const uint8_t* at = value.data;
  char* to = out->reserve(size_t{3} * value.size + 128);  // UTF-16: 6 bytes a unit; SID: 11 digits a 4 bytes
  switch (value.kind) {
    case ValueKind::kAbsent:
    case ValueKind::kNull: return;
    case ValueKind::kUtf16: to = write_utf16_escaped(at, value.size, to); break;
    case ValueKind::kInt8: to = std::to_chars(to, to + 24, static_cast<int>(load_le<int8_t>(at))).ptr; break;
    case ValueKind::kUInt8: to = std::to_chars(to, to + 24, static_cast<unsigned>(*at)).ptr; break;
    case ValueKind::kInt16: to = std::to_chars(to, to + 24, load_le<int16_t>(at)).ptr; break;
    case ValueKind::kUInt16: to = std::to_chars(to, to + 24, load_le<uint16_t>(at)).ptr; break;
    case ValueKind::kInt32: to = std::to_chars(to, to + 24, load_le<int32_t>(at)).ptr; break;
    case ValueKind::kUInt32: to = std::to_chars(to, to + 24, load_le<uint32_t>(at)).ptr; break;
    case ValueKind::kInt64: to = std::to_chars(to, to + 24, load_le<int64_t>(at)).ptr; break;
    case ValueKind::kUInt64: to = std::to_chars(to, to + 24, load_le<uint64_t>(at)).ptr; break;
    case ValueKind::kHex32: to = write_hex_number<uint32_t>(at, to); break;
    case ValueKind::kHex64: to = write_hex_number<uint64_t>(at, to); break;
    case ValueKind::kGuid: to = write_guid(at, to); break;
    case ValueKind::kSid: to = write_sid(value, to); break;
    case ValueKind::kFileTime: to = times->write(load_le<uint64_t>(at), to); break;
    case ValueKind::kBinary: to = write_hex(at, value.size, kUpperHex, to); break;
    default: write_slowly(value, out); return;
  }
  out->advance_to(to);
}

void write_value_json(const Value& value, TimeText* times, TextBuffer* out) {
  if (is_json_number(value.kind)) return write_value_text(value, times, out);
  if (value.kind == ValueKind::kUtf16) {  // most values, so without detours
    char* to = out->reserve(size_t{3} * value.size + 32);
    *to++ = '"';
    to = write_utf16_escaped(value.data, value.size, to);
    *to++ = '"';
    return out->advance_to(to);
  }
  out->append("\"");
  write_value_text(value, times, out);
  out->append("\"");
}

}  // namespace sil::ingest
