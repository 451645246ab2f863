// What is found out once a rule, by whichever worker comes first; should two come at once, one answer is kept.
// Thread rule: any worker may ask. Lifetime: answers live as long as this.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace sil::hunt {

template <class Known>
class KnownByRule {
 public:
  explicit KnownByRule(size_t rules) : known_(new std::atomic<const Known*>[rules]()), rules_(rules) {}
  ~KnownByRule() {
    for (size_t i = 0; i < rules_; ++i) delete known_[i].load(std::memory_order_relaxed);
  }
  KnownByRule(const KnownByRule&) = delete;
  KnownByRule& operator=(const KnownByRule&) = delete;

  // `find_out()` gives a Known: the same whoever asks.
  template <class FindOut>
  const Known& of(uint32_t index, FindOut&& find_out) const {
    const Known* known = known_[index].load(std::memory_order_acquire);
    if (known) return *known;
    auto made = std::make_unique<const Known>(find_out());
    if (known_[index].compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) known = made.release();
    return *known;
  }

 private:
  std::unique_ptr<std::atomic<const Known*>[]> known_;  // by rule index
  size_t rules_;
};

}  // namespace sil::hunt
