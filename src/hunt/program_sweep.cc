#include "hunt/program_sweep.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sil::hunt {
namespace {

void keep(uint64_t found, size_t base, const uint8_t* buckets, Sweep* out) {
  for (; found != 0; found &= found - 1) {
    const auto i = static_cast<unsigned>(__builtin_ctzll(found));
    out->places[out->count] = static_cast<uint32_t>(base + i);
    out->buckets[out->count++] = buckets[i];
  }
}

bool has_room(const Sweep& sweep) {
  return sweep.count + Sweep::kBlock <= Sweep::kRoom;
}

#if defined(__x86_64__)

__attribute__((target("ssse3"))) inline __m128i agree_ssse3(__m128i bytes, __m128i low, __m128i high) {
  const __m128i nibble = _mm_set1_epi8(15);
  return _mm_and_si128(_mm_shuffle_epi8(low, _mm_and_si128(bytes, nibble)),
                       _mm_shuffle_epi8(high, _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble)));
}

__attribute__((target("ssse3"))) inline __m128i load_ssse3(const uint8_t* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

__attribute__((target("ssse3"))) void sweep_ssse3(const SweepMasks& m, const uint8_t* data, size_t stride,
                                                  size_t* position, size_t end, Sweep* out) {
  __m128i low[3], high[3];
  for (size_t k = 0; k < 3; ++k) {
    low[k] = load_ssse3(m.low[k]);
    high[k] = load_ssse3(m.high[k]);
  }
  const __m128i backslash = _mm_set1_epi8('\\'), letter_u = _mm_set1_epi8('u'), zero = _mm_setzero_si128();
  __m128i seen = zero, escapes = zero;
  size_t at = *position;
  alignas(16) uint8_t buckets[16];
  for (; at < end && has_room(*out); at += Sweep::kBlock) {
    for (size_t i = at; i < at + Sweep::kBlock; i += 16) {
      const __m128i bytes = load_ssse3(data + i);
      seen = _mm_or_si128(seen, bytes);
      escapes = _mm_or_si128(
          escapes, _mm_and_si128(_mm_cmpeq_epi8(bytes, backslash), _mm_cmpeq_epi8(load_ssse3(data + i + 1), letter_u)));
      __m128i all = _mm_and_si128(agree_ssse3(bytes, low[0], high[0]),
                                  agree_ssse3(load_ssse3(data + i + stride), low[1], high[1]));
      all = _mm_and_si128(all, agree_ssse3(load_ssse3(data + i + 2 * stride), low[2], high[2]));
      const auto none = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(all, zero)));
      if (none == 0xFFFF) continue;
      _mm_store_si128(reinterpret_cast<__m128i*>(buckets), all);
      keep(none ^ 0xFFFF, i, buckets, out);
    }
  }
  out->beyond_ascii = out->beyond_ascii || _mm_movemask_epi8(seen) != 0;
  out->escapes_u = out->escapes_u || _mm_movemask_epi8(escapes) != 0;
  *position = at;
}

__attribute__((target("avx2"))) inline __m256i agree_avx2(__m256i bytes, __m256i low, __m256i high) {
  const __m256i nibble = _mm256_set1_epi8(15);
  return _mm256_and_si256(_mm256_shuffle_epi8(low, _mm256_and_si256(bytes, nibble)),
                          _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble)));
}

__attribute__((target("avx2"))) inline __m256i load_avx2(const uint8_t* at) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

__attribute__((target("avx2"))) void sweep_avx2(const SweepMasks& m, const uint8_t* data, size_t stride,
                                                size_t* position, size_t end, Sweep* out) {
  __m256i low[3], high[3];
  for (size_t k = 0; k < 3; ++k) {
    low[k] = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(m.low[k])));
    high[k] = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(m.high[k])));
  }
  const __m256i backslash = _mm256_set1_epi8('\\'), letter_u = _mm256_set1_epi8('u'), zero = _mm256_setzero_si256();
  __m256i seen = zero, escapes = zero;
  size_t at = *position;
  alignas(32) uint8_t buckets[32];
  for (; at < end && has_room(*out); at += Sweep::kBlock) {
    for (size_t i = at; i < at + Sweep::kBlock; i += 32) {
      const __m256i bytes = load_avx2(data + i);
      seen = _mm256_or_si256(seen, bytes);
      escapes = _mm256_or_si256(escapes, _mm256_and_si256(_mm256_cmpeq_epi8(bytes, backslash),
                                                          _mm256_cmpeq_epi8(load_avx2(data + i + 1), letter_u)));
      __m256i all = _mm256_and_si256(agree_avx2(bytes, low[0], high[0]),
                                     agree_avx2(load_avx2(data + i + stride), low[1], high[1]));
      all = _mm256_and_si256(all, agree_avx2(load_avx2(data + i + 2 * stride), low[2], high[2]));
      const auto none = static_cast<unsigned>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(all, zero)));
      if (none == 0xFFFFFFFF) continue;
      _mm256_store_si256(reinterpret_cast<__m256i*>(buckets), all);
      keep(~none, i, buckets, out);
    }
  }
  out->beyond_ascii = out->beyond_ascii || _mm256_movemask_epi8(seen) != 0;
  out->escapes_u = out->escapes_u || _mm256_movemask_epi8(escapes) != 0;
  *position = at;
}

#define SIL_AVX512 __attribute__((target("avx512f,avx512bw")))

SIL_AVX512 inline __m512i agree_avx512(__m512i bytes, __m512i low, __m512i high) {
  const __m512i nibble = _mm512_set1_epi8(15);
  return _mm512_and_si512(_mm512_shuffle_epi8(low, _mm512_and_si512(bytes, nibble)),
                          _mm512_shuffle_epi8(high, _mm512_and_si512(_mm512_srli_epi16(bytes, 4), nibble)));
}

SIL_AVX512 void sweep_avx512(const SweepMasks& m, const uint8_t* data, size_t stride, size_t* position, size_t end,
                             Sweep* out) {
  __m512i low[3], high[3];
  for (size_t k = 0; k < 3; ++k) {
    low[k] = _mm512_maskz_broadcast_i32x4(0xFFFF, _mm_load_si128(reinterpret_cast<const __m128i*>(m.low[k])));
    high[k] = _mm512_maskz_broadcast_i32x4(0xFFFF, _mm_load_si128(reinterpret_cast<const __m128i*>(m.high[k])));
  }
  const __m512i backslash = _mm512_set1_epi8('\\'), letter_u = _mm512_set1_epi8('u');
  __m512i seen = _mm512_setzero_si512();
  uint64_t escapes = 0;
  size_t at = *position;
  alignas(64) uint8_t buckets[64];
  for (; at < end && has_room(*out); at += Sweep::kBlock) {
    const __m512i bytes = _mm512_loadu_si512(data + at);
    seen = _mm512_or_si512(seen, bytes);
    const uint64_t slashes = _mm512_cmpeq_epi8_mask(bytes, backslash);
    escapes |= _mm512_mask_cmpeq_epi8_mask(slashes, _mm512_loadu_si512(data + at + 1), letter_u);
    __m512i all = _mm512_and_si512(agree_avx512(bytes, low[0], high[0]),
                                   agree_avx512(_mm512_loadu_si512(data + at + stride), low[1], high[1]));
    all = _mm512_and_si512(all, agree_avx512(_mm512_loadu_si512(data + at + 2 * stride), low[2], high[2]));
    const uint64_t found = _mm512_test_epi8_mask(all, all);
    if (found == 0) continue;
    _mm512_store_si512(buckets, all);
    keep(found, at, buckets, out);
  }
  out->beyond_ascii = out->beyond_ascii || _mm512_movepi8_mask(seen) != 0;
  out->escapes_u = out->escapes_u || escapes != 0;
  *position = at;
}

const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;
const bool kHasAvx512 = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0;

#else

void sweep_plain(const SweepMasks& m, const uint8_t* data, size_t stride, size_t* position, size_t end, Sweep* out) {
  size_t at = *position;
  for (; at < end && has_room(*out); at += Sweep::kBlock) {
    for (size_t i = at; i < at + Sweep::kBlock; ++i) {
      out->beyond_ascii = out->beyond_ascii || data[i] >= 0x80;
      out->escapes_u = out->escapes_u || (data[i] == '\\' && data[i + 1] == 'u');
      uint8_t all = 0xFF;
      for (size_t k = 0; k < 3; ++k) {
        const uint8_t byte = data[i + k * stride];
        all = static_cast<uint8_t>(all & m.low[k][byte & 15] & m.high[k][byte >> 4]);
      }
      if (all != 0) keep(1, i, &all, out);
    }
  }
  *position = at;
}

#endif

}  // namespace

void sweep(const SweepMasks& masks, const uint8_t* data, size_t stride, size_t* at, size_t end, Sweep* out) {
#if defined(__x86_64__)
  if (kHasAvx512) return sweep_avx512(masks, data, stride, at, end, out);
  if (kHasAvx2) return sweep_avx2(masks, data, stride, at, end, out);
  sweep_ssse3(masks, data, stride, at, end, out);
#else
  sweep_plain(masks, data, stride, at, end, out);
#endif
}

}  // namespace sil::hunt
