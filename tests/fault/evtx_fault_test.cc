// Damaged files must be read to their end: truncation, single-byte flips, random bytes. Files come from the shared
// samples where they are, and from the writer. FAULT_ROUNDS=full runs the whole demand (every file truncated at 200
// places, 2,000 flips in each of 20 files); without it a small round. SIL_SHARED names the shared data.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "evtx_writer/writer.h"
#include "ingest/recorded_run.h"

namespace sil::ingest {
namespace {

struct Rounds {
  size_t cut_files = 3, truncations = 20, flipped_files = 3, flips = 60;
};
Rounds rounds() {
  const char* text = std::getenv("FAULT_ROUNDS");
  return text && std::string_view(text) == "full" ? Rounds{SIZE_MAX, 200, 20, 2000} : Rounds{};
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

std::vector<std::string> shared_logs() {
  const char* named = std::getenv("SIL_SHARED");
  const std::string folder = (named ? std::string(named) : SIL_SHARED) + "/data/evtx";
  std::vector<std::string> out;
  std::vector<Error> problems;
  if (!is_directory(folder)) return out;
  for (const std::string& path : list_files(folder, &problems)) {
    if (path.ends_with(".evtx")) out.push_back(path);
  }
  return out;
}

// At most `count` of `all`, from its beginning to its end.
template <class T>
std::vector<T> evenly(const std::vector<T>& all, size_t count) {
  if (count >= all.size()) return all;
  std::vector<T> out;
  for (size_t i = 0; i < count; ++i) out.push_back(all[all.size() * i / count]);
  return out;
}

struct Subject {
  std::string name;
  std::vector<uint8_t> bytes;
};
Subject subject(const std::string& path) {
  auto text = read_whole(path, uint64_t{1} << 30);
  if (!text) return {path, {}};
  return {path, {text->begin(), text->end()}};
}

// With several records in its first chunk, and no longer than that a flip in it costs little.
bool worth_flipping(const std::vector<uint8_t>& file) {
  return file.size() >= 4096 + 65536 && load_le<uint32_t>(file.data() + 4096 + 48) >= 4000;
}

void survive(Bytes bytes) {
  RecordedRun run;
  run_evtx(bytes, {}, &run);
  for (const RecordedEvent& event : run.events) ASSERT_EQ(event.json, event.plain_json);
}

void survive_cuts(const Subject& file) {
  SCOPED_TRACE(file.name);
  for (size_t i = 0; i < rounds().truncations; ++i) {
    survive(Bytes(file.bytes).first(file.bytes.size() * i / rounds().truncations));
  }
}

TEST(EvtxFault, TruncatedFilesAreReadToTheirEnd) {
  survive_cuts({"written", written_file()});
  for (const std::string& path : evenly(shared_logs(), rounds().cut_files)) survive_cuts(subject(path));
}

void survive_flips(Subject file) {
  SCOPED_TRACE(file.name);
  std::mt19937_64 random(1);  // the same flips every time
  size_t used = load_le<uint32_t>(file.bytes.data() + 4096 + 48);
  if (used < 512 || used > 65536) used = 65536;
  file.bytes.resize(4096 + used);  // what is not used would be flipped in vain
  for (size_t i = 0; i < rounds().flips; ++i) {
    const size_t at = random() % file.bytes.size();
    const auto mask = static_cast<uint8_t>(1U << random() % 8);
    file.bytes[at] ^= mask;
    survive(file.bytes);
    file.bytes[at] ^= mask;
  }
}

TEST(EvtxFault, FilesWithFlippedBytesAreReadToTheirEnd) {
  survive_flips({"written", written_file()});
  std::vector<std::string> paths;
  for (const std::string& path : shared_logs()) {
    if (worth_flipping(subject(path).bytes)) paths.push_back(path);
  }
  for (const std::string& path : evenly(paths, rounds().flipped_files)) survive_flips(subject(path));
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
