// For tests: the findings of a stage and what was said of its last source, kept.
// Thread rule: as FindingConsumer.
#pragma once

#include <iterator>
#include <string>
#include <vector>

#include "flow/hunt_stage.h"

namespace sil::flow {

class CollectingConsumer : public FindingConsumer {
 public:
  bool wants_anomalies() const override { return false; }
  bool keeps_objects() const override { return true; }
  void format(const Finding&, const Source&, std::string*) const override {}
  void format(const Anomaly&, const Source&, std::string*) const override {}
  void source_begun(uint32_t, const Source&) override {}
  void take(uint32_t, std::string, std::vector<Finding> findings, std::vector<Anomaly>) override {
    std::move(findings.begin(), findings.end(), std::back_inserter(found));
  }
  void take_members(uint32_t, std::string) override {}
  void source_done(uint32_t, const Source& about) override { source = about; }
  std::vector<Finding> found;
  Source source;
};

}  // namespace sil::flow
