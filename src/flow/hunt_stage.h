// The hunting stage: each worker matches its events and formats its findings; merged in order to one output.
// Also counts findings by level for exit codes and the summary line.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "flow/finding_builder.h"
#include "flow/pipeline.h"
#include "flow/script_blocks.h"
#include "flow/suppressions.h"
#include "hunt/member_recorder.h"
#include "hunt/program.h"

namespace sil::flow {

// Where findings, anomalies and sources go, in output order. Calls come one at a time, except `format`, which is called
// by workers in parallel and must depend on its arguments alone; what it returns comes back to `take`.
class FindingConsumer {
 public:
  virtual ~FindingConsumer() = default;
  virtual bool wants_anomalies() const = 0;
  // Text of one finding or anomaly as the output form writes it; empty where the consumer keeps the object itself.
  virtual void format(const Finding& finding, const Source& source, std::string* out) const = 0;
  virtual void format(const Anomaly& anomaly, const Source& source, std::string* out) const = 0;
  virtual bool keeps_objects() const = 0;
  virtual void source_begun(uint32_t source, const Source& about) = 0;
  virtual void take(uint32_t source, std::string text, std::vector<Finding> findings,
                    std::vector<Anomaly> anomalies) = 0;
  // What correlations remember of a piece (hunt/member_entry.h); only where the stage was given a plan.
  virtual void take_members(uint32_t source, std::string entries) = 0;
  virtual void source_done(uint32_t source, const Source& about) = 0;
};

struct FindingCounts {
  std::array<uint64_t, 5> by_level{};  // index = Level
  uint64_t total = 0;
  uint64_t joined = 0;          // of total: on joined script blocks
  uint64_t recovered = 0;       // of total: on recovered records
  uint64_t suppressed = 0;      // matches that --suppress left out; in no other count
  uint64_t unjoined_parts = 0;  // parts of script blocks that a limit kept from being joined
};

struct EventWindow {  // --from, --to, --host
  uint64_t from_ticks = 0, to_ticks = ~uint64_t{0};
  std::string host;  // caseless; empty = all
};
bool inside_window(const EventWindow& window, const Event& event);

struct HuntStageOptions {
  FindingOptions finding;
  EventWindow window;
  Suppressions suppress;
};

class HuntStage : public Stage {
 public:
  // `plan`: of the correlations that are to count what matches; may be null.
  HuntStage(const hunt::Program& program, const hunt::CorrelationPlan* plan, const HuntStageOptions& options,
            FindingConsumer& consumer, Progress& progress);
  ~HuntStage() override;
  std::unique_ptr<Worker> make_worker() override;
  void source_begun(uint32_t source, const Source& about) override;
  void merge(uint32_t source, std::unique_ptr<PieceResult> result) override;
  void source_done(uint32_t source, const Source& about) override;

  [[nodiscard]] const FindingCounts& counts() const { return counts_; }
  [[nodiscard]] const hunt::MemberCounts& members() const { return members_; }

 private:
  void join_blocks(uint32_t source, const Source& about);
  const hunt::Program& program_;
  const hunt::CorrelationPlan* plan_;
  const HuntStageOptions& options_;
  FindingConsumer& consumer_;
  Progress& progress_;
  ScriptBlocks blocks_;
  FindingCounts counts_;
  std::unique_ptr<hunt::MemberRecorder> recorder_;  // for joined script blocks
  hunt::MemberCounts members_;
};

}  // namespace sil::flow
