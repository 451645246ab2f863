// Citations and renderings of one EVTX event while its chunk is in hand.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "ingest/binxml_definition.h"
#include "ingest/binxml_layout.h"
#include "ingest/binxml_tree.h"
#include "model/event.h"

namespace sil::ingest {

class EvtxDetails : public EventDetails {
 public:
  void begin_chunk(Bytes chunk, uint64_t offset, DefinitionLibrary* definitions);
  // `pair` null: read by the general walker. Else the offsets in the chunk of the two definitions (inner 0: none).
  void begin_event(const CompiledPair* pair, uint32_t outer, uint32_t inner) {
    pair_ = pair;
    outer_ = outer;
    inner_ = inner;
  }

  void cite(const Event& event, std::vector<Span>* spans, std::vector<Span>* deps) const override;
  [[nodiscard]] Bytes bytes(Span span) const override;
  void write_json(const Event& event, std::string* out) const override;
  void write_xml(const Event& event, std::string* out) const override;
  // The plain twin of write_json: always over the tree.
  void write_json_plain(const Event& event, std::string* out) const;

 private:
  void tree_of(const Event& event, Tree* tree) const;
  const std::vector<Span>& needs_of(uint32_t outer, uint32_t inner) const;

  Bytes chunk_;
  uint64_t offset_ = 0;
  DefinitionLibrary* definitions_ = nullptr;
  const CompiledPair* pair_ = nullptr;
  uint32_t outer_ = 0, inner_ = 0;
  // What a record of this chunk needs to be decoded, by its definitions: themselves, and names that stand elsewhere.
  mutable std::unordered_map<uint64_t, std::vector<Span>> needs_;
  mutable JsonBuffer buffer_;
  mutable TimeText times_;
};

}  // namespace sil::ingest
