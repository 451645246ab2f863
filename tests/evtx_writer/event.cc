// The shapes Windows gives a record: the System template's fixed slots, and the body inside (EventData,
// UserData).
#include "evtx_writer/event.h"

#include <fmt/format.h>

#include "evtx_writer/writer.h"

namespace sil::evtx_writer {
namespace {

constexpr const char* kEventNamespace = "http://schemas.microsoft.com/win/2004/08/events/event";

struct Shape {
  bool literals, classic, user_data, has_body;
  uint16_t related, body;
};

Shape shape_of(const Event& event) {
  bool literals = event.system != SystemShape::kSlots;
  return {literals,
          event.system == SystemShape::kClassic,
          event.body == BodyShape::kUserData || (event.body == BodyShape::kCustom && event.user_data),
          event.body != BodyShape::kNone,
          static_cast<uint16_t>(literals ? 18 : 13),
          static_cast<uint16_t>(literals ? 19 : 17)};
}

void leaf(BinXml& out, const char* name, uint16_t slot, uint8_t type) {
  out.open(name, slot).close_start().substitution(slot, type, true).end();
}

void write_provider(const Event& event, const Shape& shape, BinXml& out) {
  out.open("Provider", kNoDependency, true);
  if (!shape.literals) {
    out.attribute("Name", true).substitution(14, kString, true);
    out.attribute("Guid").substitution(15, kGuid, true);
  } else {
    bool guid = !event.provider_guid.empty();
    bool source = !event.event_source.empty();
    out.attribute("Name", guid || source).text(event.provider);
    if (guid) out.attribute("Guid", source).text(event.provider_guid);
    if (source) out.attribute("EventSourceName").text(event.event_source);
  }
  out.close_empty();
}

void write_system(const Event& event, const Shape& shape, BinXml& out) {
  out.open("System").close_start();
  write_provider(event, shape, out);
  out.open("EventID", 3, true).attribute("Qualifiers").substitution(4, kUInt16, true);
  out.close_start().substitution(3, kUInt16, true).end();
  if (!shape.classic) leaf(out, "Version", 11, kUInt8);
  leaf(out, "Level", 0, kUInt8);
  leaf(out, "Task", 2, kUInt16);
  if (!shape.classic) leaf(out, "Opcode", 1, kUInt8);
  leaf(out, "Keywords", 5, kHex64);
  out.open("TimeCreated", kNoDependency, true).attribute("SystemTime").substitution(6, kFileTime, true).close_empty();
  leaf(out, "EventRecordID", 10, kUInt64);
  if (!shape.classic) {
    out.open("Correlation", kNoDependency, true).attribute("ActivityID", true).substitution(7, kGuid, true);
    out.attribute("RelatedActivityID").substitution(shape.related, kGuid, true).close_empty();
    out.open("Execution", kNoDependency, true).attribute("ProcessID", true).substitution(8, kUInt32, true);
    out.attribute("ThreadID").substitution(9, kUInt32, true).close_empty();
  }
  if (shape.literals)
    out.open("Channel").close_start().text(event.channel).end();
  else
    leaf(out, "Channel", 16, kString);
  out.open("Computer").close_start().text(event.computer).end();
  out.open("Security", kNoDependency, true).attribute("UserID").substitution(12, kSid, true).close_empty();
  out.end();
}

Template outer_template(const Event& event, const Shape& shape) {
  std::string key = fmt::format("system/{}/{}/{}", static_cast<int>(event.system), shape.user_data, event.computer);
  if (shape.literals)
    key += fmt::format("/{}/{}/{}/{}", event.provider, event.provider_guid, event.event_source, event.channel);
  return {std::move(key),
          [&event, shape](BinXml& out) {
            out.open("Event", shape.user_data ? kNoDependency : shape.body, true);
            out.attribute("xmlns").text(kEventNamespace).close_start();
            write_system(event, shape, out);
            if (shape.user_data) out.open("UserData", shape.body).close_start();
            out.substitution(shape.body, kBinXml, true);
            if (shape.user_data) out.end();
            out.end();
          },
          {}};
}

uint8_t declared(const Field& field) {
  return field.declared >= 0 ? static_cast<uint8_t>(field.declared) : field.value.type;
}

void write_event_data(const Event& event, BinXml& out) {
  bool named = !event.body_name.empty();
  out.open("EventData", kNoDependency, named);
  if (named) out.attribute("Name").text(event.body_name);
  out.close_start();
  uint16_t slot = 0;
  for (const Field& field : event.fields) {
    out.open("Data", kNoDependency, !field.name.empty());
    if (!field.name.empty()) out.attribute("Name").text(field.name);
    out.close_start().substitution(slot++, declared(field), field.optional).end();
  }
  out.end();
}

void write_user_data(const Event& event, BinXml& out) {
  size_t attributes = event.body_namespace.empty() ? 0 : 1;
  for (const Field& field : event.fields) attributes += field.as_attribute ? 1 : 0;
  out.open(event.body_name, kNoDependency, attributes > 0);
  if (!event.body_namespace.empty()) out.attribute("xmlns", --attributes > 0).text(event.body_namespace);
  for (uint16_t slot = 0; slot < event.fields.size(); ++slot) {
    const Field& field = event.fields[slot];
    if (field.as_attribute)
      out.attribute(field.name, --attributes > 0).substitution(slot, declared(field), field.optional);
  }
  out.close_start();
  for (uint16_t slot = 0; slot < event.fields.size(); ++slot) {
    const Field& field = event.fields[slot];
    if (field.as_attribute) continue;
    out.open(field.name).close_start().substitution(slot, declared(field), field.optional).end();
  }
  out.end();
}

void write_classic_data(BinXml& out) {
  out.open("EventData").close_start();
  out.open("Data", 0).close_start().substitution(0, kArray | kString, true).end();
  out.open("Binary", 2).close_start().substitution(2, kBinary, true).end();
  out.end();
}

Template inner_template(const Event& event) {
  if (event.body == BodyShape::kCustom) return event.inner;
  if (event.body == BodyShape::kClassicData) return {"classic-data", [](BinXml& out) { write_classic_data(out); }, {}};
  std::string key = fmt::format("body/{}/{}/{}", static_cast<int>(event.body), event.body_name, event.body_namespace);
  for (const Field& field : event.fields)
    key += fmt::format("/{}:{:02x}{}{}", field.name, declared(field), field.optional ? "?" : "",
                       field.as_attribute ? "@" : "");
  return {std::move(key),
          [&event](BinXml& out) {
            event.body == BodyShape::kUserData ? write_user_data(event, out) : write_event_data(event, out);
          },
          {}};
}

std::vector<Value> inner_values(const Event& event) {
  if (event.body == BodyShape::kCustom) return event.inner_values;
  std::vector<Value> out;
  if (event.body == BodyShape::kClassicData) {
    bool none = event.fields.empty();
    out.push_back(none ? null_value() : event.fields.front().value);
    out.push_back(int_value(kUInt32, 0));
    out.push_back(event.binary.empty() ? null_value() : binary_value(event.binary));
    return out;
  }
  for (const Field& field : event.fields) out.push_back(field.value);
  return out;
}

Value optional_guid(const std::string& text, bool sized_null) {
  return text.empty() ? null_value(sized_null ? 16 : 0, 0xa5) : guid_value(text);
}

std::vector<Value> system_values(const Event& event, const Shape& shape) {
  std::vector<Value> out;
  out.push_back(int_value(kUInt8, event.level));
  out.push_back(int_value(kUInt8, event.opcode));
  out.push_back(int_value(kUInt16, event.task));
  out.push_back(int_value(kUInt16, event.event_id));
  out.push_back(event.qualifiers ? int_value(kUInt16, *event.qualifiers) : null_value(event.sized_nulls ? 2 : 0, 1));
  out.push_back(hex64_value(event.keywords));
  out.push_back(filetime_value(event.time));
  out.push_back(optional_guid(event.activity_id, event.sized_nulls));
  out.push_back(int_value(kUInt32, event.process_id));
  out.push_back(int_value(kUInt32, event.thread_id));
  out.push_back(int_value(kUInt64, event.record_id));
  out.push_back(int_value(kUInt8, event.version));
  out.push_back(event.user_sid.empty() ? null_value() : sid_value(event.user_sid));
  if (shape.literals) {
    for (int slot = 13; slot < 18; ++slot) out.push_back(null_value());
    out.push_back(optional_guid(event.related_activity_id, false));
  } else {
    out.push_back(optional_guid(event.related_activity_id, false));
    out.push_back(string_value(event.provider));
    out.push_back(event.provider_guid.empty() ? null_value() : guid_value(event.provider_guid));
    out.push_back(string_value(event.channel));
  }
  return out;
}

// ---- records without template: every value a string, elements without dependency ids
// ---------------------------

std::string decimal(const Value& value) {
  uint64_t number = 0;
  for (size_t i = 0; i < value.bytes.size() && i < 8; ++i) number |= uint64_t{value.bytes[i]} << (8 * i);
  return std::to_string(number);
}

// The text of a field in a rendered event. Direct records carry what the collector had as text, so tests give
// strings; integers are accepted for convenience.
void direct_value(const Value& value, BinXml& out) {
  if (value.type == kString) {
    std::u16string units(value.bytes.size() / 2, u'\0');
    for (size_t i = 0; i < units.size(); ++i)
      units[i] = static_cast<char16_t>(value.bytes[2 * i] | value.bytes[2 * i + 1] << 8);
    while (!units.empty() && units.back() == u'\0') units.pop_back();
    std::string ascii;
    for (char16_t unit : units) ascii.push_back(unit < 0x80 ? static_cast<char>(unit) : '\0');
    if (ascii.find_first_of("&<>\"") != std::string::npos && ascii.find('\0') == std::string::npos)
      out.escaped_text(ascii);
    else if (!units.empty())
      out.text_units(units);
  } else if (value.type != kNull) {
    out.text(decimal(value));
  }
}

void direct_leaf(BinXml& out, const char* name, const std::string& text) {
  out.open(name).close_start().text(text).end();
}

void write_direct_system(const Event& event, BinXml& out, const std::string& system_time) {
  bool guid = !event.provider_guid.empty();
  out.open("System").close_start();
  out.open("Provider", kNoDependency, true).attribute("Name", guid).text(event.provider);
  if (guid) out.attribute("Guid").text(event.provider_guid);
  out.close_empty();
  out.open("EventID", kNoDependency, event.qualifiers.has_value());
  if (event.qualifiers) out.attribute("Qualifiers").text(std::to_string(*event.qualifiers));
  out.close_start().text(std::to_string(event.event_id)).end();
  direct_leaf(out, "Level", std::to_string(event.level));
  direct_leaf(out, "Task", std::to_string(event.task));
  direct_leaf(out, "Keywords", fmt::format("0x{:x}", event.keywords));
  out.open("TimeCreated", kNoDependency, true).attribute("SystemTime").text(system_time).close_empty();
  direct_leaf(out, "EventRecordID", std::to_string(event.record_id));
  direct_leaf(out, "Channel", event.channel);
  direct_leaf(out, "Computer", event.computer);
  out.open("Security").close_empty();
  out.end();
}

std::string rendered_time(uint64_t ticks) {
  std::vector<uint8_t> parts = systemtime_value(ticks).bytes;
  auto part = [&parts](size_t i) { return parts[2 * i] | parts[2 * i + 1] << 8; };
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:07}Z", part(0), part(1), part(3), part(4), part(5), part(6),
                     ticks % 10'000'000);
}

void write_direct(const Event& event, BinXml& out) {
  out.open("Event", kNoDependency, true).attribute("xmlns").text(kEventNamespace).close_start();
  write_direct_system(event, out, rendered_time(event.time));
  bool user = event.body == BodyShape::kUserData;
  if (user) out.open("UserData").close_start();
  if (event.body != BodyShape::kNone) {
    bool xmlns = user && !event.body_namespace.empty();
    out.open(user ? event.body_name : "EventData", kNoDependency, xmlns);
    if (xmlns) out.attribute("xmlns").text(event.body_namespace);
    out.close_start();
    for (const Field& field : event.fields) {
      bool named = !user && !field.name.empty();
      out.open(user ? field.name : "Data", kNoDependency, named);
      if (named) out.attribute("Name").text(field.name);
      out.close_start();
      direct_value(field.value, out);
      out.end();
    }
    out.end();
  }
  if (user) out.end();
  out.end();
}

}  // namespace

void write_event(const Event& event, BinXml* out) {
  out->fragment_header();
  if (event.system == SystemShape::kDirect) {
    write_direct(event, *out);
    out->eof();
    return;
  }
  Shape shape = shape_of(event);
  std::vector<Value> values = system_values(event, shape);
  if (shape.has_body) {
    values.push_back(fragment_value([&event](BinXml& body) {
      if (event.body_header) body.fragment_header();
      body.instance(inner_template(event), inner_values(event)).eof();
    }));
  } else {
    values.push_back(null_value());
  }
  out->instance(outer_template(event, shape), values);
  out->eof();
}

}  // namespace sil::evtx_writer
