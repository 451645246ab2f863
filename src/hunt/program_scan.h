// Many literals in one pass: each is filed under that one of its 4-grams which is rarest in ordinary logs; a bitmap
// over hashed 4-grams says where to look closer. Own design, measured in docs/design/matching.md.
//
// CPU paths: scalar, and AVX2 chosen at run time; both find the same places. Thread rule: immutable once built.
// Lifetime: views the literals.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sil::hunt {

// Rough share of positions at which a 4-gram stands in process, registry and file names (folded).
float gram_chance(uint32_t gram);
// The chance of a literal's rarest 4-gram, times how seldom the rest follows it. Literals of 4 bytes or more.
float literal_chance(std::string_view literal);

class GramScanner {
 public:
  void add(std::string_view literal, uint32_t id);  // 4 bytes or more
  void build();
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  // Calls hit(id, start) for every occurrence of a literal. `text` has kTextSlack readable bytes behind it.
  template <class Hit>
  void scan(std::string_view text, Hit&& hit) const;

 private:
  struct Entry {
    std::string_view literal;
    uint32_t gram = 0, offset = 0, id = 0;
  };
  struct Slot {
    uint32_t gram = 0, first = 0, count = 0;
  };
  static constexpr uint32_t kMultiplier = 0x9E3779B1;
  static uint32_t gram_at(const char* at) {
    uint32_t gram;
    __builtin_memcpy(&gram, at, 4);
    return gram;
  }
  // Positions [from, to) whose 4-gram's bit is set; at most `room` of them. Returns how many; *from moves on.
  size_t collect(const char* text, size_t* from, size_t to, uint32_t* out, size_t room) const;
  size_t collect_avx2(const char* text, size_t* from, size_t to, uint32_t* out, size_t room) const;
  template <class Hit>
  void look_closer(std::string_view text, size_t at, Hit&& hit) const;

  std::vector<uint32_t> bitmap_;
  uint32_t shift_ = 32;
  std::vector<Slot> slots_;
  uint32_t slot_shift_ = 32;
  std::vector<Entry> entries_;
};

template <class Hit>
void GramScanner::look_closer(std::string_view text, size_t at, Hit&& hit) const {
  uint32_t gram = gram_at(text.data() + at);
  size_t mask = slots_.size() - 1;
  for (size_t i = (gram * kMultiplier) >> slot_shift_;; i = (i + 1) & mask) {
    const Slot& slot = slots_[i];
    if (slot.count == 0) return;
    if (slot.gram != gram) continue;
    for (uint32_t e = slot.first; e < slot.first + slot.count; ++e) {
      const Entry& entry = entries_[e];
      if (at < entry.offset) continue;
      size_t start = at - entry.offset;
      if (text.size() - start < entry.literal.size()) continue;
      if (__builtin_memcmp(text.data() + start, entry.literal.data(), entry.literal.size()) == 0) hit(entry.id, start);
    }
    return;
  }
}

template <class Hit>
void GramScanner::scan(std::string_view text, Hit&& hit) const {
  if (entries_.empty() || text.size() < 4) return;
  constexpr size_t kRoom = 128;
  uint32_t places[kRoom];
  size_t from = 0, to = text.size() - 3;
  while (from < to) {
    size_t count = collect(text.data(), &from, to, places, kRoom);
    for (size_t i = 0; i < count; ++i) look_closer(text, places[i], hit);
  }
}

}  // namespace sil::hunt
