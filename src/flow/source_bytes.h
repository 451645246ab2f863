// Spans of sources, read again by name. Plain files are read in place; a packed source is unpacked into memory once
// it is asked for, up to kHeld bytes.
//
// Thread rule: one thread. Errors: what cannot be read gives fewer bytes.
#pragma once

#include <map>
#include <memory>

#include "ingest/reader.h"
#include "tracks/judge.h"

namespace sil::flow {

class SourceBytes : public tracks::SpanReader {
 public:
  explicit SourceBytes(ingest::OpenOptions options = {}) : options_(std::move(options)) {}
  void know(uint32_t source, const Source& about) { known_[source] = {about.path, about.members}; }
  std::vector<uint8_t> read(uint32_t source, Span span) override;

 private:
  static constexpr uint64_t kHeld = uint64_t{1} << 30;
  void open(uint32_t source);
  struct Known {
    std::string path;
    std::vector<std::string> members;
  };
  ingest::OpenOptions options_;
  std::map<uint32_t, Known> known_;
  std::unique_ptr<ingest::SourceWalk> walk_;
  uint32_t current_ = UINT32_MAX;
  std::unique_ptr<ingest::ByteSource> bytes_;
  std::vector<uint8_t> whole_;  // of a packed source
};

}  // namespace sil::flow
