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

constexpr size_t kShort = kSha256Block - 9;  // of a message that is one block with its end

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
  uint8_t a[2 * kSha256Block], b[2 * kSha256Block];
  Sha256State states[2] = {inner_, inner_};
  write_end(messages[0], kSha256Block + messages[0].size(), a);  // the key's block stands before it
  write_end(messages[1], kSha256Block + messages[1].size(), b);
  add_blocks_two(a, &states[0], b, &states[1], 1);
  write_end(digest_of(states[0]), kSha256Block + sizeof(Sha256), a);
  write_end(digest_of(states[1]), kSha256Block + sizeof(Sha256), b);
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
