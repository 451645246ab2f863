// How a format is read: `split` cuts a source into pieces in order (sequential, cheap), `read` turns one piece into
// events (parallel, any worker). See house.md, shape 5. A format is one file and one row in ingest/registry.cc.
//
// Thread rule: split() is called by one thread at a time, read() by many at once on different pieces.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bytes/file.h"
#include "model/event.h"

namespace sil::ingest {

// When a source was last written. Logs whose lines have no year are dated by it.
struct Modified {
  int64_t seconds = 0;       // since 1970, UTC; 0 = not known
  const char* told_by = "";  // "the file's last change", "the member's time in its archive", ...
};

// Innermost raw bytes of a source, either random access (a plain file) or a stream (decompressed).
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  [[nodiscard]] virtual bool random_access() const = 0;
  // Random access: any offset. Stream: offsets must not decrease below the last call's end. Short = end of source.
  virtual Result<size_t> read_at(uint64_t offset, uint8_t* into, size_t length) = 0;
  [[nodiscard]] virtual uint64_t size_hint() const = 0;  // 0 = not known
  [[nodiscard]] virtual Modified modified() const { return {}; }
  // Asked behind the last read: an error when the bytes ended before the source did (a torn container, a limit).
  [[nodiscard]] virtual Result<void> ending() const { return {}; }
};

// A buffer with readable slack behind it (kernels may over-read; simdjson needs 64 bytes).
constexpr size_t kSlack = 128;

struct Piece {
  uint64_t ordinal = 0;         // 0, 1, 2 .. in source order
  uint64_t offset = 0;          // of buffer[0] in the source
  size_t length = 0;            // bytes of the source in this piece
  std::vector<uint8_t> buffer;  // length + kSlack bytes; for random access sources filled by read()'s caller
  bool filled = false;
  std::shared_ptr<const void> state;  // format's own: header in force, open serials, ...
};

// Per worker, reused from piece to piece; a format derives its own scratch from it.
class ReadScratch {
 public:
  virtual ~ReadScratch() = default;
};

class Reader {
 public:
  virtual ~Reader() = default;
  // Fills `piece` (offset, length, state; the buffer too where it had to read it). false = end of source.
  virtual Result<bool> split(ByteSource& bytes, Piece* piece) = 0;
  virtual std::unique_ptr<ReadScratch> make_scratch() const = 0;
  // Damage is given to the sink, never returned: reading goes on behind it.
  virtual void read(const Piece& piece, uint32_t source, ReadScratch& scratch, EventSink& sink) const = 0;
  // After the last piece: facts and anomalies that need the whole source (counters against what was seen).
  virtual void finish(uint32_t source, EventSink& sink) = 0;
  // Behind the last split(): where the year of times without one was taken from (Source::year_from).
  [[nodiscard]] virtual std::string year_from() const { return {}; }
};

struct Sniff {              // how sure a format is that a source is its own
  int confidence = 0;       // 0 = no, 1..100
  const char* reason = "";  // "magic", "content", ...
};

struct Format {
  const char* name;                                   // "evtx"
  const char* title;                                  // "Windows event log (EVTX)"
  Sniff (*sniff)(Bytes head, std::string_view path);  // head: up to 64 KiB from the start
  std::unique_ptr<Reader> (*make)();
};
const std::vector<Format>& formats();  // registry.cc
const Format* find_format(std::string_view name);

// When a decoder is taken for stalled: nothing was read, decoded or sent within `cpu_ms` of its CPU time, or it slept
// through `idle_looks` looks, `look_ms` apart. Two looks apart are one, whatever the clock says in between.
struct StallLimits {
  uint64_t cpu_ms = 30'000;
  int idle_looks = 300, look_ms = 1'000;
};

struct OpenOptions {
  std::vector<std::string> passwords;          // for encrypted members; all are tried
  uint64_t max_unpacked = uint64_t{64} << 30;  // bytes out of one container in all
  StallLimits stall = {};
  // For tests: called inside the decoder with the name of each entry before it is looked at.
  std::function<void(const std::string& names)> in_decoder = nullptr;
};

struct Opened {
  std::unique_ptr<ByteSource> bytes;
  std::vector<std::string> members;  // path inside containers, outermost first
  std::vector<uint8_t> head;         // first bytes, for sniffing
  uint32_t ordinal = 0;              // of the member among all of its path, from 1; 0: a plain file
};

// All sources of a path ("-": standard input), one after the other: a plain file is one, a container (by content, not
// by name; ingest/container.h) one a member. A source that was given may be read until next() is called again.
// Errors of open(): as InputFile::open. Of next(): what could not be read; the walk goes on behind it.
class SourceWalk {
 public:
  static Result<std::unique_ptr<SourceWalk>> open(const std::string& path, const OpenOptions& options);
  virtual ~SourceWalk() = default;
  virtual Result<std::optional<Opened>> next() = 0;                   // nullopt: that was all
  [[nodiscard]] virtual const char* container() const { return ""; }  // "zip"; "" for a plain file
  // What was odd about the container itself; to be asked when next() gave nullopt.
  virtual std::vector<Anomaly> take_anomalies() { return {}; }
};

// A plain file's bytes.
Result<std::unique_ptr<ByteSource>> open_plain(const std::string& path);
// The first source of a path alone.
Result<Opened> open_source(const std::string& path);

}  // namespace sil::ingest
