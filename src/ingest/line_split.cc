#include <algorithm>
#include <cstring>

#include "ingest/line_reader.h"

namespace sil::ingest {

size_t LineCutter::cut(Bytes held) const {
  const void* found = memrchr(held.data(), '\n', held.size());
  return found == nullptr ? 0 : static_cast<size_t>(static_cast<const uint8_t*>(found) - held.data()) + 1;
}

Result<bool> LineCutter::fill(ByteSource& bytes, size_t length) {
  // A small file gets a small buffer. One byte more than it had is asked for: a file that grew is read on.
  const uint64_t here = offset_ + used_, hint = bytes.size_hint();
  if (hint >= here && hint != 0) length = static_cast<size_t>(std::min<uint64_t>(length, hint - here + 1));
  if (buffer_.size() < used_ + length + kSlack) buffer_.resize(used_ + length + kSlack);
  auto got = bytes.read_at(offset_ + used_, buffer_.data() + used_, length);
  if (!got) return tl::unexpected(std::move(got).error());
  used_ += *got;
  ended_ = *got < length;
  return true;
}

Result<bool> LineCutter::start(ByteSource& bytes) {
  std::vector<uint8_t> last;
  constexpr size_t kLast = 4096;
  const uint64_t size = bytes.size_hint();
  if (bytes.random_access() && size > used_) {
    last.resize(kLast);
    auto got = bytes.read_at(size - std::min<uint64_t>(size, kLast), last.data(), last.size());
    if (!got) return tl::unexpected(std::move(got).error());
    last.resize(*got);
  } else if (ended_) {
    last.assign(buffer_.begin() + static_cast<ptrdiff_t>(used_ - std::min(used_, kLast)),
                buffer_.begin() + static_cast<ptrdiff_t>(used_));
  }
  begin({buffer_.data(), used_}, last, bytes.modified());
  return true;
}

void LineCutter::hand_out(size_t length, bool overlong, Piece* piece) {
  std::vector<uint8_t> next = std::move(piece->buffer);  // what a caller gives back is used again
  const size_t rest = used_ - length;
  const size_t room = ended_ ? rest : std::max(kLinePiece, rest);
  if (next.size() < room + kSlack) next.resize(room + kSlack);
  std::memcpy(next.data(), buffer_.data() + length, rest);
  std::memset(buffer_.data() + length, 0, kSlack);
  auto state = std::make_shared<LineState>();
  state->first = offset_ == 0;
  state->overlong = overlong;
  state->tail = overlong_;
  if (!overlong) state->own = pass({buffer_.data(), length});
  piece->state = std::move(state);
  piece->buffer = std::move(buffer_);
  piece->ordinal = ordinal_++;
  piece->offset = offset_;
  piece->length = length;
  piece->filled = true;
  buffer_ = std::move(next);
  used_ = rest;
  offset_ += length;
}

Result<bool> LineCutter::split(ByteSource& bytes, Piece* piece) {
  if (!ended_ && used_ < kLinePiece) SIL_TRY(fill(bytes, kLinePiece - used_));
  if (used_ == 0) return false;
  if (!started_) {
    started_ = true;
    SIL_TRY(start(bytes));
  }
  if (overlong_) {  // up to the end of the line that was too long
    const void* found = std::memchr(buffer_.data(), '\n', used_);
    const size_t end =
        found == nullptr ? used_ : static_cast<size_t>(static_cast<const uint8_t*>(found) - buffer_.data()) + 1;
    hand_out(end, true, piece);
    overlong_ = found == nullptr;
    return true;
  }
  size_t end = ended_ ? used_ : cut({buffer_.data(), used_});
  while (end == 0 && used_ < kMaxLine) {
    SIL_TRY(fill(bytes, std::min(used_, kMaxLine - used_)));
    end = ended_ ? used_ : cut({buffer_.data(), used_});
  }
  hand_out(end == 0 ? used_ : end, end == 0, piece);
  overlong_ = end == 0;
  return true;
}

}  // namespace sil::ingest
