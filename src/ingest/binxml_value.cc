#include "ingest/binxml_value.h"

#include <array>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sil::ingest {
namespace {

struct TypeInfo {
  ValueKind kind = ValueKind::kBinary;
  uint8_t fixed = 0;   // bytes of one item; 0 = any size
  bool plain = false;  // kind and size are all there is to it
  bool known = false;
  ValueKind element = ValueKind::kAbsent;
};

constexpr std::array<TypeInfo, 256> make_types() {
  std::array<TypeInfo, 256> types{};
  auto fixed = [&](size_t type, ValueKind kind, uint8_t size) { types[type] = {kind, size, true, true}; };
  fixed(0x03, ValueKind::kInt8, 1);
  fixed(0x04, ValueKind::kUInt8, 1);
  fixed(0x05, ValueKind::kInt16, 2);
  fixed(0x06, ValueKind::kUInt16, 2);
  fixed(0x07, ValueKind::kInt32, 4);
  fixed(0x08, ValueKind::kUInt32, 4);
  fixed(0x09, ValueKind::kInt64, 8);
  fixed(0x0a, ValueKind::kUInt64, 8);
  fixed(0x0b, ValueKind::kFloat32, 4);
  fixed(0x0c, ValueKind::kFloat64, 8);
  fixed(0x0d, ValueKind::kBool, 4);
  fixed(0x0f, ValueKind::kGuid, 16);
  fixed(0x11, ValueKind::kFileTime, 8);
  fixed(0x12, ValueKind::kSystemTime, 16);
  fixed(0x14, ValueKind::kHex32, 4);
  fixed(0x15, ValueKind::kHex64, 8);
  types[0x0e] = {ValueKind::kBinary, 0, true, true};
  types[0x00] = {ValueKind::kNull, 0, false, true};
  types[0x20] = {ValueKind::kNull, 0, false, true};  // event handle: nothing to show
  types[0x01] = types[0x23] = {ValueKind::kUtf16, 0, false, true};
  types[0x02] = {ValueKind::kAnsi, 0, false, true};
  types[0x10] = {ValueKind::kHex64, 0, false, true};  // width decides
  types[0x13] = {ValueKind::kSid, 0, false, true};
  types[0x21] = {ValueKind::kBinary, 0, false, true};
  types[0x81] = {ValueKind::kUtf16Array, 0, false, true};
  for (size_t type = 0x03; type < 0x20; ++type) {
    if (types[type].plain && types[type].fixed != 0) {
      types[0x80 + type] = {ValueKind::kFixedArray, types[type].fixed, false, true, types[type].kind};
    }
  }
  return types;
}
constexpr std::array<TypeInfo, 256> kTypes = make_types();

bool has_nul_unit(const uint8_t* data, uint32_t size) {
  uint32_t i = 0;
#if defined(__SSE2__)
  const __m128i zero = _mm_setzero_si128();
  const auto zeros_at = [&](uint32_t at) {
    return _mm_cmpeq_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(data + at)), zero);
  };
  if (size >= 16) {
    __m128i seen = zeros_at(size - 16);  // overlaps the last whole block
    for (; i + 16 < size; i += 16) seen = _mm_or_si128(seen, zeros_at(i));
    return _mm_movemask_epi8(seen) != 0;
  }
#endif
  for (; i + 2 <= size; i += 2) {
    if (load_le<uint16_t>(data + i) == 0) return true;
  }
  return false;
}

Value string_value(const uint8_t* data, uint32_t size, ValueFlags* flags) {
  size &= ~1u;
  while (size >= 2 && load_le<uint16_t>(data + size - 2) == 0) size -= 2;
  if (has_nul_unit(data, size)) flags->inner_nul = true;
  return {data, size, ValueKind::kUtf16};
}

Value ansi_value(const uint8_t* data, uint32_t size, ValueFlags* flags) {
  while (size > 0 && data[size - 1] == 0) --size;
  for (uint32_t i = 0; i < size; ++i) flags->inner_nul |= data[i] == 0;
  return {data, size, ValueKind::kAnsi};
}

Value damaged(const uint8_t* data, uint32_t size, ValueFlags* flags) {
  if (size == 0) return {data, 0, ValueKind::kNull};
  flags->damaged = true;
  return {data, size, ValueKind::kBinary};
}

[[gnu::noinline]] Value special_value(uint8_t type, const uint8_t* data, uint32_t size, ValueFlags* flags) {
  const TypeInfo& info = kTypes[type];
  switch (info.kind) {
    case ValueKind::kNull: return {data, 0, ValueKind::kNull};
    case ValueKind::kUtf16: return string_value(data, size, flags);
    case ValueKind::kAnsi: return ansi_value(data, size, flags);
    case ValueKind::kUtf16Array: return {data, size & ~1u, ValueKind::kUtf16Array};
    case ValueKind::kFixedArray: return {data, size - size % info.fixed, ValueKind::kFixedArray, info.element};
    case ValueKind::kSid: {
      if (size < 8) return damaged(data, size, flags);
      uint32_t want = 8 + 4u * data[1];
      return {data, want < size ? want : size - size % 4, ValueKind::kSid};
    }
    case ValueKind::kBool:
      return size == 1 || size == 2 || size == 8 ? Value{data, size, ValueKind::kBool} : damaged(data, size, flags);
    default: break;
  }
  if (type == 0x10) {
    if (size >= 8) return {data, 8, ValueKind::kHex64};
    return size >= 4 ? Value{data, 4, ValueKind::kHex32} : damaged(data, size, flags);
  }
  if (info.plain && info.fixed != 0) {
    return size > info.fixed ? Value{data, info.fixed, info.kind} : damaged(data, size, flags);
  }
  flags->odd = flags->odd || !info.known;
  return {data, size, ValueKind::kBinary};
}

}  // namespace

static inline Value quick_value(uint8_t type, const uint8_t* data, uint32_t size, ValueFlags* flags) {
  if (type == kTypeString) return string_value(data, size, flags);
  const TypeInfo& info = kTypes[type];
  if (info.plain && (info.fixed == size || info.fixed == 0)) return {data, size, info.kind};
  return special_value(type, data, size, flags);
}

Value make_value(uint8_t type, const uint8_t* data, uint32_t size, ValueFlags* flags) {
  return quick_value(type, data, size, flags);
}

LoadedValues load_values(const uint8_t* at, const uint8_t* limit, Value* into, uint32_t capacity, ValueFlags* flags) {
  LoadedValues out;
  if (limit - at < 4) return out;
  out.count = load_le<uint32_t>(at);
  const uint8_t* descriptor = at + 4;
  if (static_cast<size_t>(limit - descriptor) / 4 < out.count) return out;
  const uint8_t* data = descriptor + size_t{4} * out.count;
  for (uint32_t i = 0; i < out.count; ++i, descriptor += 4) {
    uint32_t size = load_le<uint16_t>(descriptor);
    uint8_t type = descriptor[2];
    if (static_cast<size_t>(limit - data) < size) return out;
    if (type == kTypeBinXml) {
      ++flags->fragments;
      flags->fragment = i;
    }
    if (i < capacity) into[i] = quick_value(type, data, size, flags);
    data += size;
  }
  for (uint32_t i = out.count; i < capacity; ++i) into[i] = {};
  out.end = data;
  return out;
}

}  // namespace sil::ingest
