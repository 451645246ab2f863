#include "ingest/evtx_reader.h"

#include <algorithm>

#include "ingest/evtx_chunk.h"
#include "ingest/evtx_format.h"
#include "ingest/evtx_structure.h"
#include "model/structure_kinds.h"

namespace sil::ingest {
namespace {

constexpr size_t kPieceSize = kChunksPerPiece * kChunkSize;

struct PieceState {
  size_t expected = 0;  // bytes the file promised; fewer in the piece: it shrank
};

class EvtxReader : public Reader {
 public:
  Result<bool> split(ByteSource& bytes, Piece* piece) override {
    if (done_) return false;
    size_t want = next_ == 0 ? kEvtxFileHeaderSize + kPieceSize : kPieceSize;
    piece->ordinal = ordinal_;
    piece->offset = next_;
    piece->filled = false;
    auto state = std::make_shared<PieceState>();
    if (bytes.random_access()) {
      uint64_t size = bytes.size_hint();
      if (next_ >= size) return false;
      piece->length = static_cast<size_t>(std::min<uint64_t>(want, size - next_));
    } else {
      piece->buffer.resize(want + kSlack);
      auto got = bytes.read_at(next_, piece->buffer.data(), want);
      if (!got) return tl::unexpected(got.error());
      if (*got == 0) return false;
      done_ = *got < want;
      piece->length = *got;
      piece->buffer.resize(*got + kSlack);
      piece->filled = true;
    }
    state->expected = piece->length;
    piece->state = std::move(state);
    next_ += piece->length;
    ++ordinal_;
    return true;
  }

  std::unique_ptr<ReadScratch> make_scratch() const override { return std::make_unique<EvtxScratch>(); }

  void read(const Piece& piece, uint32_t source, ReadScratch& scratch, EventSink& sink) const override {
    auto& own = static_cast<EvtxScratch&>(scratch);
    Bytes bytes{piece.buffer.data(), std::min(piece.length, piece.buffer.size())};
    const auto* state = static_cast<const PieceState*>(piece.state.get());
    if (state && bytes.size() < state->expected) {
      sink.on_anomaly({AnomalyKind::kShrunk,
                       Level::kMedium,
                       {piece.offset + bytes.size(), 0},
                       "the file became shorter while it was read",
                       std::to_string(piece.offset + state->expected),
                       std::to_string(piece.offset + bytes.size())});
    }
    size_t at = 0;
    if (piece.offset == 0) {
      file_header(bytes, sink);
      at = std::min(kEvtxFileHeaderSize, bytes.size());
    }
    for (; at < bytes.size(); at += kChunkSize) {
      Bytes chunk = bytes.subspan(at, std::min(kChunkSize, bytes.size() - at));
      if (chunk.size() < kChunkSize && is_chunk_header(chunk)) {
        sink.on_anomaly({AnomalyKind::kTruncated,
                         Level::kMedium,
                         {piece.offset + at, static_cast<uint32_t>(chunk.size())},
                         "the file ends inside a chunk",
                         std::to_string(kChunkSize),
                         std::to_string(chunk.size())});
      }
      ChunkWalker(chunk, piece.offset + at, source, &own, &sink).run();
    }
  }

  void finish(uint32_t, EventSink&) override {}

 private:
  static void file_header(Bytes bytes, EventSink& sink) {
    Span where{0, static_cast<uint32_t>(std::min(bytes.size(), kEvtxFileHeaderSize))};
    auto report = [&](AnomalyKind kind, const char* summary, std::string expected, std::string found) {
      sink.on_anomaly({kind, Level::kLow, where, summary, std::move(expected), std::move(found)});
    };
    if (bytes.size() < kEvtxFileHeaderSize) {
      report(AnomalyKind::kTruncated, "the file ends inside its header", std::to_string(kEvtxFileHeaderSize),
             std::to_string(bytes.size()));
    }
    if (bytes.size() < 128) return;
    EvtxFileHeader header = parse_file_header(bytes);
    if (!is_evtx_header(bytes))
      report(AnomalyKind::kFileHeader, "the file header has no signature", "ElfFile", "");
    else if (!header.crc_good)
      report(AnomalyKind::kFileHeader, "the checksum of the file header does not hold", "", "");
    if (header.major != 3 || (header.minor != 1 && header.minor != 2)) {
      report(AnomalyKind::kFileHeader, "a version of the format that is not known; read as 3.1", "3.1 or 3.2",
             std::to_string(header.major) + "." + std::to_string(header.minor));
    }
    if (sink.wants_facts()) {
      uint64_t sum = header.crc_good ? kHeaderSumHolds : 0;
      sink.on_fact({FactKind::kFileHeader, where, header.next_record_id, header.chunk_count, header.flags | sum,
                    header.first_chunk << 32 | (header.last_chunk & 0xffffffff)});
      header_structure_facts(bytes, sink);
    }
  }

  uint64_t next_ = 0, ordinal_ = 0;
  bool done_ = false;
};

}  // namespace

Sniff sniff_evtx(Bytes head, std::string_view) {
  if (is_evtx_header(head)) return {100, "magic"};
  // A file whose header was lost still has its first chunk where it belongs.
  if (head.size() > kEvtxFileHeaderSize && is_chunk_header(head.subspan(kEvtxFileHeaderSize))) return {90, "content"};
  return {};
}

std::unique_ptr<Reader> make_evtx_reader() {
  return std::make_unique<EvtxReader>();
}

std::unique_ptr<ReadScratch> make_evtx_walker_scratch() {
  auto scratch = std::make_unique<EvtxScratch>();
  scratch->force_walker = true;
  return scratch;
}

}  // namespace sil::ingest
