// What a correlation remembers of one event that a member rule matched, and the exact sort of all of them by
// group and event time. Ties within a tick are broken by what the event is (record id, digest), never by where its
// file lay, so the order is the same whatever the order of reading. Beyond the budget, sorted runs go to a temporary
// file and are merged.
//
// Thread rule: one thread. Errors: of the temporary file, sticky in error(); next() then ends early.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bytes/spill_file.h"

namespace sil::hunt {

// 128 bits of a SHA-256: stands for a text where equality alone matters. Nobody can make two texts that share them.
struct TextKey {
  uint64_t high = 0, low = 0;
  auto operator<=>(const TextKey&) const = default;
};
TextKey text_key(std::string_view text);

struct Tuple {
  uint64_t ticks = 0;
  uint64_t record_id = 0;
  uint64_t identity = 0;   // of the event (MemberEntry::identity or fact). Copies of a record share it
  uint64_t reference = 0;  // to the event's entry (CorrelationEngine), or kFiring + index of a nested firing
  TextKey group;           // of the list of group values
  TextKey value;           // of a text; a number has its bits in `high`
  uint16_t correlation = 0;
  uint16_t member = 0;
  uint16_t host = 0;  // number of the event's host
  enum Kind : uint8_t { kNone, kText, kUnsigned, kSigned, kReal } kind = kNone;
  bool update = false;  // a nested correlation that was already true is true still
};
constexpr uint64_t kFiring = uint64_t{1} << 63;
bool before(const Tuple& a, const Tuple& b);

class TupleSorter {
 public:
  TupleSorter(size_t budget, std::string folder);  // bytes held before a run is written; at least 2 tuples
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
