// HMAC-SHA-256 (RFC 2104) of many short messages under one key. What the key alone decides is hashed once, which for
// messages of a few bytes leaves two compressions of five. Thread rule: immutable once made.
#pragma once

#include "bytes/sha256_lanes.h"

namespace sil {

class KeyedSha256 {
 public:
  explicit KeyedSha256(Bytes key);  // any length; longer than 64 bytes: its digest is the key, as in RFC 2104
  [[nodiscard]] Sha256 of(Bytes message) const;
  void of_all(DigestList* list) const;  // the same for each

 private:
  void of_two(const Bytes (&messages)[2], Sha256* to) const;
  Sha256State inner_, outer_;
};

}  // namespace sil
