// What more than one file of this room needs around plain system calls.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "bytes/file.h"

namespace sil {

// Of the last call that failed.
inline Error system_error(const std::string& path, const char* doing) {
  int code = errno;
  ErrorCode kind = code == ENOENT || code == ENOTDIR ? ErrorCode::kNotFound
                   : code == EACCES || code == EPERM ? ErrorCode::kDenied
                                                     : ErrorCode::kIo;
  return Error{kind, path, std::string(doing) + ": " + std::strerror(code), {}, {}};
}

inline FileStamp stamp_in(const struct stat& status) {
  return {static_cast<uint64_t>(status.st_size), status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec,
          status.st_ctim.tv_sec * 1'000'000'000LL + status.st_ctim.tv_nsec};
}

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
