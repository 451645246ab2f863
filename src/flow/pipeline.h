// One reading of the bytes feeds everything: sources -> pieces -> workers -> ordered merge (house.md, shapes 5 and 6).
//
// Order: results are merged by source, then by piece, whatever the number of threads, so output depends on the input
// alone. Bounded memory: pieces of about `2 x threads + 2` MiB are alive. The custody digest advances over exactly the
// buffers that were parsed, in file order, on whichever worker merges.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bytes/sha256_lanes.h"
#include "flow/host_zones.h"
#include "ingest/reader.h"
#include "model/event.h"

namespace sil::flow {

struct Input {
  std::string path;
  bool named = false;  // given on the command line itself, not met in a folder
};
// Expands files and folders, bytewise path order, every path once. Errors: kNotFound for a path that is not there.
Result<std::vector<Input>> expand_inputs(const std::vector<std::string>& paths, std::vector<Error>* problems);

// What one worker made of one piece. Derived types belong to the stage.
class PieceResult {
 public:
  virtual ~PieceResult() = default;
  // Messages within the piece's bytes, to be digested before it is merged: beside the custody digest, which costs next
  // to nothing more (bytes/sha256_lanes.h). Null: none.
  virtual DigestList* wants_digests() { return nullptr; }
};

// A worker's sink, used for one piece after the other by one thread.
class Worker : public EventSink {
 public:
  // `about`: what is known when a source is opened: id, path, members, format. Host, counts and digest are not set.
  virtual void begin_piece(uint32_t source, const Source& about) = 0;
  // Where the piece's bytes lie until its result has been merged; told behind begin_piece, where there are any.
  virtual void on_bytes(Bytes /*piece*/) {}
  virtual std::unique_ptr<PieceResult> end_piece() = 0;
};

// What is done with events. make_worker is called once a thread; the other calls come one at a time, in output order.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual std::unique_ptr<Worker> make_worker() = 0;
  virtual void source_begun(uint32_t source, const Source& about) = 0;
  virtual void merge(uint32_t source, std::unique_ptr<PieceResult> result) = 0;
  virtual void source_done(uint32_t source, const Source& about) = 0;
};

struct PipelineOptions {
  unsigned threads = 0;  // 0 = as many as the machine has
  bool custody = false;  // whole-file SHA-256
  bool facts = false;
  std::string format;                               // --as; empty = by content
  ingest::OpenOptions open;                         // passwords and caps of containers
  std::shared_ptr<const HostZones> host_zones;      // --host-zone; null = none
  const std::atomic<bool>* stop = nullptr;          // set by SIGINT: finish what is begun
  const std::atomic<bool>* write_failed = nullptr;  // set by a stage whose output has nowhere to go
};

struct Progress {  // read by another thread while the pipeline runs
  std::atomic<uint64_t> bytes_total{0}, bytes_done{0}, events{0}, findings{0}, anomalies{0};
};

constexpr size_t kUnknownTexts = 10'000, kPassedOver = 1 << 16;

struct NotClaimed {
  PassedOver what;
  bool empty = false;  // no byte in it
};
struct PipelineReport {
  std::vector<Source> sources;            // all that were read, in order; index = Event::source
  std::vector<Error> unreadable;          // paths that could not be opened or read
  uint64_t unknown_in_folders = 0;        // files of no known format met in a folder
  std::vector<PassedOver> unknown_texts;  // of these the texts, the first kUnknownTexts
  uint64_t unknown_texts_total = 0;
  std::vector<NotClaimed> not_claimed;     // what no format claimed, texts and all else, the first kPassedOver
  std::vector<std::string> unknown_named;  // same, but named by the user
  std::vector<std::string> read_as_lines;  // same, but texts: read by lines
  uint64_t events = 0, anomalies = 0, unreadable_records = 0;
  bool interrupted = false;
};

// Which sources to skip (already in a case): called in input order before a source is opened.
using SkipSource = std::function<bool(const std::string& path)>;

PipelineReport run_pipeline(const std::vector<Input>& inputs, const PipelineOptions& options, const SkipSource& skip,
                            Stage& stage, Progress& progress);

// The format that claims these bytes with most confidence; null = none. `stated` (--as) decides where it is not empty.
const ingest::Format* recognise(const ingest::Opened& opened, const std::string& path, const std::string& stated,
                                ingest::Sniff* sniff);

// Name and title of every format in the registry, in its order.
std::vector<std::pair<std::string, std::string>> known_formats();

}  // namespace sil::flow
