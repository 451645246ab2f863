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
    budget_.used += size;
    used_ = 0;
  }
  uint8_t* out = chunks_[chunk_].bytes.get() + used_;
  used_ += bytes;
  total_ += bytes;
  return out;
}

void ValueCache::release() {
  budget_.used -= slots_.size() * sizeof(Slot);
  for (const Chunk& chunk : chunks_) budget_.used -= chunk.size;
  std::vector<Slot>().swap(slots_);
  std::vector<Chunk>().swap(chunks_);
  count_ = chunk_ = used_ = total_ = 0;
}

void ValueCache::put(Entry* entry) {
  size_t at = entry->hash & mask_;
  while (slots_[at].entry) at = (at + 1) & mask_;
  slots_[at] = {entry->hash, entry};
}

void ValueCache::grow() {
  std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
  old.swap(slots_);
  budget_.used += (slots_.size() - old.size()) * sizeof(Slot);
  mask_ = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.entry) put(slot.entry);
  }
}

namespace {

size_t size_of(const Settled& settled, size_t key) {
  size_t lists = sizeof(Entry) + (settled.pass.size() + settled.any.size()) * sizeof(uint32_t) + key;
  return (lists + 7) / 8 * 8 + settled.words.size() * sizeof(LeafWord);
}

Entry* write_at(uint8_t* at, const Settled& settled, Bytes key) {
  auto* entry = new (at) Entry;
  entry->pass_count = static_cast<uint32_t>(settled.pass.size());
  entry->any_count = static_cast<uint32_t>(settled.any.size());
  std::copy(settled.pass.begin(), settled.pass.end(), entry->rules());
  std::copy(settled.any.begin(), settled.any.end(), entry->rules() + entry->pass_count);
  entry->key_at = static_cast<uint32_t>(sizeof(Entry) + (settled.pass.size() + settled.any.size()) * sizeof(uint32_t));
  entry->size = static_cast<uint32_t>(key.size());
  if (!key.empty()) std::memcpy(at + entry->key_at, key.data(), key.size());
  entry->words_at = static_cast<uint32_t>((entry->key_at + key.size() + 7) / 8 * 8);
  std::copy(settled.words.begin(), settled.words.end(), entry->words());
  return entry;
}

}  // namespace

Entry* ValueCache::write(const Settled& settled, Bytes key, std::vector<uint64_t>* store) {
  size_t words = size_of(settled, key.size()) / 8;
  if (store->size() < words) store->resize(words);
  return write_at(reinterpret_cast<uint8_t*>(store->data()), settled, key);
}

Entry* ValueCache::insert(uint64_t hash, uint32_t tag, Bytes key, const Settled& settled) {
  size_t bytes = size_of(settled, key.size());
  if (count_ >= max_entries_ || total_ + bytes > kMaxCacheBytes) {
    std::fill(slots_.begin(), slots_.end(), Slot{});
    count_ = chunk_ = used_ = total_ = 0;
  }
  if (count_ * 2 >= slots_.size()) grow();
  Entry* entry = write_at(allocate(bytes), settled, key);
  entry->hash = hash;
  entry->tag = tag;
  put(entry);
  ++count_;
  return entry;
}

}  // namespace sil::hunt
