// Compressed files through the way every source is opened. Bytes come out of a file in memory; reading in large and
// in small steps must give the same. What libarchive itself does is not instrumented, only what we make of it.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "fuzz/demand.h"
#include "ingest/reader.h"

namespace {

using namespace sil;

constexpr size_t kEnough = size_t{1} << 20;

// A path of /proc names the file in memory, so that nothing is written to a disk.
std::string path_with(const uint8_t* data, size_t size) {
  static const int file = memfd_create("input", MFD_CLOEXEC);
  fuzz::demand(file >= 0 && ftruncate(file, 0) == 0, "a file in memory");
  fuzz::demand(pwrite(file, data, size, 0) == static_cast<ssize_t>(size), "written whole");
  return "/proc/self/fd/" + std::to_string(file);
}

std::string unpack(const std::string& path, size_t step, bool* failed) {
  std::string out;
  auto opened = ingest::open_source(path);
  *failed = !opened.has_value();
  if (*failed) {
    fuzz::demand(!opened.error().text().empty(), "an error says what is wrong");
    return out;
  }
  std::string buffer(step, '\0');
  while (out.size() < kEnough) {
    const auto got = opened->bytes->read_at(out.size(), reinterpret_cast<uint8_t*>(buffer.data()), step);
    if (!got) {
      *failed = true;
      break;
    }
    fuzz::demand(*got <= step, "not more than was asked for");
    if (*got == 0) break;
    out.append(buffer, 0, *got);
  }
  if (out.size() < kEnough && !opened->bytes->ending()) *failed = true;
  fuzz::demand(std::equal(opened->head.begin(), opened->head.begin() + std::min(out.size(), opened->head.size()),
                          out.begin(), [](uint8_t a, char b) { return a == static_cast<uint8_t>(b); }),
               "the head is how the source begins");
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string path = path_with(data, size);
  bool failed_large = false, failed_small = false;
  std::string large = unpack(path, 200000, &failed_large);
  std::string small = unpack(path, 997, &failed_small);
  const size_t both = std::min({large.size(), small.size(), kEnough});
  fuzz::demand(large.compare(0, both, small, 0, both) == 0, "steps do not change the bytes");
  if (std::max(large.size(), small.size()) < kEnough) {
    fuzz::demand(large.size() == small.size() && failed_large == failed_small, "steps do not change the end");
  }
  return 0;
}
