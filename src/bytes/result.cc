#include "bytes/result.h"

namespace sil {

std::string Error::text() const {
  std::string out = where;
  if (!out.empty()) out += ": ";
  if (found.empty()) {
    out += expected;
  } else {
    out += "expected " + expected + ", found " + found;
  }
  if (!hint.empty()) out += " (" + hint + ")";
  return out;
}

}  // namespace sil
