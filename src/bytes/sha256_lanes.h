// SHA-256 (FIPS 180-4) of two messages in turn on one core. The processor's SHA instructions wait for each other within
// one message; those of a second message fill the gaps: 3.4 GB/s instead of 1.8. Used where there are many messages: a
// file and its records. Chosen at run time; elsewhere OpenSSL does the blocks, one message after the other.
//
// Digests are those of sha256(), whichever way was taken (sha256_lanes_test.cc). Thread rule: a value a thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bytes/digest.h"

namespace sil {

struct Sha256State {  // what a message has come to after whole blocks
  alignas(16) std::array<uint32_t, 8> words{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                            0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
};
constexpr size_t kSha256Block = 64;
void add_blocks(const uint8_t* blocks, size_t count, Sha256State* state);
void add_blocks_two(const uint8_t* blocks_a, Sha256State* a, const uint8_t* blocks_b, Sha256State* b, size_t count);
// The end of a message of `length` bytes: `rest`, which is no whole block, a one bit, zeros, and the length in bits.
// How many blocks that is, one or two.
size_t write_end(Bytes rest, uint64_t length, uint8_t (&to)[2 * kSha256Block]);
Sha256 digest_of(const Sha256State& state);  // the state's words as bytes, behind a message's last block

// Digest of a message that goes on where `begin` stands, after `before` bytes, a multiple of a block.
Sha256 sha256_from(const Sha256State& begin, uint64_t before, Bytes message);

// Messages, which live elsewhere, and their digests in the same order.
struct DigestList {
  std::vector<Bytes> messages;
  std::vector<Sha256> digests;
};
void digest_all(DigestList* list);
void digest_all(const Sha256State& begin, uint64_t before, DigestList* list);  // all as sha256_from

// One long message in parts, with short ones beside it. finish() once.
class LongSha256 {
 public:
  void add(Bytes bytes, DigestList* beside = nullptr);  // all of `beside` is digested then
  Sha256 finish();

 private:
  Sha256State state_;
  uint64_t length_ = 0;
  std::array<uint8_t, kSha256Block> rest_{};  // the length_ % 64 bytes that are no whole block yet
};

}  // namespace sil
