// The literal index of one field: given a value's folded text, which tests can hold. One-sided: a test that
// holds is always reported; what is reported is then verified.
//
//   whole value, last path component, tail   one hash probe each
//   digests ("sha256=<hex>")                 one hash probe per '=' in the value
//   numbers                                  one hash probe of the value
//   everything else                          one rare 4-gram of the literal in a small bitmap
//   (program_scan.h)
// Literals of fewer than 4 bytes inside a text are never indexed. What lies beyond ASCII is looked for only
// in texts that hold something beyond ASCII. Thread rule: immutable once built. Lifetime: views the literals
// it was given or owns folded copies.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "hunt/program_digests.h"
#include "hunt/program_field.h"
#include "hunt/program_plan.h"
#include "hunt/program_scan.h"

namespace sil::hunt {

struct Target {       // what an index entry speaks for
  uint32_t test = 0;  // index into Plan::tests
  uint32_t leaf = 0;  // local leaf number
};

class HashTable {  // 64-bit keys to lists of targets
 public:
  void add(uint64_t key, Target target) { pending_.push_back({key, target}); }
  void build();
  [[nodiscard]] bool empty() const { return targets_.empty(); }
  [[nodiscard]] std::span<const Target> find(uint64_t key) const {
    if (slots_.empty()) return {};
    for (size_t at = key & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.count == 0) return {};
      if (slot.key == key) return {targets_.data() + slot.first, slot.count};
    }
  }

 private:
  struct Slot {
    uint64_t key = 0;
    uint32_t first = 0, count = 0;
  };
  std::vector<std::pair<uint64_t, Target>> pending_;
  std::vector<Slot> slots_;
  std::vector<Target> targets_;
  size_t mask_ = 0;
};

// How a test can be found. kNone: not at all (too short, a regex without a needed literal, an order of
// numbers).
enum class Access : uint8_t { kNone, kAlways, kHash, kScan, kNonAscii };
struct Approach {
  Access access = Access::kNone;
  float chance = 1;   // estimated share of values that it hits
  bool exact = true;  // a hit is verified at once; false: the leaf stays unknown (regexes)
};
Approach approach_of(const CompiledTest& test, const RegexGate* gate);  // `gate`: of a kRegex

class LiteralIndex {
 public:
  void add(const Plan& plan, Target target);  // approach_of() must not be kNone
  void build();
  // Calls hit(target, verified) for each test that holds (verified), or may hold.
  template <class Hit>
  void probe(const Plan& plan, MemberText& member, RegexCounter* counter, Hit&& hit) const;
  [[nodiscard]] bool scans() const { return !narrow_.empty(); }
  [[nodiscard]] bool digests_only() const { return !digests_.empty() && !scans() && always_.empty(); }
  // The same without any hash probe: where `signs` say no, nothing holds.
  [[nodiscard]] bool digests_alone() const {
    const bool probes = !whole_.empty() || !component_.empty() || tail_sizes_ != 0 || !numbers_.empty();
    return digests_only() && !probes && wide_.empty() && non_ascii_.empty();
  }
  [[nodiscard]] const DigestSigns& signs() const { return signs_; }

 private:
  template <class Hit>
  void probe_digests(std::string_view text, Hit&& verify) const;
  template <class Hit>
  void probe_numbers(const MemberText& member, Hit&& verify) const;
  void add_ends(std::string_view literal, Target target);

  std::deque<std::string> folded_;  // of cased literals
  HashTable whole_, component_, tails_, digests_, numbers_;
  DigestSigns signs_;  // of digests_
  static constexpr size_t kLongTail = 8;
  uint16_t tail_sizes_ = 0;  // bit k: there are tails of k bytes, 1..4 and kLongTail
  GramScanner narrow_, wide_;
  std::vector<Target> scan_targets_, always_, non_ascii_;
};

}  // namespace sil::hunt

#include "hunt/program_index_probe.h"
