#include "hunt/program_text.h"

#include <algorithm>
#include <cstring>

#include "bytes/text.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sil::hunt {

char* TextBuffer::prepare(size_t capacity) {
  if (!data_ || capacity > capacity_) {
    capacity_ = std::max<size_t>(256, capacity + capacity / 2);
    data_ = std::make_unique<char[]>(capacity_ + kTextSlack);
  }
  size_ = 0;
  return data_.get();
}

void TextBuffer::assign(std::string_view text) {
  char* to = prepare(text.size());
  std::memcpy(to, text.data(), text.size());
  size_ = text.size();
}

// ---- folding kernels
// -----------------------------------------------------------------------------------------

namespace {

inline uint8_t lower(uint8_t c) {
  return static_cast<uint8_t>(c + ((c >= 'A' && c <= 'Z') ? 32 : 0));
}

bool fold_units_scalar(const uint8_t* from, size_t units, char* to) {
  uint16_t seen = 0;
  for (size_t i = 0; i < units; ++i) {
    uint16_t unit = load_le<uint16_t>(from + 2 * i);
    seen |= unit;
    to[i] = static_cast<char>(lower(static_cast<uint8_t>(unit)));
  }
  return seen < 0x80;
}

bool fold_bytes_scalar(const uint8_t* from, size_t size, char* to) {
  uint8_t seen = 0;
  for (size_t i = 0; i < size; ++i) {
    seen |= from[i];
    to[i] = static_cast<char>(lower(from[i]));
  }
  return seen < 0x80;
}

#if defined(__x86_64__)

inline __m128i lower_sse(__m128i x) {  // bytes 0..127
  __m128i upper = _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8('A' - 1)), _mm_cmplt_epi8(x, _mm_set1_epi8('Z' + 1)));
  return _mm_or_si128(x, _mm_and_si128(upper, _mm_set1_epi8(0x20)));
}

bool fold_units_sse(const uint8_t* from, size_t units, char* to) {
  __m128i seen = _mm_setzero_si128();
  size_t i = 0;
  for (; i + 16 <= units; i += 16) {
    __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 2 * i));
    __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 2 * i + 16));
    seen = _mm_or_si128(seen, _mm_or_si128(a, b));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), lower_sse(_mm_packus_epi16(a, b)));
  }
  bool ascii = _mm_testz_si128(seen, _mm_set1_epi16(static_cast<int16_t>(0xFF80))) != 0;
  if (i > 0 && i < units) return fold_units_sse(from + 2 * (units - 16), 16, to + units - 16) && ascii;  // overlaps
  return fold_units_scalar(from + 2 * i, units - i, to + i) && ascii;
}

bool fold_bytes_sse(const uint8_t* from, size_t size, char* to) {
  __m128i seen = _mm_setzero_si128();
  size_t i = 0;
  for (; i + 16 <= size; i += 16) {
    __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i));
    seen = _mm_or_si128(seen, a);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), lower_sse(a));
  }
  bool ascii = _mm_movemask_epi8(seen) == 0;
  return fold_bytes_scalar(from + i, size - i, to + i) && ascii;
}

__attribute__((target("avx2"))) inline __m256i lower_avx2(__m256i x) {
  __m256i upper = _mm256_and_si256(_mm256_cmpgt_epi8(x, _mm256_set1_epi8('A' - 1)),
                                   _mm256_cmpgt_epi8(_mm256_set1_epi8('Z' + 1), x));
  return _mm256_or_si256(x, _mm256_and_si256(upper, _mm256_set1_epi8(0x20)));
}

__attribute__((target("avx2"))) bool fold_units_avx2(const uint8_t* from, size_t units, char* to) {
  __m256i seen = _mm256_setzero_si256();
  size_t i = 0;
  for (; i + 32 <= units; i += 32) {
    __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + 2 * i));
    __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + 2 * i + 32));
    seen = _mm256_or_si256(seen, _mm256_or_si256(a, b));
    __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi16(a, b), 0xD8);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), lower_avx2(packed));
  }
  bool ascii = _mm256_testz_si256(seen, _mm256_set1_epi16(static_cast<int16_t>(0xFF80))) != 0;
  size_t left = units - i;
  if (i > 0 && left > 0 && left < 16) return fold_units_sse(from + 2 * (units - 16), 16, to + units - 16) && ascii;
  return fold_units_sse(from + 2 * i, left, to + i) && ascii;
}

const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;

#endif

}  // namespace

bool fold_utf16_ascii(const uint8_t* from, size_t units, char* to) {
#if defined(__x86_64__)
  return kHasAvx2 ? fold_units_avx2(from, units, to) : fold_units_sse(from, units, to);
#else
  return fold_units_scalar(from, units, to);
#endif
}

bool fold_bytes_ascii(const uint8_t* from, size_t size, char* to) {
#if defined(__x86_64__)
  return fold_bytes_sse(from, size, to);
#else
  return fold_bytes_scalar(from, size, to);
#endif
}

// ---- a member's text
// -----------------------------------------------------------------------------------------

std::string_view MemberText::folded() {
  if (has_folded) return folded_buffer.view();
  has_folded = true;
  Bytes b = value.bytes();
  if (value.kind == ValueKind::kUtf16) {
    size_t units = b.size() / 2;
    ascii = fold_utf16_ascii(b.data(), units, folded_buffer.prepare(units));
    folded_buffer.set_size(units);
  } else if (value.kind == ValueKind::kUtf8 ||
             (value.kind == ValueKind::kJsonString && (b.empty() || !std::memchr(b.data(), '\\', b.size())))) {
    ascii = fold_bytes_ascii(b.data(), b.size(), folded_buffer.prepare(b.size()));
    folded_buffer.set_size(b.size());
  } else {
    std::string_view text = plain();
    auto bytes = reinterpret_cast<const uint8_t*>(text.data());
    ascii = fold_bytes_ascii(bytes, text.size(), folded_buffer.prepare(text.size()));
    folded_buffer.set_size(text.size());
  }
  if (!ascii) {
    std::string wide;
    if (value.kind == ValueKind::kUtf16)
      append_folded_from_utf16le(b, &wide);
    else
      append_folded(plain(), &wide);
    folded_buffer.assign(wide);
  }
  return folded_buffer.view();
}

std::string_view MemberText::plain() {
  if (has_plain) return plain_buffer;
  has_plain = true;
  plain_buffer.clear();
  append_text(value, &plain_buffer);
  return plain_buffer;
}

// ---- searching
// -----------------------------------------------------------------------------------------------

namespace {

size_t find_by_bytes(std::string_view text, std::string_view needle) {
  const char* base = text.data();
  for (size_t i = 0; i + needle.size() <= text.size(); ++i) {
    if (base[i] == needle[0] && std::memcmp(base + i, needle.data(), needle.size()) == 0) return i;
  }
  return std::string_view::npos;
}

#if defined(__x86_64__)

// The first place of `hits`, places from `base` on, where the whole needle stands; null: none.
inline const char* confirm(const char* base, unsigned hits, std::string_view needle) {
  for (; hits != 0; hits &= hits - 1) {
    const char* at = base + __builtin_ctz(hits);
    if (std::memcmp(at, needle.data(), needle.size()) == 0) return at;
  }
  return nullptr;
}

// The needle's first and last byte at 16 or 32 places at once; the rest only where both agree. The last block overlaps
// the one before: what stands in both was not found there.
size_t find_sse(std::string_view text, std::string_view needle) {
  const size_t n = needle.size(), places = text.size() - n + 1;
  if (places < 16) return find_by_bytes(text, needle);
  const __m128i head = _mm_set1_epi8(needle[0]), tail = _mm_set1_epi8(needle[n - 1]);
  for (size_t i = 0;; i = std::min(i + 16, places - 16)) {
    const char* at = text.data() + i;
    const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + n - 1));
    const int hits = _mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(a, head), _mm_cmpeq_epi8(b, tail)));
    if (const char* found = confirm(at, static_cast<unsigned>(hits), needle))
      return static_cast<size_t>(found - text.data());
    if (i + 16 == places) return std::string_view::npos;
  }
}

__attribute__((target("avx2"))) size_t find_avx2(std::string_view text, std::string_view needle) {
  const size_t n = needle.size(), places = text.size() - n + 1;
  if (places < 32) return find_sse(text, needle);
  const __m256i head = _mm256_set1_epi8(needle[0]), tail = _mm256_set1_epi8(needle[n - 1]);
  for (size_t i = 0;; i = std::min(i + 32, places - 32)) {
    const char* at = text.data() + i;
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + n - 1));
    const int hits = _mm256_movemask_epi8(_mm256_and_si256(_mm256_cmpeq_epi8(a, head), _mm256_cmpeq_epi8(b, tail)));
    if (const char* found = confirm(at, static_cast<unsigned>(hits), needle))
      return static_cast<size_t>(found - text.data());
    if (i + 32 == places) return std::string_view::npos;
  }
}

#endif

}  // namespace

size_t find_literal(std::string_view text, std::string_view needle) {
  if (needle.empty()) return 0;
  if (text.size() < needle.size()) return std::string_view::npos;
#if defined(__x86_64__)
  return kHasAvx2 ? find_avx2(text, needle) : find_sse(text, needle);
#else
  return find_by_bytes(text, needle);
#endif
}

namespace {

using Part = PatternPart;

bool dash_at(std::string_view text, size_t* position) {
  if (text[*position] == '-' || text[*position] == '/') {
    ++*position;
    return true;
  }
  size_t next = *position;
  char32_t code = next_scalar(text, &next);
  if (code < 0x2013 || code > 0x2015) return false;
  *position = next;
  return true;
}

// A run of parts without kAnyRun at a fixed place; moves *position behind it.
bool run_at(const Part* first, const Part* end, std::string_view text, size_t* position) {
  for (const Part* part = first; part != end; ++part) {
    if (part->kind == Part::Kind::kLiteral) {
      if (text.size() - *position < part->literal.size() ||
          text.compare(*position, part->literal.size(), part->literal) != 0) {
        return false;
      }
      *position += part->literal.size();
      continue;
    }
    if (*position >= text.size()) return false;
    if (part->kind == Part::Kind::kAnyOne)
      next_scalar(text, position);
    else if (!dash_at(text, position))
      return false;
  }
  return true;
}

size_t next_start(std::string_view text, size_t at) {
  next_scalar(text, &at);
  return at;
}

// First place at or behind `from` where the run stands; *position becomes its end.
bool find_run(const Part* first, const Part* end, std::string_view text, size_t from, size_t* position) {
  for (size_t at = from;;) {
    if (first->kind == Part::Kind::kLiteral && !first->literal.empty()) {
      size_t found = find_literal(text.substr(at), first->literal);
      if (found == std::string_view::npos) return false;
      at += found;
    }
    size_t after = at;
    if (run_at(first, end, text, &after)) {
      *position = after;
      return true;
    }
    if (at >= text.size()) return false;
    at = next_start(text, at);
  }
}

// Does the run stand at the very end, beginning at or behind `from`?
bool ends_with_run(const Part* first, const Part* end, std::string_view text, size_t from) {
  if (end - first == 1 && first->kind == Part::Kind::kLiteral) {
    return text.size() - from >= first->literal.size() && text.ends_with(first->literal);
  }
  for (size_t at = from;;) {
    size_t after = at;
    if (run_at(first, end, text, &after) && after == text.size()) return true;
    if (at >= text.size()) return false;
    at = next_start(text, at);
  }
}

// In ASCII every part has one width, so a run can be looked for by its longest literal.
struct AsciiRun {
  const Part* first;
  const Part* end;
  size_t width = 0, anchor_at = 0;
  const Part* anchor = nullptr;

  AsciiRun(const Part* f, const Part* e) : first(f), end(e) {
    for (const Part* part = f; part != e; ++part) {
      bool literal = part->kind == Part::Kind::kLiteral;
      if (literal && !part->literal.empty() && (!anchor || part->literal.size() > anchor->literal.size())) {
        anchor = part;
        anchor_at = width;
      }
      width += literal ? part->literal.size() : 1;
    }
  }
  [[nodiscard]] bool stands_at(std::string_view text, size_t at) const {
    if (text.size() - at < width) return false;
    for (const Part* part = first; part != end; ++part) {
      if (part->kind == Part::Kind::kLiteral) {
        if (std::memcmp(text.data() + at, part->literal.data(), part->literal.size()) != 0) return false;
        at += part->literal.size();
        continue;
      }
      if (part->kind == Part::Kind::kDash && text[at] != '-' && text[at] != '/') return false;
      ++at;
    }
    return true;
  }
  [[nodiscard]] bool find(std::string_view text, size_t from, size_t* position) const {
    for (size_t at = from; at + width <= text.size(); ++at) {
      if (anchor) {
        size_t found = find_literal(text.substr(at + anchor_at), anchor->literal);
        if (found == std::string_view::npos) return false;
        at += found;
      }
      if (stands_at(text, at)) {
        *position = at + width;
        return true;
      }
    }
    return false;
  }
};

bool ascii_match(const Pattern& pattern, std::string_view text) {
  const Part* part = pattern.parts.data();
  const Part* end = part + pattern.parts.size();
  auto is_star = [](const Part& p) { return p.kind == Part::Kind::kAnyRun; };
  const Part* star = std::find_if(part, end, is_star);
  AsciiRun head(part, star);
  if (!head.stands_at(text, 0)) return false;
  if (star == end) return head.width == text.size();
  size_t position = head.width;
  while (true) {
    while (star != end && is_star(*star)) ++star;
    if (star == end) return true;
    const Part* next = std::find_if(star, end, is_star);
    AsciiRun run(star, next);
    if (next == end) return text.size() - position >= run.width && run.stands_at(text, text.size() - run.width);
    if (!run.find(text, position, &position)) return false;
    star = next;
  }
}

bool whole_match(const Pattern& pattern, std::string_view text) {
  const Part* part = pattern.parts.data();
  const Part* end = part + pattern.parts.size();
  auto is_star = [](const Part& p) { return p.kind == Part::Kind::kAnyRun; };
  const Part* star = std::find_if(part, end, is_star);
  size_t position = 0;
  if (!run_at(part, star, text, &position)) return false;
  if (star == end) return position == text.size();
  while (true) {
    while (star != end && is_star(*star)) ++star;
    if (star == end) return true;
    const Part* next = std::find_if(star, end, is_star);
    if (next == end) return ends_with_run(star, next, text, position);
    if (!find_run(star, next, text, position, &position)) return false;
    star = next;
  }
}

}  // namespace

bool glob_matches(const Pattern& pattern, std::string_view text, bool exact_blanks, bool ascii) {
  if (ascii ? ascii_match(pattern, text) : whole_match(pattern, text)) return true;
  if (exact_blanks) return false;
  bool wild = std::any_of(pattern.parts.begin(), pattern.parts.end(), [](const Part& part) {
    return part.kind == Part::Kind::kAnyRun || part.kind == Part::Kind::kAnyOne;
  });
  if (wild) return false;
  while (!text.empty() && text.back() == ' ') {  // an equality: any number of blanks behind the value may go
    text.remove_suffix(1);
    if (whole_match(pattern, text)) return true;
  }
  return false;
}

}  // namespace sil::hunt
