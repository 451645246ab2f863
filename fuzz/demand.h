// What a target holds against its input besides "no sanitizer report": twins agree, what is cited is there, what is
// written can be read again. A demand that does not hold ends the process, which is how libFuzzer and the replay learn
// of it.
#pragma once

#include <cstdio>

namespace sil::fuzz {

inline void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  __builtin_trap();
}

}  // namespace sil::fuzz
