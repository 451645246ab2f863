// OpenSSL's older interface, since its context gives a message's state away.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "bytes/sha256_lanes.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstring>
#include <utility>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace sil {
namespace {

void add_blocks_plain(const uint8_t* blocks, size_t count, Sha256State* state) {
  SHA256_CTX context;
  SHA256_Init(&context);
  std::memcpy(context.h, state->words.data(), sizeof context.h);
  SHA256_Update(&context, blocks, count * kSha256Block);
  std::memcpy(state->words.data(), context.h, sizeof context.h);
}

#if defined(__x86_64__)

#define SIL_SHA __attribute__((target("sha,sse4.1")))
#define SIL_SHA_INLINE __attribute__((target("sha,sse4.1"), always_inline)) inline

alignas(16) constexpr uint32_t kRoundConstants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// A state as the instructions want it, its words ABEF and CDGH, and the last 16 words of the message schedule.
struct Registers {
  __m128i abef, cdgh, words[4];
};

SIL_SHA_INLINE Registers load(const Sha256State& state) {
  const auto* from = reinterpret_cast<const __m128i*>(state.words.data());
  const __m128i cdab = _mm_shuffle_epi32(_mm_load_si128(from), 0xB1);
  const __m128i efgh = _mm_shuffle_epi32(_mm_load_si128(from + 1), 0x1B);
  Registers out;
  out.abef = _mm_alignr_epi8(cdab, efgh, 8);
  out.cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
  return out;
}

SIL_SHA_INLINE void store(const Registers& registers, Sha256State* state) {
  auto* to = reinterpret_cast<__m128i*>(state->words.data());
  const __m128i feba = _mm_shuffle_epi32(registers.abef, 0x1B), dchg = _mm_shuffle_epi32(registers.cdgh, 0xB1);
  _mm_store_si128(to, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_store_si128(to + 1, _mm_alignr_epi8(dchg, feba, 8));
}

// Rounds 4 * kStep to 4 * kStep + 3 of a block.
template <int kStep>
SIL_SHA_INLINE void four_rounds(const uint8_t* block, Registers* r) {
  constexpr int kNow = kStep % 4, kNext = (kStep + 1) % 4, kOver = (kStep + 2) % 4, kLast = (kStep + 3) % 4;
  if constexpr (kStep < 4) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    const __m128i four = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * kStep));
    r->words[kNow] = _mm_shuffle_epi8(four, big_endian);
  } else {
    __m128i sum = _mm_sha256msg1_epu32(r->words[kNow], r->words[kNext]);
    sum = _mm_add_epi32(sum, _mm_alignr_epi8(r->words[kLast], r->words[kOver], 4));
    r->words[kNow] = _mm_sha256msg2_epu32(sum, r->words[kLast]);
  }
  const auto* constants = reinterpret_cast<const __m128i*>(kRoundConstants) + kStep;
  const __m128i added = _mm_add_epi32(r->words[kNow], _mm_load_si128(constants));
  r->cdgh = _mm_sha256rnds2_epu32(r->cdgh, r->abef, added);
  r->abef = _mm_sha256rnds2_epu32(r->abef, r->cdgh, _mm_shuffle_epi32(added, 0x0E));
}

template <int... kSteps>
SIL_SHA_INLINE void all_rounds(const uint8_t* block, Registers* r, std::integer_sequence<int, kSteps...>) {
  (four_rounds<kSteps>(block, r), ...);
}
template <int... kSteps>
SIL_SHA_INLINE void all_rounds(const uint8_t* block_a, Registers* a, const uint8_t* block_b, Registers* b,
                               std::integer_sequence<int, kSteps...>) {
  ((four_rounds<kSteps>(block_a, a), four_rounds<kSteps>(block_b, b)), ...);
}
using Steps = std::make_integer_sequence<int, 16>;

SIL_SHA_INLINE void sum_up(const Registers& before, Registers* r) {
  r->abef = _mm_add_epi32(r->abef, before.abef);
  r->cdgh = _mm_add_epi32(r->cdgh, before.cdgh);
}

SIL_SHA void add_blocks_sha(const uint8_t* blocks, size_t count, Sha256State* state) {
  Registers r = load(*state);
  for (; count != 0; --count, blocks += kSha256Block) {
    const Registers before = r;
    all_rounds(blocks, &r, Steps());
    sum_up(before, &r);
  }
  store(r, state);
}

SIL_SHA void add_blocks_sha(const uint8_t* blocks_a, Sha256State* state_a, const uint8_t* blocks_b,
                            Sha256State* state_b, size_t count) {
  Registers a = load(*state_a), b = load(*state_b);
  for (; count != 0; --count, blocks_a += kSha256Block, blocks_b += kSha256Block) {
    const Registers before_a = a, before_b = b;
    all_rounds(blocks_a, &a, blocks_b, &b, Steps());
    sum_up(before_a, &a);
    sum_up(before_b, &b);
  }
  store(a, state_a);
  store(b, state_b);
}

bool has_sha_instructions() {  // asked of the processor itself: clang 16 has no name for them
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __builtin_cpu_supports("sse4.1") != 0 && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b >> 29 & 1) != 0;
}
const bool kHasSha = has_sha_instructions();

#endif

// One of the two messages at work: whole blocks where they lie, then its end.
class Lane {
 public:
  // A part of a long message: whole blocks, whose state is another's.
  void take(const uint8_t* blocks, size_t count, Sha256State* state) {
    at = blocks;
    left = count;
    state_ = state;
  }
  // True: there is something to do. Where a message is done, the next of the list is taken.
  bool ready(const Sha256State& begin, uint64_t before, size_t* next, DigestList* list) {
    while (left == 0) {
      if (end_ != 0) {
        at = tail_;
        left = std::exchange(end_, 0);
        return true;
      }
      if (to_) *std::exchange(to_, nullptr) = digest_of(own_);
      if (*next == list->messages.size()) return false;
      const Bytes message = list->messages[*next];
      to_ = &list->digests[(*next)++];
      own_ = begin;
      take(message.data(), message.size() / kSha256Block, &own_);
      end_ = write_end(message.subspan(left * kSha256Block), before + message.size(), tail_);
    }
    return true;
  }
  void pass(size_t blocks) {
    at += blocks * kSha256Block;
    left -= blocks;
  }
  [[nodiscard]] Sha256State* state() { return state_; }
  const uint8_t* at = nullptr;
  size_t left = 0;  // blocks

 private:
  Sha256State own_;
  Sha256State* state_ = &own_;
  Sha256* to_ = nullptr;
  size_t end_ = 0;  // blocks of tail_ that are still to come
  uint8_t tail_[2 * kSha256Block];
};

void run(const Sha256State& begin, uint64_t before, Lane* a, Lane* b, DigestList* list) {
  size_t next = 0;
  list->digests.resize(list->messages.size());
  while (true) {
    const bool ready_a = a->ready(begin, before, &next, list), ready_b = b->ready(begin, before, &next, list);
    if (!ready_a && !ready_b) return;
    if (ready_a && ready_b) {
      const size_t count = std::min(a->left, b->left);
      add_blocks_two(a->at, a->state(), b->at, b->state(), count);
      a->pass(count);
      b->pass(count);
    } else {
      Lane& alone = ready_a ? *a : *b;
      add_blocks(alone.at, alone.left, alone.state());
      alone.pass(alone.left);
    }
  }
}

}  // namespace

size_t write_end(Bytes rest, uint64_t length, uint8_t (&to)[2 * kSha256Block]) {
  const size_t blocks = rest.size() < kSha256Block - 8 ? 1 : 2;
  std::memset(to, 0, sizeof to);
  if (!rest.empty()) std::memcpy(to, rest.data(), rest.size());
  to[rest.size()] = 0x80;
  for (size_t i = 0; i < 8; ++i) to[blocks * kSha256Block - 1 - i] = static_cast<uint8_t>(8 * length >> 8 * i);
  return blocks;
}

void add_blocks(const uint8_t* blocks, size_t count, Sha256State* state) {
#if defined(__x86_64__)
  if (kHasSha) return add_blocks_sha(blocks, count, state);
#endif
  add_blocks_plain(blocks, count, state);
}

void add_blocks_two(const uint8_t* blocks_a, Sha256State* a, const uint8_t* blocks_b, Sha256State* b, size_t count) {
#if defined(__x86_64__)
  if (kHasSha) return add_blocks_sha(blocks_a, a, blocks_b, b, count);
#endif
  add_blocks(blocks_a, count, a);
  add_blocks(blocks_b, count, b);
}

Sha256 digest_of(const Sha256State& state) {
  Sha256 out;
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<uint8_t>(state.words[i / 4] >> (24 - 8 * (i % 4)));
  return out;
}

Sha256 sha256_from(const Sha256State& begin, uint64_t before, Bytes message) {
  Sha256State state = begin;
  const size_t blocks = message.size() / kSha256Block;
  if (blocks != 0) add_blocks(message.data(), blocks, &state);
  uint8_t end[2 * kSha256Block];
  add_blocks(end, write_end(message.subspan(blocks * kSha256Block), before + message.size(), end), &state);
  return digest_of(state);
}

void digest_all(const Sha256State& begin, uint64_t before, DigestList* list) {
  Lane a, b;
  run(begin, before, &a, &b, list);
}
void digest_all(DigestList* list) {
  digest_all({}, 0, list);
}

void LongSha256::add(Bytes bytes, DigestList* beside) {
  const size_t held = length_ % kSha256Block;
  length_ += bytes.size();
  if (held != 0) {
    const size_t more = std::min(bytes.size(), kSha256Block - held);
    std::copy_n(bytes.begin(), more, rest_.begin() + static_cast<std::ptrdiff_t>(held));
    bytes = bytes.subspan(more);
    if (held + more == kSha256Block) add_blocks(rest_.data(), 1, &state_);
  }
  const size_t blocks = bytes.size() / kSha256Block;
  if (const Bytes rest = bytes.subspan(blocks * kSha256Block); !rest.empty())
    std::copy(rest.begin(), rest.end(), rest_.begin());
  DigestList none;
  Lane own, other;
  own.take(bytes.data(), blocks, &state_);
  run({}, 0, &own, &other, beside ? beside : &none);
}

Sha256 LongSha256::finish() {
  uint8_t end[2 * kSha256Block];
  const size_t blocks = write_end(Bytes(rest_.data(), length_ % kSha256Block), length_, end);
  add_blocks(end, blocks, &state_);
  return digest_of(state_);
}

}  // namespace sil
