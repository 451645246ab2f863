#include "bytes/keyed_digest.h"

#include <cstring>

namespace sil {
namespace {

void begin(const uint8_t (&key)[kSha256Block], uint8_t mask, Sha256State* state) {
  uint8_t block[kSha256Block];
  for (size_t i = 0; i < kSha256Block; ++i) block[i] = key[i] ^ mask;
  add_blocks(block, 1, state);
}

}  // namespace

KeyedSha256::KeyedSha256(Bytes key) {
  uint8_t block[kSha256Block] = {};
  if (key.size() > kSha256Block) {
    const Sha256 digest = sha256(key);
    std::memcpy(block, digest.data(), digest.size());
  } else if (!key.empty()) {
    std::memcpy(block, key.data(), key.size());
  }
  begin(block, 0x36, &inner_);
  begin(block, 0x5C, &outer_);
}

Sha256 KeyedSha256::of(Bytes message) const {
  return sha256_from(outer_, kSha256Block, sha256_from(inner_, kSha256Block, message));
}

void KeyedSha256::of_all(DigestList* list) const {
  DigestList inner{list->messages, {}};
  digest_all(inner_, kSha256Block, &inner);
  DigestList outer;
  outer.messages.assign(inner.digests.begin(), inner.digests.end());
  digest_all(outer_, kSha256Block, &outer);
  list->digests = std::move(outer.digests);
}

}  // namespace sil
