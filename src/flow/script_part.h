// One part of a PowerShell script block that Windows logged in several 4104 events, kept after its event is gone.
//
// A part carries all that a later event over the joined text needs: the values, the bytes that a citation names and the
// whole event as JSON where it is wanted. PartReader decides what a part is, UnpackedPart is its way back.
// Thread rule: one PartReader a worker. Damage: an event without a usable id, number or total is no part; it has been
// matched as it stands. Limits: kMaxPartTotal.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/event.h"

namespace sil::flow {

constexpr uint32_t kScriptBlockEvent = 4104;
constexpr uint32_t kMaxPartTotal = 1 << 16;

struct BlockPart {
  std::array<uint8_t, 16> block{};  // digest of host, ScriptBlockId and MessageTotal
  uint32_t number = 0, total = 0;   // MessageNumber, MessageTotal: 1 <= number <= total, total >= 2
  const LogKind* kind = nullptr;
  std::shared_ptr<const Layout> layout;
  Timestamp time;
  uint64_t record_id = 0;
  Span where;
  std::vector<uint32_t> rules;  // that matched this part as it stands
  std::string body;             // packed: values, cited bytes, JSON
};

class PartReader {
 public:
  // Cheap, and false for all but script blocks: asked before read().
  static bool wants(const Event& event) { return event.kind && event.kind->event_id == kScriptBlockEvent; }
  // False where the event is no part of a longer block. `rules`: what matched the event.
  bool read(const Event& event, std::span<const uint32_t> rules, bool whole_event, BlockPart* out);

 private:
  struct Binding {  // places of the four fields in one layout; an empty list = absent
    std::vector<uint32_t> text, id, number, total;
  };
  const Binding& bind(const Event& event);
  bool is_script_block(const LogKind& kind);

  std::unordered_map<uint32_t, bool> kinds_;
  std::unordered_map<uint64_t, Binding> bindings_;
  Binding uncached_;
};

struct UnpackedPart {
  std::vector<Value> values;  // views of the body; the text's slots are absent
  std::vector<uint32_t> text_slots;
  Value text;  // as the log holds it, not decoded
  std::vector<std::pair<Span, std::string_view>> spans, deps;
  std::string_view json;
};
// Views `body`, which must outlive it.
UnpackedPart unpack(std::string_view body);

}  // namespace sil::flow
