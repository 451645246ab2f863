#include "hunt/program_making.h"

#include <utility>

namespace sil::hunt {

const Plan& PlanMaking::get(const RuleBook& book, const LogKind& kind, bool settle_event_id) {
  std::unique_lock lock(mutex_);
  bool prepared = false;
  while (!plan_) {
    if (!taken_) {
      taken_ = true;
      place_ = 0;
      if (!listed_) uses_ = uses_of(book, kind);
      listed_ = true;
      lock.unlock();
      make(book, kind, settle_event_id);
      lock.lock();
    } else if (!prepared) {
      lock.unlock();
      prepare_rules(book, kind, settle_event_id);
      prepared = true;
      lock.lock();
    } else {
      take_steps(&lock);
      changed_.wait(lock, [&] { return plan_ || !taken_ || next_ < steps_; });
    }
  }
  return *plan_;
}

void PlanMaking::make(const RuleBook& book, const LogKind& kind, bool settle_event_id) {
  std::unique_ptr<const Plan> made;
  try {
    made = make_plan(book, kind, settle_event_id, uses_, this);
  } catch (...) {  // for want of memory: the next one tries again
    const std::lock_guard lock(mutex_);
    taken_ = false;
    changed_.notify_all();
    throw;
  }
  const std::lock_guard lock(mutex_);
  plan_ = std::move(made);
  changed_.notify_all();
}

void PlanMaking::prepare_rules(const RuleBook& book, const LogKind& kind, bool settle_event_id) const {
  for (size_t i = uses_.rules.size(); i-- > place_.load(std::memory_order_relaxed);) {
    const PlanUses::Use& use = uses_.rules[i];
    if (settle_event_id && !may_hold(book, use.rule, uses_.groups[use.group], kind)) continue;
    book.forms.of(book.rules[use.rule], use.rule);
  }
}

void PlanMaking::share(size_t count, const std::function<void(size_t)>& step) {
  std::unique_lock lock(mutex_);
  step_ = &step;
  steps_ = count;
  next_ = done_ = 0;
  changed_.notify_all();
  take_steps(&lock);
  changed_.wait(lock, [&] { return done_ == steps_; });
  steps_ = next_ = 0;
  if (failed_) std::rethrow_exception(std::exchange(failed_, nullptr));
}

void PlanMaking::take_steps(std::unique_lock<std::mutex>* lock) {
  while (next_ < steps_) {
    const size_t mine = next_++;
    lock->unlock();
    std::exception_ptr failed;
    try {
      (*step_)(mine);
    } catch (...) {
      failed = std::current_exception();
    }
    lock->lock();
    if (failed) failed_ = failed;
    if (++done_ == steps_) changed_.notify_all();
  }
}

}  // namespace sil::hunt
