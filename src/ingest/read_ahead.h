// What a reader that cuts pieces at its records' ends holds of its source: bytes that were read and not yet handed out.
//
// Errors: those of the source. Thread rule: one thread (Reader::split). Lifetime: a piece owns what it was handed.
#pragma once

#include <vector>

#include "ingest/reader.h"

namespace sil::ingest {

// Appends up to `length` bytes from `offset` on behind the first *used of *buffer, which gets room for kSlack more;
// true: the source ended. A small file gets a small buffer: one byte more than it had is asked for, so that a file that
// grew is read on.
Result<bool> read_behind(ByteSource& bytes, uint64_t offset, size_t length, std::vector<uint8_t>* buffer, size_t* used);

class ReadAhead {
 public:
  explicit ReadAhead(size_t piece_size) : piece_size_(piece_size) {}
  Result<void> more(ByteSource& bytes, size_t length);
  // The first `length` bytes become the piece, with zeros behind them; the rest moves into the buffer that it gives
  // back. `state` is the caller's to set.
  void hand_out(size_t length, Piece* piece);
  [[nodiscard]] Bytes held() const { return {buffer_.data(), used_}; }
  [[nodiscard]] size_t used() const { return used_; }
  [[nodiscard]] uint64_t offset() const { return offset_; }  // of held()
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  size_t piece_size_;
  std::vector<uint8_t> buffer_;
  size_t used_ = 0;
  uint64_t offset_ = 0, ordinal_ = 0;
  bool ended_ = false;
};

}  // namespace sil::ingest
