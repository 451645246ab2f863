#include "ingest/event_xml_reader.h"

#include <algorithm>
#include <cstring>

#include "bytes/text.h"
#include "ingest/event_xml.h"
#include "ingest/fields_json.h"
#include "ingest/json_layout.h"
#include "ingest/read_ahead.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

constexpr size_t kPieceSize = size_t{1} << 20;
constexpr size_t kMaxRecord = size_t{16} << 20;

enum class Units : uint8_t { kUtf8, kUtf16, kUtf16Big };

Units units_of(Bytes head) {
  if (head.size() < 2) return Units::kUtf8;
  if ((head[0] == 0xFF && head[1] == 0xFE) || (head[0] == '<' && head[1] == 0)) return Units::kUtf16;
  if ((head[0] == 0xFE && head[1] == 0xFF) || (head[0] == 0 && head[1] == '<')) return Units::kUtf16Big;
  return Units::kUtf8;
}

std::string needle(std::string_view text, Units units) {
  if (units == Units::kUtf8) return std::string(text);
  std::string out;
  for (char c : text) {
    if (units == Units::kUtf16Big) out.push_back('\0');
    out.push_back(c);
    if (units == Units::kUtf16) out.push_back('\0');
  }
  return out;
}

std::string utf8_from(Bytes bytes, Units units) {
  std::string out;
  if (units == Units::kUtf16) {
    append_utf8_from_utf16le(bytes, &out);
  } else {
    std::vector<uint8_t> turned(bytes.begin(), bytes.end());
    for (size_t i = 0; i + 1 < turned.size(); i += 2) std::swap(turned[i], turned[i + 1]);
    append_utf8_from_utf16le(turned, &out);
  }
  return out;
}

// Where events begin and end in bytes of either width.
class Marks {
 public:
  explicit Marks(Units units)
      : units_(units),
        width_(units == Units::kUtf8 ? 1 : 2),
        open_(needle("<Event", units)),
        close_(needle("</Event>", units)) {}

  // The next "<Event" that is an element of this name; npos = none.
  [[nodiscard]] size_t start(std::string_view text, size_t from) const {
    for (size_t at = find(text, open_, from); at != std::string_view::npos; at = find(text, open_, at + width_)) {
      const size_t next = at + open_.size();
      if (next + width_ > text.size()) return at;  // what follows is not here yet
      const char c = text[units_ == Units::kUtf16Big ? next + 1 : next];
      if (c == '>' || c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '/') return at;
    }
    return std::string_view::npos;
  }
  [[nodiscard]] size_t end(std::string_view text, size_t from) const {  // behind "</Event>"
    const size_t at = find(text, close_, from);
    return at == std::string_view::npos ? at : at + close_.size();
  }
  [[nodiscard]] size_t last_end(std::string_view text) const {
    size_t at = text.rfind(close_);
    while (at != std::string_view::npos && at % width_ != 0)
      at = at == 0 ? std::string_view::npos : text.rfind(close_, at - 1);
    return at == std::string_view::npos ? 0 : at + close_.size();
  }

 private:
  [[nodiscard]] size_t find(std::string_view text, const std::string& what, size_t from) const {
    size_t at = text.find(what, from);
    while (at != std::string_view::npos && at % width_ != 0) at = text.find(what, at + 1);
    return at;
  }
  Units units_;
  size_t width_;
  std::string open_, close_;
};

struct XmlState {
  Units units = Units::kUtf8;
  bool last = false;
  bool oversized = false;
};

struct XmlScratch final : ReadScratch {
  XmlScratch() : layouts({taxonomy::find_schema("evtx_dump"), false, 0}) {}
  EventXml parser;
  JsonLayouts layouts;
  std::vector<Value> values;
  std::string text;  // of a UTF-16 record
};

class XmlDetails final : public EventDetails {
 public:
  XmlDetails(const Piece& piece, Units units, const XmlScratch& scratch)
      : piece_(piece), units_(units), scratch_(scratch) {}
  void cite(const Event& event, std::vector<Span>* spans, std::vector<Span>*) const override {
    spans->push_back(event.where);
  }
  [[nodiscard]] Bytes bytes(Span span) const override {
    if (span.offset < piece_.offset || span.offset - piece_.offset > piece_.length) return {};
    const auto start = static_cast<size_t>(span.offset - piece_.offset);
    return {piece_.buffer.data() + start, std::min<size_t>(span.length, piece_.length - start)};
  }
  // In the shape of evtx_dump.
  void write_json(const Event&, std::string* out) const override { append_fields_json(scratch_.parser.fields(), out); }
  // As written, in one line: a line break inside a value becomes a reference, between elements it goes.
  void write_xml(const Event& event, std::string* out) const override {
    const std::string own = units_ == Units::kUtf8 ? std::string() : utf8_from(bytes(event.where), units_);
    const std::string_view text = units_ == Units::kUtf8 ? as_text(bytes(event.where)) : std::string_view(own);
    for (size_t at = 0; at < text.size();) {
      if (text[at] != '\n' && text[at] != '\r') {
        out->push_back(text[at++]);
        continue;
      }
      size_t next = at;
      while (next < text.size() &&
             (text[next] == '\n' || text[next] == '\r' || text[next] == ' ' || text[next] == '\t'))
        ++next;
      const bool between = !out->empty() && out->back() == '>' && next < text.size() && text[next] == '<';
      if (!between) *out += text[at] == '\n' ? "&#10;" : "&#13;";
      at = between ? next : at + 1;
    }
  }

 private:
  const Piece& piece_;
  Units units_;
  const XmlScratch& scratch_;
};

class PieceReader {
 public:
  PieceReader(const Piece& piece, const XmlState& state, uint32_t source, XmlScratch& scratch, EventSink& sink)
      : piece_(piece),
        state_(state),
        source_(source),
        scratch_(scratch),
        sink_(sink),
        details_(piece, state.units, scratch) {}

  void run() {
    const Bytes all(piece_.buffer.data(), piece_.length);
    const std::string_view text = as_text(all);
    const Marks marks(state_.units);
    size_t at = marks.start(text, 0);
    while (at != std::string_view::npos) {
      const size_t end = marks.end(text, at);
      const size_t next = marks.start(text, at + 1);
      if (end == std::string_view::npos || next < end) {  // it was torn, or another begins inside it
        const size_t stop = std::min(next, text.size());
        unreadable(all.subspan(at, stop - at), "</Event>", "the end of the bytes or another <Event");
        at = next;
        continue;
      }
      one(all.subspan(at, end - at));
      at = marks.start(text, end);
    }
  }

 private:
  [[nodiscard]] Span span_of(Bytes record) const {
    return {piece_.offset + static_cast<uint64_t>(record.data() - piece_.buffer.data()),
            static_cast<uint32_t>(record.size())};
  }
  void unreadable(Bytes record, std::string expected, std::string found) {
    sink_.on_anomaly({AnomalyKind::kUnreadable, Level::kLow, span_of(record), "an event in XML that cannot be read",
                      std::move(expected), std::move(found)});
  }
  void one(Bytes record) {
    std::string_view text = as_text(record);
    if (state_.units != Units::kUtf8) {
      scratch_.text = utf8_from(record, state_.units);
      const size_t size = scratch_.text.size();
      scratch_.text.append(kSlack, '\0');
      text = std::string_view(scratch_.text).substr(0, size);
    }
    const JsonFault fault = scratch_.parser.take_apart(text);
    if (fault.expected) {
      unreadable(record, std::string(fault.expected) + " at byte " + std::to_string(fault.offset),
                 std::string(text.substr(fault.offset, 24)));
      return;
    }
    if (scratch_.parser.cut()) {
      sink_.on_anomaly({AnomalyKind::kLimit, Level::kLow, span_of(record), "a record of more than 2048 fields",
                        "at most 2048 fields", ""});
    }
    const auto& fields = scratch_.parser.fields();
    JsonShape& shape = scratch_.layouts.shape(fields);
    scratch_.values.clear();
    for (const JsonField& field : fields) scratch_.values.push_back(field.value);
    Event event;
    event.source = source_;
    event.where = span_of(record);
    event.time = scratch_.layouts.time(shape, scratch_.values);
    event.record_id = scratch_.layouts.record_id(shape, scratch_.values);
    event.kind = scratch_.layouts.kind(shape, scratch_.values);
    event.layout = shape.layout.get();
    event.values = scratch_.values;
    if (event.kind->product != "windows") event.raw = as_bytes(text);
    event.details = &details_;
    sink_.on_event(event);
  }

  const Piece& piece_;
  const XmlState& state_;
  uint32_t source_;
  XmlScratch& scratch_;
  EventSink& sink_;
  XmlDetails details_;
};

class EventXmlReader final : public Reader {
 public:
  Result<bool> split(ByteSource& bytes, Piece* piece) override {
    if (!started_) SIL_TRY(ahead_.more(bytes, kPieceSize - ahead_.used()));
    if (!started_) state_.units = units_of(ahead_.held());
    started_ = true;
    while (!ahead_.ended() && ahead_.used() < kPieceSize) SIL_TRY(ahead_.more(bytes, kPieceSize - ahead_.used()));
    if (ahead_.used() == 0) return false;
    const Marks marks(state_.units);
    size_t end = ahead_.ended() ? ahead_.used() : marks.last_end(as_text(ahead_.held()));
    while (end == 0 && !ahead_.ended() && ahead_.used() < kMaxRecord) {
      SIL_TRY(ahead_.more(bytes, std::min(ahead_.used(), kMaxRecord - ahead_.used())));
      end = ahead_.ended() ? ahead_.used() : marks.last_end(as_text(ahead_.held()));
    }
    state_.oversized = end == 0;
    piece->state = std::make_shared<XmlState>(state_);
    ahead_.hand_out(end == 0 ? ahead_.used() & ~size_t{1} : end, piece);
    return true;
  }
  std::unique_ptr<ReadScratch> make_scratch() const override { return std::make_unique<XmlScratch>(); }
  void read(const Piece& piece, uint32_t source, ReadScratch& scratch, EventSink& sink) const override {
    const auto& state = *static_cast<const XmlState*>(piece.state.get());
    if (state.oversized) {
      sink.on_anomaly({AnomalyKind::kLimit,
                       Level::kMedium,
                       {piece.offset, static_cast<uint32_t>(piece.length)},
                       "more than 16 MiB without the end of an event were passed over",
                       "at most 16 MiB",
                       "more"});
      return;
    }
    PieceReader(piece, state, source, static_cast<XmlScratch&>(scratch), sink).run();
  }
  void finish(uint32_t, EventSink&) override {}

 private:
  ReadAhead ahead_{kPieceSize};
  bool started_ = false;
  XmlState state_;
};

}  // namespace

Sniff sniff_event_xml(Bytes head, std::string_view) {
  const Units units = units_of(head);
  const std::string_view text = as_text(head);
  const Marks marks(units);
  const size_t first = marks.start(text, 0);
  if (first == std::string_view::npos || text.find(needle("<System", units)) == std::string_view::npos) return {};
  size_t begin = 0;
  while (begin < text.size() &&
         (static_cast<uint8_t>(text[begin]) >= 0xEF || static_cast<uint8_t>(text[begin]) == 0xBB ||
          text[begin] == '\0' || text[begin] == ' ' || text[begin] == '\n' || text[begin] == '\r'))
    ++begin;
  if (begin < text.size() && text[begin] == '<') return {90, "content"};
  // Sysmon for Linux: every whole line of a syslog file carries an event.
  if (text.find("Linux-Sysmon") == std::string_view::npos) return {};
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    if (end > at + 1 && marks.start(text.substr(0, end), at) == std::string_view::npos) return {};
    at = end + 1;
  }
  return {95, "content"};  // before syslog, whose lines these are
}

std::unique_ptr<Reader> make_event_xml_reader() {
  return std::make_unique<EventXmlReader>();
}

}  // namespace sil::ingest
