#include "ingest/json_reader.h"

#include <algorithm>
#include <cstring>

#include "bytes/json_writer.h"
#include "bytes/text.h"
#include "ingest/json_details.h"
#include "ingest/json_layout.h"
#include "ingest/json_record.h"
#include "ingest/json_scan.h"
#include "ingest/read_ahead.h"
#include "model/json_token.h"

namespace sil::ingest {
namespace {

constexpr size_t kPieceSize = size_t{1} << 20;
// A log in local times says its zone only where Sysmon writes both; exports sorted by channel begin with
// others.
constexpr size_t kZoneSearch = size_t{8} << 20;

// What read() needs besides the bytes.
struct JsonState {
  enum class Part : uint8_t { kRecords, kOversized, kOversizedRest };
  JsonMode mode = JsonMode::kLines;
  Part part = Part::kRecords;
  bool first = false, last = false;
  JsonProfile profile;
};

struct JsonScratch final : ReadScratch {
  JsonIndex index, record_index;
  std::vector<JsonField> fields;
  std::vector<Value> values;
  std::string line;  // of a record with escapes, as text
  std::unique_ptr<JsonLayouts> layouts;
};

bool is_blank(uint8_t byte) {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

// A record without the blanks around it and the comma that an array by lines leaves behind it.
Bytes trimmed(Bytes record) {
  while (!record.empty() && is_blank(record.front())) record = record.subspan(1);
  while (!record.empty() && is_blank(record.back())) record = record.first(record.size() - 1);
  if (record.size() > 1 && record.back() == ',' && record.front() == '{') record = record.first(record.size() - 1);
  while (!record.empty() && is_blank(record.back())) record = record.first(record.size() - 1);
  return record;
}

bool is_frame(Bytes record) {
  return record.size() == 1 && (record[0] == '[' || record[0] == ']');
}

// Calls visit(record, damage) for each record of a piece.
template <class Visit>
void for_each_value(Bytes bytes, Visit&& visit) {
  size_t position = 0;
  while (position < bytes.size()) {
    bool skipped = false;
    const size_t start = next_value(bytes, position, true, &skipped);
    if (skipped) visit(bytes.subspan(position, start - position), true);
    if (start >= bytes.size()) return;
    ValueScanner scanner;
    size_t end = start;
    const auto status = scanner.feed(bytes, &end);
    if (end == start) ++end;
    visit(bytes.subspan(start, end - start), status != ValueScanner::Status::kDone);
    position = end;
  }
}

// A line may be a frame of its own (one CloudTrail file a line): what it holds is read as anywhere else.
template <class Visit>
void for_each_line(Bytes bytes, Visit&& visit) {
  size_t position = 0;
  while (position < bytes.size()) {
    const void* found = std::memchr(&bytes[position], '\n', bytes.size() - position);
    const size_t end =
        found == nullptr ? bytes.size() : static_cast<size_t>(static_cast<const uint8_t*>(found) - bytes.data());
    const Bytes record = trimmed(bytes.subspan(position, end - position));
    if (frame_length(record, 0) != 0)
      for_each_value(record, visit);
    else if (!record.empty() && !is_frame(record))
      visit(record, false);
    position = end + 1;
  }
}

bool wants_zone(const JsonProfile& profile) {
  if (profile.schema == nullptr || profile.zone_known) return false;
  const auto& times = profile.schema->times;
  return std::any_of(times.begin(), times.end(),
                     [](const auto& time) { return time.form == taxonomy::TimeForm::kLocalText; });
}

class PieceReader {
 public:
  PieceReader(const Piece& piece, const JsonState& state, uint32_t source, JsonScratch& scratch, EventSink& sink)
      : piece_(piece), state_(state), source_(source), scratch_(scratch), sink_(sink), details_(piece) {}

  void run() {
    Bytes bytes(piece_.buffer.data(), piece_.length);
    if (state_.first) bytes = bytes.subspan(skip_bom(bytes));
    if (state_.mode == JsonMode::kValues) {
      for_each_value(bytes, [&](Bytes record, bool damaged) { one(record, damaged); });
      return;
    }
    // One index for the whole piece; a line that breaks it sends the piece to the slower way, line by line.
    const bool whole = !bytes.empty() && scratch_.index.build(bytes) == nullptr;
    next_ = whole ? scratch_.index.begin() : nullptr;
    base_ = bytes.data();
    for_each_line(bytes, [&](Bytes record, bool damaged) { one(record, damaged); });
  }

 private:
  void one(Bytes record, bool damaged) {
    if (damaged) {
      unreadable(record, "a whole JSON object", 0);
      return;
    }
    bool too_deep = false;
    JsonFault fault;
    if (next_ != nullptr) {
      const auto start = static_cast<uint32_t>(record.data() - base_);
      const auto end = static_cast<uint32_t>(start + record.size());
      const uint32_t* last_index = scratch_.index.end();
      while (next_ < last_index && *next_ < start) ++next_;
      if (JsonShape* shape = scratch_.layouts->follow(base_, end, &next_, last_index, &scratch_.values))
        return emit(record, *shape);
      const uint32_t* first = next_;
      while (next_ < last_index && *next_ < end) ++next_;
      fault = take_apart(base_, record, first, next_, &scratch_.fields, &too_deep);
    } else {
      if (const char* expected = scratch_.record_index.build(record)) {
        unreadable(record, expected, 0);
        return;
      }
      fault = take_apart(record.data(), record, scratch_.record_index.begin(), scratch_.record_index.end(),
                         &scratch_.fields, &too_deep);
    }
    if (fault.expected != nullptr) {
      unreadable(record, fault.expected, fault.offset);
      return;
    }
    if (too_deep) anomaly(AnomalyKind::kLimit, Level::kLow, record, "JSON nested deeper than 64 stays as text", "", "");
    if (scratch_.fields.size() >= kMaxJsonFields) {
      anomaly(AnomalyKind::kLimit, Level::kLow, record, "a record of more than 2048 fields", "at most 2048 fields", "");
    }
    scratch_.values.clear();
    for (const JsonField& field : scratch_.fields) scratch_.values.push_back(field.value);
    emit(record, scratch_.layouts->learn(scratch_.fields));
  }

  // The fields' values are in scratch_.values.
  void emit(Bytes record, JsonShape& shape) {
    JsonLayouts& layouts = *scratch_.layouts;
    scratch_.values.insert(scratch_.values.end(), shape.key_values.begin(), shape.key_values.end());
    Event event;
    event.source = source_;
    event.where = span_of(record);
    event.time = layouts.time(shape, scratch_.values);
    event.record_id = layouts.record_id(shape, scratch_.values);
    event.kind = layouts.kind(shape, scratch_.values);
    event.layout = shape.layout.get();
    event.values = scratch_.values;
    event.raw = line_of(record, *event.kind);
    event.json = record;
    event.details = &details_;
    if (shape.duplicates) {
      anomaly(AnomalyKind::kDuplicateKey, Level::kLow, record, "an object names a key twice; every value counts",
              "each key once", "");
    }
    sink_.on_event(event);
  }

  // What keyword rules search (docs/formats/json.md): the line as text, so without JSON's escapes. A Windows event has
  // no line of its own: its values are searched, as those of EVTX are.
  Bytes line_of(Bytes record, const LogKind& kind) {
    if (kind.product == "windows") return {};
    if (std::find(record.begin(), record.end(), uint8_t{'\\'}) == record.end()) return record;
    scratch_.line.clear();
    append_unescaped_json(as_text(record), &scratch_.line);
    const size_t size = scratch_.line.size();
    scratch_.line.append(kSlack, '\0');
    return as_bytes(scratch_.line).first(size);
  }

  [[nodiscard]] Span span_of(Bytes record) const {
    return {piece_.offset + static_cast<uint64_t>(record.data() - piece_.buffer.data()),
            static_cast<uint32_t>(record.size())};
  }

  void anomaly(AnomalyKind kind, Level level, Bytes record, const char* summary, std::string expected,
               std::string found) {
    sink_.on_anomaly({kind, level, span_of(record), summary, std::move(expected), std::move(found)});
  }

  void unreadable(Bytes record, const char* expected, size_t offset) {
    const Bytes near = record.subspan(std::min(offset, record.size()));
    std::string found = near.empty() ? "the end" : std::string();
    for (uint8_t byte : near.first(std::min<size_t>(near.size(), 24))) {
      if (byte >= 0x20 && byte < 0x7F)
        found.push_back(static_cast<char>(byte));
      else
        found.push_back('.');
    }
    anomaly(AnomalyKind::kUnreadable, Level::kLow, record, "a JSON record that cannot be read",
            std::string(expected) + " at byte " + std::to_string(offset), std::move(found));
  }

  const Piece& piece_;
  const JsonState& state_;
  uint32_t source_;
  JsonScratch& scratch_;
  EventSink& sink_;
  JsonDetails details_;
  const uint32_t* next_ = nullptr;
  const uint8_t* base_ = nullptr;
};

class JsonReader final : public Reader {
 public:
  Result<bool> split(ByteSource& bytes, Piece* piece) override;
  std::unique_ptr<ReadScratch> make_scratch() const override { return std::make_unique<JsonScratch>(); }
  void read(const Piece& piece, uint32_t source, ReadScratch& scratch, EventSink& sink) const override;
  void finish(uint32_t, EventSink&) override {}

 private:
  // Appends up to `length` bytes to buffer_; marks the end of the source.
  Result<bool> fill(ByteSource& bytes, size_t length);
  // Where the last whole record in buffer_ ends; 0 = none does.
  size_t cut();
  void learn();
  void take_buffer(Piece* piece);
  void hand_out(size_t length, JsonState::Part part, Piece* piece);

  [[nodiscard]] Bytes held() const { return {buffer_.data(), used_}; }

  std::vector<uint8_t> buffer_;  // read and not yet handed out; larger than used_, so that nothing is cleared twice
  std::vector<uint8_t> rest_;    // of the last buffer, between two calls
  size_t used_ = 0;
  uint64_t offset_ = 0;  // of buffer_[0]
  uint64_t ordinal_ = 0;
  bool ended_ = false;
  bool started_ = false;
  bool in_oversized_ = false;
  ValueScanner oversized_;  // follows an oversized value to its end
  JsonState state_;
};

Result<bool> JsonReader::fill(ByteSource& bytes, size_t length) {
  auto ended = read_behind(bytes, offset_ + used_, length, &buffer_, &used_);
  if (!ended) return tl::unexpected(std::move(ended).error());
  ended_ = *ended;
  return true;
}

size_t JsonReader::cut() {
  const Bytes all = held();
  const bool much = used_ > 2 * kPieceSize;  // read ahead for the zone, or for one long record
  if (ended_ && !much) return used_;
  const size_t wanted = much ? kPieceSize : used_;
  if (state_.mode == JsonMode::kLines) {
    const void* found = memrchr(all.data(), '\n', wanted);
    if (found == nullptr && much) found = std::memchr(all.data() + wanted, '\n', used_ - wanted);
    if (found == nullptr) return ended_ ? used_ : 0;
    return static_cast<size_t>(static_cast<const uint8_t*>(found) - all.data()) + 1;
  }
  size_t position = 0, whole = 0;
  bool skipped = false;
  while (whole < wanted) {
    size_t at = next_value(all, position, false, &skipped);
    if (at >= all.size()) break;
    ValueScanner scanner;
    const auto status = scanner.feed(all, &at);
    if (status == ValueScanner::Status::kOpen) break;
    whole = position = std::max(at, position + 1);
  }
  return whole == 0 && ended_ ? used_ : whole;
}

void JsonReader::learn() {
  const Bytes all = held();
  state_.mode = json_mode(all);
  JsonProfiler profiler;
  JsonIndex index;
  std::vector<JsonField> fields;
  std::vector<uint8_t> copy;
  const auto look = [&](Bytes record, bool damaged) {
    if (damaged || !profiler.wants(record)) return;
    copy.assign(record.begin(), record.end());
    copy.resize(record.size() + kSlack);
    const Bytes one(copy.data(), record.size());
    bool too_deep = false;
    if (index.build(one) != nullptr) return;
    const JsonFault fault = take_apart(one.data(), one, index.begin(), index.end(), &fields, &too_deep);
    if (fault.expected == nullptr) profiler.add(fields);
  };
  const Bytes head = all.subspan(skip_bom(all));  // what is cut off at its end counts as damaged, and is not looked at
  if (state_.mode == JsonMode::kLines)
    for_each_line(head, look);
  else
    for_each_value(head, look);
  state_.profile = profiler.profile();
}

void JsonReader::hand_out(size_t length, JsonState::Part part, Piece* piece) {
  rest_.assign(buffer_.begin() + static_cast<ptrdiff_t>(length), buffer_.begin() + static_cast<ptrdiff_t>(used_));
  std::memset(buffer_.data() + length, ' ', kSlack);
  piece->buffer = std::move(buffer_);
  piece->ordinal = ordinal_++;
  piece->offset = offset_;
  piece->length = length;
  piece->filled = true;
  auto state = std::make_shared<JsonState>(state_);
  state->part = part;
  state->first = offset_ == 0;
  piece->state = std::move(state);
  used_ = rest_.size();
  offset_ += length;
}

// What a caller gives back is read into again, and is best its own: memory that another core has used last is slow.
void JsonReader::take_buffer(Piece* piece) {
  buffer_ = std::move(piece->buffer);
  if (buffer_.size() < used_ + kSlack) buffer_.resize(used_ + kSlack);
  if (used_ != 0) std::memcpy(buffer_.data(), rest_.data(), used_);
}

Result<bool> JsonReader::split(ByteSource& bytes, Piece* piece) {
  take_buffer(piece);
  if (!ended_ && used_ < kPieceSize) SIL_TRY(fill(bytes, kPieceSize - used_));
  if (used_ == 0) return false;
  if (in_oversized_) {  // the rest of what was too long, up to its end
    const Bytes all = held();
    size_t end = 0;
    bool done = ended_;
    if (state_.mode == JsonMode::kLines) {
      const void* found = std::memchr(all.data(), '\n', all.size());
      end = found == nullptr ? all.size() : static_cast<size_t>(static_cast<const uint8_t*>(found) - all.data()) + 1;
      done = done || found != nullptr;
    } else {
      done = oversized_.feed(all, &end) != ValueScanner::Status::kOpen || done;
    }
    in_oversized_ = !done;
    hand_out(std::max<size_t>(end, 1), JsonState::Part::kOversizedRest, piece);
    return true;
  }
  if (!started_) {
    started_ = true;
    learn();
    if (!ended_ && wants_zone(state_.profile)) {
      SIL_TRY(fill(bytes, kZoneSearch - used_));
      learn();
    }
  }
  size_t end = cut();
  while (end == 0 && used_ < kMaxJsonRecord) {
    SIL_TRY(fill(bytes, std::min(used_, kMaxJsonRecord - used_)));
    end = cut();
  }
  if (end != 0) {
    hand_out(end, JsonState::Part::kRecords, piece);
    return true;
  }
  in_oversized_ = true;
  oversized_.reset();
  if (state_.mode == JsonMode::kValues) {
    const Bytes all = held();
    bool skipped = false;
    size_t at = next_value(all, 0, false, &skipped);
    if (at >= all.size() || oversized_.feed(all, &at) != ValueScanner::Status::kOpen) in_oversized_ = false;
  }
  hand_out(used_, JsonState::Part::kOversized, piece);
  return true;
}

void JsonReader::read(const Piece& piece, uint32_t source, ReadScratch& scratch, EventSink& sink) const {
  auto& own = static_cast<JsonScratch&>(scratch);
  const auto& state = *static_cast<const JsonState*>(piece.state.get());
  if (state.part == JsonState::Part::kOversizedRest) return;
  if (state.part == JsonState::Part::kOversized) {
    sink.on_anomaly({AnomalyKind::kLimit,
                     Level::kMedium,
                     {piece.offset, static_cast<uint32_t>(piece.length)},
                     "a JSON record longer than 16 MiB was passed over",
                     "at most 16 MiB",
                     "more"});
    return;
  }
  if (own.layouts == nullptr || own.layouts->profile().schema != state.profile.schema ||
      own.layouts->profile().zone_ticks != state.profile.zone_ticks ||
      own.layouts->profile().zone_known != state.profile.zone_known) {
    own.layouts = std::make_unique<JsonLayouts>(state.profile);
  }
  PieceReader(piece, state, source, own, sink).run();
}

}  // namespace

Sniff sniff_json(Bytes head, std::string_view path) {
  size_t start = skip_bom(head);
  while (start < head.size() && is_blank(head[start])) ++start;
  if (start >= head.size()) return {};
  const bool named = path.ends_with(".json") || path.ends_with(".jsonl") || path.ends_with(".ndjson");
  size_t next = start + 1;
  while (next < head.size() && is_blank(head[next])) ++next;
  const uint8_t second = next < head.size() ? head[next] : 0;
  if (head[start] == '{' && (second == '"' || second == '}')) return {80, "content"};
  if (head[start] == '[' && (second == '{' || second == ']')) return {70, "content"};
  // A damaged first line does not make the file another format.
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  if (named && text.find("\n{\"") != std::string_view::npos) return {40, "content"};
  return {};
}

std::unique_ptr<Reader> make_json_reader() {
  return std::make_unique<JsonReader>();
}

}  // namespace sil::ingest
