#include "ingest/evtx_recover.h"

#include "ingest/evtx_chunk.h"

namespace sil::ingest {

void read_evtx_record(Bytes chunk, uint64_t chunk_offset, uint32_t offset, uint32_t size, uint32_t source,
                      ReadScratch& scratch, EventSink& sink) {
  if (offset > chunk.size() || size < kRecordMinimum || size > chunk.size() - offset) return;
  ChunkWalker(chunk, chunk_offset, source, &static_cast<EvtxScratch&>(scratch), &sink).run_one(offset, size);
}

}  // namespace sil::ingest
