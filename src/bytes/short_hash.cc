#include "bytes/short_hash.h"

#include <bit>

namespace sil {
namespace {

void mix(uint32_t* a, uint32_t* b, uint32_t* c) {
  const auto step = [](uint32_t* x, uint32_t* y, uint32_t* z, int turn) {
    *x -= *z;
    *x ^= std::rotl(*z, turn);
    *z += *y;
  };
  step(a, b, c, 4);
  step(b, c, a, 6);
  step(c, a, b, 8);
  step(a, b, c, 16);
  step(b, c, a, 19);
  step(c, a, b, 4);
}

void close(uint32_t* a, uint32_t* b, uint32_t* c) {
  const auto step = [](uint32_t* x, uint32_t y, int turn) {
    *x ^= y;
    *x -= std::rotl(y, turn);
  };
  step(c, *b, 14);
  step(a, *c, 11);
  step(b, *a, 25);
  step(c, *b, 16);
  step(a, *c, 4);
  step(b, *a, 14);
  step(c, *b, 24);
}

}  // namespace

uint64_t lookup3(Bytes bytes) {
  uint32_t a = 0xdeadbeef + static_cast<uint32_t>(bytes.size()), b = a, c = a;
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  for (; left > 12; left -= 12, at += 12) {
    a += load_le<uint32_t>(at);
    b += load_le<uint32_t>(at + 4);
    c += load_le<uint32_t>(at + 8);
    mix(&a, &b, &c);
  }
  if (left != 0) {
    std::array<uint8_t, 12> tail{};
    for (size_t i = 0; i < left; ++i) tail[i] = at[i];
    a += load_le<uint32_t>(tail.data());
    b += load_le<uint32_t>(tail.data() + 4);
    c += load_le<uint32_t>(tail.data() + 8);
    close(&a, &b, &c);
  }
  return (uint64_t{c} << 32) | b;
}

uint64_t siphash24(Bytes bytes, const std::array<uint8_t, 16>& key) {
  const auto k0 = load_le<uint64_t>(key.data()), k1 = load_le<uint64_t>(key.data() + 8);
  uint64_t v0 = k0 ^ 0x736f6d6570736575, v1 = k1 ^ 0x646f72616e646f6d;
  uint64_t v2 = k0 ^ 0x6c7967656e657261, v3 = k1 ^ 0x7465646279746573;
  const auto rounds = [&](int count) {
    while (count-- > 0) {
      v0 += v1;
      v1 = std::rotl(v1, 13) ^ v0;
      v0 = std::rotl(v0, 32);
      v2 += v3;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = std::rotl(v1, 17) ^ v2;
      v2 = std::rotl(v2, 32);
    }
  };
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    const auto word = load_le<uint64_t>(at);
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
  uint64_t last = static_cast<uint64_t>(bytes.size()) << 56;
  for (size_t i = 0; i < left; ++i) last |= uint64_t{at[i]} << (8 * i);
  v3 ^= last;
  rounds(2);
  v0 ^= last;
  v2 ^= 0xff;
  rounds(4);
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace sil
