#include "hunt/written_event.h"

#include <algorithm>
#include <set>

#include "bytes/digest.h"
#include "bytes/json_writer.h"
#include "model/field_names.h"

namespace sil::hunt {
namespace {

constexpr std::string_view kEventIdKey = "EventID";

std::string scalar_text(const YamlNode* node) {
  return node && node->is_scalar() ? std::string(node->text) : std::string();
}

void write_json(const YamlNode& node, JsonWriter* json) {
  bool yes = false;
  if (node.is_map()) {
    json->begin_object();
    for (const YamlEntry& entry : node.entries) {
      json->key(entry.key->text);
      write_json(*entry.value, json);
    }
    json->end_object();
  } else if (node.is_list()) {
    json->begin_array();
    for (const YamlEntry& entry : node.entries) write_json(*entry.value, json);
    json->end_array();
  } else if (node.is_null()) {
    json->null();
  } else if (node.is_boolean(&yes)) {
    json->boolean(yes);
  } else if (node.is_number()) {
    json->raw(node.text);
  } else {
    json->string(node.text);
  }
}

}  // namespace

class EventBuilder {
 public:
  EventBuilder(const YamlNode& map, const Logsource& usual) : map_(map), usual_(usual), out_(new WrittenEvent) {}

  Parsed<std::unique_ptr<const WrittenEvent>> run() {
    if (!map_.is_map()) return fault(map_.line, map_.column, "an event is a map of field: value");
    if (auto bad = read_kind()) return tl::unexpected<Fault>(std::move(*bad));
    for (const YamlEntry& entry : map_.entries) flat_.insert(entry.key->text);
    for (const YamlEntry& entry : map_.entries) {
      if (is_control(entry.key->text)) continue;
      if (windows_)
        add_windows(entry.key->text, *entry.value);
      else
        add_nested(std::string(entry.key->text), *entry.value, Section::kOther, "", true);
    }
    if (auto bad = read_control()) return tl::unexpected<Fault>(std::move(*bad));
    out_->line_ = map_.line;
    out_->layout_ = intern_layout(std::move(layout_));
    out_->event_.layout = out_->layout_.get();
    out_->event_.values = out_->values_;
    return std::unique_ptr<const WrittenEvent>(std::move(out_));
  }

 private:
  using Bad = std::optional<Fault>;

  static bool is_control(std::string_view key) { return key == "logsource" || key == "_raw" || key == "_time"; }

  Bad read_kind() {
    LogKind kind;
    const YamlNode* logsource = map_.find("logsource");
    const YamlNode* channel = map_.find("Channel");
    if (logsource) {
      if (!logsource->is_map()) return Fault{logsource->line, logsource->column, "'logsource' must be a map"};
      kind.schema = scalar_text(logsource->find("schema"));
      kind.product = scalar_text(logsource->find("product"));
      kind.category = scalar_text(logsource->find("category"));
      kind.service = scalar_text(logsource->find("service"));
    } else if (channel || map_.find("Provider_Name")) {
      kind.product = "windows";
    } else {
      kind.product = usual_.product;
      kind.category = usual_.category;
      kind.service = usual_.service;
    }
    windows_ = kind.product == "windows" && kind.schema.empty();
    if (kind.product == "windows") {
      kind.channel = scalar_text(channel);
      kind.provider = scalar_text(map_.find("Provider_Name"));
      Number id = parse_number(scalar_text(map_.find(kEventIdKey)));
      if (id.kind == Number::Kind::kUnsigned && id.u <= UINT32_MAX) kind.event_id = static_cast<uint32_t>(id.u);
    }
    if (windows_) {
      kind.schema = "evtx";
      kind.category.clear();
      kind.service.clear();
    }
    out_->event_.kind = intern_log_kind(std::move(kind));
    return std::nullopt;
  }

  Bad read_control() {
    if (const YamlNode* raw = map_.find("_raw")) {
      if (!raw->is_scalar()) return Fault{raw->line, raw->column, "'_raw' must be text"};
      out_->event_.raw = as_bytes(keep(std::string(raw->text)));
    }
    const YamlNode* time = map_.find("_time");
    if (time && !parse_rfc3339(time->text, &out_->event_.time))
      return Fault{time->line, time->column, "'_time' is no RFC 3339 time"};
    Number id = parse_number(scalar_text(map_.find("EventRecordID")));
    if (id.kind == Number::Kind::kUnsigned) out_->event_.record_id = id.u;
    return std::nullopt;
  }

  std::string_view keep(std::string text) { return out_->texts_.emplace_back(std::move(text)); }

  Value value_of(const YamlNode& node) {
    bool yes = false;
    if (node.is_list() || node.is_map()) {
      std::string json;
      JsonWriter writer(&json);
      write_json(node, &writer);
      Value value = utf8_value(keep(std::move(json)));
      value.kind = node.is_list() ? ValueKind::kJsonArray : ValueKind::kJsonObject;
      return value;
    }
    Value value = utf8_value(keep(std::string(node.text)));
    if (node.is_null())
      value.kind = ValueKind::kNull;
    else if (node.is_boolean(&yes))
      value.kind = yes ? ValueKind::kBoolTrue : ValueKind::kBoolFalse;
    else if (node.is_number())
      value.kind = ValueKind::kJsonNumber;
    return value;
  }

  void add(std::string path, std::string name, Section section, const YamlNode& node) {
    LayoutField field;
    field.path = std::move(path);
    field.name = std::move(name);
    field.section = section;
    field.slot = static_cast<uint32_t>(out_->values_.size());
    out_->values_.push_back(value_of(node));
    layout_.fields.push_back(std::move(field));
  }

  // System fields by their Sigma names; `Data: [..]` is a row of nameless Data elements; a nested map is
  // UserData.
  void add_windows(std::string_view key, const YamlNode& node) {
    const char* path = system_path(key);
    static constexpr std::string_view kHeader[] = {"EventID", "Channel", "Computer", "EventRecordID"};
    bool header = path && (key.find('_') != std::string_view::npos ||
                           std::find(std::begin(kHeader), std::end(kHeader), key) != std::end(kHeader));
    if (header) {
      std::string full(path);
      add(full, full.substr(full.rfind('.') + 1), Section::kSystem, node);
    } else if (key == "Data" && node.is_list()) {
      for (const YamlEntry& entry : node.entries)
        add("Event.EventData.Data", "Data", Section::kEventData, *entry.value);
    } else if (node.is_map()) {
      add_nested(std::string(key), node, Section::kUserData, "Event.UserData.", false);
    } else {
      std::string name(key);
      std::erase(name, ' ');  // as the reader of EVTX names it: "Threat Name" is ThreatName
      add("Event.EventData." + name, name, Section::kEventData, node);
    }
  }

  // Nested maps mean dotted paths; a flat key of the same spelling wins.
  void add_nested(const std::string& path, const YamlNode& node, Section section, const std::string& prefix, bool top) {
    if (node.is_map() && !node.entries.empty()) {
      for (const YamlEntry& entry : node.entries)
        add_nested(path + "." + std::string(entry.key->text), *entry.value, section, prefix, false);
      return;
    }
    if (!top && flat_.contains(path)) return;
    std::string name = section == Section::kUserData ? path.substr(path.rfind('.') + 1) : path;
    add(prefix + path, std::move(name), section, node);
  }

  const YamlNode& map_;
  const Logsource& usual_;
  std::unique_ptr<WrittenEvent> out_;
  Layout layout_;
  std::set<std::string_view, std::less<>> flat_;
  bool windows_ = false;
};

Parsed<std::unique_ptr<const WrittenEvent>> WrittenEvent::make(const YamlNode& map, const Logsource& usual) {
  return EventBuilder(map, usual).run();
}

}  // namespace sil::hunt
