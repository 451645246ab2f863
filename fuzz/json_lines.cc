// JSON logs: lines, arrays, values one after the other. Pieces cover the source, each event cites its own bytes, and
// what write_json gives is read again as the same fields. The first byte chooses a file or, 7 modulo 8, a stream.
#include <string>

#include "fuzz/demand.h"
#include "fuzz/pieces.h"
#include "ingest/json_reader.h"
#include "ingest/recorded_run.h"
#include "model/field_names.h"
#include "model/json_token.h"

namespace {

using namespace sil;
using namespace sil::ingest;

struct Sink final : EventSink {
  Bytes source;
  std::vector<std::string> fields, json;

  void on_event(const Event& event) override {
    fuzz::demand(event.where.offset + event.where.length <= source.size(), "an event lies in its source");
    const Bytes there = source.subspan(event.where.offset, event.where.length);
    std::vector<Span> spans, deps;
    event.details->cite(event, &spans, &deps);
    fuzz::demand(spans == std::vector<Span>{event.where} && deps.empty(), "a line is its own citation");
    const Bytes cited = event.details->bytes(event.where);
    fuzz::demand(std::equal(cited.begin(), cited.end(), there.begin(), there.end()), "cited bytes are the source's");
    std::string line;
    append_unescaped_json(as_text(there), &line);
    fuzz::demand(event.raw.empty() || as_text(event.raw) == line, "raw is the line without JSON's escapes");
    std::string& out = fields.emplace_back();
    for (const LayoutField& field : event.layout->fields) {
      const Value value = event.value(field);
      fuzz::demand(value.size <= there.size(), "a value lies in its record");
      const bool container = value.kind == ValueKind::kJsonObject || value.kind == ValueKind::kJsonArray;
      out += field.path + '=';
      if (!container) append_text(value, &out);  // a container's text keeps the blanks that write_json leaves out
      out += '\n';
      std::string low;
      append_folded_text(value, &low);
      static_cast<void>(number_of(value));
    }
    static_cast<void>(resolve_field(*event.layout, "a.b.c"));
    static_cast<void>(event.find("EventID"));
    std::string xml;
    event.details->write_xml(event, &xml);
    event.details->write_json(event, &json.emplace_back());
    fuzz::demand(json.back().find('\n') == std::string::npos, "one event is one line");
  }
  void on_anomaly(Anomaly anomaly) override {
    fuzz::demand(anomaly.where.offset + anomaly.where.length <= source.size(), "an anomaly lies in its source");
  }
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return true; }
};

void read_all(Bytes bytes, bool random_access, Sink* sink) {
  sink->source = bytes;
  fuzz::read_pieces(*make_json_reader(), bytes, random_access, *sink);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const Bytes bytes(data + 1, size - 1);
  static_cast<void>(sniff_json(bytes, "x.json"));
  Sink first;
  read_all(bytes, data[0] % 8 != 7, &first);
  std::string written;
  for (const std::string& line : first.json) written += line + '\n';
  Sink second;
  read_all(as_bytes(written), true, &second);
  fuzz::demand(second.fields == first.fields, "what was written is read again");
  return 0;
}
