// What a correlation remembers of one event that a member rule matched, and the exact sort of all of them by
// group and event time (within a tick by source, record id, place in the source). Beyond the budget, sorted
// runs go to a temporary file and are merged.
//
// Thread rule: one thread. Errors: of the temporary file, sticky in error(); next() then ends early.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bytes/spill_file.h"

namespace sil::hunt {

struct Tuple {
  uint64_t ticks = 0;
  uint64_t record_id = 0;
  uint64_t reference = 0;  // to the event (EventStore), or kFiring + index of a nested correlation's firing
  uint64_t value = 0;      // bits of a number, or a text's number, as `kind` says
  uint32_t group = 0;      // number of the group's text list
  uint32_t source = 0;     // the source's place in path order
  uint32_t correlation = 0;
  uint16_t member = 0;
  enum Kind : uint8_t { kNone, kText, kUnsigned, kSigned, kReal, kNoNumber } kind = kNone;
  bool update = false;  // a nested correlation that was already true is true still
};
constexpr uint64_t kFiring = uint64_t{1} << 63;
bool before(const Tuple& a, const Tuple& b);

class TupleSorter {
 public:
  TupleSorter(size_t budget, std::string folder);
  ~TupleSorter();
  void add(const Tuple& tuple);
  void sort();                                                  // ends adding
  [[nodiscard]] const Tuple* peek() const { return current_; }  // null at the end
  void next();
  [[nodiscard]] uint64_t size() const { return size_; }
  [[nodiscard]] size_t runs() const { return runs_.size(); }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  struct Run;
  void spill();
  bool fill(Run* run);
  void point();
  size_t budget_;  // tuples
  std::string folder_;
  std::vector<Tuple> held_;
  size_t at_ = 0;
  uint64_t size_ = 0;
  std::unique_ptr<SpillFile> file_;
  std::vector<std::unique_ptr<Run>> runs_;
  std::vector<Run*> heap_;
  const Tuple* current_ = nullptr;
  std::optional<Error> error_;
};

}  // namespace sil::hunt
