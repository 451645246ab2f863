// The EVTX format: files of 64 KiB chunks behind a 4 KiB header (docs/formats/evtx.md). A chunk needs nothing of the
// others, so any worker reads any piece. Chunks are counted from the bytes, never from the header's 16 bit field.
#pragma once

#include <string_view>

#include "ingest/reader.h"

namespace sil::ingest {

Sniff sniff_evtx(Bytes head, std::string_view path);
std::unique_ptr<Reader> make_evtx_reader();

// For tests: the same scratch with the compiled path switched off.
std::unique_ptr<ReadScratch> make_evtx_walker_scratch();

}  // namespace sil::ingest
