#include "ingest/gzip_trailers.h"

#include <algorithm>

#include "bytes/digest.h"

namespace sil::ingest {
namespace {

constexpr size_t kTrailer = 8, kHeader = 10;
constexpr size_t kSeam = kTrailer + kHeader - 1;

// ID1 ID2 CM FLG MTIME(4) XFL OS; values of XFL and OS that RFC 1952 knows.
bool is_header(const uint8_t* at) {
  const uint8_t flags = at[3], extra = at[8], system = at[9];
  return at[0] == 0x1F && at[1] == 0x8B && at[2] == 8 && flags < 0x20 && (extra == 0 || extra == 2 || extra == 4) &&
         (system <= 13 || system == 255);
}

}  // namespace

void GzipTrailers::Sum::take(const uint8_t* trailer) {
  const auto stated = load_le<uint32_t>(trailer), size = load_le<uint32_t>(trailer + sizeof(uint32_t));
  checksum = any ? crc32_of_both(checksum, stated, size) : stated;
  length += size;
  any = true;
}

// Headers whose last byte is one of the `fresh` last bytes of the window.
void GzipTrailers::look(Bytes window, size_t fresh) {
  const std::string_view text = as_text(window);
  size_t at = window.size() - fresh >= kHeader - 1 ? window.size() - fresh - (kHeader - 1) : 0;
  for (at = text.find("\x1F\x8B\x08", at); at != std::string_view::npos && at + kHeader <= text.size();
       at = text.find("\x1F\x8B\x08", at + 1)) {
    if (at >= kTrailer && is_header(window.data() + at)) before_last_.take(window.data() + at - kTrailer);
  }
}

void GzipTrailers::keep_end(Bytes packed) {
  const auto last = std::find_if(packed.rbegin(), packed.rend(), [](uint8_t byte) { return byte != 0; });
  const auto zeros = static_cast<uint64_t>(last - packed.rbegin());
  const Bytes upto = packed.first(packed.size() - zeros);
  if (!upto.empty()) {
    if (upto.size() < kTrailer) end_.append(std::min<uint64_t>(zeros_, kTrailer), '\0');
    end_.append(as_text(upto.last(std::min(upto.size(), kTrailer))));
    if (end_.size() > kTrailer) end_.erase(0, end_.size() - kTrailer);
    zeros_ = 0;
  }
  zeros_ += zeros;
}

void GzipTrailers::add(Bytes packed) {
  if (packed.empty()) return;
  const size_t across = std::min(packed.size(), kSeam);
  seam_.append(as_text(packed.first(across)));
  look(as_bytes(seam_), across);
  if (packed.size() > across) look(packed, packed.size() - across);
  if (packed.size() > kSeam) seam_.assign(as_text(packed.last(kSeam)));
  if (seam_.size() > kSeam) seam_.erase(0, seam_.size() - kSeam);
  keep_end(packed);
}

bool GzipTrailers::hold(uint64_t length, uint32_t checksum) const {
  for (uint64_t zeros = std::min<uint64_t>(zeros_, kTrailer);; --zeros) {
    const std::string end = end_ + std::string(zeros, '\0');
    if (end.size() >= kTrailer) {
      Sum sum = before_last_;
      sum.take(as_bytes(end).data() + end.size() - kTrailer);
      const bool too_long = before_last_.any && length >> 32 != 0;
      if (sum.length == static_cast<uint32_t>(length) && (sum.checksum == checksum || too_long)) return true;
    }
    if (zeros == 0) return false;
  }
}

}  // namespace sil::ingest
