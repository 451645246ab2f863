// One JSON object taken apart into flat fields, on simdjson's structural index, without a tree: every scalar
// keeps its raw token. RFC 8259; objects nested deeper than kMaxJsonDepth stay raw.
//
// Lifetime: fields view the record's bytes. Thread rule: one JsonIndex and one field list a worker.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/value.h"

namespace sil::ingest {

struct JsonField {
  std::string_view key;  // still escaped
  int32_t parent = -1;   // index of the object it stands in, -1 = the record itself
  bool object = false;   // has fields of its own behind it in the list; `value` is its raw text
  bool member = false;   // one of several members of an array that is read as repeated fields (nameless Data)
  Value value;
};

struct JsonFault {
  const char* expected = nullptr;  // null = none
  size_t offset = 0;               // in the record
};

// simdjson's first stage: offsets of brackets, colons, commas and starts of scalars; checks UTF-8 and control
// characters on the way.
class JsonIndex {
 public:
  JsonIndex();
  ~JsonIndex();
  // `bytes` needs 64 readable bytes behind it. Null fault = built.
  const char* build(Bytes bytes);
  [[nodiscard]] const uint32_t* begin() const;
  [[nodiscard]] const uint32_t* end() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Takes the object in `record` apart. `first`..`last` are the index entries that lie in it, relative to
// `base`. On a fault the fields found so far stay in the list.
JsonFault take_apart(const uint8_t* base, Bytes record, const uint32_t* first, const uint32_t* last,
                     std::vector<JsonField>* fields, bool* too_deep);

inline bool is_json_blank(uint8_t byte) {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}
// Of a token that is no string and no container: a number, true, false, null; kAbsent: none of these.
ValueKind json_scalar_kind(const uint8_t* at, size_t size);

constexpr size_t kMaxJsonFields = 2048;      // of one record; the rest stays in the raw text
constexpr size_t kMaxRepeatedMembers = 256;  // of one nameless Data array

}  // namespace sil::ingest
