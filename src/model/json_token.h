// Walks raw JSON tokens that a reader has already validated: unescaping, members of arrays, keys of objects. No tree.
// Damage: unvalidated bytes cannot crash it; it stops. RFC 8259. Nesting is capped at kMaxJsonDepth.
#pragma once

#include <string>
#include <string_view>

#include "model/value.h"

namespace sil {

constexpr size_t kMaxJsonDepth = 64;  // readers refuse deeper input

// Text between JSON quotes -> UTF-8. A lone surrogate escape becomes U+FFFD.
void append_unescaped_json(std::string_view escaped, std::string* out);
// Next scalar of "[...]", nested arrays flattened; objects come as kJsonObject. *position starts at 0.
bool next_json_member(std::string_view array, size_t* position, Value* member);
// The value token starting at text[*position] (blanks skipped); moves behind it. false = no value there.
bool next_json_value(std::string_view text, size_t* position, Value* value);
// Calls visit(Value) for what the dotted `path` names inside an object or array token; arrays fan out. A key that
// holds dots itself is found too. visit returns false to stop; so does visit_json_path then.
template <class Visit>
bool visit_json_path(const Value& container, std::string_view path, Visit&& visit);

// Next key/value pair of "{...}"; key is still escaped. *position starts at 0.
bool next_json_pair(std::string_view object, size_t* position, std::string_view* key, Value* value);

template <class Visit>
bool visit_json_path(const Value& container, std::string_view path, Visit&& visit) {
  std::string_view text(reinterpret_cast<const char*>(container.data), container.size);
  size_t position = 0;
  Value value;
  if (container.kind == ValueKind::kJsonArray) {
    while (next_json_member(text, &position, &value)) {
      if (value.kind == ValueKind::kJsonObject && !visit_json_path(value, path, visit)) return false;
    }
    return true;
  }
  std::string_view key;
  while (next_json_pair(text, &position, &key, &value)) {
    if (key == path) {
      if (!visit(value)) return false;
    } else if (path.size() > key.size() && path.starts_with(key) && path[key.size()] == '.' &&
               (value.kind == ValueKind::kJsonObject || value.kind == ValueKind::kJsonArray)) {
      if (!visit_json_path(value, path.substr(key.size() + 1), visit)) return false;
    }
  }
  return true;
}

}  // namespace sil
