// Citations and renderings of one EVTX event while its chunk is in hand.
#pragma once

#include <string>

#include "ingest/binxml_definition.h"
#include "ingest/binxml_layout.h"
#include "ingest/binxml_tree.h"
#include "model/event.h"

namespace sil::ingest {

class EvtxDetails : public EventDetails {
 public:
  void begin_chunk(Bytes chunk, uint64_t offset, DefinitionLibrary* definitions);
  void begin_event(const CompiledPair* pair) { pair_ = pair; }  // null: read by the general walker

  void cite(const Event& event, std::vector<Span>* spans, std::vector<Span>* deps) const override;
  [[nodiscard]] Bytes bytes(Span span) const override;
  void write_json(const Event& event, std::string* out) const override;
  void write_xml(const Event& event, std::string* out) const override;
  // The plain twin of write_json: always over the tree.
  void write_json_plain(const Event& event, std::string* out) const;

 private:
  void tree_of(const Event& event, Tree* tree) const;

  Bytes chunk_;
  uint64_t offset_ = 0;
  DefinitionLibrary* definitions_ = nullptr;
  const CompiledPair* pair_ = nullptr;
  mutable TextBuffer buffer_;
  mutable TimeText times_;
};

}  // namespace sil::ingest
