#include "evtx_writer/binxml.h"

#include <cstring>

#include "bytes/digest.h"
#include "bytes/text.h"

namespace sil::evtx_writer {
namespace {

template <class T>
void store(std::vector<uint8_t>* bytes, size_t at, T value) {
  std::memcpy(bytes->data() + at, &value, sizeof value);
}

constexpr char kMagic[8] = {'E', 'l', 'f', 'C', 'h', 'n', 'k', '\0'};

std::vector<uint8_t> guid_of(const Template& definition) {
  if (!definition.guid.empty()) return guid_value(definition.guid).bytes;
  std::vector<uint8_t> out(16);
  store(&out, 0, hash64(definition.key, 1));
  store(&out, 8, hash64(definition.key, 2));
  return out;
}

}  // namespace

uint16_t name_hash(std::u16string_view name) {
  uint32_t hash = 0;
  for (char16_t unit : name) hash = hash * 65599 + unit;
  return static_cast<uint16_t>(hash);
}

uint32_t template_bucket(const uint8_t guid[16]) {
  uint32_t hash = 0;
  for (size_t i = 0; i < 16; i += 2) hash = hash * 65599 + load_le<uint16_t>(guid + i);
  return hash % 32;
}

std::vector<uint8_t> Chunk::sealed(uint32_t flags) const {
  std::vector<uint8_t> out = bytes;
  out.resize(kChunkSize, 0);
  std::memcpy(out.data(), kMagic, sizeof kMagic);
  bool empty = records == 0;
  uint64_t none = ~uint64_t{0};
  store(&out, 8, empty ? uint64_t{1} : first_number);
  store(&out, 16, empty ? none : last_number);
  store(&out, 24, empty ? uint64_t{1} : first_id);
  store(&out, 32, empty ? none : last_id);
  store(&out, 40, uint32_t{128});
  store(&out, 44, last_record);
  store(&out, 48, static_cast<uint32_t>(bytes.size()));
  store(&out, 120, flags);
  for (size_t i = 0; i < name_heads.size(); ++i) store(&out, 128 + 4 * i, name_heads[i]);
  for (size_t i = 0; i < template_heads.size(); ++i) store(&out, 384 + 4 * i, template_heads[i]);
  if ((flags & 4) == 0) {
    Bytes view{out};
    store(&out, 52, crc32(view.subspan(kChunkHeader, bytes.size() - kChunkHeader)));
    store(&out, 124, crc32(view.subspan(128, 384), crc32(view.first(120))));
  }
  return out;
}

BinXml& BinXml::integer(uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; ++i) chunk_->bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
  return *this;
}

BinXml& BinXml::raw(const std::vector<uint8_t>& bytes) {
  chunk_->bytes.insert(chunk_->bytes.end(), bytes.begin(), bytes.end());
  return *this;
}

void BinXml::patch_u16(size_t at, uint16_t value) {
  store(&chunk_->bytes, at, value);
}
void BinXml::patch_u32(size_t at, uint32_t value) {
  store(&chunk_->bytes, at, value);
}

BinXml& BinXml::fragment_header() {
  return u8(0x0f).u8(1).u8(1).u8(0);
}

BinXml& BinXml::name(std::string_view utf8) {
  std::u16string units = to_utf16(utf8);
  auto known = chunk_->names.find(units);
  if (known != chunk_->names.end()) return u32(known->second);
  auto here = static_cast<uint32_t>(position() + 4);
  uint16_t hash = name_hash(units);
  uint32_t& head = chunk_->name_heads[hash % 64];
  u32(here).u32(head).u16(hash).u16(static_cast<uint16_t>(units.size()));
  for (char16_t unit : units) u16(unit);
  u16(0);
  head = here;
  chunk_->names.emplace(std::move(units), here);
  return *this;
}

BinXml& BinXml::open(std::string_view element, uint16_t dependency, bool attributes) {
  u8(attributes ? 0x41 : 0x01);
  if (in_definition_) u16(dependency);
  Open frame{position(), {}};
  u32(0).name(element);
  if (attributes) {
    frame.attributes_at = position();
    u32(0);
  }
  open_.push_back(frame);
  return *this;
}

void BinXml::close_attributes() {
  if (open_.empty() || !open_.back().attributes_at) return;
  size_t at = *open_.back().attributes_at;
  patch_u32(at, static_cast<uint32_t>(position() - at - 4));
  open_.back().attributes_at.reset();
}

void BinXml::pop() {
  if (open_.empty()) return;
  patch_u32(open_.back().size_at, static_cast<uint32_t>(position() - open_.back().size_at - 4));
  open_.pop_back();
}

BinXml& BinXml::attribute(std::string_view attribute_name, bool more) {
  return u8(more ? 0x46 : 0x06).name(attribute_name);
}

BinXml& BinXml::close_start() {
  close_attributes();
  return u8(0x02);
}

BinXml& BinXml::close_empty() {
  close_attributes();
  u8(0x03);
  pop();
  return *this;
}

BinXml& BinXml::end() {
  u8(0x04);
  pop();
  return *this;
}

BinXml& BinXml::text_units(std::u16string_view units, bool more) {
  u8(more ? 0x45 : 0x05).u8(kString).u16(static_cast<uint16_t>(units.size()));
  for (char16_t unit : units) u16(unit);
  return *this;
}

BinXml& BinXml::text(std::string_view utf8, bool more) {
  return text_units(to_utf16(utf8), more);
}

BinXml& BinXml::escaped_text(std::string_view utf8) {
  struct Piece {
    std::string_view text;
    const char* entity;
  };
  std::vector<Piece> pieces;
  size_t from = 0;
  for (size_t i = 0; i <= utf8.size(); ++i) {
    const char* entity = nullptr;
    if (i < utf8.size()) {
      switch (utf8[i]) {
        case '&': entity = "amp"; break;
        case '<': entity = "lt"; break;
        case '>': entity = "gt"; break;
        case '"': entity = "quot"; break;
        default: continue;
      }
    }
    if (i > from) pieces.push_back({utf8.substr(from, i - from), nullptr});
    if (entity != nullptr) pieces.push_back({{}, entity});
    from = i + 1;
  }
  for (size_t i = 0; i < pieces.size(); ++i) {
    bool more = i + 1 < pieces.size();
    if (pieces[i].entity != nullptr)
      entity_ref(pieces[i].entity, more);
    else
      text(pieces[i].text, more);
  }
  return *this;
}

BinXml& BinXml::cdata(std::string_view utf8, bool more) {
  std::u16string units = to_utf16(utf8);
  u8(more ? 0x47 : 0x07).u16(static_cast<uint16_t>(units.size()));
  for (char16_t unit : units) u16(unit);
  return *this;
}

BinXml& BinXml::char_ref(uint16_t code, bool more) {
  return u8(more ? 0x48 : 0x08).u16(code);
}

BinXml& BinXml::entity_ref(std::string_view entity, bool more) {
  return u8(more ? 0x49 : 0x09).name(entity);
}

BinXml& BinXml::pi_data(std::u16string_view units) {
  u8(0x0b).u16(static_cast<uint16_t>(units.size()));
  for (char16_t unit : units) u16(unit);
  return *this;
}

BinXml& BinXml::pi(std::string_view target, std::string_view data) {
  u8(0x0a).name(target);
  return pi_data(to_utf16(data));
}

BinXml& BinXml::substitution(uint16_t slot, uint8_t type, bool optional) {
  return u8(optional ? 0x0e : 0x0d).u16(slot).u8(type);
}

uint32_t BinXml::define(const Template& definition) {
  auto here = static_cast<uint32_t>(position());
  std::vector<uint8_t> guid = guid_of(definition);
  uint32_t& head = chunk_->template_heads[template_bucket(guid.data())];
  u32(head).raw(guid);
  head = here;
  size_t size_at = position();
  u32(0);
  BinXml body(chunk_, true);
  body.fragment_header();
  definition.write(body);
  body.eof();
  patch_u32(size_at, static_cast<uint32_t>(position() - size_at - 4));
  chunk_->definitions.emplace(definition.key, here);
  return here;
}

BinXml& BinXml::instance(const Template& definition, const std::vector<Value>& values) {
  u8(0x0c).u8(1).u32(load_le<uint32_t>(guid_of(definition).data()));
  auto known = chunk_->definitions.find(definition.key);
  if (known != chunk_->definitions.end()) {
    u32(known->second);
  } else {
    u32(static_cast<uint32_t>(position() + 4));
    define(definition);
  }
  u32(static_cast<uint32_t>(values.size()));
  size_t descriptors = position();
  for (const Value& value : values) u16(static_cast<uint16_t>(value.bytes.size())).u8(value.type).u8(0);
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i].embedded) {
      raw(values[i].bytes);
      continue;
    }
    size_t from = position();
    BinXml inner(chunk_, false);
    values[i].embedded(inner);
    patch_u16(descriptors + 4 * i, static_cast<uint16_t>(position() - from));
  }
  return *this;
}

}  // namespace sil::evtx_writer
