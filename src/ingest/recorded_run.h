// What reading some bytes as EVTX gave, as text, for tests and fuzzing. Pieces are exactly as long as their bytes, so
// that a sanitizer sees every read beyond them.
#pragma once

#include <string>
#include <vector>

#include "ingest/evtx_chunk.h"
#include "ingest/evtx_reader.h"
#include "ingest/memory_source.h"
#include "ingest/reader.h"

namespace sil::ingest {

struct RecordedEvent {
  std::string fields;  // kind, time, record id, then one "path=text" a line
  std::string json, plain_json, xml;
  Span where;
  std::vector<Span> deps;
  std::vector<std::pair<std::string, std::string>> named;  // path, text
  [[nodiscard]] std::string text(std::string_view path) const {
    for (const auto& [name, value] : named) {
      if (name == path) return value;
    }
    return "<absent>";
  }
};

struct RecordedRun : EventSink {
  std::vector<RecordedEvent> events;
  std::vector<Anomaly> anomalies;
  std::vector<StructureFact> facts;
  bool render = true;
  uint64_t compiled = 0, walked = 0;

  void on_event(const Event& event) override {
    RecordedEvent& out = events.emplace_back();
    out.where = event.where;
    out.fields = event.kind->channel + '|' + event.kind->provider + '|' + std::to_string(event.kind->event_id) + '|' +
                 rfc3339(event.time) + '|' + std::to_string(event.record_id);
    for (const LayoutField& field : event.layout->fields) {
      Value value = event.value(field);
      if (!value.present()) continue;
      std::string text;
      append_text(value, &text);
      if (value.kind == ValueKind::kNull) text = "<null>";
      out.fields += '\n' + field.path + '[' + field.name + "]=" + text;
      out.named.emplace_back(field.path, std::move(text));
    }
    if (!render) return;
    const auto& details = static_cast<const EvtxDetails&>(*event.details);
    details.write_json(event, &out.json);
    details.write_json_plain(event, &out.plain_json);
    details.write_xml(event, &out.xml);
    std::vector<Span> spans;
    details.cite(event, &spans, &out.deps);
    for (Span span : out.deps) static_cast<void>(details.bytes(span));
  }
  void on_anomaly(Anomaly anomaly) override { anomalies.push_back(std::move(anomaly)); }
  void on_fact(const StructureFact& fact) override { facts.push_back(fact); }
  [[nodiscard]] bool wants_facts() const override { return true; }
  [[nodiscard]] size_t count(AnomalyKind kind) const {
    return static_cast<size_t>(
        std::count_if(anomalies.begin(), anomalies.end(), [&](const Anomaly& a) { return a.kind == kind; }));
  }
};

struct RunOptions {
  bool walker = false;  // the general walker alone
  bool stream = false;  // as if out of a container
  bool render = true;
};
inline void run_evtx(Bytes bytes, RunOptions options, RecordedRun* out) {
  auto reader = make_evtx_reader();
  auto scratch = options.walker ? make_evtx_walker_scratch() : reader->make_scratch();
  MemorySource source(bytes, !options.stream);
  out->render = options.render;
  Piece piece;
  while (auto more = reader->split(source, &piece)) {
    if (!*more) break;
    if (!piece.filled) {
      piece.buffer = std::vector<uint8_t>(piece.length);
      static_cast<void>(source.read_at(piece.offset, piece.buffer.data(), piece.length));
    }
    reader->read(piece, 0, *scratch, *out);
  }
  reader->finish(0, *out);
  out->compiled = static_cast<EvtxScratch&>(*scratch).compiled_records;
  out->walked = static_cast<EvtxScratch&>(*scratch).walked_records;
}

}  // namespace sil::ingest
