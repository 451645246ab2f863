// Damaged files must be read to their end: truncation, single-byte flips, random bytes. Files come from the shared
// samples where they are, and from the writer. FAULT_ROUNDS=full runs the whole demand (20 files, 200 truncations and
// 2,000 flips each); without it a small round.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "evtx_writer/writer.h"
#include "ingest/recorded_run.h"

namespace sil::ingest {
namespace {

struct Rounds {
  size_t files = 3, truncations = 20, flips = 60;
};
Rounds rounds() {
  const char* text = std::getenv("FAULT_ROUNDS");
  return text && std::string_view(text) == "full" ? Rounds{20, 200, 2000} : Rounds{};
}

std::vector<uint8_t> written_file() {
  evtx_writer::FileWriter writer;
  for (uint64_t i = 1; i <= 40; ++i) {
    evtx_writer::Event event;
    event.provider = "Harbor-Gate";
    event.channel = "Application";
    event.computer = "PIER-4";
    event.time = 133'550'000'000'000'000 + i * kTicksPerSecond;
    event.record_id = i;
    if (i % 3 == 0) event.system = evtx_writer::SystemShape::kDirect;
    event.fields = {{"Number", evtx_writer::int_value(evtx_writer::kUInt32, i)},
                    {"Text", evtx_writer::string_value("berth \"" + std::to_string(i) + "\" \\ end")}};
    writer.add(event);
  }
  return writer.finish();
}

// The written file, then shared samples of at most 1 MiB that have several records in their first chunk.
std::vector<std::vector<uint8_t>> subjects(size_t count) {
  std::vector<std::vector<uint8_t>> out{written_file()};
  std::vector<Error> problems;
  if (!is_directory(SIL_SHARED "/data/evtx")) return out;
  for (const std::string& path : list_files(SIL_SHARED "/data/evtx", &problems)) {
    if (out.size() >= count) break;
    auto text = path.ends_with(".evtx") ? read_whole(path, uint64_t{1} << 20) : Result<std::string>("");
    if (!text || text->size() < 4096 + 65536) continue;
    if (load_le<uint32_t>(as_bytes(*text).data() + 4096 + 48) < 4000) continue;
    out.emplace_back(text->begin(), text->end());
  }
  return out;
}

void survive(Bytes bytes) {
  RecordedRun run;
  run_evtx(bytes, {}, &run);
  for (const RecordedEvent& event : run.events) ASSERT_EQ(event.json, event.plain_json);
}

TEST(EvtxFault, TruncatedFilesAreReadToTheirEnd) {
  for (const auto& file : subjects(rounds().files)) {
    for (size_t i = 0; i < rounds().truncations; ++i) {
      survive(Bytes(file).first(file.size() * i / rounds().truncations));
    }
  }
}

TEST(EvtxFault, FlippedBytesChangeNothingButTheirRecords) {
  std::mt19937_64 random(1);  // the same flips every time
  for (auto file : subjects(rounds().files)) {
    size_t used = load_le<uint32_t>(file.data() + 4096 + 48);
    if (used < 512 || used > 65536) used = 65536;
    file.resize(4096 + used);  // what is not used would be flipped in vain
    for (size_t i = 0; i < rounds().flips; ++i) {
      size_t at = random() % file.size();
      auto mask = static_cast<uint8_t>(1u << random() % 8);
      file[at] ^= mask;
      survive(file);
      file[at] ^= mask;
    }
  }
}

TEST(EvtxFault, RandomBytesGiveNoEvents) {
  std::mt19937_64 random(2);
  std::vector<uint8_t> bytes(300000);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  RecordedRun run;
  run_evtx(bytes, {}, &run);
  EXPECT_TRUE(run.events.empty());
  EXPECT_FALSE(run.anomalies.empty());
  survive({});
}

}  // namespace
}  // namespace sil::ingest
