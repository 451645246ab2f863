// Which container some bytes begin, by magic numbers alone: RFC 1952 (gzip), RFC 8878 (zstd), the .xz file format 1.2,
// bzip2 "BZh", APPNOTE.TXT (zip), 7zFormat.txt, POSIX ustar and older tar by its header checksum.
#pragma once

#include "bytes/cursor.h"

namespace sil::ingest {

enum class Packing : uint8_t { kNone, kPacked, kTar, kZip, kSevenZip };  // kPacked: gz, zst, xz, bz2
constexpr size_t kPackingHead = 512;  // bytes that decide; fewer decide what they can

Packing packing_of(Bytes head);
const char* packing_name(Packing packing);  // "tar"; of kPacked "packed file"

}  // namespace sil::ingest
