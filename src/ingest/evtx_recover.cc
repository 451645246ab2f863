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
  Standing(Bytes chunk, StandingDefinitions* known) : chunk_(chunk), known_(known) {}

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
    if (!definition(place, depth + 1)) return false;
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

  // What stands at some depth stands at any lesser one.
  bool definition(const DefinitionPlace& place, int depth) {
    const auto stands = [&](const auto& one) { return one.first == place.body && depth <= one.second; };
    if (known_ && std::ranges::any_of(*known_, stands)) return true;
    if (!fragment(place.body, size_t{place.body} + place.size, true, depth)) return false;
    if (known_) known_->emplace_back(place.body, depth);
    return true;
  }

  Bytes chunk_;
  StandingDefinitions* known_;
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

bool record_stands(Bytes chunk, uint32_t offset, uint32_t size, StandingDefinitions* known) {
  if (offset > chunk.size() || size < kRecordMinimum || size > chunk.size() - offset) return false;
  return Standing(chunk, known).fragment(offset + kRecordHeaderSize, size_t{offset} + size - 4, false, 0);
}

}  // namespace sil::ingest
