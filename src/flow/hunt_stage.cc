#include "flow/hunt_stage.h"

#include <algorithm>
#include <utility>

#include "bytes/text.h"

namespace sil::flow {
namespace {

struct HuntResult : PieceResult {
  std::string text;
  std::vector<Finding> findings;
  std::vector<Anomaly> anomalies;
  std::vector<BlockPart> parts;
  FindingCounts counts;
  std::string members;
  hunt::MemberCounts member_counts;
};

void count(const Finding& finding, FindingCounts* counts) {
  ++counts->by_level[static_cast<size_t>(finding.rule->level)];
  ++counts->total;
  if (!finding.joined.empty()) ++counts->joined;
  if (!finding.recovered.empty()) ++counts->recovered;
}

class HuntWorker : public Worker {
 public:
  HuntWorker(const hunt::Program& program, const hunt::CorrelationPlan* plan, const HuntStageOptions& options,
             const FindingConsumer& consumer)
      : program_(program), matcher_(program), builder_(options.finding), options_(options), consumer_(consumer) {
    if (plan) recorder_ = std::make_unique<hunt::MemberRecorder>(*plan);
  }

  void begin_piece(uint32_t, const Source& about) override {
    about_ = &about;
    builder_.begin_piece();
    result_ = std::make_unique<HuntResult>();
    result_->text.reserve(expected_);
    result_->findings.reserve(expected_findings_);
  }
  std::unique_ptr<PieceResult> end_piece() override {
    expected_ = std::min(result_->text.size() + result_->text.size() / 8, kMaxExpected);
    expected_findings_ = result_->findings.size() + result_->findings.size() / 8;
    if (recorder_) result_->member_counts = std::exchange(recorder_->counts, {});
    return std::move(result_);
  }

  void on_event(const Event& event) override {
    if (!inside_window(options_.window, event)) return;
    const std::span<const uint32_t> matches = matcher_.match(event);
    bool begun = false;
    counted_.clear();
    for (size_t i = 0; i < matches.size(); ++i) {
      const hunt::Rule& rule = program_.rules()[matches[i]];
      if (options_.suppress.holds(rule, event)) {
        if (!rule.silent) ++result_->counts.suppressed;
        continue;
      }
      counted_.push_back(matches[i]);
      if (rule.silent) continue;
      if (!begun) builder_.begin_event(event);
      begun = true;
      const Finding& finding = builder_.build(rule, event, matcher_, i);
      count(finding, &result_->counts);
      consumer_.format(finding, *about_, &result_->text);
      if (consumer_.keeps_objects()) result_->findings.push_back(finding);
    }
    if (event.recovered) return;  // neither counted by correlations nor joined with what the log holds
    if (recorder_ && !counted_.empty())
      recorder_->record(
          counted_, event, [&] { return cite_event(event); }, &result_->members);
    if (!PartReader::wants(event)) return;
    if (BlockPart part; part_reader_.read(event, matches, options_.finding.whole_event, &part))
      result_->parts.push_back(std::move(part));
  }
  void on_anomaly(Anomaly anomaly) override {
    if (!consumer_.wants_anomalies()) return;
    consumer_.format(anomaly, *about_, &result_->text);
    if (consumer_.keeps_objects()) result_->anomalies.push_back(std::move(anomaly));
  }
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }

 private:
  const hunt::Program& program_;
  hunt::Matcher matcher_;
  PartReader part_reader_;
  FindingBuilder builder_;
  const HuntStageOptions& options_;
  const FindingConsumer& consumer_;
  const Source* about_ = nullptr;
  static constexpr size_t kMaxExpected = size_t{4} << 20;
  std::unique_ptr<HuntResult> result_;
  size_t expected_ = 0, expected_findings_ = 0;  // bytes of text, going by the last piece: growing copies
  std::unique_ptr<hunt::MemberRecorder> recorder_;
  std::vector<uint32_t> counted_;  // rules that matched and are not suppressed
};

}  // namespace

bool inside_window(const EventWindow& window, const Event& event) {
  if (event.time.ticks < window.from_ticks || event.time.ticks > window.to_ticks) return false;
  return window.host.empty() || equal_folded(event.text("Computer"), window.host);
}

HuntStage::HuntStage(const hunt::Program& program, const hunt::CorrelationPlan* plan, const HuntStageOptions& options,
                     FindingConsumer& consumer, Progress& progress)
    : program_(program), plan_(plan), options_(options), consumer_(consumer), progress_(progress), blocks_(program) {
  if (plan) recorder_ = std::make_unique<hunt::MemberRecorder>(*plan);
}
HuntStage::~HuntStage() = default;

std::unique_ptr<Worker> HuntStage::make_worker() {
  return std::make_unique<HuntWorker>(program_, plan_, options_, consumer_);
}
void HuntStage::source_begun(uint32_t source, const Source& about) {
  consumer_.source_begun(source, about);
}

void HuntStage::merge(uint32_t source, std::unique_ptr<PieceResult> result) {
  auto& hunted = static_cast<HuntResult&>(*result);
  for (size_t i = 0; i < counts_.by_level.size(); ++i) counts_.by_level[i] += hunted.counts.by_level[i];
  counts_.total += hunted.counts.total;
  counts_.suppressed += hunted.counts.suppressed;
  counts_.recovered += hunted.counts.recovered;
  progress_.findings += hunted.counts.total;
  for (BlockPart& part : hunted.parts) blocks_.add(std::move(part));
  members_.add(hunted.member_counts);
  if (!hunted.members.empty()) consumer_.take_members(source, std::move(hunted.members));
  consumer_.take(source, std::move(hunted.text), std::move(hunted.findings), std::move(hunted.anomalies));
}

// Joined findings stand behind their source's others: a block is whole only when the source has been read.
void HuntStage::join_blocks(uint32_t source, const Source& about) {
  blocks_.finish(source, [&](const JoinedBlock& block) {
    std::string text;
    std::vector<Finding> findings;
    std::vector<uint32_t> counted;
    for (uint32_t index : block.rules) {
      const hunt::Rule& rule = program_.rules()[index];
      if (options_.suppress.holds(rule, block.event)) {
        if (!rule.silent) ++counts_.suppressed;
        continue;
      }
      counted.push_back(index);
      if (rule.silent) continue;
      Finding finding = build_finding(rule, block.event, options_.finding);
      finding.joined = std::to_string(block.joined) + " of " + std::to_string(block.total);
      count(finding, &counts_);
      ++progress_.findings;
      consumer_.format(finding, about, &text);
      if (consumer_.keeps_objects()) findings.push_back(std::move(finding));
    }
    std::string members;
    if (recorder_ && recorder_->record(
                         counted, block.event, [&] { return cite_event(block.event); }, &members))
      consumer_.take_members(source, std::move(members));
    consumer_.take(source, std::move(text), std::move(findings), {});
  });
  if (recorder_) members_.add(std::exchange(recorder_->counts, {}));
  counts_.unjoined_parts = blocks_.counts().left_out;
}

void HuntStage::source_done(uint32_t source, const Source& about) {
  join_blocks(source, about);
  consumer_.source_done(source, about);
}

}  // namespace sil::flow
