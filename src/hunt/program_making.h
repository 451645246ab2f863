// A plan that several workers need at the same time. The first makes it; the others help rather than only wait: they
// find out what the plan's rules compile to (program_forms.h), from the last rule towards the maker's place, and then
// build some of its fields' filters.
// Thread rule: any worker. Deterministic: every part is the same whoever makes it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>

#include "hunt/program_plan.h"

namespace sil::hunt {

class PlanMaking : private PlanSharing {
 public:
  // Every caller must ask for the same plan. Lives as long as this.
  const Plan& get(const RuleBook& book, const LogKind& kind, bool settle_event_id);

 private:
  void make(const RuleBook& book, const LogKind& kind, bool settle_event_id);
  void prepare_rules(const RuleBook& book, const LogKind& kind, bool settle_event_id) const;
  void begin(size_t use) override { place_.store(use, std::memory_order_relaxed); }
  void share(size_t count, const std::function<void(size_t)>& step) override;
  void take_steps(std::unique_lock<std::mutex>* lock);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool taken_ = false;   // a worker is at it
  bool listed_ = false;  // uses_ stands, for good
  PlanUses uses_;
  std::atomic<size_t> place_{0};  // of the maker, in uses_
  const std::function<void(size_t)>* step_ = nullptr;
  size_t steps_ = 0, next_ = 0, done_ = 0;
  std::exception_ptr failed_;  // of a step
  std::unique_ptr<const Plan> plan_;
};

}  // namespace sil::hunt
