// Records that a log no longer counts and that can be read again: hidden inside another one, swallowed by a template
// definition, masked as an instruction, left behind the live ones (docs/design/recovered.md). Detectors and the hunt
// bring back the same ones, by the same mends.
//
// Offsets count from the start of the source's innermost raw bytes; `end` of a walk in the chunk. Thread rule: values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bytes/cursor.h"
#include "model/evidence.h"

namespace sil::tracks {

// Re-reads named spans of a source (house.md: recovery and proofs re-read named spans). Empty: nobody could.
class SpanReader {
 public:
  virtual ~SpanReader() = default;
  virtual std::vector<uint8_t> read(uint32_t source, Span span) = 0;
};

struct Mend {  // bytes to put at an offset of the source, on a copy, so that a record decodes again
  uint64_t offset = 0;
  std::vector<uint8_t> bytes;
};
struct Recovery {  // a record to bring back from `where`; its chunk begins at `chunk`
  Span where;
  uint64_t chunk = 0;
  std::vector<Mend> mends;
  std::string mended;    // what the mends assume, for people
  const char* how = "";  // where it was, for people
};

// `record`: the bytes at `outer`, a record that counts. Empty, none: nothing of the kind is there.
std::vector<Recovery> hidden_records(Bytes record, const Span& outer, uint64_t chunk, uint64_t end);
std::optional<Recovery> swallowed_record(Bytes record, const Span& outer, uint64_t chunk, const Span& definition,
                                         uint64_t end);
std::optional<Recovery> masked_record(Bytes record, const Span& outer, uint64_t chunk);
Recovery slack_record(const Span& where, uint64_t chunk);

// The facts of one source that lead to such records, in reading order; of no log in order any.
class Remains {
 public:
  void fact(const StructureFact& fact);
  void append(Remains more);
  void clear() { facts_.clear(), more_ = 0; }
  [[nodiscard]] bool empty() const { return facts_.empty(); }
  [[nodiscard]] uint64_t left_out() const { return more_; }  // beyond kMostRemains
  // By place; each record once, whichever facts lead to it.
  [[nodiscard]] std::vector<Recovery> recoveries(uint32_t source, SpanReader& bytes) const;

 private:
  void add(const StructureFact& fact);
  std::vector<StructureFact> facts_;
  uint64_t more_ = 0;
};
constexpr size_t kMostRemains = 200'000;  // of a source: some 12 MB

}  // namespace sil::tracks
