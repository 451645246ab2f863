// Logs of which several sources hold records are read a second time, those sources alone, and compared (docs/design/
// tracks.md, Two witnesses): what a single file costs does not depend on it.
//
// Memory: the copies of at most tracks::kCopiesAtOnce records at a time; at most kCopyPasses readings, what is left is
// told. Thread rule: one thread calls; workers are the pipeline's.
#pragma once

#include <vector>

#include "flow/pipeline.h"
#include "flow/source_bytes.h"
#include "tracks/record_copies.h"

namespace sil::flow {

constexpr size_t kCopyPasses = 8;

// Fields of one record, read again by its place.
class RecordFields : public tracks::RecordReader {
 public:
  RecordFields(SourceBytes& bytes, const std::vector<tracks::SourceFacts>& sources)
      : bytes_(bytes), sources_(sources) {}
  std::vector<tracks::NamedText> fields(uint32_t source, Span where) override;

 private:
  SourceBytes& bytes_;
  const std::vector<tracks::SourceFacts>& sources_;
};

// Tracks about two witnesses. `options`: as the sources were read the first time.
std::vector<tracks::Judged> judge_copies(const std::vector<tracks::SourceFacts>& sources,
                                         const PipelineOptions& options, SourceBytes& bytes);

}  // namespace sil::flow
