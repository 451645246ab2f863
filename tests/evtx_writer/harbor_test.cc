// examples/harbor is what the generator makes of the script: the committed files must say the same as a fresh
// run.
#include <gmock/gmock.h>
#include <libdeflate.h>

#include <cstring>

#include "bytes/digest.h"
#include "bytes/file.h"
#include "evtx_writer/harbor_files.h"

namespace sil::harbor {
namespace {

constexpr uint64_t kSeed = 2024;

const Harbor& fresh() {
  static const Harbor harbor = [] {
    Harbor out;
    std::string problem;
    EXPECT_TRUE(make_harbor(SIL_HARBOR_SCRIPT, kSeed, &out, &problem)) << problem;
    return out;
  }();
  return harbor;
}

std::vector<uint8_t> unpacked(const std::string& path) {
  Result<std::string> packed = read_whole(path, 64 << 20);
  EXPECT_TRUE(packed.has_value()) << path;
  if (!packed || packed->size() < 18) return {};
  uint32_t size = 0;  // the last four bytes of a gzip member (RFC 1952 section 2.3.1)
  std::memcpy(&size, packed->data() + packed->size() - 4, 4);
  std::vector<uint8_t> out(size);
  libdeflate_decompressor* decompressor = libdeflate_alloc_decompressor();
  EXPECT_EQ(libdeflate_gzip_decompress(decompressor, packed->data(), packed->size(), out.data(), out.size(), nullptr),
            LIBDEFLATE_SUCCESS)
      << path;
  libdeflate_free_decompressor(decompressor);
  return out;
}

TEST(HarborGolden, CommittedFilesAreWhatTheScriptMakes) {
  std::vector<Error> problems;
  std::vector<std::string> committed;
  for (const std::string& path : list_files(SIL_HARBOR_EXAMPLE, &problems))
    if (path.ends_with(".gz")) committed.push_back(path);
  EXPECT_EQ(committed.size(), fresh().files.size());
  for (const auto& [name, bytes] : fresh().files)
    EXPECT_EQ(hex(sha256(Bytes{bytes})),
              hex(sha256(Bytes{unpacked(std::string(SIL_HARBOR_EXAMPLE) + "/" + name + ".gz")})))
        << name << ": run make_harbor again, or find out what changed the generator";
}

TEST(HarborGolden, ExpectedStepsNameTheRecordsTheyBecame) {
  Result<std::string> committed = read_whole(SIL_HARBOR_STEPS, 1 << 20);
  ASSERT_TRUE(committed.has_value());
  EXPECT_EQ(*committed, fresh().expected_steps);
}

TEST(HarborGolden, IncidentRecordsAreThoseTheScriptMade) {
  Result<std::string> committed = read_whole(SIL_HARBOR_INCIDENT, 1 << 20);
  ASSERT_TRUE(committed.has_value());
  EXPECT_EQ(*committed, fresh().incident_records);
}

TEST(HarborGolden, ReadmeTellsTheSameStory) {
  Result<std::string> readme = read_whole(std::string(SIL_HARBOR_EXAMPLE) + "/README.md", 1 << 20);
  ASSERT_TRUE(readme.has_value());
  EXPECT_THAT(*readme, testing::HasSubstr(fresh().table));
  EXPECT_THAT(*readme, testing::HasSubstr(fresh().cleared));
}

TEST(HarborGolden, HoldsAboutTwentyThousandRecordsInLessThanFourMebibytes) {
  uint64_t records = 0;
  for (const auto& [name, count] : fresh().records) records += count;
  EXPECT_GT(records, 19'000U);
  EXPECT_LT(records, 21'500U);
  uint64_t size = 0;
  std::vector<Error> problems;
  for (const std::string& path : list_files(SIL_HARBOR_EXAMPLE, &problems)) size += stamp_of(path)->size;
  EXPECT_LT(size, uint64_t{4} << 20);
}

TEST(HarborGolden, ClearedLogsRestartTheirNumbersAndGoOnWithTheirIds) {
  struct Numbers {
    uint64_t number, id;
  };
  auto first = [](const std::string& name) {
    const std::vector<uint8_t>& bytes = fresh().files.at(name);
    return Numbers{load_le<uint64_t>(bytes.data() + 4096 + 8), load_le<uint64_t>(bytes.data() + 4096 + 24)};
  };
  for (const char* cleared : {"NH-TMS01/Security.evtx", "NH-JUMP01/System.evtx", "NH-JUMP01/Windows PowerShell.evtx"}) {
    EXPECT_EQ(first(cleared).number, 1U) << cleared;
    EXPECT_GT(first(cleared).id, 40U) << cleared;
  }
  for (const auto& [name, bytes] : fresh().files) {
    if (!name.ends_with(".evtx")) continue;
    if (first(name).id == first(name).number) continue;
    EXPECT_THAT(name,
                testing::AnyOf("NH-TMS01/Security.evtx", "NH-JUMP01/System.evtx", "NH-JUMP01/Windows PowerShell.evtx"));
  }
}

TEST(HarborGenerator, AnotherSeedGivesOtherBytes) {
  Harbor other;
  std::string problem;
  ASSERT_TRUE(make_harbor(SIL_HARBOR_SCRIPT, kSeed + 1, &other, &problem)) << problem;
  EXPECT_NE(other.files.at("NH-DC01/Security.evtx"), fresh().files.at("NH-DC01/Security.evtx"));
}

TEST(HarborGenerator, NamesTheLineItDoesNotUnderstand) {
  Harbor out;
  std::string problem;
  EXPECT_FALSE(make_harbor(testing::TempDir() + "no-such-folder", kSeed, &out, &problem));
  EXPECT_THAT(problem, testing::HasSubstr("cannot read"));
}

}  // namespace
}  // namespace sil::harbor
