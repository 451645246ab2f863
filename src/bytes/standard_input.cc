#include "bytes/standard_input.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <vector>

#include "bytes/spill_file.h"

namespace sil {
namespace {

constexpr size_t kBlock = size_t{1} << 20;

std::string path_of(int descriptor) {
  return "/proc/self/fd/" + std::to_string(descriptor);
}

bool is_whole_file() {  // regular, and nobody has read from it yet
  struct stat about {};
  return ::fstat(STDIN_FILENO, &about) == 0 && S_ISREG(about.st_mode) && ::lseek(STDIN_FILENO, 0, SEEK_CUR) == 0;
}

}  // namespace

Result<std::string> standard_input_path() {
  static std::mutex mutex;
  static std::unique_ptr<SpillFile> copy;
  std::lock_guard lock(mutex);
  if (copy) return path_of(copy->descriptor());
  if (is_whole_file()) return path_of(STDIN_FILENO);
  auto made = SpillFile::make("");
  if (!made) return tl::unexpected(std::move(made).error());
  std::vector<uint8_t> block(kBlock);
  for (;;) {
    ssize_t count = ::read(STDIN_FILENO, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(ErrorCode::kIo, "-", "standard input that can be read", std::strerror(errno));
    if (count == 0) break;
    auto written = (*made)->append({block.data(), static_cast<size_t>(count)});
    if (!written) return tl::unexpected(std::move(written).error());
  }
  copy = std::move(*made);
  return path_of(copy->descriptor());
}

}  // namespace sil
