#include "ingest/line_emit.h"

#include <algorithm>

#include "bytes/json_writer.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {

const char* precision_name(Precision precision) {
  switch (precision) {
    case Precision::kTick: return "100ns";
    case Precision::kMicrosecond: return "microsecond";
    case Precision::kMillisecond: return "millisecond";
    case Precision::kSecond: return "second";
    case Precision::kMinute: return "minute";
    case Precision::kDay: return "day";
  }
  return "";
}

const char* zone_name(ZoneSource zone) {
  switch (zone) {
    case ZoneSource::kInRecord: return "in the record";
    case ZoneSource::kFormat: return "by the format";
    case ZoneSource::kStated: return "stated";
    case ZoneSource::kInferred: return "inferred";
    case ZoneSource::kAssumedUtc: return "assumed UTC";
  }
  return "";
}

std::string glimpse(Bytes bytes) {
  std::string out;
  for (uint8_t byte : bytes.first(std::min<size_t>(bytes.size(), 24))) {
    out.push_back(byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : '.');
  }
  return out;
}

void LineDetails::cite(const Event& event, std::vector<Span>* spans, std::vector<Span>* deps) const {
  for (const auto& [span, bytes] : scratch_.needed) deps->push_back(span);
  if (scratch_.spans.empty()) {
    spans->push_back(event.where);
    return;
  }
  spans->insert(spans->end(), scratch_.spans.begin(), scratch_.spans.end());
}

Bytes LineDetails::bytes(Span span) const {
  const auto found =
      std::find_if(scratch_.needed.begin(), scratch_.needed.end(), [&](const auto& one) { return one.first == span; });
  return found == scratch_.needed.end() ? records_.bytes(span) : found->second;
}

void LineDetails::write_json(const Event& event, std::string* out) const {
  JsonWriter json(out);
  json.begin_object();
  if (event.time.known()) {
    json.key("@time");
    json.begin_object();
    json.field("value", rfc3339(event.time));
    json.field("precision", precision_name(event.time.precision));
    json.field("zone", zone_name(event.time.zone));
    json.end_object();
  }
  const auto& fields = event.layout->fields;
  std::vector<bool> done(fields.size());
  std::string text;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (done[i] || fields[i].path == "Event.System.Computer") continue;
    size_t same = 0;
    for (size_t k = i; k < fields.size(); ++k) same += fields[k].path == fields[i].path ? 1 : 0;
    json.key(fields[i].path);
    if (same > 1) json.begin_array();
    for (size_t k = i; k < fields.size(); ++k) {
      if (fields[k].path != fields[i].path) continue;
      done[k] = true;
      const Value value = event.value(fields[k]);
      text.clear();
      append_text(value, &text);
      if (value.kind == ValueKind::kNull)
        json.null();
      else
        json.string(text);
    }
    if (same > 1) json.end_array();
  }
  json.end_object();
}

Span LineEmitter::span_of(Bytes bytes) const {
  return {piece_.offset + static_cast<uint64_t>(bytes.data() - piece_.buffer.data()),
          static_cast<uint32_t>(bytes.size())};
}

void LineEmitter::anomaly(AnomalyKind kind, Level level, Bytes where, const char* summary, std::string expected,
                          std::string found) {
  sink_.on_anomaly({kind, level, span_of(where), summary, std::move(expected), std::move(found)});
}

void LineEmitter::emit(Bytes lines, Bytes raw) {
  LineRecord& record = scratch_.record;
  const taxonomy::Schema* schema = record.schema == nullptr ? &taxonomy::kPlainLines : record.schema;
  if (schema != schema_) {
    auto& slot = scratch_.layouts[schema];
    if (slot == nullptr) slot = std::make_unique<JsonLayouts>(JsonProfile{schema, false, 0});
    schema_ = schema;
    layouts_ = slot.get();
  }
  JsonShape& shape = layouts_->shape(record.fields);
  scratch_.values.clear();
  for (const JsonField& field : record.fields) scratch_.values.push_back(field.value);
  scratch_.values.insert(scratch_.values.end(), shape.key_values.begin(), shape.key_values.end());
  Event event;
  event.source = source_;
  event.where = span_of(lines);
  event.time = record.time.known() ? record.time : layouts_->time(shape, scratch_.values);
  event.record_id = record.record_id;
  event.kind = layouts_->kind(shape, scratch_.values);
  event.layout = shape.layout.get();
  event.values = scratch_.values;
  event.raw = raw;
  event.details = &details_;
  sink_.on_event(event);
}

}  // namespace sil::ingest
