// What the confined child does: walks a container through libarchive, nested ones too, and writes frames
// (unpack_frames.h). Runs in the child alone and touches nothing but the descriptors that it was given.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bytes/shared_ring.h"
#include "ingest/unpack_frames.h"

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
  // Behind a child that died. What lies at `behind` or before it has been told: nothing more is said of it. What lies
  // at a place of `skip` is not looked at. Ordinals go on above `told_ordinals`.
  UnpackPlace behind = {};
  std::vector<UnpackPlace> skip = {};
  uint64_t told_ordinals = 0;
  std::function<void(const std::string& names)> in_decoder = nullptr;  // OpenOptions::in_decoder
};

void unpack(const UnpackTask& task);

// Limits (interface.md, "What bad input gets").
constexpr int kMaxDepth = 4;
constexpr uint64_t kRatioFrom = uint64_t{256} << 20;
constexpr uint64_t kMaxRatio = 1000;

}  // namespace sil::ingest
