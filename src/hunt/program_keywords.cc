#include "hunt/program_keywords.h"

#include <algorithm>
#include <cstring>

#include "bytes/text.h"
#include "hunt/program_plan.h"
#include "hunt/program_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sil::hunt {
namespace {

// What the text of a value that is no text can be made of (model/value.h: numbers, hex, GUID, SID, times,
// reals, booleans).
constexpr std::string_view kNumberText = "0123456789abcdefxsilnrtuz{}-.:+#, ";

bool json_escapes(char c) {
  return c == '\\' || c == '"' || c == '/' || static_cast<unsigned char>(c) < 0x20;
}

// The longest stretch that stands unescaped in JSON and is ASCII.
std::string_view plain_stretch(std::string_view literal) {
  std::string_view best;
  for (size_t i = 0; i < literal.size();) {
    size_t end = i;
    while (end < literal.size() && !json_escapes(literal[end]) && static_cast<unsigned char>(literal[end]) < 0x80)
      ++end;
    if (end - i > best.size()) best = literal.substr(i, end - i);
    i = end + 1;
  }
  return best;
}

// Three bytes as a 4-gram with the commonest neighbour: only their order matters.
float three_chance(const char* at) {
  uint32_t gram = static_cast<uint8_t>(at[0]) | static_cast<uint32_t>(static_cast<uint8_t>(at[1])) << 8 |
                  static_cast<uint32_t>(static_cast<uint8_t>(at[2])) << 16 | uint32_t{'e'} << 24;
  return gram_chance(gram);
}

uint8_t lower(uint8_t c) {
  return static_cast<uint8_t>(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

// Positions in [0, end) where some bucket agrees in three bytes `stride` apart. Reads to end + 2 * stride.
struct Found {
  size_t count = 0;
  uint32_t places[64];
  uint8_t buckets[64];
};

#if defined(__x86_64__)

__attribute__((target("ssse3"))) inline __m128i agree(const uint8_t* at, const uint8_t* low, const uint8_t* high) {
  const __m128i nibble = _mm_set1_epi8(15);
  __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  __m128i a = _mm_shuffle_epi8(_mm_load_si128(reinterpret_cast<const __m128i*>(low)), _mm_and_si128(bytes, nibble));
  __m128i b = _mm_shuffle_epi8(_mm_load_si128(reinterpret_cast<const __m128i*>(high)),
                               _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble));
  return _mm_and_si128(a, b);
}

template <class Masks>
__attribute__((target("ssse3"))) unsigned block_ssse3(const Masks& m, const uint8_t* at, size_t stride,
                                                      uint8_t* buckets) {
  __m128i all = _mm_and_si128(agree(at, m.low[0], m.high[0]), agree(at + stride, m.low[1], m.high[1]));
  all = _mm_and_si128(all, agree(at + 2 * stride, m.low[2], m.high[2]));
  unsigned found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_setzero_si128()))) ^ 0xFFFF;
  if (found) _mm_storeu_si128(reinterpret_cast<__m128i*>(buckets), all);
  return found;
}

template <class Masks>
__attribute__((target("avx2"))) unsigned block_avx2(const Masks& m, const uint8_t* at, size_t stride,
                                                    uint8_t* buckets) {
  const __m256i nibble = _mm256_set1_epi8(15);
  __m256i all = _mm256_set1_epi8(-1);
  for (size_t i = 0; i < 3; ++i) {
    __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + i * stride));
    __m256i low = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(m.low[i])));
    __m256i high = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(m.high[i])));
    __m256i a = _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, nibble));
    __m256i b = _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble));
    all = _mm256_and_si256(all, _mm256_and_si256(a, b));
  }
  unsigned found = ~static_cast<unsigned>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(all, _mm256_setzero_si256())));
  if (found) _mm256_storeu_si256(reinterpret_cast<__m256i*>(buckets), all);
  return found;
}

const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;

template <class Masks>
unsigned block(const Masks& m, const uint8_t* at, size_t stride, uint8_t* buckets) {
  if (kHasAvx2) return block_avx2(m, at, stride, buckets);
  return block_ssse3(m, at, stride, buckets) | block_ssse3(m, at + 16, stride, buckets + 16) << 16;
}

#else

template <class Masks>
unsigned block(const Masks& m, const uint8_t* at, size_t stride, uint8_t* buckets) {
  unsigned found = 0;
  for (unsigned i = 0; i < 32; ++i) {
    uint8_t all = 0xFF;
    for (size_t k = 0; k < 3; ++k) {
      uint8_t byte = at[i + k * stride];
      all = static_cast<uint8_t>(all & m.low[k][byte & 15] & m.high[k][byte >> 4]);
    }
    buckets[i] = all;
    found |= static_cast<unsigned>(all != 0) << i;
  }
  return found;
}

#endif

}  // namespace

void KeywordGate::add_leaf(const Plan& plan, uint32_t index) {
  const Leaf& leaf = plan.leaves[index];
  std::vector<Needle> needles;
  for (uint32_t i = leaf.first; i < leaf.first + leaf.count; ++i) {
    const CompiledTest& test = plan.tests[i];
    std::string_view best;
    if (test.shape != CompiledTest::Shape::kRegex) {
      for (const PatternPart& part : test.test->pattern.parts) {
        std::string_view stretch = plain_stretch(part.literal);
        if (stretch.size() > best.size()) best = stretch;
      }
    }
    std::string text = folded(best);
    if (text.size() < 3 || text.find_first_not_of(kNumberText) == std::string::npos) {
      ungated_[leaf.local / 64] |= uint64_t{1} << leaf.local % 64;
      return;
    }
    needles.push_back({std::move(text), 0, leaf.local});
  }
  needles_.insert(needles_.end(), needles.begin(), needles.end());
  any_gated_ = true;
}

void KeywordGate::fill_masks() {
  for (Needle& needle : needles_) {
    for (uint32_t i = 1; i + 3 <= needle.text.size(); ++i) {
      if (three_chance(needle.text.data() + i) < three_chance(needle.text.data() + needle.offset)) needle.offset = i;
    }
  }
  // Neighbours in this order share bytes, so that a bucket's masks stay narrow.
  std::vector<uint32_t> order(needles_.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  auto three = [&](uint32_t i) { return std::string_view(needles_[i].text).substr(needles_[i].offset, 3); };
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return three(a) < three(b); });
  for (size_t place = 0; place < order.size(); ++place) {
    size_t bucket = place * 8 / order.size();
    buckets_[bucket].push_back(order[place]);
    for (size_t k = 0; k < 3; ++k) {
      auto c = static_cast<uint8_t>(three(order[place])[k]);
      for (uint8_t form : {c, static_cast<uint8_t>(c >= 'a' && c <= 'z' ? c - 32 : c)}) {
        masks_.low[k][form & 15] = static_cast<uint8_t>(masks_.low[k][form & 15] | 1u << bucket);
        masks_.high[k][form >> 4] = static_cast<uint8_t>(masks_.high[k][form >> 4] | 1u << bucket);
      }
    }
  }
}

void KeywordGate::build(const Plan& plan) {
  ungated_.assign((plan.keyword_leaves + 63) / 64, 0);
  for (uint32_t i = 0; i < plan.leaves.size(); ++i) {
    if (plan.leaves[i].space == Leaf::Space::kKeyword) add_leaf(plan, i);
  }
  fill_masks();
}

bool KeywordGate::stands_at(const Needle& needle, Bytes bytes, size_t at, size_t stride) const {
  if (at < needle.offset * stride) return false;
  size_t start = at - needle.offset * stride;
  if (start + (needle.text.size() - 1) * stride >= bytes.size()) return false;
  for (size_t i = 0; i < needle.text.size(); ++i) {
    if (lower(bytes[start + i * stride]) != static_cast<uint8_t>(needle.text[i])) return false;
  }
  return true;
}

void KeywordGate::look_closer(Bytes bytes, size_t at, uint8_t buckets, size_t stride,
                              std::vector<uint64_t>* maybe) const {
  for (unsigned left = buckets; left; left &= left - 1) {
    for (uint32_t index : buckets_[__builtin_ctz(left)]) {
      const Needle& needle = needles_[index];
      if (stands_at(needle, bytes, at, stride)) (*maybe)[needle.leaf / 64] |= uint64_t{1} << needle.leaf % 64;
    }
  }
}

void KeywordGate::scan_bytes(Bytes bytes, size_t stride, std::vector<uint64_t>* maybe) const {
  uint8_t buckets[32];
  size_t at = 0;
  auto visit = [&](unsigned found, size_t base) {
    for (; found; found &= found - 1) {
      auto i = static_cast<unsigned>(__builtin_ctz(found));
      look_closer(bytes, base + i, buckets[i], stride, maybe);
    }
  };
  for (; at + 32 + 2 * stride <= bytes.size(); at += 32) visit(block(masks_, bytes.data() + at, stride, buckets), at);
  uint8_t tail[32 + 4 + 32] = {};  // the rest, with zeros behind it
  if (at < bytes.size()) {
    std::memcpy(tail, bytes.data() + at, bytes.size() - at);
    for (size_t from = 0; at + from < bytes.size(); from += 32) {
      unsigned found = block(masks_, tail + from, stride, buckets);
      visit(found, at + from);
      if (from == 32) break;
    }
  }
}

namespace {

// U+212A or U+017F, as the two forms write them; or a JSON \u escape: then bytes alone do not tell.
bool has_surprise(Bytes bytes, bool wide, bool json) {
  const auto* at = reinterpret_cast<const char*>(bytes.data());
  std::string_view text(at, bytes.size());
  if (wide) {
    for (std::string_view form : {std::string_view("\x2A\x21", 2), std::string_view("\x7F\x01", 2)}) {
      if (text.find(form) != std::string_view::npos) return true;
    }
    return false;
  }
  if (text.find("\xE2\x84\xAA") != std::string_view::npos || text.find("\xC5\xBF") != std::string_view::npos)
    return true;
  if (!json) return false;
  for (size_t found = text.find("\\u"); found != std::string_view::npos; found = text.find("\\u", found + 1)) {
    size_t first = found;  // an even number of backslashes before it makes it an escape
    while (first > 0 && text[first - 1] == '\\') --first;
    if ((found - first) % 2 == 0) return true;
  }
  return false;
}

enum class Form : uint8_t { kNone, kWide, kNarrow, kJson };
Form form_of(const Value& value) {
  switch (value.kind) {
    case ValueKind::kUtf16:
    case ValueKind::kUtf16Array: return Form::kWide;
    case ValueKind::kUtf8:
    case ValueKind::kAnsi:
    case ValueKind::kJsonNumber: return Form::kNarrow;
    case ValueKind::kJsonString:
    case ValueKind::kJsonArray:
    case ValueKind::kJsonObject: return Form::kJson;
    case ValueKind::kFixedArray:
      if (value.element == ValueKind::kUtf16) return Form::kWide;
      return value.element == ValueKind::kAnsi || value.element == ValueKind::kUtf8 ? Form::kNarrow : Form::kNone;
    default: return Form::kNone;
  }
}

}  // namespace

void KeywordGate::scan(const Event& event, TextBuffer* scratch, std::vector<uint64_t>* maybe) const {
  *maybe = ungated_;
  if (!any_gated_) return;
  auto scan_range = [&](Bytes bytes, Form form) {
    bool wide = form == Form::kWide, json = form == Form::kJson;
    if (has_surprise(bytes, wide, json)) {
      std::fill(maybe->begin(), maybe->end(), ~uint64_t{0});
      return;
    }
    scan_bytes(bytes, wide ? 2 : 1, maybe);
  };
  if (!event.raw.empty()) {
    scan_range(event.raw, Form::kNarrow);
    return;
  }
  // Most UTF-16 is ASCII. Folded and put together, with a NUL behind each value (no needle holds one), it is half as
  // many bytes, and no character that folds in a surprising way is left.
  size_t units = 0, used = 0;
  for (const Value& value : event.values) units += value.size / 2 + 1;
  char* folded = scratch->prepare(units);
  for (const Value& value : event.values) {
    Form form = form_of(value);
    if (form == Form::kNone || value.size < 3) continue;
    if (form == Form::kWide && fold_utf16_ascii(value.data, value.size / 2, folded + used)) {
      used += value.size / 2;
      folded[used++] = '\0';
    } else {
      scan_range(value.bytes(), form);
    }
  }
  scan_bytes({reinterpret_cast<const uint8_t*>(folded), used}, 1, maybe);
}

}  // namespace sil::hunt
