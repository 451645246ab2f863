#include "hunt/tuple_sorter.h"

#include <algorithm>
#include <tuple>
#include <type_traits>

#include "bytes/cursor.h"
#include "bytes/digest.h"

namespace sil::hunt {
namespace {

static_assert(std::is_trivially_copyable_v<Tuple> && sizeof(Tuple) == 72);
constexpr size_t kRunBuffer = 256;  // tuples read at once, 18 KiB a run

}  // namespace

TextKey text_key(std::string_view text) {
  Sha256 digest = sha256(text);
  return {load_le<uint64_t>(digest.data()), load_le<uint64_t>(digest.data() + 8)};
}

bool before(const Tuple& a, const Tuple& b) {
  return std::tie(a.correlation, a.group, a.ticks, a.record_id, a.identity, a.member, a.reference) <
         std::tie(b.correlation, b.group, b.ticks, b.record_id, b.identity, b.member, b.reference);
}

struct TupleSorter::Run {
  uint64_t offset = 0, left = 0;  // in the file; tuples not yet read
  std::vector<Tuple> buffer;
  size_t at = 0;
  static bool later(const Run* a, const Run* b) { return before(b->buffer[b->at], a->buffer[a->at]); }
};

TupleSorter::TupleSorter(size_t budget, std::string folder)
    : budget_(std::max<size_t>(budget / sizeof(Tuple), 2)), folder_(std::move(folder)) {}
TupleSorter::~TupleSorter() = default;

void TupleSorter::add(const Tuple& tuple) {
  if (held_.size() >= budget_) spill();
  if (held_.size() == held_.capacity()) held_.reserve(std::min(std::max<size_t>(64, held_.size() * 2), budget_));
  held_.push_back(tuple);
  ++size_;
}

void TupleSorter::spill() {
  if (error_) return held_.clear();
  if (!file_) {
    auto made = SpillFile::make(folder_);
    if (!made) return error_ = made.error(), held_.clear();
    file_ = std::move(*made);
  }
  std::sort(held_.begin(), held_.end(), before);
  auto offset = file_->append({reinterpret_cast<const uint8_t*>(held_.data()), held_.size() * sizeof(Tuple)});
  if (!offset) return error_ = offset.error(), held_.clear();
  auto run = std::make_unique<Run>();
  run->offset = *offset;
  run->left = held_.size();
  runs_.push_back(std::move(run));
  held_.clear();
}

bool TupleSorter::fill(Run* run) {
  size_t count = std::min<uint64_t>(run->left, kRunBuffer);
  run->at = 0;
  run->buffer.resize(count);
  if (count == 0) return false;
  auto read = file_->read_at(run->offset, reinterpret_cast<uint8_t*>(run->buffer.data()), count * sizeof(Tuple));
  if (!read) return error_ = read.error(), false;
  run->offset += count * sizeof(Tuple);
  run->left -= count;
  return true;
}

void TupleSorter::sort() {
  if (!runs_.empty() && !held_.empty()) spill();
  if (!runs_.empty()) std::vector<Tuple>().swap(held_);
  std::sort(held_.begin(), held_.end(), before);
  for (auto& run : runs_) {
    if (!error_ && fill(run.get())) heap_.push_back(run.get());
  }
  std::make_heap(heap_.begin(), heap_.end(), Run::later);
  point();
}

void TupleSorter::next() {
  if (!current_) return;
  if (runs_.empty()) {
    ++at_;
    return point();
  }
  std::pop_heap(heap_.begin(), heap_.end(), Run::later);
  Run* run = heap_.back();
  if (++run->at == run->buffer.size() && !fill(run))
    heap_.pop_back();
  else
    std::push_heap(heap_.begin(), heap_.end(), Run::later);
  point();
}

void TupleSorter::point() {
  if (error_)
    current_ = nullptr;
  else if (runs_.empty())
    current_ = at_ < held_.size() ? &held_[at_] : nullptr;
  else
    current_ = heap_.empty() ? nullptr : &heap_.front()->buffer[heap_.front()->at];
}

}  // namespace sil::hunt
