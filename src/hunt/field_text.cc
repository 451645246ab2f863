#include "hunt/field_text.h"

#include "model/field_names.h"
#include "model/json_token.h"

namespace sil::hunt {
namespace {

constexpr size_t kMaxBindings = 1 << 14;

// Appends the members of one field joined by `separator`; false where there is none.
bool append_members(const Event& event, const std::vector<FieldPlace>& places, std::string_view separator,
                    std::string* out) {
  bool any = false;
  auto add = [&](const Value& member) {
    if (member.kind == ValueKind::kNull || member.kind == ValueKind::kJsonObject) return true;
    if (any) out->append(separator);
    append_text(member, out);
    return any = true;
  };
  for (const FieldPlace& place : places) {
    Value value = event.value(event.layout->fields[place.field]);
    if (place.inside.empty()) {
      for_each_member(value, add);
    } else if (value.kind == ValueKind::kJsonArray || value.kind == ValueKind::kJsonObject) {
      visit_json_path(value, place.inside, [&](const Value& inner) {
        for_each_member(inner, add);
        return true;
      });
    }
  }
  return any;
}

}  // namespace

struct FieldTextReader::Binding {
  FieldSource source;
  std::vector<std::vector<FieldPlace>> places;  // one a name of the source
};

FieldTextReader::FieldTextReader() = default;
FieldTextReader::~FieldTextReader() = default;

const FieldTextReader::Binding& FieldTextReader::bind(uint32_t key, const Logsource& logsource, std::string_view field,
                                                      const Event& event) {
  uint64_t id = uint64_t{key} << 32 | (event.kind->id & 0xffff) << 16 | (event.layout->id & 0xffff);
  bool cached = event.layout->id != 0 && event.layout->id <= 0xffff && event.kind->id <= 0xffff;
  if (cached) {
    if (auto found = cache_.find(id); found != cache_.end()) return *found->second;
    if (cache_.size() >= kMaxBindings) cache_.clear();
  }
  std::unique_ptr<Binding>& binding = cached ? cache_[id] : uncached_;
  binding = std::make_unique<Binding>();
  binding->source = field_source(logsource, *event.kind, field);
  for (const std::string& name : binding->source.names) binding->places.push_back(resolve_field(*event.layout, name));
  return *binding;
}

bool FieldTextReader::read(uint32_t key, const Logsource& logsource, std::string_view field, const Event& event,
                           std::string* out) {
  if (!event.kind || !event.layout) return false;
  const Binding& binding = bind(key, logsource, field, event);
  if (binding.source.translation == Translation::kNone) {
    for (const auto& places : binding.places) {  // the first name that the layout has
      if (!places.empty()) return append_members(event, places, ", ", out);
    }
    return false;
  }
  std::vector<std::string> texts(binding.places.size());
  bool any = false;
  for (size_t i = 0; i < texts.size(); ++i) any = append_members(event, binding.places[i], "\n", &texts[i]) || any;
  std::string text;
  if (!any || !translate(binding.source, texts, &text)) return false;
  out->append(text);
  return true;
}

}  // namespace sil::hunt
