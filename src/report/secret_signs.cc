#include "report/secret_signs.h"

#include <algorithm>
#include <cstring>

#if defined(__SSSE3__)
#include <tmmintrin.h>
#endif

namespace sil::report {
namespace {

constexpr uint64_t kLower = 0x2020202020202020U;  // makes letters small, and leaves digits, '-', '/' and ':' alone

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

uint64_t place_of(uint64_t key) {
  return (key * 0x9E3779B97F4A7C15U) >> 52;
}

#if defined(__SSSE3__)
// For each byte a class in both of its nibbles' tables, if it is of a word: '-'; digits; A to O; P to Z; '_'.
alignas(16) constexpr uint8_t kWordHigh[16] = {0, 0, 1, 2, 4, 8 | 16, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0};
alignas(16) constexpr uint8_t kWordLow[16] = {2 | 8,     2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8,
                                              2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 4 | 8,     4,
                                              4,         1 | 4,     4,         4 | 16};

__m128i table(const uint8_t* entries) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(entries));
}
__m128i both(__m128i low, __m128i high, __m128i bytes) {
  const __m128i nibble = _mm_set1_epi8(15);
  return _mm_and_si128(_mm_shuffle_epi8(low, _mm_and_si128(bytes, nibble)),
                       _mm_shuffle_epi8(high, _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble)));
}
uint64_t not_zero(__m128i bytes) {
  return static_cast<uint64_t>(~_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_setzero_si128())) & 0xFFFF);
}
#endif

}  // namespace

uint64_t SecretSigns::key_of(std::string_view word) {
  if (word.size() > 8) word.remove_prefix(word.size() - 8);
  uint64_t key = 0;
  std::memcpy(&key, word.data(), word.size());
  return word.empty() ? 0 : (key | kLower) & (~uint64_t{0} >> (64 - 8 * word.size()));
}

bool SecretSigns::Found::has(uint64_t key) const {
  return std::find(words.begin(), words.end(), key) != words.end();
}

void SecretSigns::add_word(std::string_view name) {
  const uint64_t key = key_of(name);
  longest_ = std::max(longest_, name.size());
  words_.push_back(key);
  word_bits_[place_of(key) / 64] |= uint64_t{1} << place_of(key) % 64;
}

uint64_t SecretSigns::add_run(std::string_view text) {
  const size_t at = text.find("pass");  // in most of them, and seldom elsewhere
  const std::string_view part = text.substr(at == std::string_view::npos ? 0 : at, 4);
  Run run;
  run.mask = static_cast<uint32_t>(~uint64_t{0} >> (64 - 8 * part.size()));
  run.value = static_cast<uint32_t>(key_of(part));
  const auto known = std::find_if(runs_.begin(), runs_.end(), [&](Run one) { return one.value == run.value; });
  const uint64_t own = uint64_t{1} << (known - runs_.begin());
  if (known != runs_.end()) return own;
  const auto bit = static_cast<uint8_t>(1U << runs_.size() % 8);
  for (size_t i = 0; i < 3; ++i) {
    const auto c = static_cast<uint8_t>(part[i]);
    low_[i][c & 15] |= bit;
    high_[i][c >> 4] |= bit;
    if (c >= 'a' && c <= 'z') high_[i][(c >> 4) - 2] |= bit;
  }
  runs_.push_back(run);
  return own;
}

uint64_t SecretSigns::runs_at(std::string_view text, size_t at) const {
  uint32_t here = 0;
  std::memcpy(&here, text.data() + at, std::min<size_t>(4, text.size() - at));
  here |= static_cast<uint32_t>(kLower);
  uint64_t out = 0;
  for (size_t i = 0; i < runs_.size(); ++i) out |= uint64_t{(here & runs_[i].mask) == runs_[i].value} << i;
  return out;
}

void SecretSigns::take_word(const char* text, size_t from, size_t to, Found* found) const {
  const size_t length = to - from;
  if (length > longest_) return;
  uint64_t key = 0;
  if (to >= 8) {
    std::memcpy(&key, text + to - 8, 8);
    key |= kLower;
    if (length < 8) key >>= 64 - 8 * length;
  } else {
    key = key_of({text + from, length});
  }
  if (!(word_bits_[place_of(key) / 64] >> place_of(key) % 64 & 1)) return;
  if (std::find(words_.begin(), words_.end(), key) != words_.end()) found->words.push_back(key);
}

SecretSigns::Found SecretSigns::find_plain(std::string_view text) const {
  Found found;
  size_t from = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size()) found.runs |= runs_at(text, i);
    if (i < text.size() && is_word(text[i])) continue;
    if (i > from) take_word(text.data(), from, i, &found);
    from = i + 1;
  }
  return found;
}

SecretSigns::Found SecretSigns::find(std::string_view text) const {
#if defined(__SSSE3__)
  constexpr size_t kGroup = 64, kAhead = 2;  // a run's later characters are read from behind its first
  Found found;
  const __m128i word_low = table(kWordLow), word_high = table(kWordHigh);
  char copy[kGroup + 16];
  uint64_t before = 0;  // was the last character one of a word?
  size_t from = 0;      // where the word at hand begins
  for (size_t at = 0; at < text.size(); at += kGroup) {
    const size_t left = text.size() - at, here = std::min(left, kGroup);
    const char* block = text.data() + at;
    if (left < kGroup + kAhead) {
      std::memset(copy, 0, sizeof copy);
      std::memcpy(copy, block, left);
      block = copy;
    }
    uint64_t words = 0, runs = 0;
    for (size_t i = 0; i < here; i += 16) {
      auto load = [&](size_t k) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + i + k)); };
      const __m128i first = load(0);
      words |= not_zero(both(word_low, word_high, first)) << i;
      const __m128i hits = _mm_and_si128(
          _mm_and_si128(both(table(low_[0]), table(high_[0]), first), both(table(low_[1]), table(high_[1]), load(1))),
          both(table(low_[2]), table(high_[2]), load(2)));
      runs |= not_zero(hits) << i;
    }
    for (; runs != 0; runs &= runs - 1) {
      const size_t place = at + static_cast<size_t>(__builtin_ctzll(runs));
      if (place < text.size()) found.runs |= runs_at(text, place);
    }
    bool inside = before != 0;
    for (uint64_t turns = words ^ (words << 1 | before); turns != 0; turns &= turns - 1) {
      const size_t place = at + static_cast<size_t>(__builtin_ctzll(turns));
      if (inside)
        take_word(text.data(), from, place, &found);
      else
        from = place;
      inside = !inside;
    }
    before = words >> 63;
  }
  if (before != 0) take_word(text.data(), from, text.size(), &found);
  return found;
#else
  return find_plain(text);
#endif
}

}  // namespace sil::report
