// From a LineRecord to an Event: layout and kind by the schema's table, citations, dump.
//
// Lifetime: a LineEmitter lives for one piece. Thread rule: one LineScratch a worker.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ingest/json_details.h"
#include "ingest/json_layout.h"
#include "ingest/line_reader.h"

namespace sil::ingest {

struct LineScratch : ReadScratch {
  std::unique_ptr<LineParser> parser;
  LineRecord record;
  std::vector<Value> values;
  std::string joined;                          // what keyword rules search, where a record is several lines
  std::vector<Span> spans;                     // of the record at hand, when it is more than one
  std::vector<std::pair<Span, Bytes>> needed;  // what else its values were read from: places, and the bytes there
  // By schema; null is a plain line of text.
  std::map<const taxonomy::Schema*, std::unique_ptr<JsonLayouts>> layouts;
};

class LineDetails final : public EventDetails {
 public:
  LineDetails(const Piece& piece, const LineScratch& scratch) : records_(piece), scratch_(scratch) {}
  void cite(const Event& event, std::vector<Span>* spans, std::vector<Span>* deps) const override;
  [[nodiscard]] Bytes bytes(Span span) const override;
  // {"@time":{value,precision,zone},"field":"text",..}; a name that repeats has an array.
  void write_json(const Event& event, std::string* out) const override;
  void write_xml(const Event& event, std::string* out) const override { records_.write_xml(event, out); }

 private:
  JsonDetails records_;
  const LineScratch& scratch_;
};

class LineEmitter {
 public:
  LineEmitter(const Piece& piece, uint32_t source, LineScratch& scratch, EventSink& sink)
      : piece_(piece), source_(source), scratch_(scratch), sink_(sink), details_(piece, scratch) {}
  // scratch.record as an event; `lines` are its bytes. More than one line: scratch.spans cites them all.
  void emit(Bytes lines, Bytes raw);
  void anomaly(AnomalyKind kind, Level level, Bytes where, const char* summary, std::string expected,
               std::string found);
  [[nodiscard]] Span span_of(Bytes bytes) const;

 private:
  const Piece& piece_;
  uint32_t source_;
  LineScratch& scratch_;
  EventSink& sink_;
  LineDetails details_;
  const taxonomy::Schema* schema_ = nullptr;  // of layouts_
  JsonLayouts* layouts_ = nullptr;
};

// A stretch of damage as text for `Anomaly::found`: printable ASCII, 24 bytes.
std::string glimpse(Bytes bytes);
const char* precision_name(Precision precision);
const char* zone_name(ZoneSource zone);

}  // namespace sil::ingest
