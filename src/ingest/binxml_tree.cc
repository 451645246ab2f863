#include "ingest/binxml_tree.h"

#include "bytes/text.h"
#include "ingest/binxml_shape.h"

namespace sil::ingest {

void Tree::clear() {
  elements.clear();
  roots.clear();
  flags = {};
  problem = nullptr;
  limited = false;
  end = 0;
  saw_eof = false;
  fragments.clear();
  nodes.clear();
}

namespace {

class TreeBuilder {
 public:
  TreeBuilder(Bytes chunk, DefinitionLibrary* definitions, Tree* tree)
      : chunk_(chunk), definitions_(*definitions), tree_(*tree) {}

  void run(size_t begin, size_t end) {
    std::vector<Node>& nodes = tree_.nodes.emplace_back();
    ParseEnd parsed = parse_fragment(chunk_, begin, end, false, &nodes);
    tree_.end = parsed.position;
    tree_.saw_eof = parsed.saw_eof;
    if (parsed.problem) problem(parsed.problem);
    siblings(nodes, 0, nodes.size(), nullptr, 0, 0, &tree_.roots);
  }

 private:
  using Values = std::vector<Value>;
  struct Slots {
    const Values& values;
    const std::vector<uint8_t>& types;
  };

  void problem(const char* what) {
    if (!tree_.problem) tree_.problem = what;
  }
  bool spend() {
    if (items_ >= kMaxTreeItems) {
      tree_.limited = true;
      return false;
    }
    ++items_;
    return true;
  }

  void siblings(const std::vector<Node>& nodes, size_t from, size_t to, const Slots* slots, int depth, size_t open,
                std::vector<TreeItem>* into) {
    for (size_t i = from; i < to; i = nodes[i].end) {
      const Node& node = nodes[i];
      if (!spend()) return;
      switch (node.kind) {
        case NodeKind::kElement: element(nodes, i, slots, depth, open, into); break;
        case NodeKind::kTemplate: instance(node, depth, open, into); break;
        case NodeKind::kSubstitution:
        case NodeKind::kOptional: substitution(node, slots, depth, open, into); break;
        case NodeKind::kAttribute: break;  // the parser lets none stand outside a start tag
        default: into->push_back({node.kind, 0, &node, {}}); break;
      }
    }
  }

  void element(const std::vector<Node>& nodes, size_t index, const Slots* slots, int depth, size_t open,
               std::vector<TreeItem>* into) {
    if (open >= kMaxOpenElements) {
      tree_.limited = true;
      return;
    }
    const Node& node = nodes[index];
    if (slots && open > 0 && node.slot != kNoSlot &&
        (node.slot >= slots->values.size() || slots->values[node.slot].kind == ValueKind::kNull)) {
      return;
    }
    auto made = static_cast<uint32_t>(tree_.elements.size());
    tree_.elements.emplace_back().name = node.name_bytes();
    into->push_back({NodeKind::kElement, made, nullptr, {}});
    Children children = children_of(nodes, index);
    std::vector<TreeAttribute> attributes;
    for (size_t i = children.attributes; i < children.content; i = nodes[i].end) {
      if (!spend()) return;
      TreeAttribute& attribute = attributes.emplace_back();
      attribute.name = nodes[i].name_bytes();
      siblings(nodes, i + 1, nodes[i].end, slots, depth, kMaxOpenElements, &attribute.items);
    }
    std::vector<TreeItem> content;
    siblings(nodes, children.content, children.end, slots, depth, open + 1, &content);
    for (size_t i = children.content; i < children.end; i = nodes[i].end) {
      tree_.elements[made].branches |= branches(nodes[i], slots);
    }
    tree_.elements[made].attributes = std::move(attributes);
    tree_.elements[made].content = std::move(content);
  }

  static bool branches(const Node& node, const Slots* slots) {
    if (node.kind == NodeKind::kElement || node.kind == NodeKind::kTemplate) return true;
    if (node.kind != NodeKind::kSubstitution && node.kind != NodeKind::kOptional) return false;
    return slots && node.slot < slots->types.size() && slots->types[node.slot] == kTypeBinXml;
  }

  void substitution(const Node& node, const Slots* slots, int depth, size_t open, std::vector<TreeItem>* into) {
    Value value;
    if (slots && open > 0 && node.slot < slots->values.size()) {
      value = slots->values[node.slot];
      if (slots->types[node.slot] == kTypeBinXml) return embedded(value, depth, open, into);
    }
    into->push_back({node.kind, 0, nullptr, value});
  }

  void embedded(const Value& value, int depth, size_t open, std::vector<TreeItem>* into) {
    if (value.data < chunk_.data() || value.data > chunk_.data() + chunk_.size())
      return problem("fragment outside the chunk");
    if (depth >= kMaxTemplateDepth) {
      tree_.limited = true;
      return;
    }
    auto begin = static_cast<size_t>(value.data - chunk_.data());
    std::vector<Node>& nodes = tree_.nodes.emplace_back();
    ParseEnd parsed = parse_fragment(chunk_, begin, begin + value.size, false, &nodes);
    if (parsed.problem) problem(parsed.problem);
    tree_.fragments.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(parsed.position),
                               static_cast<uint32_t>(begin + value.size)});
    items_ += nodes.size() / 4;  // parsing itself is paid for too
    siblings(nodes, 0, nodes.size(), nullptr, depth + 1, open, into);
  }

  void instance(const Node& node, int depth, size_t open, std::vector<TreeItem>* into) {
    const Definition* definition = definitions_.find(node.definition).definition;
    if (!definition) return problem("template definition unreadable");
    if (depth >= kMaxTemplateDepth) {
      tree_.limited = true;
      return;
    }
    uint32_t count = load_le<uint32_t>(node.data);  // the parser has seen count, descriptors and values
    Values values(count);
    std::vector<uint8_t> types(count);
    for (uint32_t i = 0; i < count; ++i) types[i] = node.data[4 + 4 * size_t{i} + 2];
    load_values(node.data, node.data + node.data_size, values.data(), count, &tree_.flags);
    Slots slots{values, types};
    siblings(definition->nodes, 0, definition->nodes.size(), &slots, depth + 1, open, into);
  }

  Bytes chunk_;
  DefinitionLibrary& definitions_;
  Tree& tree_;
  size_t items_ = 0;
};

class FieldLister {
 public:
  FieldLister(const Tree& tree, Layout* layout, std::vector<Value>* values, std::deque<std::string>* arena)
      : tree_(tree), layout_(*layout), values_(*values), arena_(*arena) {}

  void items(const std::vector<TreeItem>& items, const std::string& path) {
    for (const TreeItem& item : items) {
      if (item.kind == NodeKind::kElement) element(tree_.elements[item.element], path);
    }
  }

 private:
  void element(const TreeElement& element, const std::string& parent) {
    std::string name = utf8_of(element.name);
    bool is_data = name == "Data";
    if (is_data) {
      for (const TreeAttribute& attribute : element.attributes) {
        if (!same_ascii(attribute.name, "Name")) continue;
        name = utf8_of(as_bytes(composed_utf16(attribute.items)));
        break;
      }
    }
    std::string path = child_path(parent, name);
    if (!is_data) attributes(element, path, name);
    bool has_attributes = !is_data && !element.attributes.empty();
    if (!element.branches) {
      if (element.content.empty() && has_attributes) return;
      add(path, without_spaces(name), element.content, false);
    } else {
      items(element.content, path);
    }
  }

  void attributes(const TreeElement& element, const std::string& path, const std::string& name) {
    for (const TreeAttribute& attribute : element.attributes) {
      std::string own = utf8_of(attribute.name);
      if (is_namespace_attribute(own)) continue;
      std::string full = attribute_path(path, own);
      add(full, attribute_name(section_of(full), name, own), attribute.items, true);
    }
  }

  void add(const std::string& path, std::string name, const std::vector<TreeItem>& items, bool attribute) {
    path_bytes_ += path.size();
    if (path_bytes_ > kMaxPathBytes) return;
    LayoutField field;
    field.path = path;
    field.name = std::move(name);
    field.section = section_of(path);
    field.slot = static_cast<uint32_t>(values_.size());
    bool substituted =
        items.size() == 1 && (items[0].kind == NodeKind::kSubstitution || items[0].kind == NodeKind::kOptional);
    if (substituted) {
      field.absent_when_null = attribute && items[0].kind == NodeKind::kOptional;
      values_.push_back(items[0].value);
    } else if (items.empty()) {
      values_.push_back({nullptr, 0, ValueKind::kNull});
    } else {
      const std::string& kept = arena_.emplace_back(composed_utf16(items));
      values_.push_back(
          {reinterpret_cast<const uint8_t*>(kept.data()), static_cast<uint32_t>(kept.size()), ValueKind::kUtf16});
    }
    layout_.fields.push_back(std::move(field));
  }

  const Tree& tree_;
  Layout& layout_;
  std::vector<Value>& values_;
  std::deque<std::string>& arena_;
  size_t path_bytes_ = 0;
};

}  // namespace

void build_tree(Bytes chunk, size_t begin, size_t end, DefinitionLibrary* definitions, Tree* tree) {
  tree->clear();
  TreeBuilder(chunk, definitions, tree).run(begin, end);
}

void tree_fields(const Tree& tree, Layout* layout, std::vector<Value>* values, std::deque<std::string>* arena) {
  layout->fields.clear();
  values->clear();
  arena->clear();
  FieldLister(tree, layout, values, arena).items(tree.roots, "");
}

std::string composed_utf16(const std::vector<TreeItem>& items) {
  std::string out;
  for (const TreeItem& item : items) {
    if (out.size() > kChunkText) break;
    if (is_literal(item.kind)) {
      append_literal(*item.node, &out);
    } else if (item.kind == NodeKind::kSubstitution || item.kind == NodeKind::kOptional) {
      if (item.value.kind == ValueKind::kUtf16) {
        if (item.value.size) out.append(reinterpret_cast<const char*>(item.value.data), item.value.size);
        continue;
      }
      std::string text;
      append_text(item.value, &text);
      std::u16string wide = to_utf16(text);
      out.append(reinterpret_cast<const char*>(wide.data()), wide.size() * 2);
    }
  }
  return out;
}

}  // namespace sil::ingest
