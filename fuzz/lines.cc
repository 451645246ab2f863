// Every format of ingest/registry.cc but EVTX: the first byte picks it. Pieces cover the source, every event cites
// bytes of its own, values and outputs can be made. JSON comes last, and has a target besides that knows more of it;
// EVTX, whose pieces are cut otherwise, has three.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "fuzz/demand.h"
#include "fuzz/pieces.h"
#include "ingest/reader.h"
#include "ingest/recorded_run.h"
#include "model/field_names.h"

namespace {

using namespace sil;
using namespace sil::ingest;

struct Sink final : EventSink {
  Bytes source;
  std::string said;

  void on_event(const Event& event) override {
    std::vector<Span> spans, deps;
    event.details->cite(event, &spans, &deps);
    fuzz::demand(!spans.empty(), "an event cites bytes");
    spans.insert(spans.end(), deps.begin(), deps.end());
    for (const Span& span : spans) {
      fuzz::demand(span.offset + span.length <= source.size(), "a citation lies in its source");
      const Bytes there = source.subspan(span.offset, span.length);
      const Bytes cited = event.details->bytes(span);
      fuzz::demand(std::equal(cited.begin(), cited.end(), there.begin(), there.end()), "cited bytes are the source's");
    }
    for (const LayoutField& field : event.layout->fields) {
      const Value value = event.value(field);
      std::string text;
      append_text(value, &text);
      append_folded_text(value, &text);
      static_cast<void>(number_of(value));
    }
    static_cast<void>(resolve_field(*event.layout, "a.b.c"));
    std::string xml;
    event.details->write_xml(event, &xml);
    const size_t start = said.size();
    event.details->write_json(event, &said);
    fuzz::demand(said.find('\n', start) == std::string::npos, "one event is one line");
    said += '\n';
  }
  void on_anomaly(Anomaly anomaly) override {
    fuzz::demand(anomaly.where.offset + anomaly.where.length <= source.size(), "an anomaly lies in its source");
    said += anomaly.summary + '\n';
  }
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return true; }
};

std::string read_all(const Format& format, Bytes bytes, bool random_access) {
  Sink sink;
  sink.source = bytes;
  fuzz::read_pieces(*format.make(), bytes, random_access, sink);
  return sink.said;
}

// In the registry's order, JSON behind the others.
std::vector<const Format*> all_formats() {
  std::vector<const Format*> out;
  for (const Format& format : formats()) {
    if (format.name != std::string_view("evtx")) out.push_back(&format);
  }
  std::stable_partition(out.begin(), out.end(),
                        [](const Format* format) { return format->name != std::string_view("json"); });
  return out;
}

// SIL_FUZZ_FORMAT keeps a run to one format (tools/fuzz lines.FORMAT); "list" says which there are.
const Format* only_format() {
  const char* wanted = std::getenv("SIL_FUZZ_FORMAT");
  if (wanted == nullptr) return nullptr;
  if (std::string_view(wanted) == "list") {
    for (const Format* format : all_formats()) std::puts(format->name);
    std::fflush(stdout);
    std::_Exit(0);  // past the fuzzer, which calls a plain exit a find
  }
  const Format* format = find_format(wanted);
  fuzz::demand(format != nullptr, "SIL_FUZZ_FORMAT names a format");
  return format;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<const Format*> kFormats = all_formats();
  static const Format* const kOnly = only_format();
  if (size < 1) return 0;
  const Format& format = *kFormats[data[0] % kFormats.size()];
  if (kOnly != nullptr && kOnly != &format) return -1;  // not kept, so that the corpus is the format's own
  const Bytes bytes(data + 1, size - 1);
  for (const Format* other : kFormats) static_cast<void>(other->sniff(bytes, "x.log"));
  static_cast<void>(read_all(format, bytes, true));
  static_cast<void>(read_all(format, bytes, false));
  return 0;
}
