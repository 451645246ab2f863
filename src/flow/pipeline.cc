#include "flow/pipeline.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "bytes/digest.h"
#include "bytes/sanitized.h"
#include "flow/trail_check.h"
#include "ingest/collection.h"
#include "ingest/container.h"
#include "ingest/text_lines.h"

namespace sil::flow {
namespace {

// Counts what passes and remembers the host, then hands on.
class CountingSink : public EventSink {
 public:
  CountingSink(Worker* next, const HostZones* zones) : next_(next), zones_(zones) {}
  void on_event(const Event& event) override {
    ++events;
    note_host(event);
    if (zones_ == nullptr) return next_->on_event(event);
    Event moved = event;
    moved.time = zones_->time_of(event);
    next_->on_event(moved);
  }
  void on_anomaly(Anomaly anomaly) override {
    ++anomalies;
    if (anomaly.kind == AnomalyKind::kUnreadable) ++unreadable;
    next_->on_anomaly(std::move(anomaly));
  }
  void on_fact(const StructureFact& fact) override { next_->on_fact(fact); }
  [[nodiscard]] bool wants_facts() const override { return next_->wants_facts(); }
  [[nodiscard]] bool wants_remains() const override { return next_->wants_remains(); }

  void reset() {
    events = anomalies = unreadable = 0;
    host_bytes_.clear();
    one_host = true;
  }
  [[nodiscard]] std::string host() const { return host_; }

  uint64_t events = 0, anomalies = 0, unreadable = 0;
  bool one_host = true;  // false once two events name different hosts

 private:
  // The computer field is compared as raw bytes: no decoding while it stays the same.
  void note_host(const Event& event) {
    if (!one_host) return;
    if (event.layout != layout_) {
      layout_ = event.layout;
      places_ = event.layout ? resolve_host(*event.layout) : -1;
    }
    if (places_ < 0) return;
    Value value = event.value(event.layout->fields[static_cast<size_t>(places_)]);
    if (value.size == 0) return;
    std::string_view bytes = as_text(value.bytes());
    if (bytes == host_bytes_) return;
    if (!host_bytes_.empty()) {
      one_host = false;
      return;
    }
    host_bytes_ = bytes;
    host_.clear();
    append_text(value, &host_);
  }
  static int resolve_host(const Layout& layout) {
    for (size_t i = 0; i < layout.fields.size(); ++i) {
      const std::string& path = layout.fields[i].path;
      if (path == "Event.System.Computer" || path == "Hostname" || path == "winlog.computer_name" ||
          path == "host.name")
        return static_cast<int>(i);
    }
    return -1;
  }

  Worker* next_;
  const HostZones* zones_;
  const Layout* layout_ = nullptr;
  int places_ = -1;
  std::string host_bytes_, host_;
};

struct OpenSource {
  uint32_t index = 0;
  Source about;   // grows as pieces are merged
  Source opened;  // as it was when it was opened: what workers read meanwhile
  std::unique_ptr<ingest::ByteSource> bytes;
  std::unique_ptr<ingest::Reader> reader;
  std::unique_ptr<LongSha256> digest;  // with custody
  uint64_t digested = 0;
  bool one_host = true;
};

// One step of the ordered sequence: a piece that was read, or the end of a source.
struct Step {
  std::shared_ptr<OpenSource> source;
  bool first = false, last = false;
  size_t alive = 0;  // bytes that it holds until it is merged
  ingest::Piece piece;
  std::unique_ptr<PieceResult> result;
  uint64_t events = 0, anomalies = 0, unreadable = 0;
  std::string host;
  bool one_host = true;
  std::thread::id reader;  // whose buffer the piece has
};

// Bounds of what is alive, times the pipeline's limit: a log of many small files has many small pieces, and a worker
// must not wait because another has one that takes long.
constexpr uint64_t kWholePiece = uint64_t{1} << 20;
constexpr uint64_t kSmallPieces = 32;
constexpr size_t kKeptBytes = size_t{7} << 19;  // of buffers, a worker
constexpr size_t kBufferStep = size_t{16} << 10;

class Pipeline {
 public:
  Pipeline(const std::vector<Input>& inputs, const PipelineOptions& options, const SkipSource& skip, Stage& stage,
           Progress& progress)
      : inputs_(inputs), options_(options), skip_(skip), stage_(stage), progress_(progress) {}

  PipelineReport run() {
    unsigned threads = options_.threads ? options_.threads : std::max(1u, std::thread::hardware_concurrency());
    // GCC 12's address sanitizer does not know fork (glibc's malloc does): a lock of its allocator that another thread
    // held stays locked in a confined child, which waits for ever. The tsan build watches threads.
    if (kAddressSanitized) threads = 1;
    limit_ = 2 * size_t{threads} + 2;
    std::vector<std::string> paths;
    for (const Input& input : inputs_) paths.push_back(input.path);
    trail_.load(paths, options_.open);
    std::vector<std::jthread> pool;
    for (unsigned i = 1; i < threads; ++i) pool.emplace_back([this] { work(); });
    work();
    pool.clear();
    report_.interrupted = interrupted_;
    return std::move(report_);
  }

 private:
  struct Lane {  // what one worker keeps per reader
    std::unique_ptr<Worker> worker;
    std::shared_ptr<OpenSource> source;
    std::unique_ptr<ingest::ReadScratch> scratch;
    std::string scratch_format;
  };

  void work() {
    Lane lane;
    lane.worker = stage_.make_worker();
    while (true) {
      Step step;
      uint64_t ordinal = 0;
      if (!next_step(&step, &ordinal)) break;
      if (!step.last) read_piece(step, lane);
      deposit(ordinal, std::move(step));
    }
  }

  // Sequential part: the next piece of the current source, or the end of it, or the next source.
  bool next_step(Step* step, uint64_t* ordinal) {
    std::unique_lock lock(produce_mutex_);
    {
      std::unique_lock merge_lock(merge_mutex_);
      room_.wait(merge_lock,
                 [&] { return bytes_alive_ < limit_ * kWholePiece && produced_ - merged_ < limit_ * kSmallPieces; });
    }
    while (true) {
      bool stopping = options_.stop && options_.stop->load(std::memory_order_relaxed);
      if (stopping) interrupted_ = true;
      stopping = stopping || (options_.write_failed && options_.write_failed->load(std::memory_order_relaxed));
      if (!current_) {
        if (stopping || !open_next()) return false;
        current_->opened = current_->about;
        step->first = true;
      }
      step->source = current_;
      step->piece.buffer = take_buffer(kWholePiece);
      step->reader = std::this_thread::get_id();
      Result<bool> more = stopping ? Result<bool>(false) : current_->reader->split(*current_->bytes, &step->piece);
      if (more && !*more && !stopping) {
        if (auto end = current_->bytes->ending(); !end) more = tl::unexpected(end.error());
      }
      if (!more) {
        std::unique_lock merge_lock(merge_mutex_);
        report_.unreadable.push_back(more.error());
      }
      if (!more || !*more) {
        step->last = true;
        current_.reset();
      } else {
        step->alive = step->piece.length;
        std::unique_lock merge_lock(merge_mutex_);
        bytes_alive_ += step->alive;
      }
      *ordinal = produced_++;
      return true;
    }
  }

  bool open_next() {
    while (true) {
      if (!walk_) {
        if (next_input_ >= inputs_.size()) return false;
        open_walk(inputs_[next_input_++]);
        continue;
      }
      auto next = walk_->next();
      if (!next) {
        unreadable(next.error());
      } else if (*next) {
        if (begin_member(std::move(**next))) return true;
      } else if (end_walk()) {
        return true;
      }
    }
  }

  void open_walk(const Input& input) {
    if (skip_ && skip_(input.path)) return;
    auto walk = ingest::SourceWalk::open(input.path, options_.open);
    if (!walk) return unreadable(walk.error());
    walk_ = std::move(*walk);
    walked_ = {};
  }

  void unreadable(const Error& error) {
    ++walked_.recognised;  // something was there, and its trouble has been told
    std::unique_lock lock(merge_mutex_);
    report_.unreadable.push_back(error);
  }

  // false: no format claims it.
  bool begin_member(ingest::Opened opened) {
    const Input& input = inputs_[next_input_ - 1];
    ingest::Sniff sniff;
    const ingest::Format* format = recognise(opened, input.path, options_.format, &sniff);
    if (!format) {
      ++walked_.unknown;
      walked_.by_lines = input.named && opened.members.empty() && ingest::is_text(opened.head);
      if (!walked_.by_lines) {
        note_passed({{input.path, std::move(opened.members)}, opened.head.empty()}, ingest::is_text(opened.head));
        return false;
      }
      format = ingest::find_format("lines");
      sniff.reason = "text of no known format";
    } else {
      ++walked_.recognised;
    }
    std::string why = sniff.reason;
    if (sniff.confidence > 0) why += ", " + std::to_string(sniff.confidence) + " of 100";
    current_ = new_source(opened.members, opened.ordinal, format->name, why);
    current_->about.size = opened.bytes->size_hint();
    current_->bytes = std::move(opened.bytes);
    current_->reader = format->make();
    return true;
  }

  // Whatever was there, so that it is not taken for missing; a text, which keyword rules could search, is named.
  void note_passed(NotClaimed file, bool text) {
    std::unique_lock lock(merge_mutex_);
    if (text && report_.unknown_texts_total++ < kUnknownTexts) report_.unknown_texts.push_back(file.what);
    if (report_.not_claimed.size() < kPassedOver) report_.not_claimed.push_back(std::move(file));
  }

  std::shared_ptr<OpenSource> new_source(const std::vector<std::string>& members, uint32_t ordinal, const char* format,
                                         const std::string& confidence) {
    auto source = std::make_shared<OpenSource>();
    source->index = next_source_++;
    source->about.id = std::to_string(next_input_);
    if (!members.empty()) source->about.id += "." + std::to_string(ordinal);
    source->about.path = inputs_[next_input_ - 1].path;
    source->about.members = members;
    source->about.format = format;
    source->about.confidence = confidence;
    if (options_.custody || trail_.wants(source->about)) source->digest = std::make_unique<LongSha256>();
    return source;
  }

  // The container as a source of its own, where there is something to say of it.
  bool end_walk() {
    const Input& input = inputs_[next_input_ - 1];
    {
      std::unique_lock lock(merge_mutex_);
      if (input.named && walked_.recognised == 0)
        (walked_.by_lines ? report_.read_as_lines : report_.unknown_named).push_back(input.path);
      else
        report_.unknown_in_folders += walked_.unknown;
    }
    std::vector<Anomaly> odd = walk_->take_anomalies();
    const char* container = walk_->container();
    walk_.reset();
    if (odd.empty()) return false;
    current_ = new_source({}, 0, container, "magic");
    auto opened = ingest::open_container_itself(input.path, std::move(odd), options_.custody);
    if (!opened) {
      unreadable(opened.error());
      current_.reset();
      return false;
    }
    current_->bytes = std::move(opened->bytes);
    current_->reader = std::move(opened->reader);
    return true;
  }

  void read_piece(Step& step, Lane& lane) {
    OpenSource& source = *step.source;
    ingest::Piece& piece = step.piece;
    CountingSink sink(lane.worker.get(), options_.host_zones.get());
    lane.worker->begin_piece(source.index, source.opened);
    if (!piece.filled) fill(source, piece, sink);
    lane.worker->on_bytes(Bytes(piece.buffer.data(), std::min(piece.length, piece.buffer.size())));
    if (lane.scratch_format != source.about.format || !lane.scratch) {
      lane.scratch = source.reader->make_scratch();
      lane.scratch_format = source.about.format;
    }
    source.reader->read(piece, source.index, *lane.scratch, sink);
    step.result = lane.worker->end_piece();
    step.events = sink.events;
    step.anomalies = sink.anomalies;
    step.unreadable = sink.unreadable;
    step.host = sink.host();
    step.one_host = sink.one_host;
    progress_.bytes_done += piece.length;
    progress_.events += sink.events;
    progress_.anomalies += sink.anomalies;
  }

  void fill(OpenSource& source, ingest::Piece& piece, EventSink& sink) {
    const size_t size = piece.length + ingest::kSlack;
    if (size <= kWholePiece / 2 && !piece.buffer.empty()) give_back(std::exchange(piece.buffer, {}));
    if (piece.buffer.size() < size) piece.buffer = take_buffer(size);
    if (piece.buffer.size() < size) piece.buffer.resize((size + kBufferStep - 1) / kBufferStep * kBufferStep);
    auto count = source.bytes->read_at(piece.offset, piece.buffer.data(), piece.length);
    size_t got = count ? *count : 0;
    if (got < piece.length) {
      sink.on_anomaly({AnomalyKind::kShrunk,
                       Level::kMedium,
                       {piece.offset + got, 0},
                       "the source became shorter while it was read",
                       std::to_string(piece.length) + " bytes",
                       count ? std::to_string(got) + " bytes" : count.error().text()});
      piece.length = got;
    }
    piece.filled = true;
  }

  // Parallel part ends here: the step waits for its turn; whoever finds the next one ready merges.
  void deposit(uint64_t ordinal, Step step) {
    std::unique_lock lock(merge_mutex_);
    waiting_.emplace(ordinal, std::move(step));
    if (merging_) return;
    merging_ = true;
    while (true) {
      auto next = waiting_.find(merged_);
      if (next == waiting_.end()) break;
      Step ready = std::move(next->second);
      waiting_.erase(next);
      lock.unlock();
      merge(ready);
      lock.lock();
      ++merged_;
      bytes_alive_ -= ready.alive;
      keep_buffer(ready.reader, std::move(ready.piece.buffer));
      room_.notify_all();
    }
    merging_ = false;
  }

  void merge(Step& step) {
    OpenSource& source = *step.source;
    if (step.first) stage_.source_begun(source.index, source.about);
    if (step.last) {
      finish_source(source);
      return;
    }
    DigestList* records = step.result ? step.result->wants_digests() : nullptr;
    if (source.digest)
      source.digest->add(Bytes(step.piece.buffer.data(), step.piece.length), records);
    else if (records)
      digest_all(records);
    source.digested += step.piece.length;
    source.about.events += step.events;
    source.about.anomalies += step.anomalies;
    source.about.unreadable += step.unreadable;
    if (!step.one_host || (!step.host.empty() && !source.about.host.empty() && step.host != source.about.host))
      source.one_host = false;
    if (source.about.host.empty()) source.about.host = step.host;
    stage_.merge(source.index, std::move(step.result));
  }

  void finish_source(OpenSource& source) {
    // What the reader says of the source as a whole is one more (last) piece of it.
    if (!finisher_) finisher_ = stage_.make_worker();
    CountingSink sink(finisher_.get(), options_.host_zones.get());
    finisher_->begin_piece(source.index, source.opened);
    source.reader->finish(source.index, sink);
    const std::string sha256 = source.digest ? hex(source.digest->finish()) : std::string();
    if (trail_.wants(source.about)) {
      for (Anomaly& one : trail_.verdict(source.about, sha256)) sink.on_anomaly(std::move(one));
    }
    stage_.merge(source.index, finisher_->end_piece());
    source.about.anomalies += sink.anomalies;
    source.about.unreadable += sink.unreadable;
    progress_.anomalies += sink.anomalies;
    if (!source.one_host) source.about.host.clear();
    // No event names a host: the collection's layout may.
    if (source.one_host && source.about.host.empty())
      source.about.host = ingest::collected_from(source.about.path, source.about.members).host;
    source.about.year_from = source.reader->year_from();
    if (options_.custody) source.about.sha256 = sha256;
    source.about.size = source.digested;
    stage_.source_done(source.index, source.about);
    std::unique_lock lock(merge_mutex_);
    report_.events += source.about.events;
    report_.anomalies += source.about.anomalies;
    report_.unreadable_records += source.about.unreadable;
    report_.sources.push_back(source.about);
  }

  // The smallest of this worker's that holds so much; none: an empty one. Small pieces stand in small buffers, so that
  // many of them may wait for their turn.
  std::vector<uint8_t> take_buffer(size_t size) {
    std::unique_lock lock(merge_mutex_);
    std::vector<std::vector<uint8_t>>& kept = buffers_[std::this_thread::get_id()];
    auto best = kept.end();
    for (auto one = kept.begin(); one != kept.end(); ++one) {
      if (one->size() >= size && (best == kept.end() || one->size() < best->size())) best = one;
    }
    if (best == kept.end()) return {};
    std::vector<uint8_t> buffer = std::move(*best);
    kept.erase(best);
    return buffer;
  }

  void give_back(std::vector<uint8_t> buffer) {
    std::unique_lock lock(merge_mutex_);
    keep_buffer(std::this_thread::get_id(), std::move(buffer));
  }

  // Under merge_mutex_. The oldest ones go when it is too much.
  void keep_buffer(std::thread::id reader, std::vector<uint8_t> buffer) {
    std::vector<std::vector<uint8_t>>& kept = buffers_[reader];
    size_t bytes = buffer.size();
    kept.push_back(std::move(buffer));
    for (size_t i = kept.size() - 1; i-- > 0;) {
      bytes += kept[i].size();
      if (bytes > kKeptBytes) {
        kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        return;
      }
    }
  }

  const std::vector<Input>& inputs_;
  const PipelineOptions& options_;
  const SkipSource& skip_;
  Stage& stage_;
  Progress& progress_;
  std::unique_ptr<Worker> finisher_;  // used by whoever merges

  std::mutex produce_mutex_;  // guards the sequential part: current_, next_*, produced_
  std::shared_ptr<OpenSource> current_;
  size_t next_input_ = 0;
  uint32_t next_source_ = 0;
  std::atomic<bool> interrupted_{false};
  std::atomic<uint64_t> produced_{0};

  std::mutex merge_mutex_;  // guards waiting_, merged_, bytes_alive_, merging_, buffers_, report_
  std::condition_variable room_;
  std::map<uint64_t, Step> waiting_;
  uint64_t merged_ = 0, bytes_alive_ = 0;
  bool merging_ = false;
  size_t limit_ = 4;
  std::map<std::thread::id, std::vector<std::vector<uint8_t>>> buffers_;  // to be used again by whom they had
  PipelineReport report_;
  TrailCheck trail_;
  std::unique_ptr<ingest::SourceWalk> walk_;  // of inputs_[next_input_ - 1]
  struct Walked {
    uint64_t recognised = 0, unknown = 0;
    bool by_lines = false;  // of no known format, but a text
  } walked_;
};

}  // namespace

Result<std::vector<Input>> expand_inputs(const std::vector<std::string>& paths, std::vector<Error>* problems) {
  std::map<std::string, bool> found;  // path -> named
  for (const std::string& path : paths) {
    if (path == "-") {
      found["-"] = true;
      continue;
    }
    if (!path_exists(path)) return fail(ErrorCode::kNotFound, path, "no such file or folder");
    bool folder = is_directory(path);
    for (std::string& file : list_files(path, problems)) {
      bool& named = found[file];
      named = named || !folder;
    }
  }
  std::vector<Input> out;
  for (auto& [path, named] : found) out.push_back({path, named});
  return out;
}

PipelineReport run_pipeline(const std::vector<Input>& inputs, const PipelineOptions& options, const SkipSource& skip,
                            Stage& stage, Progress& progress) {
  for (const Input& input : inputs) {
    if (auto stamp = stamp_of(input.path)) progress.bytes_total += stamp->size;
  }
  return Pipeline(inputs, options, skip, stage, progress).run();
}

const ingest::Format* recognise(const ingest::Opened& opened, const std::string& path, const std::string& stated,
                                ingest::Sniff* sniff) {
  if (!stated.empty()) {
    sniff->reason = "as stated";
    return ingest::find_format(stated);
  }
  const ingest::Format* best = nullptr;
  const std::string& name = opened.members.empty() ? path : opened.members.back();
  for (const ingest::Format& format : ingest::formats()) {
    const ingest::Sniff found = format.sniff(opened.head, name);
    if (found.confidence > sniff->confidence) {
      *sniff = found;
      best = &format;
    }
  }
  return best;
}

std::vector<std::pair<std::string, std::string>> known_formats() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const ingest::Format& format : ingest::formats()) out.emplace_back(format.name, format.title);
  return out;
}

}  // namespace sil::flow
