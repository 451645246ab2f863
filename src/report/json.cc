// json: the objects of ndjson as one array. Each object carries its separator in front; the output drops the
// first.
#include "report/objects.h"
#include "report/registry.h"

namespace sil::report {
namespace {

class JsonArrayWriter : public FindingWriter {
 public:
  explicit JsonArrayWriter(bool show_secrets) : show_secrets_(show_secrets) {}
  void begin(std::string* out) const override { *out += "[\n"; }
  void end(std::string* out) const override { *out += "\n]\n"; }
  [[nodiscard]] size_t leading_separator() const override { return kSeparator.size(); }

  void append_finding(const Finding& finding, const SourceSet& sources, std::string* out) const override {
    append_finding_object(finding, sources, show_secrets_, &separated(out));
  }
  void append_source(const Source& source, std::string* out) const override {
    append_source_object(source, &separated(out));
  }
  void append_passed_over(const PassedOver& text, std::string* out) const override {
    append_passed_over_object(text, &separated(out));
  }
  void append_anomaly(const Anomaly& anomaly, uint32_t index, const SourceSet& sources,
                      std::string* out) const override {
    append_anomaly_object(anomaly, index, sources, &separated(out));
  }
  void append_verdict(const RuleVerdict& verdict, std::string* out) const override {
    append_verdict_object(verdict, &separated(out));
  }
  void append_blind(const BlindRule& blind, std::string* out) const override {
    append_blind_object(blind, &separated(out));
  }

 private:
  static constexpr std::string_view kSeparator = ",\n";
  static std::string& separated(std::string* out) { return *out += kSeparator; }
  bool show_secrets_;
};

}  // namespace

std::unique_ptr<FindingWriter> make_json(const ReportOptions& options) {
  return std::make_unique<JsonArrayWriter>(options.show_secrets);
}

}  // namespace sil::report
