#include "hunt/program_scan.h"

#include <algorithm>
#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sil::hunt {
namespace {

// What ordinary Windows (and some Unix) logs are full of, folded. A 4-gram that occurs here is a bad thing to look for.
// Hand-chosen: only the order of literals by rarity depends on it, never an answer.
constexpr std::string_view kCommonText[] = {"c:\\windows\\system32\\svchost.exe -k netsvcs -p -s",
                                            "c:\\windows\\syswow64\\",
                                            "c:\\program files (x86)\\",
                                            "c:\\program files\\",
                                            "\\microsoft\\",
                                            "c:\\users\\administrator\\appdata\\local\\temp\\",
                                            "\\appdata\\roaming\\",
                                            "\\windowspowershell\\v1.0\\powershell.exe",
                                            "c:\\programdata\\",
                                            "\\cmd.exe /c ",
                                            "cmd.exe",
                                            ".exe\" ",
                                            ".dll",
                                            "hklm\\software\\microsoft\\windows\\currentversion\\",
                                            "hklm\\system\\currentcontrolset\\services\\",
                                            "hku\\s-1-5-21-",
                                            "hkcr\\clsid\\",
                                            "\\software\\wow6432node\\",
                                            "\\software\\policies\\",
                                            "\\control\\",
                                            "\\parameters",
                                            "\\explorer\\",
                                            "windows nt\\currentversion",
                                            "nt authority\\system",
                                            "local service",
                                            "network service",
                                            "microsoft-windows-",
                                            "/operational",
                                            "md5=",
                                            "sha1=",
                                            ",sha256=",
                                            ",imphash=",
                                            "http://",
                                            "https://",
                                            "www.",
                                            ".com/",
                                            "google",
                                            "update",
                                            "installer",
                                            "setup",
                                            "service",
                                            "manager",
                                            "system.",
                                            "management.automation",
                                            "get-",
                                            "set-",
                                            "new-object ",
                                            "$null",
                                            "function",
                                            "param",
                                            "-command ",
                                            "-noprofile ",
                                            "executionpolicy",
                                            "true",
                                            "false",
                                            "version",
                                            "server",
                                            "client",
                                            "security",
                                            "network",
                                            "internet",
                                            "host",
                                            "user",
                                            "name",
                                            "file",
                                            "path",
                                            "data",
                                            "type",
                                            "value",
                                            "object",
                                            "process",
                                            "default",
                                            "local",
                                            "common",
                                            "tion",
                                            "ing ",
                                            "the ",
                                            " and ",
                                            "for ",
                                            "ment",
                                            "rundll32.exe",
                                            "conhost.exe",
                                            "explorer.exe",
                                            "wmiprvse.exe",
                                            "services.exe",
                                            "lsass.exe",
                                            "msiexec.exe",
                                            "taskhostw.exe",
                                            "ntdll.dll+",
                                            "kernelbase.dll+",
                                            "kernel32.dll+",
                                            "unknown(",
                                            "winsxs\\",
                                            "x86_",
                                            "amd64_",
                                            "_10.0.",
                                            "sysmon",
                                            "log",
                                            "dows",
                                            "osof",
                                            "/usr/bin/",
                                            "/bin/sh -c "};

struct Frequencies {
  std::array<uint8_t, 1 << 15> seen{};  // hashed 4-grams: how often in kCommonText, capped
  std::array<float, 256> byte{};
  Frequencies() {
    for (std::string_view text : kCommonText) {
      for (size_t i = 0; i + 4 <= text.size(); ++i) {
        uint32_t gram;
        __builtin_memcpy(&gram, text.data() + i, 4);
        uint8_t& count = seen[slot(gram)];
        if (count < 20) ++count;
      }
    }
    byte.fill(0.02F);
    for (unsigned char c : std::string_view("etaoinsrlcd")) byte[c] = 0.06F;
    for (unsigned char c : std::string_view("mpuhgwfbvyxk\\.:- ")) byte[c] = 0.03F;
    for (unsigned char c : std::string_view("0123456789abcdef")) byte[c] = std::max(byte[c], 0.03F);
    for (unsigned char c : std::string_view("jqz~^`|$&%#@!*?<>{}[]'+;")) byte[c] = 0.004F;
    for (size_t c = 0x80; c < 256; ++c) byte[c] = 0.004F;
    for (size_t c = 0; c < 0x20; ++c) byte[c] = 0.003F;
  }
  static size_t slot(uint32_t gram) { return (gram * 0x9E3779B1u) >> 17; }
};
const Frequencies& frequencies() {
  static const Frequencies table;
  return table;
}

}  // namespace

float gram_chance(uint32_t gram) {
  const Frequencies& f = frequencies();
  float guess = 40 * f.byte[gram & 255] * f.byte[gram >> 8 & 255] * f.byte[gram >> 16 & 255] * f.byte[gram >> 24];
  return guess + 0.0004F * static_cast<float>(f.seen[Frequencies::slot(gram)]);
}

float literal_chance(std::string_view literal) {
  float best = 1;
  for (size_t i = 0; i + 4 <= literal.size(); ++i) {
    uint32_t gram;
    __builtin_memcpy(&gram, literal.data() + i, 4);
    best = std::min(best, gram_chance(gram));
  }
  float rest = 1;
  for (size_t i = 4; i < literal.size() && rest > 0.02F; ++i) rest *= 0.8F;
  return std::min(1.0F, best * 100 * std::max(rest, 0.02F));  // about a hundred positions a value
}

void GramScanner::add(std::string_view literal, uint32_t id) {
  Entry entry{literal, 0, 0, id};
  float best = 2;
  for (uint32_t i = 0; i + 4 <= literal.size(); ++i) {
    uint32_t gram = gram_at(literal.data() + i);
    float chance = gram_chance(gram);
    if (chance >= best) continue;
    best = chance;
    entry.gram = gram;
    entry.offset = i;
  }
  entries_.push_back(entry);
}

void GramScanner::build() {
  if (entries_.empty()) return;
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.gram < b.gram; });
  uint32_t grams = 0;
  for (size_t i = 0; i < entries_.size(); ++i) grams += i == 0 || entries_[i].gram != entries_[i - 1].gram;
  uint32_t bits = 10;  // 64 bits a gram: one window in 64 is looked at by chance at worst; 2 KiB .. 32 KiB
  while (bits < 18 && (1u << bits) < grams * 64) ++bits;
  shift_ = 32 - bits;
  bitmap_.assign((size_t{1} << bits) / 32, 0);
  uint32_t slot_bits = 4;
  while ((1u << slot_bits) < grams * 2) ++slot_bits;
  slot_shift_ = 32 - slot_bits;
  slots_.assign(size_t{1} << slot_bits, {});
  for (uint32_t i = 0; i < entries_.size();) {
    uint32_t end = i;
    while (end < entries_.size() && entries_[end].gram == entries_[i].gram) ++end;
    uint32_t hash = entries_[i].gram * kMultiplier;
    bitmap_[hash >> shift_ >> 5] |= 1u << ((hash >> shift_) & 31);
    size_t at = hash >> slot_shift_;
    while (slots_[at].count != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {entries_[i].gram, i, end - i};
    i = end;
  }
}

#if defined(__x86_64__)
namespace {
const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;
}

__attribute__((target("avx2"))) size_t GramScanner::collect_avx2(const char* text, size_t* from, size_t to,
                                                                 uint32_t* out, size_t room) const {
  const __m256i windows = _mm256_setr_epi8(0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6,  //
                                           4, 5, 6, 7, 5, 6, 7, 8, 6, 7, 8, 9, 7, 8, 9, 10);
  const __m256i multiplier = _mm256_set1_epi32(static_cast<int>(kMultiplier));
  const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(shift_));
  const __m256i low = _mm256_set1_epi32(31);
  auto bits = reinterpret_cast<const int*>(bitmap_.data());
  size_t count = 0, at = *from;
  auto probe = [&](size_t i) __attribute__((target("avx2"))) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + i));
    __m256i grams = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), windows);
    __m256i hash = _mm256_srl_epi32(_mm256_mullo_epi32(grams, multiplier), shift);
    __m256i word = _mm256_i32gather_epi32(bits, _mm256_srli_epi32(hash, 5), 4);
    // The wanted bit moves to the sign place.
    return _mm256_sllv_epi32(word, _mm256_sub_epi32(low, _mm256_and_si256(hash, low)));
  };
  while (at < to && count + 16 <= room) {  // reads up to 24 bytes from `at`: inside the slack
    auto found = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(probe(at)))) |
                 static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(probe(at + 8)))) << 8;
    if (to - at < 16) found &= (1u << (to - at)) - 1;
    while (found) {
      out[count++] = static_cast<uint32_t>(at) + static_cast<uint32_t>(__builtin_ctz(found));
      found &= found - 1;
    }
    at += 16;
  }
  *from = at;
  return count;
}
#else
size_t GramScanner::collect_avx2(const char*, size_t*, size_t, uint32_t*, size_t) const {
  return 0;
}
namespace {
constexpr bool kHasAvx2 = false;
}
#endif

size_t GramScanner::collect(const char* text, size_t* from, size_t to, uint32_t* out, size_t room) const {
  if (kHasAvx2) return collect_avx2(text, from, to, out, room);
  size_t count = 0, at = *from;
  for (; at < to && count < room; ++at) {
    uint32_t hash = (gram_at(text + at) * kMultiplier) >> shift_;
    if (bitmap_[hash >> 5] >> (hash & 31) & 1) out[count++] = static_cast<uint32_t>(at);
  }
  *from = at;
  return count;
}

}  // namespace sil::hunt
