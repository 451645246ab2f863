#include "ledger/commitment.h"

#include <algorithm>
#include <cstring>

namespace sil::ledger {

Sha256 hmac_sha256(Bytes key, Bytes message) {
  return KeyedSha256(key).of(message);
}

Sha256 salt_of(const Secret& secret, std::string_view label) {
  return hmac_sha256(Bytes(secret.data(), secret.size()), as_bytes(label));
}

namespace {

using Label = std::array<uint8_t, 8>;
Label label_of(uint64_t offset) {
  Label out;
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<uint8_t>(offset >> (56 - 8 * i));
  return out;
}

}  // namespace

Sha256 record_salt(const KeyedSha256& secret, uint64_t offset) {
  return secret.of(label_of(offset));
}
std::vector<Sha256> record_salts(const KeyedSha256& secret, const std::vector<uint64_t>& offsets) {
  std::vector<Label> labels(offsets.size());
  std::ranges::transform(offsets, labels.begin(), label_of);
  DigestList list;
  list.messages.assign(labels.begin(), labels.end());
  secret.of_all(&list);
  return std::move(list.digests);
}
Sha256 record_salt(const Secret& secret, uint64_t offset) {
  return record_salt(KeyedSha256(Bytes(secret.data(), secret.size())), offset);
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

std::vector<Sha256> salted_leaves(const std::vector<Sha256>& salts, const std::vector<Bytes>& contents) {
  constexpr size_t kHead = 1 + sizeof(Sha256);  // 0x00 and the salt
  size_t size = 0;
  for (Bytes content : contents) size += kHead + content.size();
  std::vector<uint8_t> texts(size);
  DigestList list;
  list.messages.reserve(contents.size());
  uint8_t* to = texts.data();
  for (size_t i = 0; i < contents.size(); ++i) {
    std::ranges::copy(salts[i], to + 1);
    std::ranges::copy(contents[i], to + kHead);
    list.messages.emplace_back(to, kHead + contents[i].size());
    to += list.messages.back().size();
  }
  digest_all(&list);
  return std::move(list.digests);
}

Sha256 LeafList::root() const {
  CompactRange range;
  range.push(leaves);
  return range.root();
}

std::vector<Sha256> LeafList::path(uint64_t index) const {
  auto proof = inclusion_proof(index, leaves.size(), nodes_of(leaves));
  return proof ? *proof : std::vector<Sha256>();
}

}  // namespace sil::ledger
