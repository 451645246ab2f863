// One chunk under construction, and BinXML tokens written into it (MS-EVEN6 2.2.12; the chunk around it as
// known from the files themselves: 512 bytes of header with 64 name buckets and 32 template buckets, then
// records).
//
// Names and definitions are written inline at their first use in a chunk and referred to afterwards, as
// Windows does. BinXml writes whatever it is told, valid or not: hostile tests build nonsense with the same
// methods. Lifetime: a BinXml belongs to its Chunk. Thread rule: none shared.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evtx_writer/value.h"

namespace sil::evtx_writer {

constexpr size_t kChunkSize = 65536;
constexpr size_t kChunkHeader = 512;
constexpr uint16_t kNoDependency = 0xffff;

struct Template {
  std::string key;                     // what makes it this template; equal keys share a definition in a chunk
  std::function<void(BinXml&)> write;  // the element, without fragment header and EOF
  std::string guid;                    // empty: derived from key. Its first four bytes are the template id
};

struct Chunk {
  std::vector<uint8_t> bytes = std::vector<uint8_t>(kChunkHeader, 0);  // grows up to kChunkSize
  std::array<uint32_t, 64> name_heads{};
  std::array<uint32_t, 32> template_heads{};
  std::map<std::u16string, uint32_t> names;     // text -> offset in chunk
  std::map<std::string, uint32_t> definitions;  // Template::key -> offset in chunk
  uint64_t first_number = 0, last_number = 0, first_id = 0, last_id = 0;
  uint32_t last_record = 0;
  size_t records = 0;
  // 65,536 bytes with header and checksums. flags: 1 as Windows writes, 4 = no CRC in use.
  [[nodiscard]] std::vector<uint8_t> sealed(uint32_t flags) const;
};

uint16_t name_hash(std::u16string_view name);      // h * 65599 + unit, low 16 bits; bucket = hash mod 64
uint32_t template_bucket(const uint8_t guid[16]);  // the same hash over the GUID's eight words, mod 32

class BinXml {
 public:
  // in_definition: elements carry a dependency id (template definitions only, never records or 0x21 values).
  explicit BinXml(Chunk* chunk, bool in_definition = false) : chunk_(chunk), in_definition_(in_definition) {}

  [[nodiscard]] size_t position() const { return chunk_->bytes.size(); }
  BinXml& raw(const std::vector<uint8_t>& bytes);
  BinXml& u8(uint8_t value) { return integer(value, 1); }
  BinXml& u16(uint16_t value) { return integer(value, 2); }
  BinXml& u32(uint32_t value) { return integer(value, 4); }
  BinXml& u64(uint64_t value) { return integer(value, 8); }
  void patch_u16(size_t at, uint16_t value);
  void patch_u32(size_t at, uint32_t value);

  BinXml& fragment_header();  // 0f 01 01 00
  BinXml& open(std::string_view name, uint16_t dependency = kNoDependency, bool attributes = false);
  BinXml& attribute(std::string_view name, bool more = false);  // value tokens follow
  BinXml& close_start();                                        // 02
  BinXml& close_empty();                                        // 03, pops
  BinXml& end();                                                // 04, pops
  BinXml& text(std::string_view utf8, bool more = false);       // 05 / 45
  BinXml& text_units(std::u16string_view units, bool more = false);
  BinXml& escaped_text(std::string_view utf8);                               // 45 and 49 tokens as Windows splits them
  BinXml& cdata(std::string_view utf8, bool more = false);                   // 07 / 47
  BinXml& char_ref(uint16_t code, bool more = false);                        // 08 / 48
  BinXml& entity_ref(std::string_view name, bool more = false);              // 09 / 49
  BinXml& pi(std::string_view target, std::string_view data);                // 0a 0b
  BinXml& pi_data(std::u16string_view units);                                // 0b alone
  BinXml& substitution(uint16_t slot, uint8_t type, bool optional = false);  // 0d / 0e
  BinXml& instance(const Template& definition, const std::vector<Value>& values);  // 0c
  BinXml& eof() { return u8(0x00); }
  BinXml& name(std::string_view utf8);  // a name reference, inline if new

 private:
  struct Open {
    size_t size_at;                       // the element's size field
    std::optional<size_t> attributes_at;  // the attribute list's size field, until the start tag closes
  };
  BinXml& integer(uint64_t value, unsigned width);
  void close_attributes();
  void pop();
  uint32_t define(const Template& definition);  // writes the definition here, returns its offset

  Chunk* chunk_;
  bool in_definition_;
  std::vector<Open> open_;
};

}  // namespace sil::evtx_writer
