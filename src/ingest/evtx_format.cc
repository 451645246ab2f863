#include "ingest/evtx_format.h"

#include <cstring>

#include "bytes/digest.h"

namespace sil::ingest {

bool is_evtx_header(Bytes head) {
  return head.size() >= 8 && std::memcmp(head.data(), "ElfFile\0", 8) == 0;
}

EvtxFileHeader parse_file_header(Bytes head) {
  EvtxFileHeader out;
  if (head.size() < 128) return out;
  const uint8_t* at = head.data();
  out.first_chunk = load_le<uint64_t>(at + 8);
  out.last_chunk = load_le<uint64_t>(at + 16);
  out.next_record_id = load_le<uint64_t>(at + 24);
  out.minor = load_le<uint16_t>(at + 36);
  out.major = load_le<uint16_t>(at + 38);
  out.header_block = load_le<uint16_t>(at + 40);
  out.chunk_count = load_le<uint16_t>(at + 42);
  out.flags = load_le<uint32_t>(at + 120);
  out.crc = load_le<uint32_t>(at + 124);
  out.crc_good = crc32(head.first(120)) == out.crc || ((out.flags & kFlagNoCrc) != 0 && out.crc == 0);
  return out;
}

bool is_chunk_header(Bytes chunk) {
  return chunk.size() >= 8 && std::memcmp(chunk.data(), "ElfChnk\0", 8) == 0;
}

ChunkHeader parse_chunk_header(Bytes chunk) {
  ChunkHeader out;
  if (chunk.size() < kChunkHeaderSize) return out;
  const uint8_t* at = chunk.data();
  out.first_number = load_le<uint64_t>(at + 8);
  out.last_number = load_le<uint64_t>(at + 16);
  out.first_id = load_le<uint64_t>(at + 24);
  out.last_id = load_le<uint64_t>(at + 32);
  out.last_offset = load_le<uint32_t>(at + 44);
  out.free_offset = load_le<uint32_t>(at + 48);
  out.data_crc = load_le<uint32_t>(at + 52);
  out.flags = load_le<uint32_t>(at + 120);
  out.header_crc = load_le<uint32_t>(at + 124);
  out.header_crc_good = crc32(chunk.subspan(128, 384), crc32(chunk.first(120))) == out.header_crc;
  if (out.free_offset_sane() && out.free_offset <= chunk.size()) {
    out.data_crc_good = crc32(chunk.subspan(kChunkHeaderSize, out.free_offset - kChunkHeaderSize)) == out.data_crc;
  }
  return out;
}

bool plausible_filetime(uint64_t ticks) {
  constexpr uint64_t k1990 = 122'761'440'000'000'000, k2200 = 189'027'648'000'000'000;
  return ticks == 0 || (ticks >= k1990 && ticks < k2200);
}

bool record_at(Bytes chunk, size_t offset, size_t limit) {
  if (limit > chunk.size()) limit = chunk.size();
  if (offset > limit || limit - offset < kRecordMinimum) return false;
  const uint8_t* at = chunk.data() + offset;
  if (load_le<uint32_t>(at) != kRecordSignature) return false;
  uint32_t size = load_le<uint32_t>(at + 4);
  if (size < kRecordMinimum || size % 8 != 0 || size > limit - offset) return false;
  return load_le<uint32_t>(at + size - 4) == size && plausible_filetime(load_le<uint64_t>(at + 16));
}

}  // namespace sil::ingest
