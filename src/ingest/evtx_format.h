// Fixed structures of an EVTX file: file header, chunk header, record header (docs/formats/evtx.md, MS-EVEN6 2.2.14
// for the BinXML inside). All integers little-endian.
#pragma once

#include <cstdint>

#include "bytes/cursor.h"

namespace sil::ingest {

constexpr size_t kEvtxFileHeaderSize = 4096;
constexpr size_t kChunkSize = 65536;
constexpr size_t kChunkHeaderSize = 512;
constexpr size_t kRecordHeaderSize = 24;
constexpr size_t kRecordMinimum = 28;
constexpr size_t kChunksPerPiece = 16;
constexpr uint32_t kFlagDirty = 1, kFlagFull = 2, kFlagNoCrc = 4;
constexpr uint32_t kRecordSignature = 0x00002a2a;

struct EvtxFileHeader {
  uint64_t first_chunk = 0, last_chunk = 0, next_record_id = 0;
  uint16_t minor = 0, major = 0, header_block = 0, chunk_count = 0;
  uint32_t flags = 0, crc = 0;
  bool crc_good = false;
};
bool is_evtx_header(Bytes head);                   // signature only
EvtxFileHeader parse_file_header(Bytes first128);  // needs 128 bytes

struct ChunkHeader {
  uint64_t first_number = 0, last_number = 0, first_id = 0, last_id = 0;
  uint32_t last_offset = 0, free_offset = 0, data_crc = 0, flags = 0, header_crc = 0;
  bool header_crc_good = false;
  bool data_crc_good = false;
  [[nodiscard]] bool no_crc() const { return (flags & kFlagNoCrc) != 0; }
  [[nodiscard]] bool empty() const { return last_id == UINT64_MAX; }
  [[nodiscard]] bool free_offset_sane() const { return free_offset >= kChunkHeaderSize && free_offset <= kChunkSize; }
  [[nodiscard]] bool intact() const { return free_offset_sane() && (no_crc() || (header_crc_good && data_crc_good)); }
};
bool is_chunk_header(Bytes chunk);            // signature only
ChunkHeader parse_chunk_header(Bytes chunk);  // needs kChunkHeaderSize bytes; computes both checksums

// A FILETIME between 1990 and 2200, or 0 (exports write 0 into the last record).
bool plausible_filetime(uint64_t ticks);
// Does a whole record stand at `offset`: signature, size within `limit` and 8-aligned, size copy equal, FILETIME
// sane? The test of resynchronisation; the ordinary walk is content with less.
bool record_at(Bytes chunk, size_t offset, size_t limit);

}  // namespace sil::ingest
