// Reads bytes through a reader piece by piece, as the pipeline does, and demands that pieces follow one another and
// cover the source.
#pragma once

#include "fuzz/demand.h"
#include "ingest/reader.h"
#include "ingest/recorded_run.h"

namespace sil::fuzz {

inline void read_pieces(ingest::Reader& reader, Bytes bytes, bool random_access, EventSink& sink) {
  ingest::MemorySource source(bytes, random_access);
  const auto scratch = reader.make_scratch();
  ingest::Piece piece;
  uint64_t expected = 0;
  for (;;) {
    const auto more = reader.split(source, &piece);
    demand(more.has_value(), "memory can be read");
    if (!*more) break;
    demand(piece.offset == expected && piece.length != 0 && piece.filled, "pieces follow one another");
    expected += piece.length;
    ingest::Piece exact;  // no longer than it may be read, so that a sanitizer sees what lies beyond
    exact.ordinal = piece.ordinal;
    exact.offset = piece.offset;
    exact.length = piece.length;
    exact.state = piece.state;
    exact.filled = true;
    exact.buffer.assign(piece.buffer.begin(),
                        piece.buffer.begin() + static_cast<ptrdiff_t>(piece.length + ingest::kSlack));
    reader.read(exact, 0, *scratch, sink);
  }
  demand(expected == bytes.size(), "pieces cover the source");
  reader.finish(0, sink);
}

}  // namespace sil::fuzz
