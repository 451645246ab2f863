#include "flow/source_bytes.h"

#include <algorithm>

namespace sil::flow {

void SourceBytes::open(uint32_t source) {
  current_ = source;
  bytes_.reset();
  whole_.clear();
  walk_.reset();
  auto known = known_.find(source);
  if (known == known_.end()) return;
  auto walk = ingest::SourceWalk::open(known->second.path, options_);
  if (!walk) return;
  walk_ = std::move(*walk);
  std::optional<ingest::Opened> opened;
  do {  // the member that was read; a plain file is its only one
    auto next = walk_->next();
    if (!next) continue;  // a member that could not be read; the walk goes on behind it
    if (!*next) return;
    opened = std::move(*next);
  } while (!opened || opened->members != known->second.members);
  if (opened->bytes->random_access()) {
    bytes_ = std::move(opened->bytes);
    return;
  }
  constexpr size_t kStep = 1 << 20;
  while (whole_.size() < kHeld) {
    size_t at = whole_.size();
    whole_.resize(at + kStep);
    auto got = opened->bytes->read_at(at, whole_.data() + at, kStep);
    whole_.resize(at + (got ? *got : 0));
    if (!got || *got < kStep) break;
  }
}

std::vector<uint8_t> SourceBytes::read(uint32_t source, Span span) {
  if (source != current_) open(source);
  std::vector<uint8_t> out;
  if (bytes_) {
    out.resize(span.length);
    auto got = bytes_->read_at(span.offset, out.data(), out.size());
    out.resize(got ? *got : 0);
  } else if (span.offset < whole_.size()) {
    auto from = whole_.begin() + static_cast<ptrdiff_t>(span.offset);
    out.assign(from, from + static_cast<ptrdiff_t>(std::min<uint64_t>(span.length, whole_.size() - span.offset)));
  }
  return out;
}

}  // namespace sil::flow
