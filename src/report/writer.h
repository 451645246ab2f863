// Output forms for findings, sources, anomalies and verdicts (interface.md, Objects). One file a form, one
// row each in registry.cc.
//
// Thread rule: append_* are pure functions of their arguments and may be called by several workers at once;
// what they append is written in output order by one thread. begin, absorb and end belong to that thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"
#include "report/options.h"

namespace sil::report {

// The sources a citation's index means: all of a run, or the one that is being read. A view; lives for one
// call.
class SourceSet {
 public:
  SourceSet(const std::vector<Source>& all) : all_(&all) {}  // NOLINT(google-explicit-constructor): call sites
  SourceSet(const Source& only) : only_(&only) {}            // NOLINT(google-explicit-constructor): have either
  [[nodiscard]] const Source* at(uint32_t index) const {
    if (only_) return only_;
    return index < all_->size() ? &(*all_)[index] : nullptr;
  }

 private:
  const std::vector<Source>* all_ = nullptr;
  const Source* only_ = nullptr;
};

struct RuleVerdict {  // silhouette/rule-verdict/1
  std::string path, id, title, reason;
  bool loaded = false;
  uint64_t line = 0;
};

struct BlindRule {  // silhouette/blind/1
  const RuleInfo* rule = nullptr;
  std::string reason, detail;
};

class FindingWriter {
 public:
  virtual ~FindingWriter() = default;
  virtual void begin(std::string* /*out*/) const {}
  virtual void append_finding(const Finding& finding, const SourceSet& sources, std::string* out) const = 0;
  virtual void append_source(const Source& /*source*/, std::string* /*out*/) const {}
  virtual void append_passed_over(const PassedOver& /*text*/, std::string* /*out*/) const {}
  // `citations` of the anomaly: its span in source `index`.
  virtual void append_anomaly(const Anomaly& anomaly, uint32_t index, const SourceSet& sources,
                              std::string* out) const = 0;
  virtual void append_verdict(const RuleVerdict& /*verdict*/, std::string* /*out*/) const {}
  virtual void append_blind(const BlindRule& /*blind*/, std::string* /*out*/) const {}
  virtual void end(std::string* /*out*/) const {}

  // Bytes to drop from the very first text that append_* gave, so that objects can be formatted without
  // knowing which of them comes first (the comma of a JSON array).
  [[nodiscard]] virtual size_t leading_separator() const { return 0; }
  // A form that is one picture of all findings: texts are handed to absorb() instead of the output, end()
  // writes it.
  [[nodiscard]] virtual bool aggregates() const { return false; }
  virtual void absorb(std::string_view /*text*/) {}
};

}  // namespace sil::report
