// Findings that claims will be made of, in a short form on disk from when they are stored until they are claimed:
// reading them back out of the case would mean reading all of its findings.
//
// Errors: what cannot be kept makes for_each_batch() false, and the case is read instead. Thread rule: one thread;
// findings_of() may run on several. Lifetime: rules of findings outlive it.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "bytes/spill_file.h"
#include "casefile/case_store.h"

namespace sil::flow {

struct PlacedFinding {
  casefile::FindingPlace place;
  Finding finding;
};

class ClaimSpill {
 public:
  ClaimSpill(std::string folder, Level least) : folder_(std::move(folder)), least_(least) {}
  // Keeps what a claim says of a finding of one source, unless it is below the level. In the order of storing.
  void add(const Finding& finding);
  // All of them, as texts for findings_of(); false: they could not be kept.
  bool for_each_batch(const std::function<void(std::string)>& visit);
  [[nodiscard]] std::vector<PlacedFinding> findings_of(const std::string& batch) const;

 private:
  void end_batch();

  std::string folder_;
  Level least_;
  bool broken_ = false;
  int64_t count_ = 0;
  std::string batch_;
  size_t in_batch_ = 0;
  std::unique_ptr<SpillFile> file_;
  std::vector<Span> batches_;  // in file_
  std::vector<const RuleInfo*> rules_;
  std::unordered_map<const RuleInfo*, uint32_t> numbers_;  // in rules_
};

}  // namespace sil::flow
