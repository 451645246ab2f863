// Regular expressions of rules: RE2 where it takes them (linear time), PCRE2 with limits for lookaround and
// backreferences, so that no rule is refused for its expression. Partial search; '$' without the m flag is
// the very end in both engines, '.' stops at a newline without the s flag, \d \s \w \b are ASCII.
//
// A PCRE2 search that passes its match limit counts as no match and is counted in pcre2_limits().
// Thread rule: a compiled Regex may be used by several threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "hunt/fault.h"

namespace sil::hunt {

struct RegexFlags {
  bool ignore_case = false, multi_line = false, dot_all = false;
};

class Regex {
 public:
  // The fault's column is the offset of the mistake in `expression`, from 0.
  static Parsed<std::unique_ptr<const Regex>> compile(std::string_view expression, RegexFlags flags);
  ~Regex();
  [[nodiscard]] bool search(std::string_view text) const;
  [[nodiscard]] bool is_re2() const;

 private:
  Regex();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Is it a regular expression of either engine? Cheap: nothing is kept.
std::optional<Fault> check_regex(std::string_view expression, RegexFlags flags);
// About how many steps an expression has once its counted repetitions are written out: what compiling and keeping it
// costs. "((a{90}){10}){9}" is small to write.
size_t unfolded_size(std::string_view expression);
// The compiled expression, made at first use and kept for the process; null when it does not compile.
const Regex* cached_regex(const std::string& expression, RegexFlags flags);
uint64_t pcre2_limits();

}  // namespace sil::hunt
