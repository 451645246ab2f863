#include "bytes/keyed_digest.h"

#include <algorithm>
#include <cstring>

namespace sil {
namespace {

void begin(const uint8_t (&key)[kSha256Block], uint8_t mask, Sha256State* state) {
  uint8_t block[kSha256Block];
  for (size_t i = 0; i < kSha256Block; ++i) block[i] = key[i] ^ mask;
  add_blocks(block, 1, state);
}

// A message of one block behind the key's, its end included.
constexpr size_t kShort = kSha256Block - 9;
void write_short(Bytes message, uint8_t (&block)[kSha256Block]) {
  std::memset(block, 0, sizeof block);
  if (!message.empty()) std::memcpy(block, message.data(), message.size());
  block[message.size()] = 0x80;
  const size_t bits = 8 * (kSha256Block + message.size());
  block[kSha256Block - 2] = static_cast<uint8_t>(bits >> 8);
  block[kSha256Block - 1] = static_cast<uint8_t>(bits);
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

// Two messages of at most kShort bytes: two blocks each, without the bookkeeping of longer ones.
void KeyedSha256::of_two(const Bytes (&messages)[2], Sha256* to) const {
  uint8_t a[kSha256Block], b[kSha256Block];
  Sha256State states[2] = {inner_, inner_};
  write_short(messages[0], a);
  write_short(messages[1], b);
  add_blocks_two(a, &states[0], b, &states[1], 1);
  write_short(digest_of(states[0]), a);
  write_short(digest_of(states[1]), b);
  states[0] = states[1] = outer_;
  add_blocks_two(a, &states[0], b, &states[1], 1);
  to[0] = digest_of(states[0]);
  to[1] = digest_of(states[1]);
}

void KeyedSha256::of_all(DigestList* list) const {
  const std::vector<Bytes>& messages = list->messages;
  if (std::ranges::all_of(messages, [](Bytes message) { return message.size() <= kShort; })) {
    list->digests.resize(messages.size());
    const size_t even = messages.size() / 2 * 2;
    for (size_t i = 0; i < even; i += 2) of_two({messages[i], messages[i + 1]}, &list->digests[i]);
    if (even < messages.size()) list->digests[even] = of(messages[even]);
    return;
  }
  DigestList inner{list->messages, {}};
  digest_all(inner_, kSha256Block, &inner);
  DigestList outer;
  outer.messages.assign(inner.digests.begin(), inner.digests.end());
  digest_all(outer_, kSha256Block, &outer);
  list->digests = std::move(outer.digests);
}

}  // namespace sil
