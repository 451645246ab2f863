// HMAC-SHA-256 (RFC 2104) of many short messages under one key. What the key alone decides is hashed once, which for
// messages of a few bytes leaves two compressions of five. Thread rule: immutable once made.
#pragma once

#include "bytes/digest.h"

namespace sil {

class KeyedSha256 {
 public:
  explicit KeyedSha256(Bytes key);  // any length; longer than 64 bytes: its digest is the key, as in RFC 2104
  [[nodiscard]] Sha256 of(Bytes message) const;

 private:
  struct alignas(8) State {
    uint8_t bytes[112];  // the library's context, which is plain data
  };
  State inner_, outer_;
};

}  // namespace sil
