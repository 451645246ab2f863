#include "ingest/binxml_definition.h"

#include <algorithm>
#include <cstring>

namespace sil::ingest {
namespace {

// What stands before name and data of each node in the canonical content. `end` gives the nesting.
struct KeyPart {
  uint8_t kind, type;
  uint16_t slot;
  uint32_t end, name_size, data_size, definition;
};

void append_key(const Node& node, std::string* key) {
  KeyPart part{static_cast<uint8_t>(node.kind), node.type, node.slot, node.end, node.name_size, node.data_size, 0};
  if (node.kind == NodeKind::kTemplate) part.definition = node.definition;
  key->append(reinterpret_cast<const char*>(&part), sizeof part);
  if (node.name_size) key->append(reinterpret_cast<const char*>(node.name), node.name_size);
  if (node.data_size) key->append(reinterpret_cast<const char*>(node.data), node.data_size);
}

}  // namespace

void DefinitionLibrary::begin_chunk(Bytes chunk) {
  chunk_ = chunk;
  ++generation_;
  used_ = 0;
  fresh.clear();
}

const DefinitionLibrary::Entry& DefinitionLibrary::find(uint32_t offset) {
  size_t at = (offset * 2654435761u) >> 23;  // 9 bits
  for (size_t probe = 0; probe < kTable; ++probe, at = (at + 1) % kTable) {
    Entry& entry = table_[at];
    if (entry.generation != generation_) {
      if (used_ > kTable / 2) break;  // a made-up chunk: serve it slowly
      ++used_;
      load(offset, &entry);
      entry.generation = generation_;
      if (entry.stated_end != 0) fresh.push_back(entry);
      return entry;
    }
    if (entry.offset == offset) return entry;
  }
  load(offset, &spare_);
  return spare_;
}

void DefinitionLibrary::load(uint32_t offset, Entry* entry) {
  *entry = Entry{};
  entry->offset = offset;
  DefinitionPlace place = definition_at(chunk_, offset);
  if (!place.good) return;
  nodes_.clear();
  ParseEnd end = parse_fragment(chunk_, place.body, place.body + place.size, true, &nodes_);
  entry->end = static_cast<uint32_t>(end.position);
  entry->stated_end = place.body + place.size;
  if (!end.problem) entry->definition = intern();
}

const Definition* DefinitionLibrary::intern() {
  key_.clear();
  for (const Node& node : nodes_) append_key(node, &key_);
  if (auto known = by_content_.find(std::string_view(key_)); known != by_content_.end()) return known->second.get();
  auto made = std::make_unique<Definition>();
  made->nodes = nodes_;
  made->pool = key_;
  auto* at = reinterpret_cast<const uint8_t*>(made->pool.data());
  for (Node& node : made->nodes) {
    at += sizeof(KeyPart);
    node.name = at;
    at += node.name_size;
    node.data = at;
    at += node.data_size;
    bool substitutes = node.kind == NodeKind::kSubstitution || node.kind == NodeKind::kOptional;
    bool depends = node.kind == NodeKind::kElement && node.slot != kNoSlot;
    if (substitutes || depends) made->slots = std::max(made->slots, uint32_t{node.slot} + 1);
  }
  return by_content_.emplace(key_, std::move(made)).first->second.get();
}

void DefinitionLibrary::forget() {
  by_content_.clear();
  ++generation_;
  used_ = 0;
}

}  // namespace sil::ingest
