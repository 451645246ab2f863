// What the confined child does with a container, here without its cage so that a sanitizer sees our part of it: frames
// go to a file in memory and are taken apart again.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "fuzz/demand.h"
#include "ingest/unpack_child.h"
#include "ingest/unpack_frames.h"

using namespace sil;

namespace {

int memory(const char* name) {
  const int file = memfd_create(name, MFD_CLOEXEC);
  fuzz::demand(file >= 0, "a file in memory");
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const int input = memory("input"), output = memory("output");
  static const std::vector<int> spill = {memory("2"), memory("3"), memory("4")};
  fuzz::demand(ftruncate(input, 0) == 0 && ftruncate(output, 0) == 0 && lseek(output, 0, SEEK_SET) == 0, "emptied");
  fuzz::demand(pwrite(input, data, size, 0) == static_cast<ssize_t>(size), "written whole");
  ingest::unpack({input, output, size, spill, nullptr, {"password"}, uint64_t{8} << 20, true});

  const off_t end = lseek(output, 0, SEEK_CUR);
  off_t at = 0;
  bool open = false, done = false;
  while (at < end) {
    ingest::FrameHeader header{};
    fuzz::demand(!done && pread(output, &header, sizeof header, at) == sizeof header,
                 "a whole header, none behind done");
    at += static_cast<off_t>(sizeof header) + header.length;
    switch (header.kind) {
      case ingest::FrameKind::kMember:
        fuzz::demand(!open, "one member at a time");
        open = true;
        break;
      case ingest::FrameKind::kData:
        fuzz::demand(open && header.length <= SharedRing::kBlock, "data belong to a member");
        break;
      case ingest::FrameKind::kEnd:
        fuzz::demand(open, "an end of a member");
        open = false;
        break;
      case ingest::FrameKind::kDone: done = true; break;
      default: fuzz::demand(!open && header.length <= ingest::kMaxTextFrame, "texts stand between members");
    }
  }
  fuzz::demand(done && !open && at == end, "ends with done, to the byte");
  return 0;
}
