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
  DependencyFinder(Bytes chunk, size_t begin, size_t end) : chunk_(chunk), begin_(begin), end_(end) {}

  std::vector<Span> run() {
    fragment(begin_ + kRecordHeaderSize, end_, false, 0);
    std::vector<Span> out;
    std::sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) {
      return a.offset != b.offset ? a.offset < b.offset : a.length > b.length;
    });
    for (const Span& span : spans_) {
      if (!out.empty() && span.offset + span.length <= out.back().offset + out.back().length) continue;
      out.push_back(span);
    }
    return out;
  }

 private:
  void add(size_t offset, size_t length) {
    if (offset >= begin_ && offset + length <= end_) return;  // the record itself
    spans_.push_back({offset, static_cast<uint32_t>(length)});
  }
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
  void instance(const Node& node, int depth) {
    DefinitionPlace place = definition_at(chunk_, node.definition);
    if (place.good) {
      add(place.offset, size_t{24} + place.size);
      fragment(place.body, place.body + place.size, true, depth + 1);
    }
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
  size_t begin_, end_;
  std::vector<Span> spans_;
  std::set<size_t> seen_;
};

}  // namespace

void EvtxDetails::begin_chunk(Bytes chunk, uint64_t offset, DefinitionLibrary* definitions) {
  chunk_ = chunk;
  offset_ = offset;
  definitions_ = definitions;
  pair_ = nullptr;
}

void EvtxDetails::cite(const Event& event, std::vector<Span>* spans, std::vector<Span>* deps) const {
  spans->push_back(event.where);
  size_t begin = event.where.offset - offset_;
  for (Span span : DependencyFinder(chunk_, begin, begin + event.where.length).run()) {
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
  if (pair_ && pair_->json.usable) {
    buffer_.clear();
    if (run_json_plan(pair_->json, event.values, &times_, &buffer_)) {
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
