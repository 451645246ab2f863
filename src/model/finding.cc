#include "model/finding.h"

namespace sil {

std::string finding_id(const Sha256& rule, const Sha256& record, uint64_t offset) {
  Sha256Stream stream;
  stream.add(rule);
  stream.add(record);
  uint8_t le[8];
  for (int i = 0; i < 8; ++i) le[i] = static_cast<uint8_t>(offset >> (8 * i));
  stream.add(Bytes(le, 8));
  return hex(Bytes(stream.finish().data(), 8));
}

std::string correlation_id(const Sha256& rule, std::string_view group, const Sha256& record, uint64_t offset) {
  Sha256Stream stream;
  stream.add(rule);
  stream.add(group);
  Sha256 both = stream.finish();
  return finding_id(both, record, offset);
}

}  // namespace sil
