// One canonical field space: which slots of a layout a rule's field name means (evtx-and-tracks reference 3).
// Order: system aliases, EventData by exact name, then caseless, UserData leaf by last component, full path,
// param1..n and Data[1..n] for nameless Data, `Data` = all nameless values.
#pragma once

#include <string_view>
#include <vector>

#include "model/event.h"

namespace sil {

struct FieldPlace {
  uint32_t field = 0;       // index into Layout::fields
  std::string_view inside;  // rest of a dotted path inside a kJsonArray/kJsonObject value; empty = the value itself
};

// All places `name` means in `layout`, in field order; several places are members of one field (any-member).
// Empty: the name is absent from this layout. `inside` views `name`.
std::vector<FieldPlace> resolve_field(const Layout& layout, std::string_view name);

// The system alias table: rule's spelling -> path under Event.System. Null when it is no alias.
const char* system_path(std::string_view name);

}  // namespace sil
