// ndjson: one object a line, fields in the order of interface.md.
#include "report/objects.h"
#include "report/registry.h"

namespace sil::report {
namespace {

class NdjsonWriter : public FindingWriter {
 public:
  explicit NdjsonWriter(bool show_secrets) : show_secrets_(show_secrets) {}
  void append_finding(const Finding& finding, const SourceSet& sources, std::string* out) const override {
    append_finding_object(finding, sources, show_secrets_, out);
    *out += '\n';
  }
  void append_source(const Source& source, std::string* out) const override {
    append_source_object(source, out);
    *out += '\n';
  }
  void append_passed_over(const PassedOver& text, std::string* out) const override {
    append_passed_over_object(text, out);
    *out += '\n';
  }
  void append_anomaly(const Anomaly& anomaly, uint32_t index, const SourceSet& sources,
                      std::string* out) const override {
    append_anomaly_object(anomaly, index, sources, out);
    *out += '\n';
  }
  void append_verdict(const RuleVerdict& verdict, std::string* out) const override {
    append_verdict_object(verdict, out);
    *out += '\n';
  }
  void append_blind(const BlindRule& blind, std::string* out) const override {
    append_blind_object(blind, out);
    *out += '\n';
  }

 private:
  bool show_secrets_;
};

}  // namespace

std::unique_ptr<FindingWriter> make_ndjson(const ReportOptions& options) {
  return std::make_unique<NdjsonWriter>(options.show_secrets);
}

}  // namespace sil::report
