// Single-member containers (gz, zst, zip) through libarchive, as a stream of the member's bytes. Which one it is says
// its first bytes, never its name. Limits (interface, "What bad input gets"): ratio 1,000:1 beyond 256 MiB of output,
// 64 GiB in all; reaching one ends the stream with kLimit, what came before stays read.
#pragma once

#include "ingest/reader.h"

namespace sil::ingest {

bool is_container(Bytes head);
Result<Opened> open_container(const std::string& path);

constexpr uint64_t kRatioFrom = uint64_t{256} << 20;
constexpr uint64_t kMaxRatio = 1000;
constexpr uint64_t kMaxUnpacked = uint64_t{64} << 30;

}  // namespace sil::ingest
