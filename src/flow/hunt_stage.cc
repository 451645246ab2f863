#include "flow/hunt_stage.h"

#include <algorithm>

#include "bytes/text.h"

namespace sil::flow {
namespace {

struct HuntResult : PieceResult {
  std::string text;
  std::vector<Finding> findings;
  std::vector<Anomaly> anomalies;
  FindingCounts counts;
};

class HuntWorker : public Worker {
 public:
  HuntWorker(const hunt::Program& program, const HuntStageOptions& options, const FindingConsumer& consumer)
      : program_(program), matcher_(program), options_(options), consumer_(consumer) {}

  void begin_piece(uint32_t, const Source& about) override {
    about_ = &about;
    result_ = std::make_unique<HuntResult>();
  }
  std::unique_ptr<PieceResult> end_piece() override { return std::move(result_); }

  void on_event(const Event& event) override {
    if (!inside_window(options_.window, event)) return;
    for (uint32_t index : matcher_.match(event)) {
      const hunt::Rule& rule = program_.rules()[index];
      if (rule.silent) continue;
      Finding finding = build_finding(rule, event, options_.finding);
      if (suppressed(finding)) continue;
      ++result_->counts.by_level[static_cast<size_t>(rule.info.level)];
      ++result_->counts.total;
      consumer_.format(finding, *about_, &result_->text);
      if (consumer_.keeps_objects()) result_->findings.push_back(std::move(finding));
    }
  }
  void on_anomaly(Anomaly anomaly) override {
    if (!consumer_.wants_anomalies()) return;
    consumer_.format(anomaly, *about_, &result_->text);
    if (consumer_.keeps_objects()) result_->anomalies.push_back(std::move(anomaly));
  }
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }

 private:
  bool suppressed(const Finding& finding) const {
    for (const auto& [rule, field, value] : options_.suppress) {
      if (finding.rule->id != rule) continue;
      for (const MatchedField& matched : finding.matched) {
        if (matched.field == field && equal_folded(matched.value, value)) return true;
      }
    }
    return false;
  }

  const hunt::Program& program_;
  hunt::Matcher matcher_;
  const HuntStageOptions& options_;
  const FindingConsumer& consumer_;
  const Source* about_ = nullptr;
  std::unique_ptr<HuntResult> result_;
};

}  // namespace

bool inside_window(const EventWindow& window, const Event& event) {
  if (event.time.ticks < window.from_ticks || event.time.ticks > window.to_ticks) return false;
  return window.host.empty() || equal_folded(event.text("Computer"), window.host);
}

HuntStage::HuntStage(const hunt::Program& program, const HuntStageOptions& options, FindingConsumer& consumer,
                     Progress& progress)
    : program_(program), options_(options), consumer_(consumer), progress_(progress) {}
HuntStage::~HuntStage() = default;

std::unique_ptr<Worker> HuntStage::make_worker() {
  return std::make_unique<HuntWorker>(program_, options_, consumer_);
}
void HuntStage::source_begun(uint32_t source, const Source& about) {
  consumer_.source_begun(source, about);
}

void HuntStage::merge(uint32_t source, std::unique_ptr<PieceResult> result) {
  auto& hunted = static_cast<HuntResult&>(*result);
  for (size_t i = 0; i < counts_.by_level.size(); ++i) counts_.by_level[i] += hunted.counts.by_level[i];
  counts_.total += hunted.counts.total;
  progress_.findings += hunted.counts.total;
  consumer_.take(source, std::move(hunted.text), std::move(hunted.findings), std::move(hunted.anomalies));
}

void HuntStage::source_done(uint32_t source, const Source& about) {
  consumer_.source_done(source, about);
}

}  // namespace sil::flow
