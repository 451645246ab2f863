#include "ingest/evtx_details.h"

#include <algorithm>
#include <set>

#include "ingest/evtx_format.h"
#include "ingest/evtx_json.h"

namespace sil::ingest {
namespace {

// Everything outside the record that its decoding touches: definitions and names, followed through embedded
// fragments and definitions in turn.
class DependencyFinder {
 public:
  explicit DependencyFinder(Bytes chunk) : chunk_(chunk) {}

  std::vector<Span> of_record(size_t begin, size_t end) {
    fragment(begin + kRecordHeaderSize, end, false, 0);
    return std::move(spans_);
  }
  std::vector<Span> of_definition(uint32_t offset) {
    definition(offset, 0);
    return std::move(spans_);
  }

 private:
  void add(size_t offset, size_t length) { spans_.push_back({offset, static_cast<uint32_t>(length)}); }
  void fragment(size_t begin, size_t end, bool definition, int depth) {
    if (depth > kMaxTemplateDepth || spans_.size() > kMaxTreeItems || !seen_.insert(begin).second) return;
    std::vector<Node> nodes;
    parse_fragment(chunk_, begin, end, definition, &nodes);
    for (const Node& node : nodes) {
      if (node.name) {
        size_t name = static_cast<size_t>(node.name - chunk_.data());
        bool here = definition && name >= begin && name + node.name_size <= end;  // cited with its definition
        if (!here && name >= 8)
          add(name - 8, std::min<size_t>(node.name_size + size_t{10}, chunk_.size() - (name - 8)));
      }
      if (node.kind == NodeKind::kTemplate) instance(node, depth);
    }
  }
  void definition(uint32_t offset, int depth) {
    DefinitionPlace place = definition_at(chunk_, offset);
    if (!place.good) return;
    add(place.offset, size_t{24} + place.size);
    fragment(place.body, place.body + place.size, true, depth + 1);
  }
  void instance(const Node& node, int depth) {
    definition(node.definition, depth);
    uint32_t count = load_le<uint32_t>(node.data);
    size_t at = static_cast<size_t>(node.data - chunk_.data()) + 4 + size_t{4} * count;
    for (uint32_t i = 0; i < count; ++i) {
      const uint8_t* descriptor = node.data + 4 + size_t{4} * i;
      size_t size = load_le<uint16_t>(descriptor);
      if (descriptor[2] == kTypeBinXml) fragment(at, at + size, false, depth + 1);
      at += size;
    }
  }

  Bytes chunk_;
  std::vector<Span> spans_;
  std::set<size_t> seen_;
};

// In order, each byte once.
void put_in_order(std::vector<Span>* spans) {
  std::sort(spans->begin(), spans->end(), [](const Span& a, const Span& b) {
    return a.offset != b.offset ? a.offset < b.offset : a.length > b.length;
  });
  size_t kept = 0;
  for (const Span& span : *spans) {
    const Span* last = kept ? &(*spans)[kept - 1] : nullptr;
    if (last && span.offset + span.length <= last->offset + last->length) continue;
    (*spans)[kept++] = span;
  }
  spans->resize(kept);
}

}  // namespace

void EvtxDetails::begin_chunk(Bytes chunk, uint64_t offset, DefinitionLibrary* definitions) {
  chunk_ = chunk;
  offset_ = offset;
  definitions_ = definitions;
  pair_ = nullptr;
  needs_.clear();
}

// Nothing but two instances and their values: what they need is what their definitions need.
const std::vector<Span>& EvtxDetails::needs_of(uint32_t outer, uint32_t inner) const {
  auto [it, fresh] = needs_.try_emplace(uint64_t{outer} << 32 | inner);
  if (!fresh) return it->second;
  it->second = DependencyFinder(chunk_).of_definition(outer);
  if (inner) {
    const std::vector<Span> more = DependencyFinder(chunk_).of_definition(inner);
    it->second.insert(it->second.end(), more.begin(), more.end());
  }
  put_in_order(&it->second);
  return it->second;
}

void EvtxDetails::cite(const Event& event, std::vector<Span>* spans, std::vector<Span>* deps) const {
  spans->push_back(event.where);
  size_t begin = event.where.offset - offset_, end = begin + event.where.length;
  std::vector<Span> own;
  if (!pair_) {
    own = DependencyFinder(chunk_).of_record(begin, end);
    put_in_order(&own);
  }
  for (const Span& span : pair_ ? needs_of(outer_, inner_) : own) {
    if (span.offset >= begin && span.offset + span.length <= end) continue;  // lies in the record itself
    deps->push_back({span.offset + offset_, span.length});
  }
}

Bytes EvtxDetails::bytes(Span span) const {
  if (span.offset < offset_ || span.offset - offset_ > chunk_.size()) return {};
  size_t begin = span.offset - offset_;
  return chunk_.subspan(begin, std::min<size_t>(span.length, chunk_.size() - begin));
}

void EvtxDetails::tree_of(const Event& event, Tree* tree) const {
  size_t begin = event.where.offset - offset_;
  build_tree(chunk_, begin + kRecordHeaderSize, begin + event.where.length - 4, definitions_, tree);
}

void EvtxDetails::write_json(const Event& event, std::string* out) const {
  if (pair_ && pair_->json().usable) {
    buffer_.clear();
    if (run_json_plan(pair_->json(), event.values, &times_, &buffer_)) {
      out->append(buffer_.view());
      return;
    }
  }
  write_json_plain(event, out);
}

void EvtxDetails::write_json_plain(const Event& event, std::string* out) const {
  Tree tree;
  tree_of(event, &tree);
  append_tree_json(tree, out);
}

void EvtxDetails::write_xml(const Event& event, std::string* out) const {
  Tree tree;
  tree_of(event, &tree);
  append_tree_xml(tree, out);
}

}  // namespace sil::ingest
