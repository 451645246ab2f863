#include "ingest/evtx_recover.h"

#include <algorithm>

#include "ingest/binxml_value.h"
#include "ingest/evtx_chunk.h"
#include "ingest/evtx_structure.h"

namespace sil::ingest {
namespace {

constexpr size_t kNameHead = 8;  // next name, hash, length
constexpr size_t kMostFragments = 4096;

class Standing {
 public:
  explicit Standing(Bytes chunk) : chunk_(chunk) {}

  bool fragment(size_t begin, size_t end, bool definition, int depth) {
    if (depth > kMaxTemplateDepth || ++fragments_ > kMostFragments) return false;
    std::vector<Node> nodes;
    const ParseEnd parsed = parse_fragment(chunk_, begin, end, definition, &nodes);
    if (parsed.problem || (definition && parsed.position != end)) return false;
    return std::ranges::all_of(nodes, [&](const Node& node) {
      return name(node) && (node.kind != NodeKind::kTemplate || instance(node, depth));
    });
  }

 private:
  bool name(const Node& node) const {
    if (!node.name) return true;
    const auto at = static_cast<size_t>(node.name - chunk_.data());
    return at >= kNameHead && load_le<uint16_t>(node.name - 4) == evtx_name_hash(node.name_bytes());
  }
  bool instance(const Node& node, int depth) {
    const DefinitionPlace place = definition_at(chunk_, node.definition);
    if (!place.good) return false;
    const auto values = static_cast<size_t>(node.data - chunk_.data());
    const bool here = size_t{place.body} + place.size == values;  // the definition stands inside the instance
    const size_t stated = (here ? size_t{place.offset} : values) - 8;
    if (load_le<uint32_t>(chunk_.data() + stated) != load_le<uint32_t>(chunk_.data() + place.offset + 4)) return false;
    if (!fragment(place.body, size_t{place.body} + place.size, true, depth + 1)) return false;
    const auto count = load_le<uint32_t>(node.data);
    size_t at = values + 4 + size_t{4} * count;  // the parser has checked that all of it is there
    for (uint32_t i = 0; i < count; ++i) {
      const uint8_t* descriptor = node.data + 4 + size_t{4} * i;
      const size_t size = load_le<uint16_t>(descriptor);
      if (descriptor[2] == kTypeBinXml && !fragment(at, at + size, false, depth + 1)) return false;
      at += size;
    }
    return true;
  }

  Bytes chunk_;
  size_t fragments_ = 0;
};

}  // namespace

void read_evtx_record(Bytes chunk, uint64_t chunk_offset, uint32_t offset, uint32_t size, uint32_t source,
                      ReadScratch& scratch, EventSink& sink) {
  if (offset > chunk.size() || size < kRecordMinimum || size > chunk.size() - offset) return;
  ChunkWalker(chunk, chunk_offset, source, &static_cast<EvtxScratch&>(scratch), &sink).run_one(offset, size);
}

void read_evtx_chunk(Bytes chunk, uint64_t chunk_offset, uint32_t source, ReadScratch& scratch, EventSink& sink) {
  ChunkWalker(chunk, chunk_offset, source, &static_cast<EvtxScratch&>(scratch), &sink).run();
}

bool record_stands(Bytes chunk, uint32_t offset, uint32_t size) {
  if (offset > chunk.size() || size < kRecordMinimum || size > chunk.size() - offset) return false;
  return Standing(chunk).fragment(offset + kRecordHeaderSize, size_t{offset} + size - 4, false, 0);
}

}  // namespace sil::ingest
