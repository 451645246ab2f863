// What is wrong with a rule and where: every refusal names a line and a column.
// Lifetime: owns its text.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace sil::hunt {

struct Fault {
  uint32_t line = 0, column = 0;  // from 1; 0 = the document as a whole
  std::string reason;
};

template <class T>
using Parsed = tl::expected<T, Fault>;

inline tl::unexpected<Fault> fault(uint32_t line, uint32_t column, std::string reason) {
  return tl::unexpected<Fault>(Fault{line, column, std::move(reason)});
}

}  // namespace sil::hunt
