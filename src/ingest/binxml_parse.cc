#include "ingest/binxml_parse.h"

#include <array>

namespace sil::ingest {

DefinitionPlace definition_at(Bytes chunk, uint32_t offset) {
  DefinitionPlace out;
  if (offset > chunk.size() || chunk.size() - offset < 24) return out;
  out.offset = offset;
  out.body = offset + 24;
  out.size = load_le<uint32_t>(chunk.data() + offset + 20);
  out.good = out.size <= chunk.size() - out.body;
  return out;
}

InstancePlace instance_at(Bytes chunk, size_t position, size_t end) {
  InstancePlace out;
  if (end > chunk.size() || position > end || end - position < 10) return out;
  out.definition = load_le<uint32_t>(chunk.data() + position + 6);
  size_t at = position + 10;
  if (out.definition == at) {  // inline: position equality is the only mark
    DefinitionPlace place = definition_at(chunk, out.definition);
    if (!place.good || place.size > end - place.body || place.body > end) return out;
    at = place.body + place.size;
  }
  if (end - at < 4) return out;
  out.values = static_cast<uint32_t>(at);
  out.good = true;
  return out;
}

namespace {

class FragmentParser {
 public:
  FragmentParser(Bytes chunk, size_t begin, size_t end, bool dependency_ids, std::vector<Node>* nodes)
      : chunk_(chunk),
        at_(begin),
        end_(end < chunk.size() ? end : chunk.size()),
        dependency_ids_(dependency_ids),
        nodes_(*nodes) {}

  ParseEnd run() {
    ParseEnd out;
    if (at_ > end_) out.problem = "fragment outside the chunk";
    while (!out.problem && at_ < end_) {
      uint8_t token = chunk_[at_++];
      if (token == 0x00) {
        out.saw_eof = true;
        break;
      }
      step(token);
      out.problem = problem_;
    }
    if (!out.problem && open_count_ != 0) out.problem = "element not closed";
    out.position = at_;
    close_attribute();
    while (open_count_ != 0) close_element();
    return out;
  }

 private:
  void step(uint8_t token) {
    switch (token & 0x3f) {
      case 0x01: open_element((token & 0x40) != 0); return;
      case 0x02:
        close_attribute();
        in_start_tag_ = false;
        if (open_count_ == 0) fail("stray close tag");
        return;
      case 0x03:
      case 0x04:
        close_attribute();
        in_start_tag_ = false;
        close_element();
        return;
      case 0x05: text(NodeKind::kText, true); return;
      case 0x06: attribute(); return;
      case 0x07: text(NodeKind::kCData, false); return;
      case 0x08: add(NodeKind::kCharRef).slot = read<uint16_t>(); return;
      case 0x09: name(&add(NodeKind::kEntityRef)); return;
      case 0x0a: name(&add(NodeKind::kPiTarget)); return;
      case 0x0b: text(NodeKind::kPiData, false); return;
      case 0x0c: template_instance(); return;
      case 0x0d:
      case 0x0e: {
        Node& node = add((token & 0x3f) == 0x0d ? NodeKind::kSubstitution : NodeKind::kOptional);
        node.slot = read<uint16_t>();
        node.type = read<uint8_t>();
        return;
      }
      case 0x0f:
        read<uint8_t>();
        read<uint16_t>();
        return;
      default: fail("unknown token");
    }
  }

  template <class T>
  T read() {
    if (end_ - at_ < sizeof(T)) {
      fail("token cut off");
      return T{};
    }
    T value = load_le<T>(chunk_.data() + at_);
    at_ += sizeof(T);
    return value;
  }
  void fail(const char* what) {
    if (!problem_) problem_ = what;
  }
  Node& add(NodeKind kind) {
    Node& node = nodes_.emplace_back();
    node.kind = kind;
    node.end = static_cast<uint32_t>(nodes_.size());
    return node;
  }

  void open_element(bool attributes) {
    if (in_start_tag_) return fail("element inside a start tag");
    if (open_count_ == kMaxOpenElements) return fail("elements nested too deep");
    open_[open_count_++] = static_cast<uint32_t>(nodes_.size());
    Node& node = add(NodeKind::kElement);
    if (dependency_ids_) node.slot = read<uint16_t>();
    read<uint32_t>();  // size of the element; where it ends is known from its tokens
    name(&node);
    if (attributes) read<uint32_t>();
    in_start_tag_ = true;
  }
  void close_element() {
    if (open_count_ == 0) return fail("stray end tag");
    nodes_[open_[--open_count_]].end = static_cast<uint32_t>(nodes_.size());
  }
  void attribute() {
    if (!in_start_tag_) return fail("attribute outside a start tag");
    close_attribute();
    attribute_ = static_cast<int64_t>(nodes_.size());
    name(&add(NodeKind::kAttribute));
  }
  void close_attribute() {
    if (attribute_ >= 0) nodes_[static_cast<size_t>(attribute_)].end = static_cast<uint32_t>(nodes_.size());
    attribute_ = -1;
  }

  void text(NodeKind kind, bool typed) {
    Node& node = add(kind);
    if (typed) node.type = read<uint8_t>();
    size_t size = size_t{2} * read<uint16_t>();
    if (end_ - at_ < size) return fail("text cut off");
    node.data = chunk_.data() + at_;
    node.data_size = static_cast<uint32_t>(size);
    at_ += size;
  }
  void name(Node* node) {
    size_t offset = read<uint32_t>();
    bool is_inline = offset == at_;
    size_t limit = is_inline ? end_ : chunk_.size();
    if (offset > limit || limit - offset < 8) return fail("name outside the chunk");
    size_t size = size_t{2} * load_le<uint16_t>(chunk_.data() + offset + 6);
    if (limit - offset - 8 < size) return fail("name cut off");
    node->name = chunk_.data() + offset + 8;
    node->name_size = static_cast<uint32_t>(size);
    if (!is_inline) return;
    if (end_ - at_ < size + 10) return fail("name cut off");
    at_ += size + 10;  // chain, hash, count, text, NUL
  }
  void template_instance() {
    InstancePlace place = instance_at(chunk_, at_ - 1, end_);
    if (!place.good) return fail("template instance cut off");
    at_ = place.values;
    size_t count = read<uint32_t>();
    if ((end_ - at_) / 4 < count) return fail("value descriptors cut off");
    size_t total = 0;
    for (size_t i = 0; i < count; ++i) total += load_le<uint16_t>(chunk_.data() + at_ + 4 * i);
    at_ += 4 * count;
    if (end_ - at_ < total) return fail("values cut off");
    at_ += total;
    Node& node = add(NodeKind::kTemplate);  // only whole instances become nodes
    node.definition = place.definition;
    node.data = chunk_.data() + place.values;
    node.data_size = static_cast<uint32_t>(at_ - place.values);
  }

  Bytes chunk_;
  size_t at_, end_;
  bool dependency_ids_;
  std::vector<Node>& nodes_;
  const char* problem_ = nullptr;
  std::array<uint32_t, kMaxOpenElements> open_{};
  size_t open_count_ = 0;
  bool in_start_tag_ = false;
  int64_t attribute_ = -1;
};

}  // namespace

ParseEnd parse_fragment(Bytes chunk, size_t begin, size_t end, bool dependency_ids, std::vector<Node>* nodes) {
  return FragmentParser(chunk, begin, end, dependency_ids, nodes).run();
}

}  // namespace sil::ingest
