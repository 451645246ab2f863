#include "evtx_writer/plant.h"

#include <gmock/gmock.h>

#include <cstring>

#include "bytes/cursor.h"
#include "bytes/digest.h"
#include "bytes/file.h"
#include "evtx_writer/plant_walk.h"
#include "evtx_writer/writer.h"

namespace sil::evtx_writer {
namespace {

// A clean channel file of several chunks, two templates, texts of different lengths.
std::vector<uint8_t> channel_file(unsigned records = 520) {
  FileWriter file;
  for (unsigned id = 1; id <= records; ++id) {
    Event event;
    event.provider = "Nordhafen-Test";
    event.provider_guid = "{b4a63d5e-1b0e-4d8e-9c77-0d2f6a1c9e01}";
    event.channel = "Nordhafen/Operational";
    event.computer = "PLANT.example.org";
    event.event_id = static_cast<uint16_t>(id % 7 == 0 ? 12 : 11);
    event.time = 133'550'000'000'000'000 + uint64_t{id} * 40'000'000;
    event.record_id = id;
    event.sized_nulls = true;
    event.fields = {{"Text", string_value("record number " + std::to_string(id) + std::string(id % 90, '.'), true)},
                    {"Id", int_value(kUInt32, id)}};
    if (id % 7 == 0) event.fields.push_back({"More", string_value("and more", true)});
    file.add(event);
  }
  return file.finish();
}

uint8_t* chunk_of(std::vector<uint8_t>& file, size_t i) {
  return file.data() + 4096 + i * kChunkSize;
}

TEST(WalkChunk, ClosesEveryRecordOfAWrittenFile) {
  std::vector<uint8_t> file = channel_file();
  size_t records = 0;
  for (size_t i = 0; 4096 + (i + 1) * kChunkSize <= file.size(); ++i)
    for (const WalkedRecord& record : walk_chunk(chunk_of(file, i))) {
      uint32_t left = record.offset + record.size - 4 - record.end;
      EXPECT_LE(left, 7U);
      EXPECT_EQ(load_le<uint64_t>(chunk_of(file, i) + record.outer[10].offset), record.id);
      ++records;
    }
  EXPECT_EQ(records, 520U);
}

TEST(Plant, EveryVariantFindsAVictimAndKeepsWhatItReplaced) {
  for (uint8_t i = 0; i < kPlants; ++i) {
    auto what = static_cast<Plant>(i);
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      std::vector<uint8_t> file = channel_file();
      const std::vector<uint8_t> clean = file;
      Planted truth;
      std::string problem;
      ASSERT_TRUE(plant(what, seed, &file, &truth, &problem)) << plant_name(what) << ": " << problem;
      EXPECT_NE(file, clean) << plant_name(what);
      if (truth.before.empty()) continue;
      size_t at = 4096 + truth.chunk * kChunkSize + (truth.size == kChunkSize ? 0 : truth.offset);
      EXPECT_TRUE(std::equal(truth.before.begin(), truth.before.end(), clean.begin() + static_cast<ptrdiff_t>(at)));
    }
  }
}

TEST(Plant, SameSeedSameBytes) {
  std::vector<uint8_t> a = channel_file();
  std::vector<uint8_t> b = channel_file();
  Planted truth;
  std::string problem;
  ASSERT_TRUE(plant(Plant::kCompact, 9, &a, &truth, &problem));
  ASSERT_TRUE(plant(Plant::kCompact, 9, &b, &truth, &problem));
  EXPECT_EQ(a, b);
}

TEST(Plant, CompactionLeavesAChunkThatParsesWithOneRecordLess) {
  std::vector<uint8_t> file = channel_file();
  std::vector<WalkedRecord> before;
  Planted truth;
  std::string problem;
  std::vector<uint8_t> clean = file;
  ASSERT_TRUE(plant(Plant::kCompact, 3, &file, &truth, &problem));
  before = walk_chunk(chunk_of(clean, truth.chunk));
  std::vector<WalkedRecord> after = walk_chunk(chunk_of(file, truth.chunk));
  ASSERT_EQ(after.size() + 1, before.size());
  for (const WalkedRecord& record : after) EXPECT_LE(record.offset + record.size - 4 - record.end, 7U);
  for (size_t i = 1; i < after.size(); ++i) EXPECT_EQ(after[i].id, after[i - 1].id + 1);  // renumbered without a hole
}

TEST(Plant, MergedRecordLeavesBytesBehindItsBody) {
  std::vector<uint8_t> file = channel_file();
  Planted truth;
  std::string problem;
  ASSERT_TRUE(plant(Plant::kMerge, 4, &file, &truth, &problem));
  bool open = false;
  for (const WalkedRecord& record : walk_chunk(chunk_of(file, truth.chunk)))
    open |= record.offset + record.size - 4 - record.end > 7;
  EXPECT_TRUE(open);
}

TEST(Plant, ChecksumsHoldAfterEveryRepairedEdit) {
  for (Plant what :
       {Plant::kMerge, Plant::kMergeWiped, Plant::kSwallow, Plant::kMaskedAsPi, Plant::kCompact, Plant::kTailLeft,
        Plant::kBackdatedBody, Plant::kRewritten, Plant::kSwappedExport, Plant::kClearedSilently}) {
    std::vector<uint8_t> file = channel_file();
    Planted truth;
    std::string problem;
    ASSERT_TRUE(plant(what, 7, &file, &truth, &problem)) << problem;
    std::vector<uint8_t> sealed = file;
    seal_file(&sealed);
    EXPECT_EQ(sealed, file) << plant_name(what);
  }
  std::vector<uint8_t> file = channel_file();
  Planted truth;
  std::string problem;
  ASSERT_TRUE(plant(Plant::kRewrittenLeft, 7, &file, &truth, &problem));
  std::vector<uint8_t> sealed = file;
  seal_file(&sealed);
  EXPECT_NE(sealed, file);
}

TEST(PlantCopy, RefusesAFolderThatIsNotMarked) {
  std::string folder = testing::TempDir() + "plant_unmarked";
  ASSERT_TRUE(make_directory(folder).has_value());
  std::vector<uint8_t> file = channel_file(20);
  ASSERT_TRUE(write_whole(folder + "/a.evtx", as_text(file)).has_value());
  std::string problem;
  EXPECT_FALSE(plant_copy(Plant::kMerge, 1, folder + "/a.evtx", folder + "/b.evtx", &problem));
  EXPECT_THAT(problem, testing::HasSubstr("refused"));
  EXPECT_FALSE(path_exists(folder + "/b.evtx"));
}

TEST(Plant, RefusesWhatIsNoEventLog) {
  std::vector<uint8_t> file(200'000, 0x41);
  Planted truth;
  std::string problem;
  EXPECT_FALSE(plant(Plant::kMerge, 1, &file, &truth, &problem));
  EXPECT_EQ(problem, "not an EVTX file");
}

}  // namespace
}  // namespace sil::evtx_writer
