// The shortcut for YAML as nearly all rules are written: block maps and lists, one-line scalars, literal blocks, ASCII.
// What is not certainly of that kind is left to libyaml (yaml.cc), and where both can read, both give one tree:
// yaml_lines_test.cc.
//
// Lifetime: nodes live in the arena, texts in the arena or in `text`. Thread rule: as the arena.
#pragma once

#include <string_view>

#include "hunt/yaml.h"

namespace sil::hunt {

// One document, of at most kMaxYamlBytes. False: not that kind of text (or not YAML at all), nothing is said about it.
// True with a null root: there is no content.
bool read_yaml_lines(std::string_view text, uint32_t first_line, YamlArena* arena, YamlDocument* out);

}  // namespace sil::hunt
