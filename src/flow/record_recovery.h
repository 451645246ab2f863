// Brings one record back that its log no longer counts: reads its chunk again, mends a copy, decodes (docs/design/
// recovered.md). What the event's details give - citation, bytes, digests - is of the bytes as they lie there.
//
// Thread rule: one thread. Lifetime: what the sink gets dies with the call; `bytes` must outlive this.
#pragma once

#include <memory>

#include "flow/source_bytes.h"
#include "ingest/evtx_recover.h"
#include "tracks/remains.h"

namespace sil::flow {

class RecordRecovery {
 public:
  explicit RecordRecovery(SourceBytes& bytes);
  ~RecordRecovery();

  enum class Outcome : uint8_t {
    kUnread,   // the bytes are no longer there
    kChanged,  // they are, but what decodes them is not: no event was given
    kGiven,    // the sink got the event
  };
  Outcome read(uint32_t source, const tracks::Recovery& recovery, EventSink& sink);
  // Of the last one that was not kUnread: the record's bytes as they lie there, and with the mends.
  [[nodiscard]] Bytes original() const;
  [[nodiscard]] Bytes mended() const;

  // The records that the chunk at `offset` counts.
  void read_counted(uint32_t source, uint64_t offset, EventSink& sink);

 private:
  bool load(uint32_t source, uint64_t chunk);
  void mend(const tracks::Recovery& recovery);
  [[nodiscard]] bool stands(const tracks::Recovery& recovery);
  SourceBytes& bytes_;
  std::unique_ptr<ingest::ReadScratch> scratch_;
  uint32_t source_ = UINT32_MAX;
  uint64_t chunk_ = 0;
  std::vector<uint8_t> original_, mended_;  // of the chunk at hand, with slack behind
  std::vector<Span> mends_;                 // where the two differ, offsets in the chunk
  ingest::StandingDefinitions standing_;    // of the chunk as it lies there
  size_t at_ = 0, length_ = 0;
};

}  // namespace sil::flow
