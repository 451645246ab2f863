// Correlations over everything that was read: remembers the events that count, sorts them by group and time, lets a
// window slide over each group, level by level of nesting, and says what fired (docs/design/correlation.md).
// Exact; memory is bounded by the limits, except that one window's events stand in memory while it slides.
//
// Use: add() in any order, settle() once, then for_each_firing(). The result does not depend on the order of add().
// Thread rule: one thread. Errors: of temporary files (kIo, kDenied); kFormat for entries that are none.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hunt/correlation_plan.h"
#include "hunt/group_window.h"
#include "hunt/member_entry.h"
#include "hunt/member_recorder.h"
#include "hunt/spill_log.h"

namespace sil::hunt {

struct EngineLimits {
  size_t sort_bytes = 8u << 20;  // tuples held before a sorted run is written
  std::string folder;            // of temporary files; empty: TMPDIR, else /tmp
  bool one_fact = false;         // copies of a record in several sources count once (MemberEntry::fact), not each
  bool equal_times = false;      // temporal_ordered takes events of one tick as being in order
};

struct Firing {
  uint32_t correlation = 0;        // index into RuleSet::correlations
  uint64_t fired = 0;              // when the condition turned true (judged at close: the window's last event)
  uint64_t first = 0, last = 0;    // of its members
  Number value;                    // the largest while the condition held; judged at close: of the first such window
  uint32_t update = 0;             // n-th further firing that begins with the same event of the same group
  std::vector<std::string> group;  // texts, in the order of group-by
  uint64_t events = 0;             // distinct member events
  std::string host;                // if all of them name the same
  uint64_t index = 0;              // for for_each_member()
};

class CorrelationEngine {
 public:
  CorrelationEngine(const CorrelationPlan& plan, EngineLimits limits);
  ~CorrelationEngine();
  Result<void> add(uint32_t source, std::string_view entries);  // what a MemberRecorder wrote
  Result<void> settle();
  // Those that are not silent, by time, then rule id, then group. `visit` returns false to stop.
  Result<void> for_each_firing(const std::function<Result<bool>(const Firing&)>& visit);
  // Distinct events of one firing by time, those of nested firings among them; entry.citation.source is set.
  Result<void> for_each_member(const Firing& firing, uint64_t limit,
                               const std::function<Result<bool>(const MemberEntry&)>& visit);
  // Firings of nested correlations that lack a group-by or value field of the one that counts them.
  [[nodiscard]] uint64_t nested_without_field() const { return nested_without_field_; }
  [[nodiscard]] size_t spilled_runs() const { return events_.runs(); }

 private:
  class Recorder;  // takes a group's episodes
  struct Member {  // as it stands in members_
    uint64_t ticks = 0, record_id = 0, identity = 0, reference = 0;
    uint16_t host = 0, member = 0;
    uint32_t unused = 0;
  };
  struct Stored {  // as it stands in firings_
    uint64_t fired = 0, first = 0, last = 0, members_at = 0, members = 0;
    Number value;
    uint32_t correlation = 0, update = 0;
  };

  void settle_one(uint32_t correlation);
  TupleSorter* sorter_of_firings(uint32_t correlation);
  uint16_t number_of_host(const std::string& host);
  Result<MemberEntry> read_entry(uint64_t reference);
  Result<Stored> read_firing(uint64_t index);
  Result<Member> read_member(uint64_t offset);
  Result<std::vector<std::string>> group_texts(uint32_t correlation, const Member& first);
  Result<void> collect(const Stored& firing, std::vector<Member>* events);
  Result<void> complete(Firing* firing, const Stored& stored);
  [[nodiscard]] bool counts_firings(uint32_t correlation) const;
  [[nodiscard]] Result<void> check() const;

  const CorrelationPlan& plan_;
  EngineLimits limits_;
  SpillLog entries_, members_, firings_;
  uint64_t firing_count_ = 0;
  TupleSorter events_;                                    // of single events
  std::vector<std::unique_ptr<TupleSorter>> by_counter_;  // firings, for each correlation that counts some
  std::unique_ptr<TupleSorter> order_;                    // firings by time
  std::vector<std::string> hosts_;                        // number - 1
  std::map<std::string, uint16_t> host_numbers_;
  std::vector<uint32_t> rank_;  // of correlations by rule id
  uint64_t nested_without_field_ = 0;
  std::optional<Error> failed_;
};

// "5", "2.5"; empty for no value.
std::string number_text(const Number& number);

}  // namespace sil::hunt
