#include "bytes/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "bytes/stamped_files.h"

namespace sil {
namespace {

Error system_error(const std::string& path, const char* doing) {
  int code = errno;
  ErrorCode kind = code == ENOENT || code == ENOTDIR ? ErrorCode::kNotFound
                   : code == EACCES || code == EPERM ? ErrorCode::kDenied
                                                     : ErrorCode::kIo;
  return Error{kind, path, std::string(doing) + ": " + std::strerror(code), {}, {}};
}

}  // namespace

Result<std::unique_ptr<InputFile>> InputFile::open(const std::string& path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return tl::unexpected(system_error(path, "cannot open"));
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) {
    Error error = system_error(path, "cannot stat");
    ::close(descriptor);
    return tl::unexpected(error);
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return fail(ErrorCode::kIo, path, "a regular file", S_ISDIR(status.st_mode) ? "a folder" : "a device or pipe");
  }
  return std::unique_ptr<InputFile>(new InputFile(descriptor, static_cast<uint64_t>(status.st_size), path));
}

InputFile::~InputFile() {
  ::close(descriptor_);
}

Result<size_t> InputFile::read_at(uint64_t offset, uint8_t* into, size_t length) const {
  size_t done = 0;
  while (done < length) {
    ssize_t count = ::pread(descriptor_, into + done, length - done, static_cast<off_t>(offset + done));
    if (count < 0) {
      if (errno == EINTR) continue;
      return tl::unexpected(system_error(path_, "cannot read"));
    }
    if (count == 0) break;
    done += static_cast<size_t>(count);
  }
  return done;
}

namespace {

FileStamp stamp_in(const struct stat& status) {
  return {static_cast<uint64_t>(status.st_size), status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec,
          status.st_ctim.tv_sec * 1'000'000'000LL + status.st_ctim.tv_nsec};
}

}  // namespace

Result<FileStamp> stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return tl::unexpected(system_error(path, "cannot stat"));
  return stamp_in(status);
}

Result<std::string> read_whole(const std::string& path, uint64_t limit) {
  auto file = InputFile::open(path);
  if (!file) return tl::unexpected(file.error());
  if ((*file)->size() > limit) {
    return fail(ErrorCode::kLimit, path, "at most " + std::to_string(limit) + " bytes",
                std::to_string((*file)->size()) + " bytes");
  }
  std::string text((*file)->size(), '\0');
  auto count = (*file)->read_at(0, reinterpret_cast<uint8_t*>(text.data()), text.size());
  if (!count) return tl::unexpected(count.error());
  text.resize(*count);
  return text;
}

Result<void> write_whole(const std::string& path, std::string_view bytes) {
  std::string beside = path + ".part";
  int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return tl::unexpected(system_error(beside, "cannot create"));
  size_t done = 0;
  bool good = true;
  while (done < bytes.size()) {
    ssize_t count = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      good = false;
      break;
    }
    done += static_cast<size_t>(count);
  }
  good = good && ::fsync(descriptor) == 0;
  Error error = system_error(beside, "cannot write");
  good = ::close(descriptor) == 0 && good;
  if (!good || ::rename(beside.c_str(), path.c_str()) != 0) {
    if (good) error = system_error(path, "cannot rename");
    ::unlink(beside.c_str());
    return tl::unexpected(error);
  }
  return {};
}

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}
bool path_exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

Result<void> make_directory(const std::string& path) {
  if (path.empty() || is_directory(path)) return {};
  if (auto slash = path.rfind('/'); slash != std::string::npos && slash > 0) {
    SIL_TRY(make_directory(path.substr(0, slash)));
  }
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST)
    return tl::unexpected(system_error(path, "cannot create folder"));
  if (!is_directory(path)) return fail(ErrorCode::kIo, path, "a folder", "something else");
  return {};
}

namespace {

struct Listing {
  bool stamped;  // asks the system once more for each file
  std::vector<StampedFile> files;
  std::vector<Error>* problems;
};

unsigned char kind_of(int folder, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type;
  struct stat link {};
  if (::fstatat(folder, entry.d_name, &link, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
  return S_ISDIR(link.st_mode) ? DT_DIR : S_ISREG(link.st_mode) ? DT_REG : S_ISLNK(link.st_mode) ? DT_LNK : DT_FIFO;
}

void list_into(const std::string& path, Listing* out) {
  DIR* directory = ::opendir(path.c_str());
  if (!directory) {
    out->problems->push_back(system_error(path, "cannot read folder"));
    return;
  }
  std::vector<std::string> folders;
  while (dirent* entry = ::readdir(directory)) {
    std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    std::string full;
    full.reserve(path.size() + 1 + name.size());
    full = path;
    if (full.empty() || full.back() != '/') full += '/';
    full += name;
    unsigned char kind = kind_of(::dirfd(directory), *entry);
    if (kind == DT_UNKNOWN) {
      out->problems->push_back(system_error(full, "cannot stat"));
    } else if (kind == DT_DIR) {
      folders.push_back(std::move(full));
    } else if (kind == DT_REG && !out->stamped) {
      out->files.push_back({std::move(full), {}});
    } else if (kind == DT_REG || kind == DT_LNK) {
      struct stat target {};
      if (::fstatat(::dirfd(directory), entry->d_name, &target, 0) == 0 && S_ISREG(target.st_mode))
        out->files.push_back({std::move(full), stamp_in(target)});
    }
  }
  ::closedir(directory);
  for (const std::string& folder : folders) list_into(folder, out);
}

void list_any(const std::string& path, Listing* out) {
  if (is_directory(path)) {
    list_into(path, out);
    std::sort(out->files.begin(), out->files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return;
  }
  out->files.push_back({path, {}});
  if (!out->stamped) return;
  if (auto stamp = stamp_of(path)) out->files[0].stamp = *stamp;
}

}  // namespace

std::vector<std::string> list_files(const std::string& path, std::vector<Error>* problems) {
  Listing listing{false, {}, problems};
  list_any(path, &listing);
  std::vector<std::string> out;
  out.reserve(listing.files.size());
  for (StampedFile& file : listing.files) out.push_back(std::move(file.path));
  return out;
}

std::vector<StampedFile> list_stamped_files(const std::string& path, std::vector<Error>* problems) {
  Listing listing{true, {}, problems};
  list_any(path, &listing);
  return std::move(listing.files);
}

}  // namespace sil
