// The compiled path: one (outer definition, inner definition) pair becomes one Layout, and a record is then nothing
// but its value tables. What a pair cannot express (composite text, templates in odd places) is left to the general
// walker, binxml_tree.h; a test demands that both give the same fields.
//
// Thread rule: one per worker. Lifetime: literals are owned by the pair; layouts by the process.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "ingest/binxml_definition.h"
#include "ingest/evtx_json_plan.h"
#include "model/event.h"

namespace sil::ingest {

struct SystemSlots {  // indices into the layout's fields; -1 = it has none
  int event_id = -1, time = -1, record_id = -1, channel = -1, provider = -1;
};
SystemSlots system_slots(const Layout& layout);
inline Value system_value(const Event& event, int field) {
  return field < 0 ? Value{} : event.value(event.layout->fields[static_cast<size_t>(field)]);
}

struct KindMemo {  // the log kind of the last record of a pair, by raw bytes
  const LogKind* kind = nullptr;
  uint32_t event_id = 0;
  std::string channel, provider;
};

struct CompiledPair {
  const Definition* outer = nullptr;
  const Definition* inner = nullptr;  // null: the record embeds nothing
  bool usable = false;                // false: the general walker reads its records
  uint32_t outer_slots = 0, inner_slots = 0;
  uint32_t embedded_slot = kNoSlot;
  std::vector<Value> values;         // outer slots, inner slots, literals; slots are overwritten record by record
  std::deque<std::string> literals;  // UTF-16 put together from several tokens
  std::shared_ptr<const Layout> layout;
  SystemSlots system;
  KindMemo memo;
  [[nodiscard]] const JsonPlan& json() const;  // made when somebody asks: a hunt seldom does

 private:
  mutable std::unique_ptr<const JsonPlan> json_;
};

class PairLibrary {
 public:
  // `embedded_slot`: the outer slot of type 0x21; ignored when `inner` is null.
  CompiledPair* find(const Definition* outer, const Definition* inner, uint32_t embedded_slot);
  [[nodiscard]] size_t size() const { return pairs_.size(); }
  void forget();

 private:
  struct Key {
    const Definition *outer, *inner;
    uint32_t slot;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const;
  };
  static constexpr size_t kCache = 256;
  std::array<std::pair<Key, CompiledPair*>, kCache> cache_{};
  std::unordered_map<Key, std::unique_ptr<CompiledPair>, Hash> pairs_;
};

}  // namespace sil::ingest
