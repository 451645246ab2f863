// The plain-data context is OpenSSL's older interface: the newer one allocates to copy a state, which costs more than
// the compressions that are saved.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "bytes/keyed_digest.h"

#include <openssl/sha.h>

#include <cstring>

namespace sil {
namespace {

constexpr size_t kBlock = 64;

template <class State>
void begin(const uint8_t (&key)[kBlock], uint8_t mask, State* state) {
  static_assert(sizeof(SHA256_CTX) <= sizeof(State));
  uint8_t block[kBlock];
  for (size_t i = 0; i < kBlock; ++i) block[i] = key[i] ^ mask;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, block, sizeof block);
  std::memcpy(state->bytes, &context, sizeof context);
}

template <class State>
Sha256 go_on(const State& state, Bytes message) {
  SHA256_CTX context;
  std::memcpy(&context, state.bytes, sizeof context);
  Sha256 out;
  if (!message.empty()) SHA256_Update(&context, message.data(), message.size());
  SHA256_Final(out.data(), &context);
  return out;
}

}  // namespace

KeyedSha256::KeyedSha256(Bytes key) {
  uint8_t block[kBlock] = {};
  if (key.size() > kBlock) {
    const Sha256 digest = sha256(key);
    std::memcpy(block, digest.data(), digest.size());
  } else if (!key.empty()) {
    std::memcpy(block, key.data(), key.size());
  }
  begin(block, 0x36, &inner_);
  begin(block, 0x5C, &outer_);
}

Sha256 KeyedSha256::of(Bytes message) const {
  const Sha256 inner = go_on(inner_, message);
  return go_on(outer_, inner);
}

}  // namespace sil
