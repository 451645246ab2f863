#include "flow/hunt_run.h"

#include "flow/correlator.h"
#include "flow/form_output.h"
#include "flow/recovery_stage.h"
#include "report/registry.h"

namespace sil::flow {
namespace {

// Formats in the workers, writes in order. A worker's text is already in the form's final shape.
class OutputConsumer : public FindingConsumer {
 public:
  OutputConsumer(report::FindingWriter& writer, Correlator& correlator, bool anomalies, Output& output,
                 std::atomic<bool>& stop)
      : form(writer, output, stop), writer_(writer), correlator_(correlator), anomalies_(anomalies) {}

  bool wants_anomalies() const override { return anomalies_; }
  bool keeps_objects() const override { return false; }
  void format(const Finding& finding, const Source& source, std::string* out) const override {
    writer_.append_finding(finding, source, out);
  }
  void format(const Anomaly& anomaly, const Source& source, std::string* out) const override {
    writer_.append_anomaly(anomaly, 0, source, out);
  }
  void source_begun(uint32_t, const Source&) override {}
  void take(uint32_t, std::string text, std::vector<Finding>, std::vector<Anomaly>) override { form.write(text); }
  void take_members(uint32_t source, std::string entries) override {
    if (auto added = correlator_.add(source, entries); !added) form.fail_with(added);
  }
  void source_done(uint32_t, const Source& about) override { form.write_source(about); }

  FormOutput form;

 private:
  const report::FindingWriter& writer_;
  Correlator& correlator_;
  bool anomalies_;
};

// Correlation findings come after the sources, by time.
void write_correlations(const HuntRun& run, Correlator& correlator, const report::FindingWriter& writer,
                        OutputConsumer& consumer, HuntReport& report) {
  if (!correlator.plan() || !consumer.form.written) return;
  auto done = correlator.for_each_finding([&](const Finding& finding, const hunt::Firing&) -> Result<void> {
    if (run.stage.suppress.holds(finding)) {
      ++report.counts.suppressed;
      return {};
    }
    ++report.counts.by_level[static_cast<size_t>(finding.rule->level)];
    ++report.counts.total;
    std::string text;
    writer.append_finding(finding, report.pipeline.sources, &text);
    consumer.form.write(text);
    return consumer.form.written;
  });
  if (!done) consumer.form.fail_with(done);
  report.nested_without_field = correlator.nested_without_field();
}

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
  Correlator correlator(rules.set, "");
  OutputConsumer consumer(*writer, correlator, run.anomalies, output, write_failed);
  HuntStage stage(*rules.program, correlator.plan(), run.stage, consumer, progress);
  RecoveryStage recovery(stage, pipeline.open, pipeline.stop);
  HuntReport report;
  consumer.form.begin();
  report.pipeline = run_pipeline(run.inputs, pipeline, nullptr, recovery, progress);
  report.recovered = recovery.recovered();
  report.counts = stage.counts();
  report.members = stage.members();
  write_correlations(run, correlator, *writer, consumer, report);
  consumer.form.write_passed_over(report.pipeline.unknown_texts);
  consumer.form.end();
  report.written = consumer.form.written ? output.commit() : consumer.form.written;
  return report;
}

}  // namespace sil::flow
