// Logs of lines (docs/formats/lines.md): cut into pieces at newlines, one after the other; any worker reads a piece.
// A format is a LineFormat: how one line becomes fields, and - where lines depend on earlier ones - a LineSplitter
// that carries what is in force from piece to piece.
//
// Thread rule: a LineSplitter belongs to the one thread that splits; one LineParser a worker.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "ingest/line_record.h"
#include "ingest/read_ahead.h"
#include "ingest/reader.h"

namespace sil::ingest {

constexpr size_t kLinePiece = size_t{1} << 20;
constexpr size_t kMaxLine = size_t{16} << 20;  // a longer line is counted and passed over

// What a line is to a format.
enum class LineOutcome : uint8_t {
  kEvent,    // record is filled
  kNothing,  // belongs to the format, is no event: a header, a comment, a blank line
  kForeign,  // not a line of this format
};

class LineParser {
 public:
  virtual ~LineParser() = default;
  // What was in force where the piece begins (from the format's LineSplitter; null without one).
  virtual void begin(const void* state) { static_cast<void>(state); }
  // From now on only lines of the format itself count, not what else may stand among them: asked by sniff_lines().
  virtual void only_own() {}
  // `line` is without its line break; 128 bytes behind it may be read.
  virtual LineOutcome parse(std::string_view line, LineRecord* record) = 0;
};

class LineSplitter {
 public:
  virtual ~LineSplitter() = default;
  // The first bytes of the source, its path unknown; `last` are its last bytes where they can be read at once.
  virtual void begin(Bytes head, Bytes last, Modified modified) = 0;
  [[nodiscard]] virtual std::string year_from() const { return {}; }  // as Reader::year_from
  // State for a piece that begins with `piece`; moves over it.
  virtual std::shared_ptr<const void> pass(Bytes piece) = 0;
};

struct SyslogHeader;
// A record that may stand behind a header of syslog, or alone. False: `text` is not this format's; nothing was added.
using LinePayload = bool (*)(std::string_view text, const SyslogHeader& header, LineRecord* record);

struct LineFormat {
  const char* name;
  const char* title;
  bool strict;     // a foreign line is worth an anomaly
  int confidence;  // when every line of the head is its own
  // Without a parser: lines with or without a header of syslog, each offered to `payload` first (syslog_lines.h).
  std::unique_ptr<LineParser> (*parser)() = nullptr;
  std::unique_ptr<LineSplitter> (*splitter)() = nullptr;
  LinePayload payload = nullptr;
};
std::span<const LinePayload> line_payloads();  // of all formats (registry.cc)

std::unique_ptr<Reader> make_line_reader(const LineFormat& format);
// How many of the head's first lines the format takes, as confidence.
Sniff sniff_lines(const LineFormat& format, Bytes head);

class LineEmitter;
struct LineScratch;

struct LineState {  // Piece::state of every format of lines
  std::shared_ptr<const void> own;
  bool first = false;     // the source begins here
  bool overlong = false;  // part of a line longer than kMaxLine, up to its end if the piece holds it
  bool tail = false;      // not its first part
};

// The cutting (line_split.cc) and the head of reading, for formats whose records are more than lines.
class LineCutter : public Reader {
 public:
  Result<bool> split(ByteSource& bytes, Piece* piece) override;
  std::unique_ptr<ReadScratch> make_scratch() const override;  // a LineScratch
  // A record that is too long to be read is said once and passed over; take() is given everything else.
  void read(const Piece& piece, uint32_t source, ReadScratch& scratch, EventSink& sink) const final;
  void finish(uint32_t, EventSink&) override {}

 protected:
  virtual void take(Bytes piece, const LineState& state, LineScratch& scratch, LineEmitter& emitter) const = 0;
  [[nodiscard]] virtual const char* overlong() const { return "a line longer than 16 MiB was passed over"; }
  virtual void begin(Bytes head, Bytes last, Modified modified) {
    static_cast<void>(head), static_cast<void>(last), static_cast<void>(modified);
  }
  // Where the last whole record ends in `held`, at a newline or 0; the last one when the source ended.
  [[nodiscard]] virtual size_t cut(Bytes held) const;
  virtual std::shared_ptr<const void> pass(Bytes piece) { return static_cast<void>(piece), nullptr; }
  [[nodiscard]] uint64_t offset() const { return ahead_.offset(); }  // of the piece that is passed

 private:
  Result<bool> start(ByteSource& bytes);
  void hand_out(size_t length, bool overlong, Piece* piece);
  ReadAhead ahead_{kLinePiece};
  bool started_ = false, overlong_ = false;
};

}  // namespace sil::ingest
