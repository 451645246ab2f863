#include "flow/blind_run.h"

#include <algorithm>

#include "report/escape.h"
#include "report/registry.h"

namespace sil::flow {
namespace {

struct CensusResult : PieceResult {
  hunt::Census census;
};

class CensusWorker : public Worker {
 public:
  explicit CensusWorker(const EventWindow& window) : window_(window) {}
  void begin_piece(uint32_t, const Source&) override { result_ = std::make_unique<CensusResult>(); }
  std::unique_ptr<PieceResult> end_piece() override { return std::move(result_); }
  void on_event(const Event& event) override {
    if (inside_window(window_, event)) result_->census.count(event);
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }

 private:
  const EventWindow& window_;
  std::unique_ptr<CensusResult> result_;
};

class CensusStage : public Stage {
 public:
  explicit CensusStage(const EventWindow& window) : window_(window) {}
  std::unique_ptr<Worker> make_worker() override { return std::make_unique<CensusWorker>(window_); }
  void source_begun(uint32_t, const Source&) override {}
  void merge(uint32_t, std::unique_ptr<PieceResult> result) override {
    census.merge(static_cast<CensusResult&>(*result).census);
  }
  void source_done(uint32_t, const Source&) override {}

  hunt::Census census;

 private:
  const EventWindow& window_;
};

std::string as_lines(const std::vector<hunt::Blind>& blind) {
  constexpr int kReason = 14, kId = 37;
  std::string out;
  for (const hunt::Blind& one : blind) {
    report::append_padded(blind_reason_name(one.reason), kReason, &out);
    report::append_padded(one.rule->id, kId, &out);
    report::append_terminal(one.rule->title, &out);
    out += '\n' + std::string(kReason, ' ');
    report::append_terminal(one.detail, &out);
    out += '\n';
  }
  return out;
}

}  // namespace

std::string blind_output(const BlindReport& report, std::string_view form, const report::ReportOptions& options) {
  if (form == "table") return as_lines(report.blind);
  std::unique_ptr<report::FindingWriter> writer = report::make_writer(form, options);
  if (!writer) return {};
  std::string out, objects;
  for (const hunt::Blind& one : report.blind)
    writer->append_blind({one.rule, blind_reason_name(one.reason), one.detail}, &objects);
  writer->begin(&out);
  if (writer->aggregates())
    writer->absorb(objects);
  else
    out += objects.substr(std::min(objects.size(), writer->leading_separator()));
  writer->end(&out);
  return out;
}

BlindReport run_blind(const std::vector<Input>& inputs, const PipelineOptions& pipeline, const EventWindow& window,
                      const hunt::RuleSet& set, Progress& progress) {
  CensusStage stage(window);
  BlindReport report;
  report.pipeline = run_pipeline(inputs, pipeline, nullptr, stage, progress);
  report.blind = hunt::blind_rules(set, stage.census);
  return report;
}

}  // namespace sil::flow
