// BinXML tokens to a flat list of nodes (MS-EVEN6 2.2.12; docs/formats/evtx.md). The parser allocates nothing but the
// node list, follows no pointer without a bounds check, and says where it ended: the track detectors live on that.
//
// Lifetime: nodes view the chunk; nothing is copied.
#pragma once

#include <cstdint>
#include <vector>

#include "bytes/cursor.h"

namespace sil::ingest {

enum class NodeKind : uint8_t {
  kElement,       // name; slot = dependency (kNoSlot: none); first its attributes, then its content
  kAttribute,     // name; children are its value
  kText,          // data: UTF-16
  kCData,         // data: UTF-16
  kCharRef,       // slot: code unit
  kEntityRef,     // name: lt gt amp quot apos
  kPiTarget,      // name
  kPiData,        // data: UTF-16
  kSubstitution,  // slot, type
  kOptional,      // slot, type
  kTemplate,      // an instance: data points at the value count; definition: where its definition lies in the chunk
};
constexpr uint16_t kNoSlot = 0xffff;

struct Node {
  NodeKind kind = NodeKind::kText;
  uint8_t type = 0;  // declared value type
  uint16_t slot = kNoSlot;
  uint32_t end = 0;               // index behind the last descendant
  const uint8_t* name = nullptr;  // UTF-16, without the 8 bytes before it
  const uint8_t* data = nullptr;
  uint32_t name_size = 0;   // bytes
  uint32_t data_size = 0;   // bytes; kTemplate: count, descriptors and values
  uint32_t definition = 0;  // kTemplate only
  [[nodiscard]] Bytes name_bytes() const { return {name, name_size}; }
  [[nodiscard]] Bytes data_bytes() const { return {data, data_size}; }
};

struct ParseEnd {
  size_t position = 0;  // offset in chunk behind the last token read (the EOF token included)
  bool saw_eof = false;
  const char* problem = nullptr;  // static text; null = parsed to the end
};

constexpr size_t kMaxOpenElements = 512;
constexpr int kMaxTemplateDepth = 64;

// Parses chunk[begin, end) up to its EOF token or `end`, appending to `nodes`. Dependency ids stand before element
// sizes inside template definitions only.
ParseEnd parse_fragment(Bytes chunk, size_t begin, size_t end, bool dependency_ids, std::vector<Node>* nodes);

struct DefinitionPlace {
  bool good = false;
  uint32_t offset = 0;  // of the definition's 24 byte header
  uint32_t body = 0;    // offset + 24
  uint32_t size = 0;    // of the body
};
DefinitionPlace definition_at(Bytes chunk, uint32_t offset);

// The fixed part of a template instance whose token 0c stands at `position`.
struct InstancePlace {
  bool good = false;
  uint32_t definition = 0;  // offset in chunk
  uint32_t values = 0;      // offset of the value count
};
InstancePlace instance_at(Bytes chunk, size_t position, size_t end);

}  // namespace sil::ingest
