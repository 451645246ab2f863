#include "hunt/group_window.h"

#include <algorithm>

namespace sil::hunt {
namespace {

bool has_not(const std::vector<ConditionNode>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(),
                     [](const ConditionNode& node) { return node.kind == ConditionNode::Kind::kNot; });
}

}  // namespace

GroupWindow::GroupWindow(const Correlation& correlation, bool equal_times, EpisodeSink* sink)
    : correlation_(correlation),
      equal_times_(equal_times),
      temporal_(correlation.type == CorrelationType::kTemporal),
      ordered_(correlation.type == CorrelationType::kTemporalOrdered),
      closing_(!ordered_ && (judged_at_close(correlation.bounds) || has_not(correlation.seen))),
      sink_(sink),
      value_(correlation),
      chain_(correlation.members.size()) {}

void GroupWindow::add(const Tuple& tuple) {
  if (!batch_.empty() && batch_.back().ticks != tuple.ticks) step();
  bool sequence = temporal_ || ordered_;
  if (!sequence && tuple.update) return;  // one firing of a nested correlation is one event
  // One event counts once, however many of the member rules it matches and however many copies of it were read; in a
  // temporal correlation once for each rule.
  for (size_t i = batch_.size(); i > 0 && batch_[i - 1].identity == tuple.identity; --i) {
    const Tuple& same = batch_[i - 1];
    if (sequence ? same.member == tuple.member : same.value == tuple.value && same.kind == tuple.kind) return;
  }
  batch_.push_back(tuple);
}

void GroupWindow::end_group() {
  if (!batch_.empty()) step();
  if (closing_ && fresh_) judge_closed();
  stop_holding();
  window_.clear();
  value_.clear();
  std::fill(chain_.begin(), chain_.end(), 0);
  front_number_ = given_ = 0;
  fresh_ = false;
}

void GroupWindow::step() {
  if (closing_)
    step_closing();
  else
    step_rising();
  batch_.clear();
}

void GroupWindow::take_batch() {
  for (const Tuple& tuple : batch_) {
    window_.push_back(tuple);
    value_.add(tuple);
  }
}

void GroupWindow::pop_front() {
  value_.remove(window_.front());
  window_.pop_front();
  ++front_number_;
}

void GroupWindow::step_rising() {
  uint64_t now = batch_.front().ticks;
  while (!window_.empty() && now - window_.front().ticks > correlation_.timespan) pop_front();
  if (window_.empty()) stop_holding();  // between two events nothing was in the window
  take_batch();
  Number value = value_.value();
  uint64_t start = 0;
  bool holds = ordered_ ? chain_holds(now, &start) : value_.holds(value);
  if (holds)
    hold(now, value, start);
  else
    stop_holding();
}

// Steps in order, each strictly later than the one before: of all chains that reach a step, the one that
// started last serves best. The events of one tick all build on what stood before that tick.
bool GroupWindow::chain_holds(uint64_t now, uint64_t* start) {
  std::vector<uint64_t> before = chain_;
  for (size_t step = 0; step < chain_.size(); ++step) {
    bool here = std::any_of(batch_.begin(), batch_.end(), [&](const Tuple& t) { return t.member == step; });
    if (!here) continue;
    uint64_t from = step == 0 ? now + 1 : (equal_times_ ? chain_ : before)[step - 1];
    chain_[step] = std::max(chain_[step], from);
  }
  if (chain_.back() == 0 || now - (chain_.back() - 1) > correlation_.timespan) return false;
  *start = chain_.back() - 1;
  return true;
}

// A window is judged when it is full: the next event lies outside. A window whose events all lie in one that
// was judged before is none of its own, so the tail of a burst does not look like few events.
void GroupWindow::step_closing() {
  uint64_t now = batch_.front().ticks;
  while (!window_.empty() && now - window_.front().ticks > correlation_.timespan) {
    if (fresh_) judge_closed();
    fresh_ = false;
    pop_front();
  }
  if (window_.empty()) stop_holding();  // between two events nothing was in the window
  take_batch();
  fresh_ = true;
}

void GroupWindow::judge_closed() {
  if (window_.empty()) return;
  Number value = value_.value();
  if (value_.holds(value))
    hold(window_.back().ticks, value, 0);
  else
    stop_holding();
}

void GroupWindow::give_members(uint64_t not_before) {
  for (size_t i = given_ > front_number_ ? given_ - front_number_ : 0; i < window_.size(); ++i) {
    const Tuple& tuple = window_[i];
    if (tuple.ticks < not_before) continue;
    if (episode_.first == 0) episode_.first = tuple.ticks;
    episode_.last = tuple.ticks;
    sink_->add_member(tuple);
  }
  given_ = front_number_ + window_.size();
}

void GroupWindow::hold(uint64_t at, const Number& value, uint64_t not_before) {
  bool first = !holding_;
  if (first) {
    holding_ = true;
    episode_ = {};
    episode_.fired = at;
    episode_.value = value;
    sink_->begin_episode();
    given_ = front_number_;
  } else if (!closing_ && (episode_.value.kind == Number::Kind::kNone || compare(value, episode_.value) > 0)) {
    episode_.value = value;
  }
  give_members(not_before);
  sink_->held_at(at, first);
}

void GroupWindow::stop_holding() {
  if (!holding_) return;
  holding_ = false;
  sink_->end_episode(episode_);
}

}  // namespace sil::hunt
