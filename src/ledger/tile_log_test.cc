#include "ledger/tile_log.h"

#include <gtest/gtest.h>

#include <map>

#include "ledger/log_check.h"

namespace sil::ledger {
namespace {

// In memory; the n-th write or flush fails and leaves half of its bytes behind, as a kill does.
class MemoryFiles : public LogFiles {
 public:
  Result<std::string> read(const std::string& path, uint64_t) const override {
    auto it = files.find(path);
    if (it == files.end()) return fail(ErrorCode::kNotFound, path, "a file");
    return it->second;
  }
  Result<void> write(const std::string& path, std::string_view bytes) override {
    if (++calls == fail_at) {
      files[path] = bytes.substr(0, bytes.size() / 2);
      return fail(ErrorCode::kIo, path, "a write that is not killed");
    }
    files[path] = bytes;
    return {};
  }
  Result<void> flush() override {
    if (++calls == fail_at) return fail(ErrorCode::kIo, "", "a flush that is not killed");
    return {};
  }
  Result<void> replace(const std::string& path, std::string_view bytes) override {
    if (++calls == fail_at) return fail(ErrorCode::kIo, path, "a rename that is not killed");
    files[path] = bytes;
    return {};
  }
  std::map<std::string, std::string> files;
  int calls = 0, fail_at = -1;
};

std::string entry_of(uint64_t i) {
  return "entry " + std::to_string(i);
}

TEST(TilePath, FollowsTheSpecification) {
  EXPECT_EQ(tile_path(0, 1234067, 256), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path(-1, 0, 256), "tile/entries/000");
  EXPECT_EQ(tile_path(2, 1, 17), "tile/2/001.p/17");
}

TEST(TileLog, HasTheTilesOfEachSizeAtTheEdges) {
  for (uint64_t size : {uint64_t{0}, uint64_t{1}, uint64_t{255}, uint64_t{256}, uint64_t{257}, uint64_t{65535},
                        uint64_t{65536}, uint64_t{65537}, uint64_t{70000}}) {
    MemoryFiles files;
    auto log = TileLog::open(files, 0);
    ASSERT_TRUE(log);
    for (uint64_t i = 0; i < size; ++i) ASSERT_TRUE(log->append(entry_of(i)));
    auto head = log->flush();
    ASSERT_TRUE(head);
    EXPECT_TRUE(check_log(files, *head).empty()) << size;
    EXPECT_EQ(files.files.contains("tile/0/000"), size >= 256) << size;
    EXPECT_EQ(files.files.contains("tile/1/000"), size >= 65536) << size;
    if (size == 256) {
      EXPECT_EQ(files.files["tile/1/000.p/1"].size(), 32u);
    }
    if (size == 70000) {
      EXPECT_TRUE(files.files.contains("tile/0/273.p/112"));
      EXPECT_TRUE(files.files.contains("tile/1/001.p/17"));
      EXPECT_TRUE(files.files.contains("tile/2/000.p/1"));
    }
    TileReader reader(files, size);
    for (uint64_t i : {uint64_t{0}, size / 2, size - 1}) {
      if (size == 0) continue;
      auto path = inclusion_proof(i, size, reader.reader());
      ASSERT_TRUE(path);
      EXPECT_TRUE(verify_inclusion(i, *head, leaf_hash(*reader.entry(i)), *path));
    }
  }
}

TEST(TileLog, AnEntryOf65535BytesGoesInAndOneMoreDoesNot) {
  MemoryFiles files;
  auto log = TileLog::open(files, 0);
  EXPECT_TRUE(log->append(std::string(65535, 'x')));
  EXPECT_TRUE(log->append(""));
  EXPECT_FALSE(log->append(std::string(65536, 'x')));
  auto head = log->flush();
  EXPECT_EQ(head->size, 2u);
  EXPECT_TRUE(check_log(files, *head).empty());
}

TEST(TileLog, ReadersFallBackToTheFullTile) {
  MemoryFiles files;
  auto log = TileLog::open(files, 0);
  for (uint64_t i = 0; i < 100; ++i) (void)log->append(entry_of(i));
  TreeHead at100 = *log->flush();
  for (uint64_t i = 100; i < 300; ++i) (void)log->append(entry_of(i));
  ASSERT_TRUE(log->flush());
  files.files.erase("tile/0/000.p/100");
  files.files.erase("tile/entries/000.p/100");
  EXPECT_TRUE(check_log(files, at100).empty());
}

// Runs of appends of several sizes, each published by a checkpoint; the n-th write fails for every n. Whatever was
// published stays whole, and going on from it gives the very log that no failure would have given.
TEST(TileLog, SurvivesAKillAtEveryWrite) {
  const uint64_t sizes[] = {3, 250, 256, 257, 600, 1025};
  auto run = [&](MemoryFiles& files) -> Result<TreeHead> {
    TreeHead head;
    for (uint64_t size : sizes) {
      auto said = files.read("checkpoint", 100);
      uint64_t from = said ? std::stoull(*said) : 0;
      if (from >= size) continue;
      auto log = TileLog::open(files, from);
      if (!log) return tl::unexpected(log.error());
      for (uint64_t i = from; i < size; ++i) SIL_TRY(log->append(entry_of(i)));
      auto flushed = log->flush();
      if (!flushed) return flushed;
      SIL_TRY(files.replace("checkpoint", std::to_string(size)));
      head = *flushed;
    }
    return head;
  };
  MemoryFiles whole;
  auto head = run(whole);
  ASSERT_TRUE(head);
  ASSERT_GT(whole.calls, 20);
  for (int n = 1; n <= whole.calls; ++n) {
    MemoryFiles files;
    files.fail_at = n;
    ASSERT_FALSE(run(files)) << n;
    uint64_t published = files.files.contains("checkpoint") ? std::stoull(files.files["checkpoint"]) : 0;
    std::vector<Sha256> leaves;
    for (uint64_t i = 0; i < published; ++i) leaves.push_back(leaf_hash(entry_of(i)));
    EXPECT_TRUE(check_log(files, {published, plain_root(leaves)}).empty()) << n;
    auto again = run(files);
    ASSERT_TRUE(again) << n;
    EXPECT_EQ(*again, *head) << n;
    EXPECT_TRUE(check_log(files, *again).empty()) << n;
  }
}

TEST(TileLog, FlippedBitsAreFoundWithTheirIndex) {
  MemoryFiles files;
  auto log = TileLog::open(files, 0);
  for (uint64_t i = 0; i < 700; ++i) (void)log->append(entry_of(i));
  TreeHead head = *log->flush();
  uint64_t entry = 256 + 19;
  std::string& bundle = files.files["tile/entries/001"];
  size_t at = bundle.find(entry_of(entry));
  bundle[at] ^= 4;
  auto flaws = check_log(files, head);
  ASSERT_EQ(flaws.size(), 1u);
  EXPECT_EQ(flaws[0].index, entry);
  bundle[at] ^= 4;
  bundle[at - 1] ^= 1;  // a length
  EXPECT_FALSE(check_log(files, head).empty());
}

}  // namespace
}  // namespace sil::ledger
