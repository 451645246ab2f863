#include "bytes/output.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sil {
namespace {
constexpr size_t kBufferSize = 256 * 1024;
}

Result<std::unique_ptr<Output>> Output::open(const std::string& path) {
  if (path.empty() || path == "-") return std::unique_ptr<Output>(new Output(STDOUT_FILENO, ""));
  // A device, pipe or socket is written as it stands: a rename would put a plain file in the place of /dev/null.
  struct stat there {};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode)) {
    int device = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (device < 0) return fail(ErrorCode::kIo, path, std::string("cannot open: ") + std::strerror(errno));
    return std::unique_ptr<Output>(new Output(device, ""));
  }
  int descriptor = ::open((path + ".part").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return fail(ErrorCode::kIo, path, std::string("cannot create: ") + std::strerror(errno));
  return std::unique_ptr<Output>(new Output(descriptor, path));
}

Output::~Output() {
  if (descriptor_ != STDOUT_FILENO) ::close(descriptor_);
  if (path_.empty()) return;
  if (!committed_) ::unlink((path_ + ".part").c_str());
}

Result<void> Output::write(std::string_view bytes) {
  if (broken_) return fail(ErrorCode::kInterrupted, path_, "the reader has gone");
  if (bytes.size() >= kBufferSize) {  // what is large already gains nothing from a copy
    SIL_TRY(flush());
    return write_all(bytes);
  }
  buffer_.append(bytes);
  if (buffer_.size() < kBufferSize) return {};
  return flush();
}

Result<void> Output::flush() {
  auto done = write_all(buffer_);
  buffer_.clear();
  return done;
}

Result<void> Output::write_all(std::string_view bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    ssize_t count = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      broken_ = true;
      if (errno == EPIPE) return fail(ErrorCode::kInterrupted, path_, "the reader has gone");
      return fail(ErrorCode::kIo, path_.empty() ? "standard output" : path_,
                  std::string("cannot write: ") + std::strerror(errno));
    }
    done += static_cast<size_t>(count);
  }
  return {};
}

Result<void> Output::commit() {
  SIL_TRY(flush());
  if (path_.empty()) return {};
  if (::fsync(descriptor_) != 0 || ::rename((path_ + ".part").c_str(), path_.c_str()) != 0) {
    return fail(ErrorCode::kIo, path_, std::string("cannot complete: ") + std::strerror(errno));
  }
  committed_ = true;
  return {};
}

bool Output::is_terminal() const {
  return ::isatty(descriptor_) == 1;
}

bool error_is_terminal() {
  return ::isatty(STDERR_FILENO) == 1;
}
bool output_is_terminal() {
  return ::isatty(STDOUT_FILENO) == 1;
}

int terminal_columns() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 1 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 100;
}

// Names of files and members stand in messages: what could steer a terminal is spelled out.
void print_error(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string line;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<uint8_t>(text[i + 1]) < 0xA0;  // U+0080..9F
    if (byte >= 0x20 && byte != 0x7F && !c1) {
      line += text[i];
      continue;
    }
    line += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    if (c1) {
      const auto next = static_cast<uint8_t>(text[++i]);
      line += {'\\', 'x', kHex[next >> 4], kHex[next & 15]};
    }
  }
  line += '\n';
  size_t done = 0;
  while (done < line.size()) {
    ssize_t count = ::write(STDERR_FILENO, line.data() + done, line.size() - done);
    if (count <= 0 && errno != EINTR) return;
    if (count > 0) done += static_cast<size_t>(count);
  }
}

}  // namespace sil
