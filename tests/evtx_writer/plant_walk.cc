#include "evtx_writer/plant_walk.h"

#include <cstring>

#include "bytes/cursor.h"
#include "evtx_writer/binxml.h"

namespace sil::evtx_writer {
namespace {

class Walk {
 public:
  Walk(const uint8_t* chunk, WalkedRecord* record) : chunk_(chunk), record_(record) {}

  // Tokens from `at` to EOF or `end`; returns where it stopped, 0 on anything unknown.
  uint32_t tokens(uint32_t at, uint32_t end, bool definition, int depth) {
    while (at != 0 && at < end) {
      uint8_t token = chunk_[at] & 0xbf;
      switch (token) {
        case 0x00: return at + 1;
        case 0x01: at = element(at, definition); break;
        case 0x02:
        case 0x03:
        case 0x04: at += 1; break;
        case 0x05: at += 4 + 2 * u16(at + 2); break;
        case 0x06:
        case 0x09:
        case 0x0a: at = name(at + 1); break;
        case 0x07:
        case 0x0b: at += 3 + 2 * u16(at + 1); break;
        case 0x08: at += 3; break;
        case 0x0c: at = instance(at, depth); break;
        case 0x0d:
        case 0x0e:
        case 0x0f: at += 4; break;
        default: return 0;
      }
    }
    return at;
  }

 private:
  [[nodiscard]] uint16_t u16(uint32_t at) const { return load_le<uint16_t>(chunk_ + at); }
  [[nodiscard]] uint32_t u32(uint32_t at) const { return load_le<uint32_t>(chunk_ + at); }

  uint32_t name(uint32_t field) {
    record_->offset_fields.push_back(field);
    uint32_t inline_at = field + 4;
    if (u32(field) != inline_at) return inline_at;
    record_->offset_fields.push_back(inline_at);  // the chain to the next name of the bucket
    record_->defines = true;
    return inline_at + 8 + 2 * u16(inline_at + 6) + 2;
  }

  uint32_t element(uint32_t at, bool definition) {
    uint32_t after = name(at + (definition ? 7 : 5));
    return chunk_[at] == 0x41 ? after + 4 : after;
  }

  uint32_t instance(uint32_t at, int depth) {
    if (depth > 8) return 0;
    record_->offset_fields.push_back(at + 6);
    uint32_t definition = u32(at + 6);
    at += 10;
    if (definition == at) {
      record_->defines = true;
      record_->offset_fields.push_back(at);  // the chain to the next definition of the bucket
      uint32_t end = at + 24 + u32(at + 20);
      if (tokens(at + 24, end, true, depth + 1) == 0) return 0;
      at = end;
    }
    if (depth == 0) {
      record_->definition = definition;
      record_->values_at = at;
    }
    uint32_t count = u32(at);
    uint32_t value = at + 4 + 4 * count;
    for (uint32_t i = 0; i < count; ++i) {
      WalkedValue here{value, u16(at + 4 + 4 * i), chunk_[at + 6 + 4 * i]};
      if (depth < 2) (depth == 0 ? record_->outer : record_->inner).push_back(here);
      if (here.type == kBinXml && here.size > 0 && tokens(value, value + here.size, false, depth + 1) == 0) return 0;
      value += here.size;
    }
    return value;
  }

  const uint8_t* chunk_;
  WalkedRecord* record_;
};

}  // namespace

std::vector<WalkedRecord> walk_chunk(const uint8_t* chunk) {
  if (std::memcmp(chunk, "ElfChnk", 8) != 0) return {};
  std::vector<WalkedRecord> out;
  uint32_t free = load_le<uint32_t>(chunk + 48);
  for (uint32_t at = kChunkHeader; at + 28 <= free && free <= kChunkSize;) {
    WalkedRecord record;
    record.offset = at;
    record.size = load_le<uint32_t>(chunk + at + 4);
    record.id = load_le<uint64_t>(chunk + at + 8);
    if (load_le<uint32_t>(chunk + at) != 0x2a2a || record.size < 28 || at + record.size > free) return {};
    record.end = Walk(chunk, &record).tokens(at + 24, at + record.size - 4, false, 0);
    if (record.end == 0) return {};
    at += record.size;
    out.push_back(std::move(record));
  }
  return out;
}

}  // namespace sil::evtx_writer
