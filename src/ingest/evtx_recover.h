// One record by its place: for records that the log no longer counts (recovery re-reads named spans, house.md). The
// caller may have mended a copy of the chunk; nothing here looks at the chunk header.
#pragma once

#include <utility>
#include <vector>

#include "ingest/reader.h"

namespace sil::ingest {

// `chunk` stands at `chunk_offset` of the source; the record at [offset, offset + size) of it. Gives the sink one
// event, or anomalies. `scratch` is one of the EVTX reader's. Thread rule: one scratch per thread.
void read_evtx_record(Bytes chunk, uint64_t chunk_offset, uint32_t offset, uint32_t size, uint32_t source,
                      ReadScratch& scratch, EventSink& sink);
// All records that the chunk counts, as the reader gives them.
void read_evtx_chunk(Bytes chunk, uint64_t chunk_offset, uint32_t source, ReadScratch& scratch, EventSink& sink);

// Does all that the record leans on still stand: definitions that close where they say and are those that its instances
// name (an instance repeats the first four bytes of its definition's GUID), names that have the hash stored with them?
// Else the chunk was written anew since, and what the record would decode to is a guess.
// `known`: definitions of this very chunk, unchanged, that were found to stand for an earlier record; those of this one
// join them. Null: all are looked at.
using StandingDefinitions = std::vector<std::pair<uint32_t, int>>;  // offset of the body, depth
bool record_stands(Bytes chunk, uint32_t offset, uint32_t size, StandingDefinitions* known);

}  // namespace sil::ingest
