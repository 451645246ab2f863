// One pass over bytes for the three-byte keys of a few literals: by nibble, which of eight buckets a byte can belong
// to at each of the three places (the idea of Hyperscan's Teddy). The same pass tells what makes bytes alone
// untrustworthy.
//
// CPU paths: plain loop, SSSE3, AVX2, AVX-512BW, chosen at run time; all find the same places.
// Thread rule: pure functions; a Sweep belongs to one worker.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sil::hunt {

struct SweepMasks {  // by place 0..2 and nibble: the buckets (bits) that a byte can belong to
  alignas(16) uint8_t low[3][16] = {}, high[3][16] = {};
};

struct Sweep {
  static constexpr size_t kBlock = 64;
  static constexpr size_t kRoom = 256;
  size_t count = 0;
  uint32_t places[kRoom];  // where some bucket agrees in three bytes
  uint8_t buckets[kRoom];
  bool beyond_ascii = false;  // a byte of 0x80 or more was passed
  bool escapes_u = false;     // `\u` was passed; whether it is an escape is not looked at
};

// Passes positions from *at on in steps of kBlock up to `end` (whole blocks: up to kBlock - 1 positions more), and
// stops early when the room gets short; *at tells how far. The bytes at `stride` and twice `stride` behind each
// position are read as well. stride 1: 8-bit text; 2: UTF-16LE.
void sweep(const SweepMasks& masks, const uint8_t* data, size_t stride, size_t* at, size_t end, Sweep* out);

}  // namespace sil::hunt
