#include "flow/explain_run.h"

#include "flow/finding_builder.h"
#include "hunt/blind.h"
#include "hunt/explain.h"
#include "report/explanation.h"

namespace sil::flow {
namespace {

struct ExplainResult : PieceResult {
  hunt::Nearness nearness;
  Explanation explanation;
  uint64_t searched = 0;
};

class ExplainWorker : public Worker {
 public:
  ExplainWorker(const hunt::Rule& rule, const ExplainOptions& options) : rule_(rule), options_(options) {}
  void begin_piece(uint32_t, const Source&) override { result_ = std::make_unique<ExplainResult>(); }
  std::unique_ptr<PieceResult> end_piece() override { return std::move(result_); }

  void on_event(const Event& event) override {
    if (result_->nearness.matched || !inside_window(options_.window, event)) return;
    bool asked = options_.record_id || options_.offset;
    if (options_.record_id && event.record_id != *options_.record_id) return;
    if (options_.offset && event.where.offset != *options_.offset) return;
    hunt::Nearness near = hunt::nearness(rule_, event, asked);
    if (!near.applies && !asked) return;
    ++result_->searched;
    if (result_->explanation.has_record && near <= result_->nearness) return;
    result_->nearness = near;
    result_->explanation = hunt::explain_record(rule_, event);
    result_->explanation.time = event.time;
    result_->explanation.host = event.text("Computer");
    result_->explanation.record_id = event.record_id;
    if (event.kind) {
      result_->explanation.channel = event.kind->channel;
      result_->explanation.event_id = event.kind->event_id;
    }
    result_->explanation.citation = cite_event(event);
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }

 private:
  const hunt::Rule& rule_;
  const ExplainOptions& options_;
  std::unique_ptr<ExplainResult> result_;
};

class ExplainStage : public Stage {
 public:
  ExplainStage(const hunt::Rule& rule, const ExplainOptions& options, std::atomic<bool>& enough)
      : rule_(rule), options_(options), enough_(enough) {}
  std::unique_ptr<Worker> make_worker() override { return std::make_unique<ExplainWorker>(rule_, options_); }
  void source_begun(uint32_t, const Source&) override {}
  void merge(uint32_t, std::unique_ptr<PieceResult> result) override {
    auto& found = static_cast<ExplainResult&>(*result);
    if (nearness_.matched) return;
    searched += found.searched;
    if (!found.explanation.has_record || (best.has_record && found.nearness <= nearness_)) return;
    nearness_ = found.nearness;
    best = std::move(found.explanation);
    if (nearness_.matched) enough_ = true;
  }
  void source_done(uint32_t, const Source&) override {}

  Explanation best;
  uint64_t searched = 0;

 private:
  const hunt::Rule& rule_;
  const ExplainOptions& options_;
  std::atomic<bool>& enough_;
  hunt::Nearness nearness_;
};

}  // namespace

std::string explanation_output(const ExplainReport& report, bool object, const report::ReportOptions& options) {
  std::string out;
  const std::vector<Source>& sources = report.pipeline.sources;
  if (object) {
    report::append_explanation_object(report.explanation, sources, options.show_secrets, &out);
    out += '\n';
  } else {
    report::append_explanation_text(report.explanation, sources, options, &out);
  }
  return out;
}

ExplainReport run_explain(const std::vector<Input>& inputs, const PipelineOptions& pipeline,
                          const ExplainOptions& options, const hunt::Rule& rule, Progress& progress) {
  std::atomic<bool> enough{false};
  PipelineOptions own = pipeline;
  own.write_failed = &enough;  // ends the reading quietly
  ExplainStage stage(rule, options, enough);
  ExplainReport report;
  report.pipeline = run_pipeline(inputs, own, nullptr, stage, progress);
  report.explanation = std::move(stage.best);
  report.explanation.rule = &rule.info;
  report.explanation.condition = hunt::condition_text(rule);
  report.explanation.searched = stage.searched;
  if (!report.explanation.has_record) report.explanation.looked_for = hunt::looked_for(rule.logsource);
  return report;
}

}  // namespace sil::flow
