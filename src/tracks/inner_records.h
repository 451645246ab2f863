// Records that lie inside another record's bytes: what merging leaves (Fox-IT, "danderspritz-evtx", 2017).
#pragma once

#include <vector>

#include "bytes/cursor.h"

namespace sil::tracks {

struct InnerRecord {
  uint32_t offset = 0, size = 0;  // from the start of the outer record
};
// Records behind `from` whose sizes add up to the end of `record`; empty when none do.
std::vector<InnerRecord> inner_records(Bytes record, size_t from);

std::vector<uint8_t> le32(uint32_t value);  // for mends

}  // namespace sil::tracks
