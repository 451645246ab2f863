// Key sequences that have been met, as a tree of steps: a record that goes along a known one is taken apart in one
// pass over the structural index, key by key compared with the step expected next, without a field list or a hash.
// Logs repeat a few sequences; anything else, and any doubt, goes to take_apart (json_record.h), which also words
// faults.
//
// Thread rule: one worker's own. Memory: at most kMaxSteps.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/json_record.h"
#include "model/value.h"

namespace sil::ingest {

struct JsonShape;

class JsonTrail {
 public:
  void clear();
  // From now on records with these keys, in this order, have this shape. `fields` as take_apart gives them.
  void add(std::span<const JsonField> fields, JsonShape* shape);
  // The shape of the record that ends at `end` (offset from `base`) and whose first index entry is *next; its values,
  // by field, go to `values`, and *next behind its entries. Null: not known, and *next as it was. The verdict on what
  // is well-formed is take_apart's.
  JsonShape* follow(const uint8_t* base, size_t end, const uint32_t** next, const uint32_t* last,
                    std::vector<Value>* values);

 private:
  enum class Kind : uint8_t { kField, kOpen, kClose };
  struct Step {
    std::string key;  // still escaped, with kSlack readable bytes
    uint64_t head = 0, tail = 0;
    uint32_t length = 0;
    Kind kind = Kind::kField;
    Step* child = nullptr;  // what can follow, the latest first
    Step* other = nullptr;  // beside it
    JsonShape* shape = nullptr;
  };
  static constexpr size_t kMaxSteps = 1 << 16;
  struct Follower;

  Step* child(Step* step, Kind kind, std::string_view key);
  static Step* find(Step* step, Kind kind, const uint8_t* key, uint32_t length);

  std::deque<Step> steps_;
  Step root_;
};

}  // namespace sil::ingest
