// The JSON form of a compiled pair: literal runs and slots, worked out once. What depends on values in ways a plan
// cannot say (arrays that repeat their element, names that differ from record to record) goes to the plain renderer
// in evtx_json.h, whose shape this is.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ingest/evtx_text.h"
#include "model/event.h"

namespace sil::ingest {

struct CompiledPair;

struct JsonOp {
  enum Kind : uint8_t {
    kLiteral,           // text[a, a + b)
    kValue,             // slot a
    kValueOrNull,       // slot a; `null` when empty
    kValueOrQuotes,     // slot a; `""` when empty
    kDataText,          // slot a as the "#text" of nameless Data: a value, or an array of its members
    kSkipIfEmpty,       // slot a empty: go on at op b
    kSkipIfNull,        // slot a null or absent: go on at op b
    kSkipIfAllEmpty,    // slots[a .. a + b) all empty: go on at op c
    kSkip,              // go on at op b
    kPlainUnlessEmpty,  // slot a not empty: this event needs the plain renderer
    kClose,             // end of object: a trailing comma goes
    kCloseOrNull,       // same, and an object in which nothing stands becomes null
  } kind;
  uint32_t a = 0, b = 0, c = 0;
  uint32_t literal_at = 0, literal_size = 0;  // of `text`: comes first, so that most literals need no op of their own
};

struct JsonPlan {
  bool usable = false;
  std::vector<JsonOp> ops;
  std::vector<uint32_t> slots;
  std::string text;
};

constexpr size_t kMaxRecordText = size_t{16} << 20;  // rendering of one record; further values become ""

JsonPlan make_json_plan(const CompiledPair& pair);
// False: this event needs the plain renderer; `out` is as it was.
bool run_json_plan(const JsonPlan& plan, std::span<const Value> values, TimeText* times, JsonBuffer* out);

}  // namespace sil::ingest
