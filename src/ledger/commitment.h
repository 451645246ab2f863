// Commitments: what an entry may say of bytes without giving them away (docs/design/ledger.md, Commitments).
//
// Each source has a secret of 32 bytes. Salts are HMAC-SHA-256(secret, label), so equal records have unequal leaves,
// and one leaf can be opened without the others. Destroying the secret and the bytes makes proofs of that source
// impossible; the log stays valid. Thread rule: values.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "bytes/keyed_digest.h"
#include "ledger/merkle.h"

namespace sil::ledger {

using Secret = std::array<uint8_t, 32>;

Sha256 hmac_sha256(Bytes key, Bytes message);  // RFC 2104
Sha256 salt_of(const Secret& secret, std::string_view label);
Sha256 record_salt(const Secret& secret, uint64_t offset);       // label: the offset, 8 bytes big-endian
Sha256 record_salt(const KeyedSha256& secret, uint64_t offset);  // the same, for many
std::vector<Sha256> record_salts(const KeyedSha256& secret, const std::vector<uint64_t>& offsets);
Sha256 salted_leaf(const Sha256& salt, Bytes content);  // SHA-256(0x00, salt, content)
Sha256 salted_leaf(const Sha256& salt, std::string_view content);
// The same of many, hashed side by side; as many salts as contents.
std::vector<Sha256> salted_leaves(const std::vector<Sha256>& salts, const std::vector<Bytes>& contents);

// Root and count of a list of salted leaves.
struct LeafList {
  std::vector<Sha256> leaves;
  [[nodiscard]] Sha256 root() const;
  [[nodiscard]] std::vector<Sha256> path(uint64_t index) const;
};

}  // namespace sil::ledger
