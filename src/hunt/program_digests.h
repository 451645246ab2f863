// Digests of programs ("MD5=<hex>,SHA256=<hex>") never repeat as cached values do, and hardly one is a digest that a
// rule names: a bitmap of the rules' digests, by their first eight digits, says so before anything is decoded.
// One-sided: may_hold() may say yes too often, never no. Thread rule: immutable once built.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bytes/cursor.h"
#include "model/value.h"

namespace sil::hunt {

class DigestSigns {
 public:
  void add(std::string_view literal);  // "sha256=<hex>", folded
  // Whether `value`, the raw bytes of a text of this kind, holds '=' before eight characters that begin a digest. True
  // of kinds that are not looked through.
  [[nodiscard]] bool may_hold(Bytes value, ValueKind kind) const;

 private:
  [[nodiscard]] bool begins(uint64_t digits) const;

  std::vector<uint64_t> bits_;  // empty: nothing was added
};

}  // namespace sil::hunt
