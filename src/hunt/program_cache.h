// The value cache: raw bytes of a field's value -> which rules they let pass, and the verdicts of leaves
// tested on them so far. Nothing else is reused from record to record. Compared by hash and then by every
// byte.
//
// Bounded in entries and bytes, a field and a worker; when full it is emptied. Store grows with what is put in.
// Thread rule: one worker's own. Lifetime: an Entry lives until the next insert() into the same cache.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "bytes/cursor.h"

namespace sil::hunt {

// Verdicts of 64 leaves, by bit; side by side, since who asks for one needs both.
struct LeafWord {
  uint64_t known = 0, truth = 0;
};

// What is known of one value. What every lookup reads stands first: rules, then the key, then the leaf
// verdicts.
struct Entry {
  uint64_t hash = 0;
  uint32_t size = 0, tag = 0;              // of the key
  uint32_t pass_count = 0, any_count = 0;  // rules let pass (program_filter.h), behind the header
  uint32_t key_at = 0, words_at = 0;       // offsets from the entry's start
  uint64_t keywords = 0;                   // what the keyword gate says of it; kKeywordsKnown: it was asked

  [[nodiscard]] uint32_t* rules() { return reinterpret_cast<uint32_t*>(this + 1); }
  [[nodiscard]] std::span<const uint32_t> pass() { return {rules(), pass_count}; }
  [[nodiscard]] std::span<const uint32_t> any() { return {rules() + pass_count, any_count}; }
  [[nodiscard]] const uint8_t* key() const { return reinterpret_cast<const uint8_t*>(this) + key_at; }
  [[nodiscard]] LeafWord* words() { return reinterpret_cast<LeafWord*>(reinterpret_cast<uint8_t*>(this) + words_at); }
};

constexpr size_t kMaxCachedValue = 4096;            // bytes; longer values seldom repeat
constexpr size_t kMaxCacheBytes = 6 * 1024 * 1024;  // a field and worker

// Keyword leaves have the bits below; of plans with more of them the gate's answers are not kept.
constexpr uint64_t kKeywordsKnown = uint64_t{1} << 63;

// What has been found out of a value, before it becomes an entry.
struct Settled {
  std::vector<uint32_t> pass, any;
  std::vector<LeafWord> words;
  void begin(size_t field_words) {  // nothing is known
    pass.clear();
    any.clear();
    words.assign(field_words, {});
  }
  void know(const std::vector<uint64_t>& leaves) {  // and they are false, until one is found true
    for (size_t w = 0; w < leaves.size(); ++w) words[w].known = leaves[w];
  }
};

// What all caches of one worker have taken together. Beyond the limit its owner empties them all, between two events: a
// log of any length costs the same memory.
struct CacheBudget {
  size_t limit = size_t{12} << 20;
  size_t used = 0;
  [[nodiscard]] bool spent() const { return used > limit; }
};

class ValueCache {
 public:
  ValueCache(size_t max_entries, CacheBudget* budget) : max_entries_(max_entries), budget_(*budget) {}
  // Gives everything back, to the budget too.
  void release();
  void prefetch_slot(uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & mask_]);
  }
  void prefetch_entry(uint64_t hash) const {
    if (slots_.empty()) return;
    const Slot& slot = slots_[hash & mask_];
    if (slot.hash != hash || !slot.entry) return;
    __builtin_prefetch(slot.entry);
    __builtin_prefetch(reinterpret_cast<const char*>(slot.entry) + 64);
  }
  [[nodiscard]] Entry* find(uint64_t hash, uint32_t tag, Bytes key) const {
    if (slots_.empty()) return nullptr;
    for (size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (!slot.entry) return nullptr;
      if (slot.hash == hash && is(slot.entry, tag, key)) return slot.entry;
    }
  }
  // Of the last values many were known, or it is time to try again: values that never repeat are cheaper without.
  [[nodiscard]] bool pays() {
    if (resting_ != 0) return --resting_ == 0;
    if (asked_ < kTrial) return true;
    const bool worth = known_ * kFewKnown >= asked_;
    asked_ = known_ = 0;
    if (!worth) resting_ = kRest;
    return worth;
  }
  void count(bool known) {
    ++asked_;
    known_ += known ? 1 : 0;
  }
  // A fresh entry for a key that find() does not know.
  Entry* insert(uint64_t hash, uint32_t tag, Bytes key, const Settled& settled);
  // The same without the cache, in `store`.
  static Entry* write(const Settled& settled, Bytes key, std::vector<uint64_t>* store);

 private:
  struct Slot {
    uint64_t hash = 0;
    Entry* entry = nullptr;
  };
  static bool is(Entry* entry, uint32_t tag, Bytes key) {
    return entry->tag == tag && entry->size == key.size() &&
           (key.empty() || std::memcmp(entry->key(), key.data(), key.size()) == 0);
  }
  void put(Entry* entry);
  void grow();
  uint8_t* allocate(size_t bytes);

  static constexpr uint32_t kTrial = 4096, kFewKnown = 10, kRest = 16 * kTrial;
  uint32_t asked_ = 0, known_ = 0, resting_ = 0;
  size_t max_entries_;
  CacheBudget& budget_;
  std::vector<Slot> slots_;
  size_t mask_ = 0, count_ = 0;
  struct Chunk {
    std::unique_ptr<uint8_t[]> bytes;
    size_t size = 0;
  };
  std::vector<Chunk> chunks_;
  size_t chunk_ = 0, used_ = 0, total_ = 0;
};

}  // namespace sil::hunt
