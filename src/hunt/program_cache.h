// The value cache: raw bytes of a field's value -> which rules they leave alive, and the verdicts of leaves tested on
// them so far. Nothing else is reused from record to record. Compared by hash and then by every byte.
//
// Bounded in entries and bytes; when full it is emptied. Store grows with what is put in.
// Thread rule: one worker's own. Lifetime: an Entry lives until the next insert() into the same cache.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "bytes/cursor.h"

namespace sil::hunt {

// What is known of one value. `words` holds known and true leaf verdicts, then the pass and any bits over rules.
struct Entry {
  uint64_t hash = 0;
  uint32_t size = 0, tag = 0;  // of the key bytes, which stand behind the words
  uint64_t words[1];
};

struct EntryShape {
  uint32_t leaf_words = 0, rule_words = 0;
  [[nodiscard]] size_t words() const { return 2 * (size_t{leaf_words} + rule_words); }
  [[nodiscard]] size_t bytes() const { return sizeof(Entry) + words() * 8; }
  [[nodiscard]] uint64_t* known(Entry* e) const { return e->words; }
  [[nodiscard]] uint64_t* truth(Entry* e) const { return e->words + leaf_words; }
  [[nodiscard]] uint64_t* pass(Entry* e) const { return e->words + 2 * size_t{leaf_words}; }
  [[nodiscard]] uint64_t* any(Entry* e) const { return pass(e) + rule_words; }
};

constexpr size_t kMaxCachedValue = 4096;         // bytes; longer values seldom repeat
constexpr size_t kMaxCacheBytes = 4 * 1024 * 1024;  // a field and worker

class ValueCache {
 public:
  ValueCache(EntryShape shape, size_t max_entries) : shape_(shape), max_entries_(max_entries) {}
  [[nodiscard]] Entry* find(uint64_t hash, uint32_t tag, Bytes key) const {
    if (slots_.empty()) return nullptr;
    for (size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (!slot.entry) return nullptr;
      if (slot.hash == hash && is(slot.entry, tag, key)) return slot.entry;
    }
  }
  // A fresh entry for a key that find() does not know; its words are not set.
  Entry* insert(uint64_t hash, uint32_t tag, Bytes key);

 private:
  struct Slot {
    uint64_t hash = 0;
    Entry* entry = nullptr;
  };
  bool is(Entry* entry, uint32_t tag, Bytes key) const {
    return entry->tag == tag && entry->size == key.size() &&
           (key.empty() || std::memcmp(entry->words + shape_.words(), key.data(), key.size()) == 0);
  }
  void put(Entry* entry);
  void grow();
  uint8_t* allocate(size_t bytes);

  EntryShape shape_;
  size_t max_entries_;
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
