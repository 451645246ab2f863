#include "ledger/commitment.h"

#include <algorithm>
#include <cstring>

namespace sil::ledger {

Sha256 hmac_sha256(Bytes key, Bytes message) {
  uint8_t block[64] = {};
  if (key.size() > sizeof block) {
    Sha256 digest = sha256(key);
    std::memcpy(block, digest.data(), digest.size());
  } else if (!key.empty()) {
    std::memcpy(block, key.data(), key.size());
  }
  for (uint8_t& byte : block) byte ^= 0x36;
  Sha256 inner;
  if (message.size() <= 64) {
    uint8_t joined[128];
    std::memcpy(joined, block, 64);
    if (!message.empty()) std::memcpy(joined + 64, message.data(), message.size());
    inner = sha256(Bytes(joined, 64 + message.size()));
  } else {
    Sha256Stream stream;
    stream.add(Bytes(block, 64));
    stream.add(message);
    inner = stream.finish();
  }
  uint8_t outer[96];
  for (size_t i = 0; i < 64; ++i) outer[i] = block[i] ^ 0x36 ^ 0x5C;
  std::memcpy(outer + 64, inner.data(), 32);
  return sha256(Bytes(outer, sizeof outer));
}

Sha256 salt_of(const Secret& secret, std::string_view label) {
  return hmac_sha256(Bytes(secret.data(), secret.size()), as_bytes(label));
}

Sha256 record_salt(const Secret& secret, uint64_t offset) {
  uint8_t label[8];
  for (int i = 0; i < 8; ++i) label[i] = static_cast<uint8_t>(offset >> (56 - 8 * i));
  return hmac_sha256(Bytes(secret.data(), secret.size()), Bytes(label, sizeof label));
}

Sha256 salted_leaf(const Sha256& salt, Bytes content) {
  Sha256Stream stream;
  uint8_t head[33] = {};
  std::memcpy(head + 1, salt.data(), salt.size());
  stream.add(Bytes(head, sizeof head));
  stream.add(content);
  return stream.finish();
}

Sha256 salted_leaf(const Sha256& salt, std::string_view content) {
  return salted_leaf(salt, as_bytes(content));
}

Sha256 LeafList::root() const {
  CompactRange range;
  for (const Sha256& leaf : leaves) range.push(leaf);
  return range.root();
}

std::vector<Sha256> LeafList::path(uint64_t index) const {
  auto proof = inclusion_proof(index, leaves.size(), nodes_of(leaves));
  return proof ? *proof : std::vector<Sha256>();
}

}  // namespace sil::ledger
