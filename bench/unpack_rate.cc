// How fast sources come out of a path: unpack_rate PATH. Reads every byte of every source and looks at none.
#include <chrono>
#include <cstdio>

#include "ingest/reader.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto begun = std::chrono::steady_clock::now();
  auto walk = sil::ingest::SourceWalk::open(argv[1], {});
  if (!walk) return std::fprintf(stderr, "%s\n", walk.error().text().c_str()), 4;
  std::vector<uint8_t> buffer(size_t{1} << 20);
  uint64_t bytes = 0, sources = 0;
  for (;;) {
    auto next = (*walk)->next();
    if (!next) {
      std::fprintf(stderr, "%s\n", next.error().text().c_str());
      continue;
    }
    if (!*next) break;
    ++sources;
    for (uint64_t offset = 0;;) {
      auto got = (*next)->bytes->read_at(offset, buffer.data(), buffer.size());
      if (!got || *got == 0) break;
      offset += *got;
      bytes += *got;
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::printf("%llu sources, %llu bytes, %.3f s\n", static_cast<unsigned long long>(sources),
              static_cast<unsigned long long>(bytes), seconds);
}
