// A line taken apart: keys and values in the order of the log. Values view the line, or text that had to be decoded
// (hex, escapes) and lies in the record's own memory.
//
// Lifetime: until clear(). Thread rule: one a worker.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bytes/digest.h"
#include "ingest/json_record.h"
#include "model/taxonomy/schema.h"
#include "model/timestamp.h"

namespace sil::ingest {

class LineRecord {
 public:
  const taxonomy::Schema* schema = nullptr;  // null: a line of text alone
  Timestamp time;                            // known() or the schema's time fields are asked
  uint64_t record_id = 0;
  std::vector<JsonField> fields;

  void clear();
  // Keys: constant, or views of the line.
  void add(std::string_view key, std::string_view value) { put(key, value, ValueKind::kUtf8, -1); }
  void add_in(int32_t group, std::string_view key, std::string_view value) { put(key, value, ValueKind::kUtf8, group); }
  // A number or the like, as it lies in the log.
  void add_bytes(std::string_view key, Bytes bytes, ValueKind kind) { put(key, as_text(bytes), kind, -1); }
  void add_null(std::string_view key) { put(key, {}, ValueKind::kNull, -1); }
  // A name under which add_in() puts fields: `name.key`.
  int32_t group(std::string_view name);
  // Memory for decoded text, good until clear(), with kSlack behind it.
  char* room(size_t size);
  std::string_view keep(std::string_view text);
  [[nodiscard]] std::string_view get(std::string_view key) const;  // first of that name, "" = none

 private:
  void put(std::string_view key, std::string_view value, ValueKind kind, int32_t group);
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size = 0, used = 0;
  };
  std::vector<Block> blocks_;
  size_t block_ = 0;
};

}  // namespace sil::ingest
