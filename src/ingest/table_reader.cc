#include "ingest/table_reader.h"

#include <algorithm>
#include <cstring>

#include "ingest/fields_json.h"
#include "ingest/json_details.h"
#include "ingest/json_layout.h"
#include "ingest/json_scan.h"
#include "ingest/read_ahead.h"
#include "ingest/table_row.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

constexpr size_t kPieceSize = size_t{1} << 20;
constexpr size_t kMaxRow = size_t{16} << 20;
constexpr size_t kSampleRows = 64;

// Export-Csv of Windows PowerShell writes "#TYPE System..." before the header.
size_t header_start(std::string_view text) {
  size_t at = skip_bom(as_bytes(text));
  if (text.substr(at).starts_with("#TYPE")) {
    const size_t end = text.find('\n', at);
    at = end == std::string_view::npos ? text.size() : end + 1;
  }
  return at;
}

std::string_view without_break(std::string_view row) {
  while (!row.empty() && (row.back() == '\n' || row.back() == '\r')) row.remove_suffix(1);
  return row;
}

// A header that names a column with JSON, or the fields of a known schema.
const taxonomy::Schema* schema_of(const TableHeader& header) {
  if (header.json_column >= 0) return taxonomy::find_schema("m365");
  std::vector<taxonomy::PathValue> sample;
  for (const std::string& key : header.keys) sample.emplace_back(key, "");
  return taxonomy::detect_schema(sample);
}

struct TableState {
  TableHeader header;
  JsonProfile profile;
  size_t skip = 0;  // bytes of this piece before its first row
  bool oversized = false;
};

struct TableScratch final : ReadScratch {
  TableRow row;
  std::vector<Value> values;
  std::unique_ptr<JsonLayouts> layouts;
};

class TableDetails final : public EventDetails {
 public:
  TableDetails(const Piece& piece, const TableRow& row) : plain_(piece), row_(row) {}
  void cite(const Event& event, std::vector<Span>* spans, std::vector<Span>*) const override {
    spans->push_back(event.where);
  }
  [[nodiscard]] Bytes bytes(Span span) const override { return plain_.bytes(span); }
  void write_json(const Event&, std::string* out) const override { append_fields_json(row_.fields(), out); }
  void write_xml(const Event& event, std::string* out) const override { plain_.write_xml(event, out); }

 private:
  JsonDetails plain_;
  const TableRow& row_;
};

class TableReader final : public Reader {
 public:
  Result<bool> split(ByteSource& bytes, Piece* piece) override {
    while (!ahead_.ended() && ahead_.used() < kPieceSize) SIL_TRY(ahead_.more(bytes, kPieceSize - ahead_.used()));
    if (ahead_.used() == 0) return false;
    size_t skip = 0;
    if (!started_) skip = learn();
    started_ = true;
    size_t end = ahead_.ended() ? ahead_.used() : whole_rows();
    while (end == 0 && !ahead_.ended() && ahead_.used() < kMaxRow) {
      SIL_TRY(ahead_.more(bytes, std::min(ahead_.used(), kMaxRow - ahead_.used())));
      end = ahead_.ended() ? ahead_.used() : whole_rows();
    }
    state_.oversized = end == 0;
    state_.skip = skip;
    piece->state = std::make_shared<TableState>(state_);
    ahead_.hand_out(end == 0 ? ahead_.used() : end, piece);
    return true;
  }
  std::unique_ptr<ReadScratch> make_scratch() const override { return std::make_unique<TableScratch>(); }
  void read(const Piece& piece, uint32_t source, ReadScratch& scratch, EventSink& sink) const override;
  void finish(uint32_t, EventSink&) override {}

 private:
  [[nodiscard]] std::string_view held() const { return as_text(ahead_.held()); }
  [[nodiscard]] size_t whole_rows() const { return rows_end(held()); }

  size_t learn() {
    std::string_view text = held();
    size_t at = header_start(text);
    size_t length = row_length(text.substr(at));
    if (length == 0) length = text.size() - at;
    state_.header = table_header(without_break(text.substr(at, length)));
    const size_t first = at + length;
    JsonProfiler profiler;
    TableRow row;
    std::string copy;
    at = first;
    for (size_t i = 0; i < kSampleRows && at < text.size(); ++i) {
      length = row_length(text.substr(at));
      if (length == 0) break;
      copy.assign(without_break(text.substr(at, length)));
      copy.reserve(copy.size() + kSlack);
      row.take_apart(state_.header, copy);
      profiler.add(row.fields());
      at += length;
    }
    state_.profile = profiler.profile();
    if (!state_.profile.schema) state_.profile.schema = schema_of(state_.header);
    return first;
  }

  ReadAhead ahead_{kPieceSize};
  bool started_ = false;
  TableState state_;
};

void TableReader::read(const Piece& piece, uint32_t source, ReadScratch& scratch, EventSink& sink) const {
  auto& own = static_cast<TableScratch&>(scratch);
  const auto& state = *static_cast<const TableState*>(piece.state.get());
  const Span whole{piece.offset, static_cast<uint32_t>(piece.length)};
  if (state.oversized) {
    sink.on_anomaly({AnomalyKind::kLimit, Level::kMedium, whole, "a row longer than 16 MiB was passed over",
                     "at most 16 MiB", "more"});
    return;
  }
  own.layouts = std::make_unique<JsonLayouts>(state.profile);
  const TableDetails details(piece, own.row);
  const std::string_view text = as_text({piece.buffer.data(), piece.length});
  for (size_t at = std::min(state.skip, text.size()); at < text.size();) {
    size_t length = row_length(text.substr(at));
    const bool torn = length == 0;
    if (torn) length = text.size() - at;
    const std::string_view row = without_break(text.substr(at, length));
    const Span where{piece.offset + at, static_cast<uint32_t>(row.size())};
    at += length;
    if (row.empty()) continue;
    const std::string_view wrong = own.row.take_apart(state.header, row);
    if (!wrong.empty() || (torn && std::count(row.begin(), row.end(), '"') % 2 != 0)) {
      sink.on_anomaly({torn ? AnomalyKind::kTruncated : AnomalyKind::kValueDamage, Level::kLow, where,
                       wrong.empty() ? "the table ends inside a quoted cell" : std::string(wrong),
                       std::to_string(state.header.keys.size()) + " cells", ""});
    }
    const auto& fields = own.row.fields();
    if (fields.empty()) continue;
    JsonShape& shape = own.layouts->shape(fields);
    own.values.clear();
    for (const JsonField& field : fields) own.values.push_back(field.value);
    own.values.insert(own.values.end(), shape.key_values.begin(), shape.key_values.end());
    Event event;
    event.source = source;
    event.where = where;
    event.time = own.layouts->time(shape, own.values);
    event.record_id = own.layouts->record_id(shape, own.values);
    event.kind = own.layouts->kind(shape, own.values);
    event.layout = shape.layout.get();
    event.values = own.values;
    if (event.kind->product != "windows") event.raw = as_bytes(row);
    event.details = &details;
    sink.on_event(event);
  }
}

}  // namespace

Sniff sniff_table(Bytes head, std::string_view) {
  const std::string_view text = as_text(head);
  const size_t at = header_start(text);
  const size_t end = std::min(text.find('\n', at), text.size());
  const std::string_view line = text.substr(at, end - at);
  if (line.empty() || line.front() == '{' || line.front() == '[' || line.front() == '<' || line.find('\0') != line.npos)
    return {};
  if (std::count(line.begin(), line.end(), ',') < 2) return {};
  const TableHeader header = table_header(without_break(line));
  if (header.json_column >= 0) return {90, "content"};
  return schema_of(header) ? Sniff{60, "content"} : Sniff{};
}

std::unique_ptr<Reader> make_table_reader() {
  return std::make_unique<TableReader>();
}

}  // namespace sil::ingest
