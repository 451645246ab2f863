// What one worker keeps of a plan - where layouts have its fields, what it remembers of their values - and of the
// fields of the event at hand. Thread rule: one worker's own.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "hunt/program_cache.h"
#include "hunt/program_field.h"
#include "hunt/program_filter.h"
#include "hunt/program_lines.h"
#include "hunt/program_plan.h"

namespace sil::hunt {

// A field in the event at hand.
struct FieldState {
  uint64_t epoch = 0;     // event for which `entry` holds
  uint64_t keyed = 0;     // event for which key, tag and hash hold
  uint64_t gathered = 0;  // event for which `members` holds
  Entry* entry = nullptr;
  Bytes key;
  uint32_t tag = 0;  // kNoKey: the field is absent
  ValueKind kind = ValueKind::kAbsent;
  bool by_lines = false;  // a long text: looked at line by line if it has several
  bool cached = false;    // what is found out of this value is kept
  uint64_t hash = 0;
  Members members;
  std::string translated;
  std::vector<uint8_t> key_store;     // of a field in several places
  std::vector<uint64_t> entry_store;  // for values that are not cached
};
constexpr uint32_t kNoKey = 0xFFFFFFFF, kJoinedKey = 0xFFFF;

struct Binding {                     // a plan on one layout
  std::vector<BoundField> fields;    // by plan field
  std::vector<uint64_t> alive, any;  // rules that this layout can satisfy; mixed witnesses met by absence
  std::vector<uint32_t> order;       // fields to look at
  std::vector<uint32_t> event_ids;   // the layout's EventID fields: Winlogbeat has two
  bool hopeless = true;              // no rule is alive
};

struct MissingField {
  std::string name;
  FieldSource source;
  uint32_t layout = 0;  // for which `placed` holds
  bool placed = true;   // a collector may have added it
};

struct PlanState {
  const Plan* plan = nullptr;
  size_t rule_words = 0;
  std::vector<ValueCache> caches;  // by plan field
  std::vector<std::unique_ptr<LineMemory>> lines;
  std::vector<std::vector<uint64_t>> absent;  // entries of absent fields
  const Layout* last_layout = nullptr;
  const Binding* last_binding = nullptr;
  std::unordered_map<uint32_t, std::unique_ptr<Binding>> bindings;  // by layout id
  Binding unbound;                                                  // of a layout without id
  std::vector<std::unique_ptr<std::vector<MissingField>>> missing;  // by plan rule: fields the log cannot carry
};

void make_caches(PlanState* state, size_t max_entries, CacheBudget* budget);
void release_caches(PlanState* state);
void fill_binding(const PlanState& state, const Layout& layout, Binding* made);

void set_bits(std::span<const uint32_t> bits, std::vector<uint64_t>* words);
void take_bits(std::vector<uint64_t>* words, std::vector<uint32_t>* out);  // and clears them
// Rules without a clause on the field stay; of the others those in `pass` do. `kept`: scratch, whose size is not told.
void let_pass(const FieldFilter& filter, std::span<const uint32_t> pass, std::vector<uint64_t>* alive,
              std::vector<uint32_t>* kept);

}  // namespace sil::hunt
