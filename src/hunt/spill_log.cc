#include "hunt/spill_log.h"

#include <algorithm>
#include <cstring>

#include "bytes/digest.h"

namespace sil::hunt {

uint64_t SpillLog::append(Bytes bytes) {
  uint64_t offset = size();
  if (error_) return offset;
  tail_.append(as_text(bytes));
  if (tail_.size() < limit_) return offset;
  if (!file_) {
    auto made = SpillFile::make(folder_);
    if (!made) return error_ = made.error(), offset;
    file_ = std::move(*made);
  }
  auto written = file_->append(as_bytes(tail_));
  if (!written) return error_ = written.error(), offset;
  spilled_ += tail_.size();
  tail_.clear();
  return offset;
}

bool SpillLog::read(uint64_t offset, uint8_t* into, size_t length) {
  if (error_ || offset > size() || length > size() - offset) return false;
  if (offset < spilled_) {
    size_t part = std::min<uint64_t>(length, spilled_ - offset);
    if (auto read = file_->read_at(offset, into, part); !read) return error_ = read.error(), false;
    offset += part;
    into += part;
    length -= part;
  }
  if (length) std::memcpy(into, tail_.data() + (offset - spilled_), length);
  return true;
}

}  // namespace sil::hunt
