// Runs each file of the folders (or files) given once through a fuzz target: the corpora and what fuzzing once found
// stay tests without a fuzzing compiler. A folder that does not exist is passed over; one without a readable file
// fails.
#include <cstdint>
#include <cstdio>

#include "bytes/file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  size_t total = 0;
  for (int i = 1; i < argc; ++i) {
    std::string path = argv[i];
    if (!sil::path_exists(path)) continue;
    std::vector<sil::Error> problems;
    size_t here = 0;
    for (const std::string& file : sil::list_files(path, &problems)) {
      auto bytes = sil::read_whole(file, uint64_t{64} << 20);
      if (!bytes) {
        std::fprintf(stderr, "%s\n", bytes.error().text().c_str());
        return 1;
      }
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes->data()), bytes->size());
      ++here;
    }
    if (here == 0) {
      std::fprintf(stderr, "%s: no file to run\n", path.c_str());
      return 1;
    }
    total += here;
  }
  std::printf("%zu inputs\n", total);
  return 0;
}
