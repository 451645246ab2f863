// Where things lie inside a well-formed chunk: records, values, and every field that holds an offset. Only
// for files this equipment has made or has the right to edit: it trusts their structure.
#pragma once

#include <cstdint>
#include <vector>

namespace sil::evtx_writer {

struct WalkedValue {
  uint32_t offset = 0;  // in chunk
  uint16_t size = 0;
  uint8_t type = 0;
};

struct WalkedRecord {
  uint32_t offset = 0, size = 0;
  uint64_t id = 0;                      // header
  uint32_t end = 0;                     // where the BinXML walk ended
  bool defines = false;                 // holds a definition or a name that others may refer to
  uint32_t definition = 0;              // offset of the outer definition, 0 = record without template
  uint32_t values_at = 0;               // offset of the outer value table (its count)
  std::vector<WalkedValue> outer;       // System slots
  std::vector<WalkedValue> inner;       // values of the embedded body
  std::vector<uint32_t> offset_fields;  // positions of u32 fields that hold chunk offsets
};

std::vector<WalkedRecord> walk_chunk(const uint8_t* chunk);  // empty when it is no chunk or does not parse

}  // namespace sil::evtx_writer
