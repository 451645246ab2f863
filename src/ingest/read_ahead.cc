#include "ingest/read_ahead.h"

#include <algorithm>
#include <cstring>

namespace sil::ingest {

Result<bool> read_behind(ByteSource& bytes, uint64_t offset, size_t length, std::vector<uint8_t>* buffer,
                         size_t* used) {
  const uint64_t hint = bytes.size_hint();
  if (hint >= offset && hint != 0) length = static_cast<size_t>(std::min<uint64_t>(length, hint - offset + 1));
  if (buffer->size() < *used + length + kSlack) buffer->resize(*used + length + kSlack);
  auto got = bytes.read_at(offset, buffer->data() + *used, length);
  if (!got) return tl::unexpected(std::move(got).error());
  *used += *got;
  return *got < length;
}

Result<void> ReadAhead::more(ByteSource& bytes, size_t length) {
  auto ended = read_behind(bytes, offset_ + used_, length, &buffer_, &used_);
  if (!ended) return tl::unexpected(std::move(ended).error());
  ended_ = *ended;
  return {};
}

void ReadAhead::hand_out(size_t length, Piece* piece) {
  std::vector<uint8_t> next = std::move(piece->buffer);  // what a caller gives back is used again
  const size_t rest = used_ - length;
  const size_t room = ended_ ? rest : std::max(piece_size_, rest);
  if (next.size() < room + kSlack) next.resize(room + kSlack);
  std::memcpy(next.data(), buffer_.data() + length, rest);
  std::memset(buffer_.data() + length, 0, kSlack);
  piece->buffer = std::move(buffer_);
  piece->ordinal = ordinal_++;
  piece->offset = offset_;
  piece->length = length;
  piece->filled = true;
  buffer_ = std::move(next);
  used_ = rest;
  offset_ += length;
}

}  // namespace sil::ingest
