// What a text must have before a regular expression is tried on it: a least length, and one of some literals. A small
// reader of the expression's structure; what it does not know for certain it does not use.
//
// One-sided: a text the expression matches always passes the gate. Thread rule: pure function.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sil::hunt {

struct RegexGate {
  size_t min_length = 0;              // bytes of the text
  size_t any_run = 0;                 // the whole expression is `.{n,}`: a line of n characters decides
  std::vector<std::string> literals;  // folded, any of; empty: no such need
};

RegexGate regex_gate(std::string_view expression);

}  // namespace sil::hunt
