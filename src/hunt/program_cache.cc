#include "hunt/program_cache.h"

#include <algorithm>

namespace sil::hunt {

uint8_t* ValueCache::allocate(size_t bytes) {
  while (chunk_ < chunks_.size() && used_ + bytes > chunks_[chunk_].size) {
    ++chunk_;
    used_ = 0;
  }
  if (chunk_ == chunks_.size()) {
    size_t size = std::max(bytes, std::min<size_t>(64 * 1024, size_t{1024} << std::min<size_t>(chunks_.size(), 6)));
    chunks_.push_back({std::make_unique<uint8_t[]>(size), size});
    used_ = 0;
  }
  uint8_t* out = chunks_[chunk_].bytes.get() + used_;
  used_ += bytes;
  total_ += bytes;
  return out;
}

void ValueCache::put(Entry* entry) {
  size_t at = entry->hash & mask_;
  while (slots_[at].entry) at = (at + 1) & mask_;
  slots_[at] = {entry->hash, entry};
}

void ValueCache::grow() {
  std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
  old.swap(slots_);
  mask_ = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.entry) put(slot.entry);
  }
}

Entry* ValueCache::insert(uint64_t hash, uint32_t tag, Bytes key) {
  size_t bytes = (shape_.bytes() + key.size() + 7) / 8 * 8;
  if (count_ >= max_entries_ || total_ + bytes > kMaxCacheBytes) {
    std::fill(slots_.begin(), slots_.end(), Slot{});
    count_ = chunk_ = used_ = total_ = 0;
  }
  if (count_ * 2 >= slots_.size()) grow();
  auto* entry = new (allocate(bytes)) Entry;
  entry->hash = hash;
  entry->tag = tag;
  entry->size = static_cast<uint32_t>(key.size());
  if (!key.empty()) std::memcpy(entry->words + shape_.words(), key.data(), key.size());
  put(entry);
  ++count_;
  return entry;
}

}  // namespace sil::hunt
