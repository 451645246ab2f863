#include "flow/hunt_run.h"

#include "report/registry.h"

namespace sil::flow {
namespace {

// Formats in the workers, writes in order. A worker's text is already in the form's final shape.
class OutputConsumer : public FindingConsumer {
 public:
  OutputConsumer(report::FindingWriter& writer, bool anomalies, Output& output, std::atomic<bool>& stop)
      : writer_(writer), anomalies_(anomalies), output_(output), stop_(stop) {}

  bool wants_anomalies() const override { return anomalies_; }
  bool keeps_objects() const override { return false; }
  void format(const Finding& finding, const Source& source, std::string* out) const override {
    writer_.append_finding(finding, source, out);
  }
  void format(const Anomaly& anomaly, const Source& source, std::string* out) const override {
    writer_.append_anomaly(anomaly, 0, source, out);
  }
  void source_begun(uint32_t, const Source&) override {}
  void take(uint32_t, std::string text, std::vector<Finding>, std::vector<Anomaly>) override { write(text); }
  void source_done(uint32_t, const Source& about) override {
    std::string text;
    writer_.append_source(about, &text);
    write(text);
  }

  void begin() {
    std::string text;
    writer_.begin(&text);
    put(text);
  }
  void end() {
    std::string text;
    writer_.end(&text);
    put(text);
  }

  Result<void> written;

 private:
  void write(std::string_view text) {
    if (text.empty()) return;
    if (writer_.aggregates()) return writer_.absorb(text);
    if (!any_) text.remove_prefix(std::min(writer_.leading_separator(), text.size()));
    any_ = true;
    put(text);
  }
  void put(std::string_view text) {
    if (!written || text.empty()) return;
    written = output_.write(text);
    if (!written) stop_ = true;
  }

  report::FindingWriter& writer_;
  bool anomalies_;
  Output& output_;
  std::atomic<bool>& stop_;
  bool any_ = false;
};

}  // namespace

bool is_output_form(const std::string& name) {
  for (const report::OutputForm& form : report::output_forms()) {
    if (name == form.name) return true;
  }
  return false;
}

Result<HuntReport> run_hunt(const HuntRun& run, const Rules& rules, Output& output, Progress& progress) {
  auto writer = report::make_writer(run.form, run.report);
  if (!writer) {
    std::string known;
    for (const report::OutputForm& form : report::output_forms())
      known += std::string(known.empty() ? "" : ", ") + form.name;
    return fail(ErrorCode::kUsage, "--format", "one of " + known, "'" + run.form + "'");
  }
  std::atomic<bool> write_failed{false};
  PipelineOptions pipeline = run.pipeline;
  pipeline.write_failed = &write_failed;
  OutputConsumer consumer(*writer, run.anomalies, output, write_failed);
  HuntStage stage(*rules.program, run.stage, consumer, progress);
  HuntReport report;
  consumer.begin();
  report.pipeline = run_pipeline(run.inputs, pipeline, nullptr, stage, progress);
  consumer.end();
  report.counts = stage.counts();
  report.written = consumer.written ? output.commit() : consumer.written;
  return report;
}

}  // namespace sil::flow
