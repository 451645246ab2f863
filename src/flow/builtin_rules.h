// The rules that the program brings along: the files of rules/ (not rules/tests), compiled in by
// cmake/embed_rules.cmake in bytewise path order.
// Lifetime: static. Thread rule: immutable.
#pragma once

#include <span>
#include <string_view>

namespace sil::flow {

struct BuiltinRule {
  const char* path;       // "builtin/vt/VT-01_....yml", as verdicts and errors name it
  std::string_view text;  // the YAML as written, byte for byte
};

std::span<const BuiltinRule> builtin_rules();

}  // namespace sil::flow
