#include "bytes/private_file.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "bytes/cursor.h"
#include "bytes/descriptor.h"
#include "bytes/stamped_files.h"

namespace sil {
namespace {

tl::unexpected<Error> failed(const std::string& path, const char* doing) {
  int code = errno;
  ErrorCode kind = code == ENOENT                                     ? ErrorCode::kNotFound
                   : code == EACCES || code == EPERM || code == ELOOP ? ErrorCode::kDenied
                                                                      : ErrorCode::kIo;
  return fail(kind, path, std::string(doing) + ": " + std::strerror(code));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

std::string cache_folder() {
  const char* stated = std::getenv("XDG_CACHE_HOME");
  if (stated && *stated == '/') return std::string(stated) + "/silhouette";
  const char* home = std::getenv("HOME");
  if (home && *home == '/') return std::string(home) + "/.cache/silhouette";
  return {};
}

std::string current_folder() {
  char path[PATH_MAX];
  return ::getcwd(path, sizeof path) ? path : "";
}

Result<void> make_private_folder(const std::string& path) {
  if (is_directory(path)) return {};
  if (auto slash = path.rfind('/'); slash != std::string::npos && slash > 0)
    SIL_TRY(make_private_folder(path.substr(0, slash)));
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return failed(path, "cannot create folder");
  return {};
}

Result<LargeBuffer> read_private(const std::string& path, uint64_t limit) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
  struct stat status {};
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0) return failed(path, "cannot open");
  if (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return fail(ErrorCode::kDenied, path, "a file that only this user can write");
  auto size = static_cast<uint64_t>(status.st_size);
  if (size > limit) return fail(ErrorCode::kLimit, path, "at most " + std::to_string(limit) + " bytes");
  LargeBuffer text(size);
  size_t done = 0;
  while (done < text.bytes().size()) {
    ssize_t count = ::pread(file.number(), text.data() + done, text.bytes().size() - done, static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(path, "cannot read");
    if (count == 0) break;
    done += static_cast<size_t>(count);
  }
  text.shrink(done);
  return text;
}

Result<void> write_private(const std::string& path, std::string_view bytes) {
  std::string beside = path + ".XXXXXX";
  Descriptor file(::mkostemp(beside.data(), O_CLOEXEC));  // 0600
  if (file.number() < 0) return failed(path, "cannot create");
  if (!write_all(file.number(), bytes) || ::rename(beside.c_str(), path.c_str()) != 0) {
    auto error = failed(path, "cannot write");
    ::unlink(beside.c_str());
    return error;
  }
  return {};
}

void keep_newest(const std::string& folder, std::string_view prefix, size_t keep) {
  std::vector<Error> problems;
  std::vector<StampedFile> files = list_stamped_files(folder, &problems);
  std::string start = folder + "/" + std::string(prefix);
  std::erase_if(files, [&](const StampedFile& f) {
    return !f.path.starts_with(start) || f.path.find('/', start.size()) != std::string::npos;
  });
  if (files.size() <= keep) return;
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.stamp.mtime_ns > b.stamp.mtime_ns; });
  for (size_t i = keep; i < files.size(); ++i) ::unlink(files[i].path.c_str());
}

namespace {

std::string id_in_notes(Bytes notes) {
  Cursor cursor(notes);
  while (cursor.remaining() >= 12) {
    auto name_size = cursor.read<uint32_t>(), size = cursor.read<uint32_t>(), type = cursor.read<uint32_t>();
    Bytes name = cursor.take((size_t{name_size} + 3) & ~size_t{3});
    Bytes value = cursor.take((size_t{size} + 3) & ~size_t{3});
    if (cursor.failed()) return {};
    if (type == NT_GNU_BUILD_ID && name_size == 4 && std::memcmp(name.data(), "GNU", 4) == 0)
      return {reinterpret_cast<const char*>(value.data()), size};
  }
  return {};
}

int find_build_id(dl_phdr_info* info, size_t, void* out) {
  for (size_t i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    auto at = reinterpret_cast<const uint8_t*>(info->dlpi_addr + segment.p_vaddr);
    auto& id = *static_cast<std::string*>(out);
    id = id_in_notes({at, segment.p_memsz});
    if (!id.empty()) break;
  }
  return 1;  // the program itself comes first; libraries do not count
}

}  // namespace

std::string build_id() {
  std::string id;
  ::dl_iterate_phdr(find_build_id, &id);
  return id;
}

}  // namespace sil
