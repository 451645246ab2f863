#include "bytes/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "bytes/descriptor.h"

namespace sil {

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

}  // namespace sil
