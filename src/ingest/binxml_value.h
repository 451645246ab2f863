// Typed values of a template instance as model Values (docs/formats/evtx.md, table of types). The size in the
// descriptor steps, its type reads; the type declared by the substitution token is ignored.
//
// Lifetime: values view the chunk.
#pragma once

#include <cstdint>

#include "bytes/cursor.h"
#include "model/value.h"

namespace sil::ingest {

constexpr uint8_t kTypeNull = 0x00, kTypeString = 0x01, kTypeBinXml = 0x21;

// What the reader wants to hear about while it loads values.
struct ValueFlags {
  bool inner_nul = false;  // a string goes on after a NUL
  bool damaged = false;    // a value shorter than its type
  bool odd = false;        // a type the compiled path leaves to the general walker
  uint32_t fragments = 0;  // values of type 0x21
  uint32_t fragment = 0;   // index of the last of them
};

// One value. kBinary with flags->damaged when the bytes are too few for the type. BinXML: kBinary, counted in flags.
Value make_value(uint8_t type, const uint8_t* data, uint32_t size, ValueFlags* flags);

struct LoadedValues {
  const uint8_t* end = nullptr;  // behind the last value; null = cut off
  uint32_t count = 0;            // of descriptors; values beyond `capacity` are counted, not stored
};
// Reads count, descriptors and values at `at`. Slots that the instance does not have become kAbsent.
LoadedValues load_values(const uint8_t* at, const uint8_t* limit, Value* into, uint32_t capacity, ValueFlags* flags);

}  // namespace sil::ingest
