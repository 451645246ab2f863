#include "flow/recovery_stage.h"

#include <algorithm>

#include "bytes/digest.h"
#include "tracks/source_facts.h"

namespace sil::flow {
namespace {

struct RecoveryPiece : PieceResult {
  std::unique_ptr<PieceResult> inner;
  tracks::Remains remains;
  std::vector<ChunkIds> chunks;
};

class RecoveryWorker : public Worker {
 public:
  explicit RecoveryWorker(std::unique_ptr<Worker> inner) : inner_(std::move(inner)) {}
  void begin_piece(uint32_t source, const Source& about) override {
    piece_ = std::make_unique<RecoveryPiece>();
    chunked_ = about.format == "evtx";
    end_ = 0;
    inner_->begin_piece(source, about);
  }
  std::unique_ptr<PieceResult> end_piece() override {
    piece_->inner = inner_->end_piece();
    return std::move(piece_);
  }
  void on_event(const Event& event) override {
    if (chunked_) note(event);
    inner_->on_event(event);
  }
  void on_anomaly(Anomaly anomaly) override { inner_->on_anomaly(std::move(anomaly)); }
  void on_fact(const StructureFact& fact) override { piece_->remains.fact(fact); }
  [[nodiscard]] bool wants_facts() const override { return false; }
  [[nodiscard]] bool wants_remains() const override { return true; }

 private:
  void note(const Event& event) {
    const uint64_t offset = event.where.offset, id = event.record_id;
    if (offset >= end_ || offset < end_ - tracks::kChunkBytes) {
      if (offset < tracks::kFileHead) return;
      const uint64_t chunk = offset - (offset - tracks::kFileHead) % tracks::kChunkBytes;
      end_ = chunk + tracks::kChunkBytes;
      piece_->chunks.push_back({chunk, id, id});
      return;
    }
    ChunkIds& ids = piece_->chunks.back();
    ids.lowest = std::min(ids.lowest, id);
    ids.highest = std::max(ids.highest, id);
  }

  std::unique_ptr<Worker> inner_;
  std::unique_ptr<RecoveryPiece> piece_;
  bool chunked_ = false;
  uint64_t end_ = 0;  // of the chunk at hand; 0: none yet
};

// What makes two records the same: all that the event says, the record's own id and time included.
uint64_t contents_of(const Event& event, std::string* buffer) {
  buffer->clear();
  if (event.details) event.details->write_json(event, buffer);
  return hash64(*buffer);
}

class ContentsSink : public EventSink {
 public:
  explicit ContentsSink(const std::vector<uint64_t>* wanted) : wanted_(wanted) {}  // sorted ids; null: all
  void on_event(const Event& event) override {
    if (wanted_ && !std::ranges::binary_search(*wanted_, event.record_id)) return;
    last_id = event.record_id;
    last = contents_of(event, &buffer_);
    if (wanted_) found.insert(last);
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }
  uint64_t last = 0, last_id = 0;
  std::unordered_set<uint64_t> found;

 private:
  const std::vector<uint64_t>* wanted_;
  std::string buffer_;
};

}  // namespace

std::unique_ptr<Worker> RecoveryStage::make_worker() {
  return std::make_unique<RecoveryWorker>(inner_.make_worker());
}

void RecoveryStage::source_begun(uint32_t source, const Source& about) {
  bytes_.know(source, about);
  remains_.clear();
  chunks_.clear();
  inner_.source_begun(source, about);
}

void RecoveryStage::merge(uint32_t source, std::unique_ptr<PieceResult> result) {
  auto& piece = static_cast<RecoveryPiece&>(*result);
  remains_.append(std::move(piece.remains));
  chunks_.insert(chunks_.end(), piece.chunks.begin(), piece.chunks.end());
  inner_.merge(source, std::move(piece.inner));
}

void RecoveryStage::source_done(uint32_t source, const Source& about) {
  const bool whole = !(interrupt_ && interrupt_->load());  // of half a source nobody knows what the rest holds
  const uint64_t found = whole && !remains_.empty() ? bring_back(source, about) : 0;
  recovered_ += found;
  Source told = about;
  told.recovered = found;
  inner_.source_done(source, told);
}

// Contents of the ordinary records that have one of these ids: each chunk is read again at most once.
std::unordered_set<uint64_t> RecoveryStage::counted_among(uint32_t source, const std::vector<uint64_t>& ids) {
  ContentsSink sink(&ids);
  for (const ChunkIds& chunk : chunks_) {
    const auto first = std::ranges::lower_bound(ids, chunk.lowest);
    if (first != ids.end() && *first <= chunk.highest) recovery_.read_counted(source, chunk.chunk, sink);
  }
  return std::move(sink.found);
}

uint64_t RecoveryStage::bring_back(uint32_t source, const Source& about) {
  std::vector<tracks::Recovery> all = remains_.recoveries(source, bytes_);
  std::vector<uint64_t> contents(all.size(), 0), ids;
  for (size_t i = 0; i < all.size(); ++i) {
    ContentsSink sink(nullptr);
    if (recovery_.read(source, all[i], sink) != RecordRecovery::Outcome::kGiven) continue;
    contents[i] = sink.last;
    ids.push_back(sink.last_id);
  }
  std::ranges::sort(ids);
  std::unordered_set<uint64_t> known = counted_among(source, ids);
  if (!worker_) worker_ = inner_.make_worker();
  worker_->begin_piece(source, about);
  uint64_t given = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    if (contents[i] == 0 || !known.insert(contents[i]).second) continue;  // another one that is left twice
    if (recovery_.read(source, all[i], *worker_) == RecordRecovery::Outcome::kGiven) ++given;
  }
  if (remains_.left_out() != 0)
    worker_->on_anomaly({AnomalyKind::kLimit,
                         Level::kLow,
                         {},
                         "remains of records that were not looked at",
                         "at most " + std::to_string(tracks::kMostRemains) + " a source",
                         std::to_string(tracks::kMostRemains + remains_.left_out()),
                         {}});
  inner_.merge(source, worker_->end_piece());
  return given;
}

}  // namespace sil::flow
