#include "ingest/address_text.h"

#include <algorithm>
#include <charconv>

namespace sil::ingest {

std::string address_text(Bytes bytes) {
  std::string out;
  if (bytes.size() == 4) {
    for (size_t i = 0; i < 4; ++i) out += (i == 0 ? "" : ".") + std::to_string(bytes[i]);
    return out;
  }
  if (bytes.size() != 16) return out;
  constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(std::begin(kMapped), std::end(kMapped), bytes.begin()))
    return "::ffff:" + address_text(bytes.subspan(12));
  unsigned groups[8];
  for (size_t i = 0; i < 8; ++i) groups[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  size_t longest = 0, zeros_at = 8;  // the longest run of zeros, two at least, the first of several
  for (size_t i = 0; i < 8;) {
    size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > 1 && end - i > longest) {
      longest = end - i;
      zeros_at = i;
    }
    i = end + 1;
  }
  for (size_t i = 0; i < 8;) {
    if (i == zeros_at) {
      out += "::";
      i += longest;
      continue;
    }
    if (!out.empty() && !out.ends_with(':')) out += ':';
    char text[8];
    out.append(text, std::to_chars(text, text + sizeof text, groups[i], 16).ptr);
    ++i;
  }
  return out;
}

}  // namespace sil::ingest
