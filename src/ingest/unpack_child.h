// What the confined child does: walks a container through libarchive, nested ones too, and writes frames
// (unpack_frames.h). Runs in the child alone and touches nothing but the descriptors that it was given.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bytes/shared_ring.h"

namespace sil::ingest {

struct UnpackTask {
  int input = -1, output = -1;
  uint64_t input_size = 0;
  std::vector<int> spill;  // nameless files, one a level of nesting; for archives that need a seek
  // Data go this way; its note() is the ordinal of a member that nobody wants. Null: data stand behind their headers.
  SharedRing* ring = nullptr;
  std::vector<std::string> passwords;
  uint64_t max_unpacked = 0;
  bool filtered = true;  // by seccomp; false is noted
};

void unpack(const UnpackTask& task);

// Limits (interface.md, "What bad input gets").
constexpr int kMaxDepth = 4;
constexpr uint64_t kRatioFrom = uint64_t{256} << 20;
constexpr uint64_t kMaxRatio = 1000;

}  // namespace sil::ingest
