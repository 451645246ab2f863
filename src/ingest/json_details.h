// What the JSON reader can say about one of its events: the line is both the record and its own JSON.
// Lifetime: as long as the piece. Thread rule: read-only.
#pragma once

#include <string>
#include <vector>

#include "ingest/reader.h"

namespace sil::ingest {

class JsonDetails final : public EventDetails {
 public:
  explicit JsonDetails(const Piece& piece) : piece_(piece) {}
  void cite(const Event& event, std::vector<Span>* spans, std::vector<Span>* deps) const override;
  [[nodiscard]] Bytes bytes(Span span) const override;
  void write_json(const Event& event, std::string* out) const override;
  void write_xml(const Event& event, std::string* out) const override;

 private:
  const Piece& piece_;
};

}  // namespace sil::ingest
