// What the walk over records does not see of an EVTX chunk, for the track detectors: the name and template tables
// (docs/formats/evtx.md, "Structure facts"), slack behind the live records, reserved bytes. One pass over the chunk
// after its records, and only when somebody listens to facts; nothing here decides what a record is.
//
// Thread rule: pure functions of their arguments.
#pragma once

#include "ingest/evtx_format.h"
#include "model/event.h"

namespace sil::ingest {

// `live_end`: where the records end that count. The tables are looked at only where the chunk's checksums hold: damage
// is not forgery.
void chunk_structure_facts(Bytes chunk, uint64_t offset, const ChunkHeader& header, uint32_t live_end, EventSink& sink);
// The last part of it by itself: whole records behind the live ones.
void slack_facts(Bytes chunk, uint64_t offset, uint32_t live_end, EventSink& sink);
// The 4096 bytes of the file header, as many as are there.
void header_structure_facts(Bytes head, EventSink& sink);
// Processing instructions among the top-level tokens of the record chunk[begin, end), which stands at `where`.
void instruction_facts(Bytes chunk, size_t begin, size_t end, Span where, EventSink& sink);

uint16_t evtx_name_hash(Bytes utf16);  // h * 65599 + unit, low 16 bits

}  // namespace sil::ingest
