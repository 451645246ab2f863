// The sliding window of one group: takes its events in order of time and says when the condition turns true.
// Semantics (inclusive ends, events of one tick at once, what is judged at close):
// docs/design/correlation.md. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "hunt/window_value.h"

namespace sil::hunt {

struct Episode {                 // a time during which the condition held
  uint64_t fired = 0;            // when it turned true: the last event of the window that did
  uint64_t first = 0, last = 0;  // of its members
  Number value;                  // the largest of its windows; judged at close: of the first
};

class EpisodeSink {
 public:
  virtual ~EpisodeSink() = default;
  virtual void begin_episode() = 0;
  virtual void add_member(const Tuple& tuple) = 0;
  virtual void held_at(uint64_t ticks, bool first) = 0;  // the condition held at this event
  virtual void end_episode(const Episode& episode) = 0;
};

class GroupWindow {
 public:
  // `equal_times`: temporal_ordered takes events of one tick as being in order.
  GroupWindow(const Correlation& correlation, bool equal_times, EpisodeSink* sink);
  void add(const Tuple& tuple);  // in the order of before()
  void end_group();

 private:
  void step();  // the events of one tick are complete
  void step_rising();
  void step_closing();
  void judge_closed();
  bool chain_holds(uint64_t now, uint64_t* start);
  void take_batch();
  void pop_front();
  void give_members(uint64_t not_before);
  void hold(uint64_t at, const Number& value, uint64_t not_before);
  void stop_holding();

  const Correlation& correlation_;
  bool equal_times_, temporal_, ordered_, closing_;
  EpisodeSink* sink_;
  WindowValue value_;
  std::deque<Tuple> window_;
  uint64_t front_number_ = 0;  // how many events of the group have left the window
  uint64_t given_ = 0;         // members up to this number were given to the sink
  std::vector<Tuple> batch_;
  std::vector<uint64_t> chain_;  // temporal_ordered: start + 1 of the latest chain through this step; 0 = none
  bool fresh_ = false;           // closing: the window holds events that no judged window held
  bool holding_ = false;
  Episode episode_;
};

}  // namespace sil::hunt
