#include <algorithm>
#include <cstring>

#include "ingest/line_reader.h"

namespace sil::ingest {

size_t LineCutter::cut(Bytes held) const {
  const void* found = memrchr(held.data(), '\n', held.size());
  return found == nullptr ? 0 : static_cast<size_t>(static_cast<const uint8_t*>(found) - held.data()) + 1;
}

Result<bool> LineCutter::start(ByteSource& bytes) {
  std::vector<uint8_t> last;
  constexpr size_t kLast = 4096;
  const uint64_t size = bytes.size_hint();
  if (bytes.random_access() && size > ahead_.used()) {
    last.resize(kLast);
    auto got = bytes.read_at(size - std::min<uint64_t>(size, kLast), last.data(), last.size());
    if (!got) return tl::unexpected(std::move(got).error());
    last.resize(*got);
  } else if (ahead_.ended()) {
    const Bytes held = ahead_.held();
    last.assign(held.end() - static_cast<ptrdiff_t>(std::min(held.size(), kLast)), held.end());
  }
  begin(ahead_.held(), last, bytes.modified());
  return true;
}

void LineCutter::hand_out(size_t length, bool overlong, Piece* piece) {
  auto state = std::make_shared<LineState>();
  state->first = ahead_.offset() == 0;
  state->overlong = overlong;
  state->tail = overlong_;
  if (!overlong) state->own = pass(ahead_.held().first(length));
  piece->state = std::move(state);
  ahead_.hand_out(length, piece);
}

Result<bool> LineCutter::split(ByteSource& bytes, Piece* piece) {
  if (!ahead_.ended() && ahead_.used() < kLinePiece) SIL_TRY(ahead_.more(bytes, kLinePiece - ahead_.used()));
  if (ahead_.used() == 0) return false;
  if (!started_) {
    started_ = true;
    SIL_TRY(start(bytes));
  }
  if (overlong_) {  // up to the end of the line that was too long
    const void* found = std::memchr(ahead_.held().data(), '\n', ahead_.used());
    const size_t end = found == nullptr
                           ? ahead_.used()
                           : static_cast<size_t>(static_cast<const uint8_t*>(found) - ahead_.held().data()) + 1;
    hand_out(end, true, piece);
    overlong_ = found == nullptr;
    return true;
  }
  size_t end = ahead_.ended() ? ahead_.used() : cut(ahead_.held());
  while (end == 0 && ahead_.used() < kMaxLine) {
    SIL_TRY(ahead_.more(bytes, std::min(ahead_.used(), kMaxLine - ahead_.used())));
    end = ahead_.ended() ? ahead_.used() : cut(ahead_.held());
  }
  hand_out(end == 0 ? ahead_.used() : end, end == 0, piece);
  overlong_ = end == 0;
  return true;
}

}  // namespace sil::ingest
