#include "ingest/line_reader.h"

#include <algorithm>
#include <cstring>

#include "bytes/text.h"
#include "ingest/json_scan.h"
#include "ingest/line_emit.h"
#include "ingest/syslog_lines.h"

namespace sil::ingest {
namespace {

std::unique_ptr<LineParser> parser_of(const LineFormat& format) {
  return format.parser != nullptr ? format.parser() : make_syslog_parser(format.payload);
}

std::unique_ptr<LineSplitter> splitter_of(const LineFormat& format) {
  if (format.splitter != nullptr) return format.splitter();
  return format.parser == nullptr ? make_year_splitter() : nullptr;
}

class LineReader final : public LineCutter {
 public:
  explicit LineReader(const LineFormat& format) : format_(format), splitter_(splitter_of(format)) {}

  [[nodiscard]] std::string year_from() const override {
    return splitter_ == nullptr ? std::string() : splitter_->year_from();
  }
  std::unique_ptr<ReadScratch> make_scratch() const override {
    auto scratch = std::make_unique<LineScratch>();
    scratch->parser = parser_of(format_);
    return scratch;
  }

 protected:
  void take(Bytes all, const LineState& state, LineScratch& own, LineEmitter& emitter) const override {
    own.parser->begin(state.own.get());
    size_t position = state.first ? skip_bom(all) : 0;
    while (position < all.size()) {
      const void* found = std::memchr(all.data() + position, '\n', all.size() - position);
      const size_t end =
          found == nullptr ? all.size() : static_cast<size_t>(static_cast<const uint8_t*>(found) - all.data());
      size_t length = end - position;
      if (length != 0 && all[end - 1] == '\r') --length;
      if (length != 0) one(all.subspan(position, length), own, emitter);
      position = end + 1;
    }
  }
  void begin(Bytes head, Bytes last, Modified modified) override {
    if (splitter_ != nullptr) splitter_->begin(head, last, modified);
  }
  std::shared_ptr<const void> pass(Bytes piece) override {
    return splitter_ == nullptr ? nullptr : splitter_->pass(piece);
  }

 private:
  void one(Bytes line, LineScratch& own, LineEmitter& emitter) const {
    own.record.clear();
    const LineOutcome outcome = own.parser->parse(as_text(line), &own.record);
    if (outcome == LineOutcome::kNothing) return;
    if (outcome == LineOutcome::kForeign) {
      own.record.clear();
      own.record.add("line", as_text(line));
      if (format_.strict)
        emitter.anomaly(AnomalyKind::kForeignBytes, Level::kInformational, line,
                        "a line that is not of this format stays as text", format_.title, glimpse(line));
    }
    emitter.emit(line, line);
  }

  const LineFormat& format_;
  std::unique_ptr<LineSplitter> splitter_;
};

}  // namespace

std::unique_ptr<ReadScratch> LineCutter::make_scratch() const {
  return std::make_unique<LineScratch>();
}

void LineCutter::read(const Piece& piece, uint32_t source, ReadScratch& scratch, EventSink& sink) const {
  auto& own = static_cast<LineScratch&>(scratch);
  const auto& state = *static_cast<const LineState*>(piece.state.get());
  LineEmitter emitter(piece, source, own, sink);
  const Bytes all(piece.buffer.data(), piece.length);
  if (!state.overlong)
    take(all, state, own, emitter);
  else if (!state.tail)
    emitter.anomaly(AnomalyKind::kLimit, Level::kMedium, all, overlong(), "at most 16 MiB", "more");
}

std::unique_ptr<Reader> make_line_reader(const LineFormat& format) {
  return std::make_unique<LineReader>(format);
}

Sniff sniff_lines(const LineFormat& format, Bytes head) {
  constexpr size_t kLines = 24;
  const size_t start = skip_bom(head);
  if (start >= head.size() || head[start] == '{') return {};
  if (head[start] == '[' && start + 1 < head.size()) {  // JSON's arrays are not ours, a bracket may be
    const auto next = std::find_if(head.begin() + static_cast<std::ptrdiff_t>(start) + 1, head.end(),
                                   [](uint8_t byte) { return byte != ' ' && byte != '\n' && byte != '\r'; });
    if (next == head.end() || *next == '{' || *next == ']') return {};
  }
  if (std::memchr(head.data(), 0, std::min<size_t>(head.size(), 512)) != nullptr) return {};
  std::unique_ptr<LineParser> parser = parser_of(format);
  std::unique_ptr<LineSplitter> splitter = splitter_of(format);
  std::shared_ptr<const void> state;
  if (splitter != nullptr) {
    splitter->begin(head, {}, {});
    state = splitter->pass(head);
  }
  parser->begin(state.get());
  parser->only_own();
  LineRecord record;
  std::vector<uint8_t> copy(head.begin() + static_cast<ptrdiff_t>(start), head.end());
  copy.resize(copy.size() + kSlack);
  const std::string_view text(reinterpret_cast<const char*>(copy.data()), head.size() - start);
  size_t own = 0, nothing = 0, seen = 0, position = 0;
  while (position < text.size() && seen < kLines) {
    const size_t end = std::min(text.find('\n', position), text.size());
    std::string_view line = text.substr(position, end - position);
    if (line.ends_with('\r')) line.remove_suffix(1);
    position = end + 1;
    if (line.empty() || (end == text.size() && seen != 0)) continue;  // the last may be cut off
    ++seen;
    record.clear();
    const LineOutcome outcome = parser->parse(line, &record);
    if (outcome == LineOutcome::kEvent) ++own;
    if (outcome == LineOutcome::kNothing) ++nothing;
    if (seen == 6 && own + nothing == 0) return {};
  }
  if (own + nothing == 0 || (own + nothing) * 2 < seen) return {};
  // A line in eight that is another's takes little away: programs log about themselves as well.
  const size_t share = 80 + 20 * (own + nothing) / seen;
  return {static_cast<int>(static_cast<size_t>(format.confidence) * share / 100), "content"};
}

}  // namespace sil::ingest
