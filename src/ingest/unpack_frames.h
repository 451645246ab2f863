// What passes through the pipe between the decoding child and its parent: a header, then `length` bytes. Both are one
// program on one machine, so numbers lie in its own order. The parent checks every length.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "bytes/cursor.h"

namespace sil::ingest {

enum class FrameKind : uint32_t {
  // texts: when it was last written (seconds since 1970, 0 not known), who says so (kByMember, kByHeader), then the
  // names from outermost to innermost; none for a packed single file
  kMember = 1,
  kData,    // that many bytes of the open member are in the ring's next block (bytes/shared_ring.h)
  kEnd,     // texts: nothing, or code, expected, found: the member's bytes ended before it did
  kNote,    // texts: member path, expected, found: something odd, read all the same
  kUnread,  // texts: code, member path, expected, found: something that could not be read
  kDone,    // behind the last member
  kAt,      // texts: place, names: what the child looks at now
};
// Which entry of which archive: "3.7", the 7th of the archive that is the 3rd of the outermost.
using UnpackPlace = std::vector<uint32_t>;
struct FrameHeader {
  FrameKind kind;
  uint32_t length;
  uint64_t ordinal;  // of the last member that was begun or could not be: 1, 2 ..
};
constexpr char kByMember[] = "member", kByHeader[] = "header";
constexpr int kMemberTimes = 2;  // texts of a kMember frame before its names
constexpr uint32_t kMaxTextFrame = uint32_t{1} << 20;

inline std::string pack_texts(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    const auto length = static_cast<uint32_t>(text.size());
    out.append(reinterpret_cast<const char*>(&length), sizeof length);
    out += text;
  }
  return out;
}

inline std::vector<std::string> unpack_texts(std::string_view packed) {
  std::vector<std::string> out;
  while (packed.size() >= sizeof(uint32_t)) {
    uint32_t length = 0;
    std::memcpy(&length, packed.data(), sizeof length);
    packed.remove_prefix(sizeof length);
    if (length > packed.size()) break;
    out.emplace_back(packed.substr(0, length));
    packed.remove_prefix(length);
  }
  return out;
}

}  // namespace sil::ingest
