// Two short hashes that file formats state: Bob Jenkins' lookup3 (hashlittle2, 64 bits of it) and SipHash-2-4. No proof
// of anything against somebody who computes them too.
//
// Thread rule: pure. Sources: burtleburtle.net/bob/hash/doobs.html; Aumasson and Bernstein, "SipHash", 2012.
#pragma once

#include <array>
#include <cstdint>

#include "bytes/cursor.h"

namespace sil {

uint64_t lookup3(Bytes bytes);  // both halves begin at 0: the first one counts for the upper 32 bits
uint64_t siphash24(Bytes bytes, const std::array<uint8_t, 16>& key);

}  // namespace sil
