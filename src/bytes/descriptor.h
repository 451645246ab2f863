// Plain calls on descriptors that more than one file of this room makes.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace sil {

// False: an error, told by errno, or a descriptor that takes nothing more.
inline bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

}  // namespace sil
