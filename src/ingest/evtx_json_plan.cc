#include "ingest/evtx_json_plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "bytes/json_writer.h"
#include "ingest/binxml_layout.h"
#include "ingest/binxml_shape.h"
#include "ingest/binxml_value.h"

namespace sil::ingest {
namespace {

bool is_container(std::string_view name) {
  return name == "EventData" || name == "UserData";
}

class PlanCompiler {
 public:
  PlanCompiler(const CompiledPair& pair, JsonPlan* plan) : pair_(pair), plan_(*plan) {}

  bool run() {
    const auto& nodes = pair_.outer->nodes;
    size_t roots = 0;
    place_of_no_fragment();
    literal("{");
    for (size_t i = 0; i < nodes.size(); i = nodes[i].end) {
      if (nodes[i].kind != NodeKind::kElement || ++roots > 1) return false;
      key(utf8_of(nodes[i].name_bytes()));
      element({pair_.outer, 0}, i, false);
      literal(",");
    }
    op(JsonOp::kClose);
    return good_ && roots == 1;
  }

 private:
  struct Scope {
    const Definition* definition;
    uint32_t base;
  };
  struct Child {
    Scope scope;
    size_t index;
    std::string name;
    bool conditional;
  };
  struct Part {  // content or attribute value: nothing, a literal, or one slot
    enum { kNone, kLiteral, kSlot, kOther } kind = kNone;
    std::string text;
    uint32_t slot = 0;
  };

  void literal(std::string_view text) {
    if (!plan_.ops.empty() && plan_.ops.back().kind == JsonOp::kLiteral && fixed_ != plan_.ops.size()) {
      plan_.ops.back().b += static_cast<uint32_t>(text.size());
    } else {
      plan_.ops.push_back(
          {JsonOp::kLiteral, static_cast<uint32_t>(plan_.text.size()), static_cast<uint32_t>(text.size()), 0});
    }
    plan_.text += text;
  }
  size_t op(JsonOp::Kind kind, uint32_t a = 0, uint32_t b = 0) {
    plan_.ops.push_back({kind, a, b, 0});
    return plan_.ops.size() - 1;
  }
  // The next op is a place that is jumped to: no literal may be merged across it.
  uint32_t here() {
    fixed_ = plan_.ops.size();
    return static_cast<uint32_t>(fixed_);
  }
  void key(std::string_view name) {
    std::string text;
    append_json_string(name, &text);
    literal(text + ':');
  }
  void quoted(std::string_view utf8) {
    std::string text;
    append_json_string(utf8, &text);
    literal(text);
  }

  // A slot that the definition means for a fragment, in a record that embeds none, is passed over by part(): it has to
  // be null. The value table decides its type, so it can be anything.
  void place_of_no_fragment() {
    if (pair_.inner) return;
    for (const Node& node : pair_.outer->nodes) {
      if (substitutes(node) && node.type == kTypeBinXml) op(JsonOp::kPlainUnlessEmpty, node.slot);
    }
  }

  bool holds_fragment(const Scope& scope, uint16_t slot) const {
    return pair_.inner && scope.definition == pair_.outer && scope.base == 0 && slot == pair_.embedded_slot;
  }
  static bool substitutes(const Node& node) {
    return node.kind == NodeKind::kSubstitution || node.kind == NodeKind::kOptional;
  }

  Part part(const Scope& scope, size_t from, size_t to) const {
    const auto& nodes = scope.definition->nodes;
    Part out;
    std::string utf16;
    for (size_t i = from; i < to; i = nodes[i].end) {
      if (nodes[i].kind == NodeKind::kElement) continue;
      if (substitutes(nodes[i])) {
        if (holds_fragment(scope, nodes[i].slot)) continue;
        if (nodes[i].type == kTypeBinXml && scope.base == 0 && !pair_.inner) continue;
        if (out.kind != Part::kNone)
          out.kind = Part::kOther;
        else
          out.kind = Part::kSlot;
        out.slot = scope.base + nodes[i].slot;
      } else if (is_literal(nodes[i].kind)) {
        append_literal(nodes[i], &utf16);
        out.kind = out.kind == Part::kNone || out.kind == Part::kLiteral ? Part::kLiteral : Part::kOther;
      }
    }
    if (out.kind == Part::kLiteral) {
      out.text = utf8_of(as_bytes(utf16));
      if (out.text.empty()) out.kind = Part::kNone;
    }
    return out;
  }

  std::vector<Child> children(const Scope& scope, size_t from, size_t to) {
    std::vector<Child> out;
    const auto& nodes = scope.definition->nodes;
    for (size_t i = from; i < to; i = nodes[i].end) {
      if (nodes[i].kind == NodeKind::kElement) {
        bool conditional = nodes[i].slot != kNoSlot && !holds_fragment(scope, nodes[i].slot);
        out.push_back({scope, i, utf8_of(nodes[i].name_bytes()), conditional});
      } else if (substitutes(nodes[i]) && holds_fragment(scope, nodes[i].slot)) {
        auto more = children({pair_.inner, pair_.outer_slots}, 0, pair_.inner->nodes.size());
        out.insert(out.end(), more.begin(), more.end());
      }
    }
    return out;
  }

  // The value of an element (behind its key).
  void element(const Scope& scope, size_t index, bool container) {
    const auto& nodes = scope.definition->nodes;
    Children place = children_of(nodes, index);
    std::vector<std::pair<std::string, Part>> attributes;
    std::vector<uint32_t> dynamic;
    bool fixed = false;
    for (size_t i = place.attributes; i < place.content; i = nodes[i].end) {
      Part value = part(scope, i + 1, nodes[i].end);
      if (value.kind == Part::kOther) good_ = false;
      if (value.kind == Part::kLiteral) fixed = true;
      if (value.kind == Part::kSlot) dynamic.push_back(value.slot);
      if (value.kind != Part::kNone) attributes.emplace_back(utf8_of(nodes[i].name_bytes()), std::move(value));
    }
    Part content = part(scope, place.content, place.end);
    std::vector<Child> inside = children(scope, place.content, place.end);
    if (content.kind == Part::kOther || (content.kind != Part::kNone && !inside.empty())) good_ = false;
    if (!inside.empty()) {
      literal("{");
      here();  // what follows may be skipped to
      size_t skip = SIZE_MAX;
      if (!attributes.empty() && !fixed) skip = skip_if_all_empty(dynamic);
      if (!attributes.empty()) attribute_object(attributes);
      if (skip != SIZE_MAX) plan_.ops[skip].c = here();
      members(inside, container);
      op(JsonOp::kCloseOrNull);
    } else if (attributes.empty()) {
      alone(content);
    } else {
      size_t bare = fixed ? 0 : skip_if_all_empty(dynamic);
      literal("{");
      attribute_object(attributes);
      optional_member("#text", content);
      op(JsonOp::kClose);
      if (fixed) return;
      size_t done = op(JsonOp::kSkip);
      plan_.ops[bare].c = here();
      alone(content);
      plan_.ops[done].b = here();
    }
  }

  size_t skip_if_all_empty(const std::vector<uint32_t>& slots) {
    size_t at =
        op(JsonOp::kSkipIfAllEmpty, static_cast<uint32_t>(plan_.slots.size()), static_cast<uint32_t>(slots.size()));
    plan_.slots.insert(plan_.slots.end(), slots.begin(), slots.end());
    return at;
  }
  void attribute_object(const std::vector<std::pair<std::string, Part>>& attributes) {
    literal("\"#attributes\":{");
    for (const auto& [name, value] : attributes) optional_member(name, value);
    op(JsonOp::kClose);
    literal(",");
  }
  void optional_member(std::string_view name, const Part& value) {
    if (value.kind == Part::kNone) return;
    size_t skip = value.kind == Part::kSlot ? op(JsonOp::kSkipIfEmpty, value.slot) : 0;
    key(name);
    if (value.kind == Part::kSlot)
      op(JsonOp::kValue, value.slot);
    else
      quoted(value.text);
    literal(",");
    if (value.kind == Part::kSlot) plan_.ops[skip].b = here();
  }
  void alone(const Part& content) {
    if (content.kind == Part::kSlot)
      op(JsonOp::kValueOrNull, content.slot);
    else if (content.kind == Part::kLiteral)
      quoted(content.text);
    else
      literal("null");
  }

  void members(const std::vector<Child>& inside, bool container) {
    std::map<std::string, uint32_t> seen;  // names given so far
    std::set<std::string> conditional;
    bool positional_done = false;
    bool flatten = container && std::any_of(inside.begin(), inside.end(), [&](const Child& child) {
                     return child.name == "Data" && !data_name(child).empty();
                   });
    for (const Child& child : inside) {
      std::string name = child.name;
      bool data = container && name == "Data";
      if (data && flatten) name = data_name(child);
      if (data && name.empty()) continue;
      if (data && !flatten) {
        if (positional_done) good_ = false;  // several nameless Data: counted by the plain renderer
        positional_done = true;
      }
      if (conditional.count(name) != 0 || (child.conditional && seen.count(name) != 0)) good_ = false;
      if (child.conditional) conditional.insert(name);
      uint32_t count = seen[name]++;
      if (count > 0) name += '_' + std::to_string(count);
      member(child, name, data, flatten);
    }
  }

  void member(const Child& child, const std::string& name, bool data, bool flatten) {
    const Node& node = child.scope.definition->nodes[child.index];
    size_t skip = 0;
    if (child.conditional) skip = op(JsonOp::kSkipIfNull, child.scope.base + node.slot);
    key(name);
    if (data && !flatten) literal("{\"#text\":");
    if (data)
      data_value(child, flatten);
    else
      element(child.scope, child.index, is_container(name));
    if (data && !flatten) literal("}");
    literal(",");
    if (child.conditional) plan_.ops[skip].b = here();
  }

  void data_value(const Child& child, bool flatten) {
    const auto& nodes = child.scope.definition->nodes;
    Children place = children_of(nodes, child.index);
    if (!children(child.scope, place.content, place.end).empty()) good_ = false;
    Part content = part(child.scope, place.content, place.end);
    if (content.kind == Part::kOther) good_ = false;
    if (content.kind == Part::kSlot)
      op(flatten ? JsonOp::kValueOrQuotes : JsonOp::kDataText, content.slot);
    else
      quoted(content.text);
  }

  std::string data_name(const Child& child) {
    const auto& nodes = child.scope.definition->nodes;
    const Node* attribute = find_attribute(nodes, child.index, "Name");
    if (!attribute) return "";
    auto at = static_cast<size_t>(attribute - nodes.data());
    Part value = part(child.scope, at + 1, attribute->end);
    if (value.kind == Part::kSlot || value.kind == Part::kOther) good_ = false;
    return value.text;
  }

  const CompiledPair& pair_;
  JsonPlan& plan_;
  bool good_ = true;
  size_t fixed_ = SIZE_MAX;
};

// Where each op may jump to; null: nowhere.
uint32_t* target_of(JsonOp* op) {
  switch (op->kind) {
    case JsonOp::kSkipIfEmpty:
    case JsonOp::kSkipIfNull:
    case JsonOp::kSkip: return &op->b;
    case JsonOp::kSkipIfAllEmpty: return &op->c;
    default: return nullptr;
  }
}

// Gives each literal to the op behind it, unless that one is jumped to.
void join_literals(std::vector<JsonOp>* ops) {
  std::vector<bool> jumped_to(ops->size() + 1, false);
  for (JsonOp& op : *ops) {
    if (const uint32_t* target = target_of(&op)) jumped_to[*target] = true;
  }
  std::vector<JsonOp> joined;
  std::vector<uint32_t> now_at;  // by former place
  for (size_t i = 0; i < ops->size(); ++i) {
    now_at.push_back(static_cast<uint32_t>(joined.size()));
    JsonOp op = (*ops)[i];
    const bool literal = op.kind == JsonOp::kLiteral;
    if (literal && i + 1 < ops->size() && !jumped_to[i + 1] && (*ops)[i + 1].kind != JsonOp::kLiteral) {
      op = (*ops)[++i];
      op.literal_at = (*ops)[i - 1].a;
      op.literal_size = (*ops)[i - 1].b;
      now_at.push_back(static_cast<uint32_t>(joined.size()));
    }
    joined.push_back(op);
  }
  now_at.push_back(static_cast<uint32_t>(joined.size()));
  for (JsonOp& op : joined) {
    if (uint32_t* target = target_of(&op)) *target = now_at[*target];
  }
  *ops = std::move(joined);
}

bool repeats(const Value& value) {  // an array of more than one member repeats its element
  if (!value.is_array()) return false;
  size_t position = 0;
  Value member;
  return next_member(value, &position, &member) && next_member(value, &position, &member);
}

void write_data_text(const Value& value, TimeText* times, JsonBuffer* out) {
  auto one = [&](const Value& item) {
    if (is_empty(item))
      out->append("\"\"");
    else
      write_value_json(item, times, out);
  };
  if (!repeats(value)) return one(value);
  out->append("[");
  for_each_member(value, [&](const Value& member) {
    one(member);
    out->append(",");
    return out->size() < kMaxRecordText;
  });
  out->set_last(']');
}

}  // namespace

JsonPlan make_json_plan(const CompiledPair& pair) {
  JsonPlan plan;
  plan.usable = pair.usable && PlanCompiler(pair, &plan).run();
  if (plan.usable) join_literals(&plan.ops);
  plan.text.append(JsonBuffer::kPad, ' ');
  return plan;
}

bool run_json_plan(const JsonPlan& plan, std::span<const Value> values, TimeText* times, JsonBuffer* out) {
  static constexpr Value kNothing{};
  size_t start = out->size();
  auto slot = [&](uint32_t index) -> const Value& {
    if (index >= values.size() || out->size() - start > kMaxRecordText) return kNothing;
    return values[index];
  };
  const char* text = plan.text.data();
  for (size_t at = 0; at < plan.ops.size();) {
    const JsonOp& op = plan.ops[at++];
    out->append_padded(text + op.literal_at, op.literal_size);
    switch (op.kind) {
      case JsonOp::kLiteral: out->append_padded(text + op.a, op.b); break;
      case JsonOp::kValue:
      case JsonOp::kValueOrNull:
      case JsonOp::kValueOrQuotes: {
        const Value& value = slot(op.a);
        if (is_empty(value)) {
          out->append(op.kind == JsonOp::kValueOrNull ? "null" : "\"\"");
          break;
        }
        if (value.is_array() && repeats(value)) {
          out->cut(start);
          return false;
        }
        write_value_json(value, times, out);
        break;
      }
      case JsonOp::kDataText: write_data_text(slot(op.a), times, out); break;
      case JsonOp::kSkipIfEmpty:
        if (is_empty(slot(op.a))) at = op.b;
        break;
      case JsonOp::kSkipIfNull: {
        ValueKind kind = slot(op.a).kind;
        if (kind == ValueKind::kNull || kind == ValueKind::kAbsent) at = op.b;
        break;
      }
      case JsonOp::kSkipIfAllEmpty: {
        bool all = true;
        for (uint32_t i = 0; i < op.b; ++i) all = all && is_empty(slot(plan.slots[op.a + i]));
        if (all) at = op.c;
        break;
      }
      case JsonOp::kSkip: at = op.b; break;
      case JsonOp::kPlainUnlessEmpty:
        if (!is_empty(slot(op.a))) return false;
        break;
      case JsonOp::kClose:
      case JsonOp::kCloseOrNull:
        if (op.kind == JsonOp::kCloseOrNull && out->last() == '{') {
          out->cut(out->size() - 1);
          out->append("null");
        } else if (out->last() == ',') {
          out->set_last('}');
        } else {
          out->append("}");
        }
        break;
    }
  }
  return true;
}

}  // namespace sil::ingest
