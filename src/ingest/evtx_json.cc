#include "ingest/evtx_json.h"

#include <map>

#include "bytes/json_writer.h"
#include "ingest/binxml_shape.h"
#include "ingest/evtx_json_plan.h"

namespace sil::ingest {
namespace {

bool is_value(const TreeItem& item) {
  return item.kind == NodeKind::kSubstitution || item.kind == NodeKind::kOptional;
}
bool is_empty_item(const TreeItem& item) {
  if (is_value(item)) return is_empty(item.value);
  if (item.kind == NodeKind::kText || item.kind == NodeKind::kCData) return item.node->data_size == 0;
  return !is_literal(item.kind);
}
bool has_text(const std::vector<TreeItem>& items) {
  for (const TreeItem& item : items) {
    if (!is_empty_item(item)) return true;
  }
  return false;
}

size_t member_count(const Value& value) {
  size_t count = 0;
  for_each_member(value, [&](const Value&) { return ++count < kMaxTreeItems; });
  return count;
}

class JsonRenderer {
 public:
  JsonRenderer(const Tree& tree, std::string* out) : tree_(tree), out_(*out), start_(out->size()) {}

  void run() {
    out_ += '{';
    for (const TreeItem& item : tree_.roots) {
      if (item.kind != NodeKind::kElement) continue;
      const TreeElement& root = tree_.elements[item.element];
      key(utf8_of(root.name));
      element(root, false);
      out_ += ',';
    }
    close('}');
  }

 private:
  // An element as its parent sees it: several when an array repeats it. `choice` picks the member of the array.
  struct Shown {
    const TreeElement* element;
    const Value* array = nullptr;  // the value replaced in this copy
    Value member;
  };

  [[nodiscard]] bool full() const { return out_.size() - start_ > kMaxRecordText; }
  void close(char end) {
    if (out_.back() == ',')
      out_.back() = end;
    else
      out_ += end;
  }
  void key(std::string_view name) {
    append_json_string(name, &out_);
    out_ += ':';
  }

  // The first array of more than one member in an element's content, then in its attributes, repeats it.
  std::vector<Shown> repeated(const TreeElement& element) const {
    const Value* array = nullptr;
    auto look = [&](const std::vector<TreeItem>& items) {
      for (const TreeItem& item : items) {
        if (!array && is_value(item) && item.value.is_array() && member_count(item.value) > 1) array = &item.value;
      }
    };
    look(element.content);
    for (const TreeAttribute& attribute : element.attributes) look(attribute.items);
    std::vector<Shown> out;
    if (!array) {
      out.push_back({&element, nullptr, {}});
      return out;
    }
    for_each_member(*array, [&](const Value& member) {
      out.push_back({&element, array, member});
      return out.size() < kMaxTreeItems;
    });
    return out;
  }

  static std::vector<TreeItem> resolved(const std::vector<TreeItem>& items, const Shown& shown) {
    std::vector<TreeItem> out = items;
    for (size_t i = 0; i < items.size(); ++i) {
      if (shown.array && &items[i].value == shown.array) out[i].value = shown.member;
    }
    return out;
  }

  void text(const std::vector<TreeItem>& items) {  // a JSON value
    const TreeItem* only = nullptr;
    bool single = true;
    for (const TreeItem& item : items) {
      if (is_empty_item(item)) continue;
      single = single && only == nullptr;
      only = &item;
    }
    if (full()) {
      out_ += "\"\"";
    } else if (only && single && is_value(*only) && is_json_number(only->value.kind)) {
      append_text(only->value, &out_);
    } else if (only && single && is_value(*only)) {
      std::string plain;
      append_json_value_text(only->value, &plain);
      append_json_string(plain, &out_);
    } else {
      append_json_string(utf8_of(as_bytes(composed_utf16(items))), &out_);
    }
  }

  void element(const TreeElement& element, bool container) { shown({&element, nullptr, {}}, container); }

  void shown(const Shown& shown, bool container) {
    std::vector<TreeItem> content = resolved(shown.element->content, shown);
    std::vector<std::pair<const TreeAttribute*, std::vector<TreeItem>>> attributes;
    for (const TreeAttribute& attribute : shown.element->attributes) {
      auto items = resolved(attribute.items, shown);
      if (has_text(items)) attributes.emplace_back(&attribute, std::move(items));
    }
    bool inside = false;
    for (const TreeItem& item : content) inside |= item.kind == NodeKind::kElement;
    if (!inside && attributes.empty()) {
      if (has_text(content))
        text(content);
      else
        out_ += "null";
      return;
    }
    out_ += '{';
    if (!attributes.empty()) {
      out_ += "\"#attributes\":{";
      for (const auto& [attribute, items] : attributes) {
        key(utf8_of(attribute->name));
        text(items);
        out_ += ',';
      }
      close('}');
      out_ += ',';
    }
    if (has_text(content)) {
      key("#text");
      text(content);
      out_ += ',';
    }
    if (inside) members(content, container);
    close('}');
  }

  static std::string data_name(const TreeElement& element) {
    for (const TreeAttribute& attribute : element.attributes) {
      if (same_ascii(attribute.name, "Name")) return utf8_of(as_bytes(composed_utf16(attribute.items)));
    }
    return "";
  }

  void members(const std::vector<TreeItem>& content, bool container) {
    std::vector<Shown> all;
    bool named = false;
    for (const TreeItem& item : content) {
      if (item.kind != NodeKind::kElement) continue;
      const TreeElement& child = tree_.elements[item.element];
      for (Shown& shown : repeated(child)) {
        if (all.size() < kMaxTreeItems) all.push_back(shown);
      }
      named |= container && same_ascii(child.name, "Data") && !data_name(child).empty();
    }
    std::map<std::string, uint32_t> seen;
    bool positional_done = false;
    for (const Shown& child : all) {
      if (full()) return;
      bool data = container && same_ascii(child.element->name, "Data");
      std::string name = data && named ? data_name(*child.element) : utf8_of(child.element->name);
      if (data && named && name.empty()) continue;
      if (data && !named) {
        if (!positional_done) positional(all);
        positional_done = true;
        continue;
      }
      uint32_t count = seen[name]++;
      key(count > 0 ? name + '_' + std::to_string(count) : name);
      if (data)
        data_value(child);
      else
        shown(child, name == "EventData" || name == "UserData");
      out_ += ',';
    }
  }

  void data_value(const Shown& child) {
    bool inside = false;
    for (const TreeItem& item : child.element->content) inside |= item.kind == NodeKind::kElement;
    auto content = resolved(child.element->content, child);
    if (inside)
      shown(child, false);
    else if (has_text(content))
      text(content);
    else
      out_ += "\"\"";
  }

  void positional(const std::vector<Shown>& all) {
    std::vector<const Shown*> data;
    for (const Shown& child : all) {
      if (same_ascii(child.element->name, "Data")) data.push_back(&child);
    }
    key("Data");
    out_ += "{\"#text\":";
    if (data.size() == 1) {
      data_value(*data[0]);
    } else {
      out_ += '[';
      for (const Shown* child : data) {
        data_value(*child);
        out_ += ',';
      }
      close(']');
    }
    out_ += "},";
  }

  const Tree& tree_;
  std::string& out_;
  size_t start_;
};

}  // namespace

void append_tree_json(const Tree& tree, std::string* out) {
  JsonRenderer(tree, out).run();
}

}  // namespace sil::ingest
