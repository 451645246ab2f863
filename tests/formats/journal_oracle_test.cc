// Journal files against `journalctl -o export`: files are made here by systemd-journal-remote from entries of random
// fields; what we read of the file must be what journalctl says of it. Without these two programs (packages
// systemd-journal-remote and systemd) the test is skipped.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "bytes/digest.h"
#include "bytes/file.h"
#include "bytes/short_hash.h"
#include "bytes/text.h"
#include "ingest/reader.h"
#include "ingest/recorded_run.h"

namespace sil {
namespace {

namespace fs = std::filesystem;

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Entries : EventSink {
  std::vector<Fields> all;
  std::vector<std::string> anomalies;
  void on_event(const Event& event) override {
    Fields& fields = all.emplace_back();
    for (const LayoutField& field : event.layout->fields) {
      // Newer versions say it beside the cursor, which holds it.
      if (field.path == "__SEQNUM" || field.path == "__SEQNUM_ID") continue;
      if (field.path == "Event.System.Computer") continue;  // _HOSTNAME once more
      const Value value = event.value(field);
      fields.emplace_back(field.path, std::string(as_text(value.bytes())));
    }
    std::sort(fields.begin(), fields.end());
  }
  void on_anomaly(Anomaly anomaly) override { anomalies.push_back(anomaly.summary); }
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }
};

Entries read_as(const char* format, const std::string& path) {
  auto text = read_whole(path, uint64_t{64} << 20);
  EXPECT_TRUE(text.has_value());
  Entries out;
  ingest::MemorySource source(as_bytes(*text));
  auto reader = ingest::find_format(format)->make();
  auto scratch = reader->make_scratch();
  ingest::Piece piece;
  while (reader->split(source, &piece).value_or(false)) reader->read(piece, 0, *scratch, out);
  reader->finish(0, out);
  return out;
}

// In export format: text, long text that is packed, bytes, fields that repeat.
std::string make_entries(std::mt19937_64* random, size_t count) {
  std::string out;
  const auto below = [&](size_t n) { return static_cast<size_t>((*random)() % n); };
  for (size_t i = 0; i < count; ++i) {
    out += "__REALTIME_TIMESTAMP=" + std::to_string(1'767'225'600'000'000 + i * 1000) + "\n";
    out += "__MONOTONIC_TIMESTAMP=" + std::to_string(1000 + i * 1000) + "\n";
    out += "_BOOT_ID=0123456789abcdef0123456789abcdef\n_HOSTNAME=web" + std::to_string(below(3)) + "\n";
    for (size_t tag = below(4); tag > 0; --tag) out += "TAG=" + std::to_string(tag) + "\n";
    if (below(4) == 0) {
      std::string bytes;
      for (size_t n = 1 + below(900); n > 0; --n) bytes.push_back(static_cast<char>(below(256)));
      const uint64_t length = bytes.size();
      out += "BINARY\n";
      out.append(reinterpret_cast<const char*>(&length), sizeof length);
      out += bytes + "\n";
    }
    out += "MESSAGE=";
    for (size_t n = below(3) == 0 ? 200 : 1; n > 0; --n) out += "word " + std::to_string(below(50)) + " ";
    out += "\n\n";
  }
  return out;
}

// Of an entry as journalctl writes it: do its fields give the hash in its cursor? The tracks rest on that.
bool hash_holds(const Fields& fields) {
  uint64_t all = 0, stated = 0;
  for (const auto& [name, text] : fields) {
    if (name == "__CURSOR") stated = std::stoull(text.substr(text.find(";x=") + 3), nullptr, 16);
    if (!name.starts_with("__")) all ^= lookup3(as_bytes(name + '=' + text));
  }
  return stated != 0 && all == stated;
}

class JournalFiles : public testing::TestWithParam<const char*> {};

TEST_P(JournalFiles, AreReadAsJournalctlReadsThem) {
  const std::string remote = SIL_JOURNAL_REMOTE;
  if (!path_exists(remote) || std::system("journalctl --version > /dev/null 2>&1") != 0)
    GTEST_SKIP() << "no systemd-journal-remote and journalctl";
  std::string folder = testing::TempDir() + "journal_oracle_XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string base = folder + "/";
  std::mt19937_64 random(11);
  std::ofstream(base + "in", std::ios::binary) << make_entries(&random, 400);
  const std::string make = std::string(GetParam()) + " " + remote + " --output=" + base + "a.journal " + base + "in";
  ASSERT_EQ(std::system((make + " > /dev/null 2>&1").c_str()), 0);
  const std::string say = "journalctl --file=" + base + "a.journal -o export > " + base + "said 2> /dev/null";
  ASSERT_EQ(std::system(say.c_str()), 0);
  const Entries ours = read_as("journal", base + "a.journal"), theirs = read_as("journal-export", base + "said");
  fs::remove_all(folder);
  EXPECT_TRUE(ours.anomalies.empty()) << ours.anomalies.front();
  ASSERT_EQ(theirs.all.size(), 400U);
  ASSERT_EQ(ours.all.size(), theirs.all.size());
  for (size_t i = 0; i < ours.all.size(); ++i) {
    ASSERT_EQ(ours.all[i], theirs.all[i]) << "entry " << i;
    ASSERT_TRUE(hash_holds(theirs.all[i])) << "entry " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, JournalFiles,
                         testing::Values("SYSTEMD_JOURNAL_COMPACT=1", "SYSTEMD_JOURNAL_COMPACT=0",
                                         "SYSTEMD_JOURNAL_KEYED_HASH=0"));

}  // namespace
}  // namespace sil
