#include "bytes/durable.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <set>

#include "bytes/descriptor.h"
#include "bytes/file.h"

namespace sil {
namespace {

constexpr size_t kFewFiles = 32;  // below, a flush each; above, one of the file system
constexpr size_t kLarge = 32768;

tl::unexpected<Error> failed(const std::string& path, const char* doing) {
  int code = errno;
  return fail(code == ENOENT   ? ErrorCode::kNotFound
              : code == EACCES ? ErrorCode::kDenied
                               : ErrorCode::kIo,
              path, std::string(doing) + ": " + std::strerror(code));
}

std::string folder_of(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> flush_path(const std::string& path, bool whole_system) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failed(path, "cannot open");
  int done = whole_system ? ::syncfs(descriptor) : ::fsync(descriptor);
  auto error = failed(path, "cannot flush");
  ::close(descriptor);
  if (done != 0) return error;
  return {};
}

Result<void> write_file(const std::string& path, std::string_view bytes, int flags, mode_t mode, bool flush) {
  int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);
  if (descriptor < 0) return failed(path, "cannot create");
  bool good = write_all(descriptor, bytes) && (!flush || ::fsync(descriptor) == 0);
  // Large ones go to the disk while the next are made, so that the flush at the end finds little left to do.
  if (good && !flush && bytes.size() >= kLarge) (void)::sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
  auto error = failed(path, "cannot write");
  good = ::close(descriptor) == 0 && good;
  if (!good) return error;
  return {};
}

}  // namespace

Result<void> write_unflushed(const std::string& path, std::string_view bytes) {
  std::string beside = path + ".part";
  auto written = write_file(beside, bytes, O_TRUNC, 0644, false);
  if (!written && written.error().code == ErrorCode::kNotFound) {  // seldom: the folders are mostly there
    SIL_TRY(make_directory(folder_of(path)));
    written = write_file(beside, bytes, O_TRUNC, 0644, false);
  }
  if (!written) return written;
  if (::rename(beside.c_str(), path.c_str()) != 0) return failed(path, "cannot rename");
  return {};
}

Result<void> flush_files(const std::vector<std::string>& paths) {
  if (paths.empty()) return {};
  if (paths.size() > kFewFiles) return flush_path(paths.front(), true);
  std::set<std::string> folders;
  for (const std::string& path : paths) {
    SIL_TRY(flush_path(path, false));
    folders.insert(folder_of(path));
  }
  for (const std::string& folder : folders) SIL_TRY(flush_path(folder, false));
  return {};
}

Result<void> replace_durably(const std::string& path, std::string_view bytes) {
  SIL_TRY(make_directory(folder_of(path)));
  SIL_TRY(write_whole(path, bytes));
  return flush_path(folder_of(path), false);
}

Result<void> remove_path(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed(path, "cannot remove");
  return {};
}

Result<void> rename_path(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failed(from, "cannot rename");
  return {};
}

Result<void> create_private(const std::string& path, std::string_view bytes) {
  if (path_exists(path)) return fail(ErrorCode::kDenied, path, "no file yet", "one that lies there");
  return write_file(path, bytes, O_EXCL | O_NOFOLLOW, 0600, true);
}

Result<std::string> read_secret(const std::string& path, uint64_t limit) {
  int descriptor = path == "-" ? ::dup(0) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failed(path, "cannot open");
  struct stat status {};
  std::string out;
  bool good = path == "-";
  if (!good && ::fstat(descriptor, &status) == 0)
    good = status.st_uid == ::geteuid() && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
  char buffer[4096];
  for (ssize_t count = 1; good && count > 0 && out.size() <= limit;) {
    count = ::read(descriptor, buffer, sizeof buffer);
    if (count > 0) out.append(buffer, static_cast<size_t>(count));
  }
  ::close(descriptor);
  if (!good) return fail(ErrorCode::kDenied, path, "a key file with mode 0600", "one that others may read");
  if (out.size() > limit) return fail(ErrorCode::kLimit, path, "at most " + std::to_string(limit) + " bytes");
  return out;
}

std::string config_folder() {
  const char* stated = std::getenv("XDG_CONFIG_HOME");
  if (stated && *stated == '/') return std::string(stated) + "/silhouette";
  const char* home = std::getenv("HOME");
  return home && *home == '/' ? std::string(home) + "/.config/silhouette" : std::string();
}

std::string resolved_path(const std::string& path) {
  char resolved[PATH_MAX];
  std::string there = path.empty() ? "." : path, rest;
  while (!::realpath(there.c_str(), resolved)) {
    size_t slash = there.rfind('/');
    if (slash == std::string::npos) {
      rest = "/" + there + rest;
      there = ".";
    } else {
      rest = there.substr(slash) + rest;
      there.resize(slash == 0 ? 1 : slash);
    }
    if (there == "/") return rest;
  }
  return resolved + rest;
}

}  // namespace sil
