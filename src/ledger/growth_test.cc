// How a log grows: time and files of an append, what a proof reads and how long it takes, at three sizes.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "bytes/sanitized.h"
#include "ledger/tile_log.h"

namespace sil::ledger {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

// Counts what goes through the door.
class CountedFiles : public LogFiles {
 public:
  explicit CountedFiles(const std::string& folder) : files_(folder) {}
  Result<std::string> read(const std::string& path, uint64_t limit) const override {
    ++reads;
    return files_.read(path, limit);
  }
  Result<void> write(const std::string& path, std::string_view bytes) override {
    ++writes[path];
    return files_.write(path, bytes);
  }
  Result<void> flush() override { return files_.flush(); }
  Result<void> replace(const std::string& path, std::string_view bytes) override { return files_.replace(path, bytes); }
  mutable uint64_t reads = 0;
  std::map<std::string, uint64_t> writes;

 private:
  FolderFiles files_;
};

TEST(LogGrowth, FilesAreWrittenOnceNoneIsReadBackAndAProofStaysSmall) {
  const std::vector<uint64_t> sizes =
      kSanitized ? std::vector<uint64_t>{10000} : std::vector<uint64_t>{10000, 100000, 1000000};
  for (uint64_t size : sizes) {
    const std::string folder = ::testing::TempDir() + "growth." + std::to_string(size) + "." +
                               std::to_string(Clock::now().time_since_epoch().count());
    CountedFiles files(folder);
    auto begun = Clock::now();
    auto log = TileLog::open(files, 0);
    ASSERT_TRUE(log);
    for (uint64_t i = 0; i < size; ++i) ASSERT_TRUE(log->append("leaf " + std::to_string(i)));
    auto head = log->flush();
    ASSERT_TRUE(head);
    const double append = ms_since(begun);
    EXPECT_EQ(files.reads, 0u);
    for (const auto& [path, count] : files.writes) ASSERT_EQ(count, 1u) << path;
    // 256 leaves a bundle and a tile, a 256th of that above, one partial file a level.
    EXPECT_LE(files.writes.size(), 2 * (size / 256 + 1) + size / 65536 + 3);
    double worst = 0, total = 0;
    const uint64_t proofs = 200;
    files.reads = 0;
    size_t longest = 0;
    for (uint64_t i = 0; i < proofs; ++i) {
      const uint64_t index = (i * 0x9E3779B97F4A7C15 >> 1) % size;
      begun = Clock::now();
      TileReader reader(files, size);  // nothing is kept from one proof to the next
      auto path = inclusion_proof(index, size, reader.reader());
      auto entry = reader.entry(index);
      ASSERT_TRUE(path && entry);
      ASSERT_TRUE(verify_inclusion(index, *head, leaf_hash(*entry), *path));
      const double took = ms_since(begun);
      worst = std::max(worst, took);
      total += took;
      longest = std::max(longest, path->size());
    }
    EXPECT_LE(longest, 20u);
    EXPECT_LE(files.reads, proofs * 6);  // the bundle; at each of three levels the entry's tile and that of the edge
    EXPECT_LT(total / static_cast<double>(proofs), 5.0);
    std::printf(
        "%llu leaves: %zu files in %.0f ms; a proof with its entry, read and checked: mean %.3f ms, worst %.3f ms\n",
        static_cast<unsigned long long>(size), files.writes.size(), append, total / static_cast<double>(proofs), worst);
    std::filesystem::remove_all(folder);
  }
}

}  // namespace
}  // namespace sil::ledger
