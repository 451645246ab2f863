#include "ingest/binxml_layout.h"

#include <algorithm>

#include "ingest/binxml_shape.h"
#include "ingest/binxml_value.h"

namespace sil::ingest {
namespace {

constexpr uint32_t kMaxSlots = 2048;  // real templates have under 100; more goes over the general walker

class LayoutCompiler {
 public:
  explicit LayoutCompiler(CompiledPair* pair) : pair_(*pair) {}

  bool run(Layout* layout) {
    layout_ = layout;
    if (pair_.outer_slots + pair_.inner_slots > kMaxSlots) return false;
    pair_.values.resize(pair_.outer_slots + pair_.inner_slots);
    const auto& nodes = pair_.outer->nodes;
    if (std::none_of(nodes.begin(), nodes.end(), [](const Node& node) { return node.kind == NodeKind::kElement; })) {
      return false;  // damage: nothing that could be an event
    }
    return fragment(*pair_.outer, 0, nullptr, -1) && embedded_used_ == (pair_.inner ? 1 : 0) &&
           path_bytes_ <= kMaxPathBytes;
  }

 private:
  struct Scope {
    const Definition& definition;
    uint32_t base;  // of its slots in the values
  };

  // `parent`: the path of the element around; null at the root, whose name may be empty like any other.
  bool fragment(const Definition& definition, uint32_t base, const std::string* parent, int64_t needs) {
    const auto& nodes = definition.nodes;
    for (size_t i = 0; i < nodes.size(); i = nodes[i].end) {
      if (nodes[i].kind == NodeKind::kPiTarget || nodes[i].kind == NodeKind::kPiData) continue;
      if (nodes[i].kind != NodeKind::kElement) return false;
      if (!element(Scope{definition, base}, i, parent, needs)) return false;
    }
    return true;
  }

  bool holds_fragment(const Scope& scope, uint16_t slot) const {
    return pair_.inner && &scope.definition == pair_.outer && scope.base == 0 && slot == pair_.embedded_slot;
  }
  bool embedded(const Scope& scope, const Node& node) const {
    return holds_fragment(scope, node.slot) &&
           (node.kind == NodeKind::kSubstitution || node.kind == NodeKind::kOptional);
  }

  bool element(const Scope& scope, size_t index, const std::string* parent, int64_t needs) {
    const auto& nodes = scope.definition.nodes;
    const Node& node = nodes[index];
    // A root depends on its own content in real templates and is never left out.
    if (node.slot != kNoSlot && parent && !holds_fragment(scope, node.slot)) {
      int64_t own = scope.base + node.slot;
      if (needs >= 0 && needs != own) return false;  // one condition a field is all a layout can say
      needs = own;
    }
    std::string name = utf8_of(node.name_bytes());
    bool data_name = false;
    if (name == "Data") {
      if (const Node* attribute = find_attribute(nodes, index, "Name")) {
        std::string text;
        for (size_t i = static_cast<size_t>(attribute - nodes.data()) + 1; i < attribute->end; ++i) {
          if (!is_literal(nodes[i].kind)) return false;
          append_literal(nodes[i], &text);
        }
        name = utf8_of(as_bytes(text));
        data_name = true;
      }
    }
    std::string path = child_path(parent ? *parent : "", name);
    Children children = children_of(nodes, index);
    bool is_data = data_name || name == "Data";
    if (!is_data && !attributes(scope, children, path, name, needs)) return false;
    return content(scope, children, path, name, needs, is_data || children.attributes == children.content);
  }

  bool attributes(const Scope& scope, const Children& children, const std::string& path, const std::string& element,
                  int64_t needs) {
    const auto& nodes = scope.definition.nodes;
    for (size_t i = children.attributes; i < children.content; i = nodes[i].end) {
      std::string name = utf8_of(nodes[i].name_bytes());
      if (is_namespace_attribute(name)) continue;
      LayoutField field;
      field.path = attribute_path(path, name);
      field.section = section_of(field.path);
      field.name = attribute_name(field.section, element, name);
      if (!value(scope, i + 1, nodes[i].end, &field, true)) return false;
      add(std::move(field), needs);
    }
    return true;
  }

  bool content(const Scope& scope, const Children& children, const std::string& path, const std::string& name,
               int64_t needs, bool null_when_empty) {
    const auto& nodes = scope.definition.nodes;
    bool leaf = true;
    for (size_t i = children.content; i < children.end; i = nodes[i].end) {
      if (nodes[i].kind == NodeKind::kElement || embedded(scope, nodes[i])) leaf = false;
    }
    if (leaf) {
      if (children.content == children.end && !null_when_empty) return true;
      LayoutField field;
      field.path = path;
      field.name = without_spaces(name);
      field.section = section_of(path);
      if (!value(scope, children.content, children.end, &field, false)) return false;
      add(std::move(field), needs);
      return true;
    }
    for (size_t i = children.content; i < children.end; i = nodes[i].end) {
      if (nodes[i].kind == NodeKind::kElement) {
        if (!element(scope, i, &path, needs)) return false;
      } else if (embedded(scope, nodes[i])) {
        ++embedded_used_;
        if (!fragment(*pair_.inner, pair_.outer_slots, &path, needs)) return false;
      } else if (pair_.inner || nodes[i].type != kTypeBinXml || is_literal(nodes[i].kind)) {
        return false;  // text between elements
      }
    }
    return true;
  }

  // The value of nodes [from, to): one substitution, or literals put together. Nothing at all is null.
  bool value(const Scope& scope, size_t from, size_t to, LayoutField* field, bool attribute) {
    const auto& nodes = scope.definition.nodes;
    if (to - from == 1 && (nodes[from].kind == NodeKind::kSubstitution || nodes[from].kind == NodeKind::kOptional)) {
      if (embedded(scope, nodes[from])) return false;
      field->slot = scope.base + nodes[from].slot;
      field->absent_when_null = attribute && nodes[from].kind == NodeKind::kOptional;
      return true;
    }
    field->slot = static_cast<uint32_t>(pair_.values.size());
    if (from == to) {
      pair_.values.push_back({nullptr, 0, ValueKind::kNull});
    } else if (to - from == 1 && nodes[from].kind == NodeKind::kText) {
      pair_.values.push_back({nodes[from].data, nodes[from].data_size, ValueKind::kUtf16});
    } else {
      std::string text;
      for (size_t i = from; i < to; ++i) {
        if (!is_literal(nodes[i].kind)) return false;
        append_literal(nodes[i], &text);
      }
      const std::string& kept = pair_.literals.emplace_back(std::move(text));
      pair_.values.push_back(
          {reinterpret_cast<const uint8_t*>(kept.data()), static_cast<uint32_t>(kept.size()), ValueKind::kUtf16});
    }
    return true;
  }

  void add(LayoutField field, int64_t needs) {
    field.needs_slot = static_cast<int32_t>(needs);
    path_bytes_ += field.path.size();
    layout_->fields.push_back(std::move(field));
  }

  CompiledPair& pair_;
  Layout* layout_ = nullptr;
  int embedded_used_ = 0;
  size_t path_bytes_ = 0;
};

}  // namespace

SystemSlots system_slots(const Layout& layout) {
  SystemSlots out;
  for (size_t i = 0; i < layout.fields.size(); ++i) {
    const LayoutField& field = layout.fields[i];
    if (field.section != Section::kSystem) continue;
    auto set = [&](std::string_view path, int* index) {
      if (*index < 0 && field.path == path) *index = static_cast<int>(i);
    };
    set("Event.System.EventID", &out.event_id);
    set("Event.System.TimeCreated.#attributes.SystemTime", &out.time);
    set("Event.System.EventRecordID", &out.record_id);
    set("Event.System.Channel", &out.channel);
    set("Event.System.Provider.#attributes.Name", &out.provider);
  }
  return out;
}

size_t PairLibrary::Hash::operator()(const Key& key) const {
  auto a = reinterpret_cast<uintptr_t>(key.outer), b = reinterpret_cast<uintptr_t>(key.inner);
  return ((a >> 4) * 0x9E3779B97F4A7C15u) ^ ((b >> 4) * 0xC2B2AE3D27D4EB4Fu) ^ key.slot;
}

CompiledPair* PairLibrary::find(const Definition* outer, const Definition* inner, uint32_t embedded_slot) {
  Key key{outer, inner, inner ? embedded_slot : kNoSlot};
  size_t hash = Hash{}(key);
  auto& cached = cache_[(hash >> 32) % kCache];
  if (cached.second && cached.first == key) return cached.second;
  auto [it, is_new] = pairs_.try_emplace(key);
  if (is_new) {
    auto pair = std::make_unique<CompiledPair>();
    pair->outer = outer;
    pair->inner = inner;
    pair->embedded_slot = key.slot;
    pair->outer_slots = outer->slots;
    pair->inner_slots = inner ? inner->slots : 0;
    Layout layout;
    pair->usable = LayoutCompiler(pair.get()).run(&layout);
    if (pair->usable) {
      pair->system = system_slots(layout);
      pair->layout = intern_layout(std::move(layout));
    }
    it->second = std::move(pair);
  }
  cached = {key, it->second.get()};
  return it->second.get();
}

const JsonPlan& CompiledPair::json() const {
  if (!json_) json_ = std::make_unique<const JsonPlan>(make_json_plan(*this));
  return *json_;
}

void PairLibrary::forget() {
  pairs_.clear();
  cache_ = {};
}

}  // namespace sil::ingest
