#include "model/finding.h"

#include <algorithm>
#include <array>

namespace sil {

std::string finding_id(const Sha256& rule, const Sha256& record, uint64_t offset) {
  std::array<uint8_t, 2 * std::tuple_size_v<Sha256> + 8> key;
  auto at = std::copy(rule.begin(), rule.end(), key.begin());
  at = std::copy(record.begin(), record.end(), at);
  for (int i = 0; i < 8; ++i) *at++ = static_cast<uint8_t>(offset >> (8 * i));
  return hex(Bytes(sha256(key).data(), 8));
}

std::string correlation_id(const Sha256& rule, std::string_view group, std::string_view first) {
  Sha256Stream stream;
  stream.add(rule);
  stream.add(group);
  return finding_id(stream.finish(), sha256(first), 0);
}

}  // namespace sil
