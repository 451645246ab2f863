#include "model/field_names.h"

#include <algorithm>
#include <charconv>

#include "bytes/digest.h"
#include "bytes/text.h"

namespace sil {
namespace {

struct SystemAlias {
  std::string_view name;
  const char* path;
};
// Sigma's and its neighbours' spellings of what stands in the event header (taxonomy appendix; reference 3).
// "@" as value attribute: the element's text when it carries attributes as well.
constexpr SystemAlias kSystemAliases[] = {
    {"EventID", "Event.System.EventID"},
    {"Channel", "Event.System.Channel"},
    {"Provider_Name", "Event.System.Provider.#attributes.Name"},
    {"Provider", "Event.System.Provider.#attributes.Name"},
    {"SourceName", "Event.System.Provider.#attributes.Name"},
    {"Source", "Event.System.Provider.#attributes.Name"},
    {"Provider_Guid", "Event.System.Provider.#attributes.Guid"},
    {"Computer", "Event.System.Computer"},
    {"ComputerName", "Event.System.Computer"},
    {"Hostname", "Event.System.Computer"},
    {"Level", "Event.System.Level"},
    {"Task", "Event.System.Task"},
    {"Opcode", "Event.System.Opcode"},
    {"Keywords", "Event.System.Keywords"},
    {"Version", "Event.System.Version"},
    {"Qualifiers", "Event.System.EventID.#attributes.Qualifiers"},
    {"EventRecordID", "Event.System.EventRecordID"},
    {"RecordNumber", "Event.System.EventRecordID"},
    {"RecordID", "Event.System.EventRecordID"},
    {"Execution_ProcessID", "Event.System.Execution.#attributes.ProcessID"},
    {"Execution_ThreadID", "Event.System.Execution.#attributes.ThreadID"},
    {"Security_UserID", "Event.System.Security.#attributes.UserID"},
    {"UserID", "Event.System.Security.#attributes.UserID"},
    {"Correlation_ActivityID", "Event.System.Correlation.#attributes.ActivityID"},
    {"Correlation_RelatedActivityID", "Event.System.Correlation.#attributes.RelatedActivityID"},
    {"TimeCreated_SystemTime", "Event.System.TimeCreated.#attributes.SystemTime"},
    {"TimeCreated", "Event.System.TimeCreated.#attributes.SystemTime"},
};
// These win over an EventData field of the same name; the other aliases only stand in where EventData has none
// (some providers have a Version, Level or UserID of their own).
constexpr std::string_view kAlwaysSystem[] = {"EventID", "Channel", "Provider_Name", "Computer", "EventRecordID"};

// "param3" or "Data[3]" -> 3; 0 = neither.
size_t nameless_index(std::string_view name) {
  std::string_view digits;
  if (name.starts_with("param"))
    digits = name.substr(5);
  else if (name.starts_with("Data[") && name.ends_with("]"))
    digits = name.substr(5, name.size() - 6);
  size_t index = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  return !digits.empty() && error == std::errc() && end == digits.data() + digits.size() ? index : 0;
}

class Resolver {
 public:
  Resolver(const Layout& layout, std::string_view name) : layout_(layout), name_(name) {}

  std::vector<FieldPlace> run() {
    const char* path = system_path(name_);
    bool first =
        path && std::find(std::begin(kAlwaysSystem), std::end(kAlwaysSystem), name_) != std::end(kAlwaysSystem);
    if (first && by([&](const LayoutField& f) { return f.section == Section::kSystem && f.path == path; }))
      return std::move(found_);
    if (by([&](const LayoutField& f) { return f.section == Section::kEventData && f.name == name_; }))
      return std::move(found_);
    // A flat key wins over a path, the exact spelling over another case.
    if (by([&](const LayoutField& f) { return f.section != Section::kSystem && f.path == name_; }))
      return std::move(found_);
    if (by([&](const LayoutField& f) { return f.section == Section::kOther && f.name == name_; }))
      return std::move(found_);
    if (by([&](const LayoutField& f) { return f.section == Section::kEventData && equal_folded(f.name, name_); }))
      return std::move(found_);
    if (by([&](const LayoutField& f) { return f.section == Section::kUserData && f.name == name_; }))
      return std::move(found_);
    if (by([&](const LayoutField& f) { return f.section == Section::kUserData && equal_folded(f.name, name_); }))
      return std::move(found_);
    if (by([&](const LayoutField& f) { return f.section == Section::kOther && equal_folded(f.path, name_); }))
      return std::move(found_);
    if (path && by([&](const LayoutField& f) { return f.section == Section::kSystem && f.path == path; }))
      return std::move(found_);
    if (by([&](const LayoutField& f) { return f.path == name_; })) return std::move(found_);
    if (size_t index = nameless_index(name_)) return nameless(index);
    return inside_container();
  }

 private:
  template <class Test>
  bool by(Test test) {
    for (uint32_t i = 0; i < layout_.fields.size(); ++i) {
      if (test(layout_.fields[i])) found_.push_back({i, {}});
    }
    return !found_.empty();
  }

  std::vector<FieldPlace> nameless(size_t index) {
    size_t seen = 0;
    for (uint32_t i = 0; i < layout_.fields.size(); ++i) {
      const LayoutField& field = layout_.fields[i];
      if (field.section == Section::kEventData && field.name == "Data" && ++seen == index) found_.push_back({i, {}});
    }
    return std::move(found_);
  }

  // An object whose members are fields of the layout themselves hides nothing: what they do not have, it has not.
  bool taken_apart(const std::string& path) const {
    return std::any_of(layout_.fields.begin(), layout_.fields.end(), [&](const LayoutField& field) {
      return field.path.size() > path.size() && field.path.starts_with(path) && field.path[path.size()] == '.';
    });
  }

  // "a.b.c" where the layout holds "a" or "a.b" as a raw container: the rest is looked up inside the value.
  std::vector<FieldPlace> inside_container() {
    for (size_t dot = name_.rfind('.'); dot != std::string_view::npos && dot > 0; dot = name_.rfind('.', dot - 1)) {
      std::string_view prefix = name_.substr(0, dot);
      for (uint32_t i = 0; i < layout_.fields.size(); ++i) {
        const std::string& path = layout_.fields[i].path;
        if (path == prefix && !taken_apart(path)) found_.push_back({i, name_.substr(dot + 1)});
      }
      if (!found_.empty()) break;
    }
    return std::move(found_);
  }

  const Layout& layout_;
  std::string_view name_;
  std::vector<FieldPlace> found_;
};

}  // namespace

const char* system_path(std::string_view name) {
  for (const SystemAlias& alias : kSystemAliases) {
    if (alias.name == name) return alias.path;
  }
  return nullptr;
}

std::vector<FieldPlace> resolve_field(const Layout& layout, std::string_view name) {
  return Resolver(layout, name).run();
}

namespace {

// What names mean in the layouts met lately: findings ask for the same few fields again and again. Layout ids are never
// used twice, so an answer stays true.
class PlaceCache {
 public:
  const std::vector<uint32_t>& places(const Layout& layout, std::string_view name) {
    Slot& slot = slots_[(hash64(name) ^ layout.id * 0x9E3779B97F4A7C15) % kSlots];
    if (slot.layout != layout.id || slot.name != name || layout.id == 0) {
      slot.layout = layout.id;
      slot.name = name;
      slot.fields.clear();
      for (const FieldPlace& place : resolve_field(layout, name)) {
        if (place.inside.empty()) slot.fields.push_back(place.field);
      }
    }
    return slot.fields;
  }

 private:
  static constexpr size_t kSlots = 1024;
  struct Slot {
    uint32_t layout = 0;
    std::string name;
    std::vector<uint32_t> fields;
  };
  std::vector<Slot> slots_ = std::vector<Slot>(kSlots);
};

}  // namespace

Value Event::find(std::string_view name) const {
  if (!layout) return {};
  thread_local PlaceCache cache;
  for (uint32_t field : cache.places(*layout, name)) {
    Value v = value(layout->fields[field]);
    if (v.present()) return v;
  }
  return {};
}

std::string Event::text(std::string_view name) const {
  std::string out;
  append_text(find(name), &out);
  return out;
}

}  // namespace sil
