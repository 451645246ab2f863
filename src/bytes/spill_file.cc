#include "bytes/spill_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace sil {
namespace {

tl::unexpected<Error> failed(const char* doing) {
  int code = errno;
  return fail(code == EACCES || code == EPERM || code == EROFS ? ErrorCode::kDenied : ErrorCode::kIo, "temporary file",
              std::string("can ") + doing, std::strerror(code), "set TMPDIR to a folder with room");
}

}  // namespace

Result<std::unique_ptr<SpillFile>> SpillFile::make(const std::string& folder) {
  std::string name = folder;
  const char* stated = std::getenv("TMPDIR");
  if (name.empty()) name = stated && *stated ? stated : "/tmp";
  name += "/silhouette-XXXXXX";
  int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) return failed("be made");
  ::unlink(name.c_str());
  return std::unique_ptr<SpillFile>(new SpillFile(descriptor));
}

SpillFile::~SpillFile() {
  ::close(descriptor_);
}

Result<uint64_t> SpillFile::append(Bytes bytes) {
  for (size_t done = 0; done < bytes.size();) {
    ssize_t count = ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(size_ + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return failed("be written");
    done += static_cast<size_t>(count);
  }
  uint64_t offset = size_;
  size_ += bytes.size();
  return offset;
}

Result<void> SpillFile::read_at(uint64_t offset, uint8_t* into, size_t length) const {
  for (size_t done = 0; done < length;) {
    ssize_t count = ::pread(descriptor_, into + done, length - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("be read");
    if (count == 0) return fail(ErrorCode::kIo, "temporary file", "its own bytes", "an end of file");
    done += static_cast<size_t>(count);
  }
  return {};
}

}  // namespace sil
