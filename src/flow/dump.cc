#include "flow/dump.h"

#include <algorithm>

namespace sil::flow {
namespace {

struct DumpResult : PieceResult {
  std::string text;
};

class DumpWorker : public Worker {
 public:
  explicit DumpWorker(const DumpOptions& options) : options_(options) {}
  void begin_piece(uint32_t, const Source&) override {
    result_ = std::make_unique<DumpResult>();
    result_->text.reserve(expected_);
  }
  std::unique_ptr<PieceResult> end_piece() override {
    expected_ = std::min(result_->text.size() + result_->text.size() / 8, kMaxExpected);
    return std::move(result_);
  }
  void on_event(const Event& event) override {
    if (!inside_window(options_.window, event) || !event.details) return;
    if (options_.xml)
      event.details->write_xml(event, &result_->text);
    else
      event.details->write_json(event, &result_->text);
    result_->text += '\n';
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }

 private:
  static constexpr size_t kMaxExpected = size_t{4} << 20;
  const DumpOptions& options_;
  std::unique_ptr<DumpResult> result_;
  size_t expected_ = 0;  // bytes of text, going by the last piece: growing copies
};

class DumpStage : public Stage {
 public:
  DumpStage(const DumpOptions& options, Output& output, std::atomic<bool>& stop)
      : options_(options), output_(output), stop_(stop) {}
  std::unique_ptr<Worker> make_worker() override { return std::make_unique<DumpWorker>(options_); }
  void source_begun(uint32_t, const Source&) override {}
  void merge(uint32_t, std::unique_ptr<PieceResult> result) override {
    if (!written) return;
    written = output_.write(static_cast<DumpResult&>(*result).text);
    if (!written) stop_ = true;
  }
  void source_done(uint32_t, const Source&) override {}

  Result<void> written;

 private:
  const DumpOptions& options_;
  Output& output_;
  std::atomic<bool>& stop_;
};

}  // namespace

DumpReport run_dump(const std::vector<Input>& inputs, const PipelineOptions& pipeline, const DumpOptions& options,
                    Output& output, Progress& progress) {
  std::atomic<bool> write_failed{false};
  PipelineOptions own = pipeline;
  own.write_failed = &write_failed;
  DumpStage stage(options, output, write_failed);
  DumpReport report;
  report.pipeline = run_pipeline(inputs, own, nullptr, stage, progress);
  report.written = stage.written ? output.commit() : stage.written;
  return report;
}

}  // namespace sil::flow
