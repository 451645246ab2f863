// Containers through the way every path is opened. What Python and tar would make is made with libarchive's writer.
#include "ingest/container.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "bytes/file.h"

namespace sil::ingest {
namespace {

struct File {
  std::string name, bytes, link = {};
};

std::string packed(const std::vector<File>& files, int (*format)(archive*), int (*filter)(archive*) = nullptr,
                   const char* password = nullptr) {
  std::string out(size_t{4} << 20, '\0');
  size_t used = 0;
  archive* a = archive_write_new();
  format(a);
  if (filter) filter(a);
  if (password) {
    archive_write_set_options(a, "zip:encryption=aes256");
    archive_write_set_passphrase(a, password);
  }
  archive_write_open_memory(a, out.data(), out.size(), &used);
  for (const File& file : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_copy_pathname(entry, file.name.c_str());
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_filetype(entry, file.link.empty() ? AE_IFREG : AE_IFLNK);
    if (!file.link.empty()) archive_entry_copy_symlink(entry, file.link.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(file.bytes.size()));
    archive_write_header(a, entry);
    archive_write_data(a, file.bytes.data(), file.bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(a);
  archive_write_free(a);
  out.resize(used);
  return out;
}
std::string zip(const std::vector<File>& files) {
  return packed(files, archive_write_set_format_zip);
}
std::string gz(const std::string& bytes) {
  return packed({{"x", bytes}}, archive_write_set_format_raw, archive_write_add_filter_gzip);
}

class Containers : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "/containers." + std::to_string(reinterpret_cast<uintptr_t>(this));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // One line a source: members, ordinal, bytes; one a trouble; one an oddity.
  std::vector<std::string> walk(const std::string& bytes, const OpenOptions& options = {}) {
    const std::string path = folder_ + "/in";
    EXPECT_TRUE(write_whole(path, bytes));
    std::vector<std::string> out;
    auto walk = SourceWalk::open(path, options);
    if (!walk) return {"open: " + walk.error().text()};
    for (;;) {
      auto next = (*walk)->next();
      if (!next) {
        out.push_back("unread: " + next.error().text().substr(path.size()));
        continue;
      }
      if (!*next) break;
      std::string line = std::to_string((*next)->ordinal);
      for (const std::string& member : (*next)->members) line += " " + member;
      std::string text((*next)->head.size() + 1000, '\0');
      auto got = (*next)->bytes->read_at(0, reinterpret_cast<uint8_t*>(text.data()), text.size());
      text.resize(got ? *got : 0);
      line += "=" + text;
      if (auto end = (*next)->bytes->ending(); !end) line += " BROKEN " + end.error().found;
      out.push_back(line);
    }
    for (const Anomaly& one : (*walk)->take_anomalies()) out.push_back("odd: " + one.summary + ": " + one.found);
    return out;
  }
  std::string folder_;
};

using Lines = std::vector<std::string>;

TEST_F(Containers, EachPackingOfOneFileGivesItsBytes) {
  for (auto* filter : {archive_write_add_filter_gzip, archive_write_add_filter_zstd, archive_write_add_filter_xz,
                       archive_write_add_filter_bzip2}) {
    EXPECT_EQ(walk(packed({{"x", "hello"}}, archive_write_set_format_raw, filter)), Lines{"1=hello"});
  }
}

TEST_F(Containers, EachArchiveGivesAllItsMembersInOrder) {
  const std::vector<File> files = {{"b/2.json", "two"}, {"a/1.json", "one"}, {"c", ""}};
  const Lines expected = {"1 b/2.json=two", "2 a/1.json=one", "3 c="};
  EXPECT_EQ(walk(packed(files, archive_write_set_format_zip)), expected);
  EXPECT_EQ(walk(packed(files, archive_write_set_format_7zip)), expected);
  EXPECT_EQ(walk(packed(files, archive_write_set_format_ustar)), expected);
  EXPECT_EQ(walk(packed(files, archive_write_set_format_pax, archive_write_add_filter_zstd)), expected);
  EXPECT_EQ(walk(packed(files, archive_write_set_format_gnutar, archive_write_add_filter_xz)), expected);
}

TEST_F(Containers, NestedArchivesNameTheirWholePath) {
  const std::string inner = packed({{"deep.json", "D"}}, archive_write_set_format_7zip);
  const std::string tar =
      packed({{"s.7z", inner}, {"n.json", "N"}}, archive_write_set_format_ustar, archive_write_add_filter_gzip);
  EXPECT_EQ(walk(zip({{"t.tar.gz", tar}, {"x.json.gz", gz("X")}, {"z.zip", zip({{"q", "Q"}})}})),
            (Lines{"1 t.tar.gz s.7z deep.json=D", "2 t.tar.gz n.json=N", "3 x.json.gz=X", "4 z.zip q=Q"}));
}

TEST_F(Containers, AFifthLevelIsNamedAndTheRestIsRead) {
  std::string bytes = zip({{"leaf", "leaf"}});
  for (int level = 2; level <= 4; ++level) bytes = zip({{"level" + std::to_string(level), bytes}, {"beside", "B"}});
  EXPECT_EQ(walk(bytes).front(), "1 level4 level3 level2 leaf=leaf");
  const Lines five = walk(zip({{"level5", bytes}, {"last", "L"}}));
  EXPECT_EQ(five.front(),
            "unread: !level5!level4!level3!level2: expected archives nested at most 4 deep, found one more");
  EXPECT_EQ(five.back(), "4 last=L");
  std::string layers = "x";
  for (int i = 0; i < 4; ++i) layers = gz(layers);
  EXPECT_EQ(walk(layers), Lines{"1=x"});
  EXPECT_EQ(walk(gz(layers)), Lines{"unread: : expected archives nested at most 4 deep, found one more"});
}

TEST_F(Containers, OddNamesAndLinksAreSaidAndEveryFileIsRead) {
  const std::vector<File> files = {{"/etc/passwd", "1"}, {"../up", "2"},     {"same", "3"},        {"same", "4"},
                                   {"b\xff", "5"},       {"C:\\in\\x", "6"}, {"link", "", "/etc"}, {"last", "7"}};
  const Lines said = walk(packed(files, archive_write_set_format_gnutar));
  ASSERT_EQ(said.size(), 13u);
  EXPECT_EQ(said[0], "1 /etc/passwd=1");
  EXPECT_EQ(said[3], "4 same=4");
  EXPECT_EQ(said[4], "5 b\xff=5");
  EXPECT_EQ(said[6], "7 last=7");
  EXPECT_EQ(said[7], "odd: a container with something odd: /etc/passwd: one that leads outside; nothing is written");
  EXPECT_EQ(said[9], "odd: a container with something odd: same: a name that came before; both are read");
  EXPECT_EQ(said[10], "odd: a container with something odd: b\xff: bytes 62ff");
  EXPECT_EQ(said[12], "odd: a container with something odd: link: a link to /etc, not followed");
}

TEST_F(Containers, EncryptedMembersOpenWithTheRightPasswordOnly) {
  const std::string bytes = packed({{"a", "secret"}}, archive_write_set_format_zip, nullptr, "open");
  EXPECT_EQ(walk(bytes), Lines{"unread: !a: expected a password (--password-file), found an encrypted member"});
  EXPECT_EQ(walk(bytes, {.passwords = {"wrong", "open"}}), Lines{"1 a=secret"});
  EXPECT_EQ(walk(bytes, {.passwords = {"wrong"}}).front().substr(0, 11), "unread: !a:");
}

TEST_F(Containers, DamageInOneMemberLeavesTheOthers) {
  std::string noise;
  for (uint32_t i = 0, state = 7; i < 3000; ++i)
    noise += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const std::string whole = zip({{"a", "one"}, {"b", noise}, {"c", "three"}});
  const size_t start = whole.find(noise.substr(0, 16));  // noise is stored as it is
  ASSERT_NE(start, std::string::npos);
  for (const size_t at : {start - 4, start, start + 1500}) {
    std::string bytes = whole;
    for (size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<char>(~bytes[at + i]);
    const Lines said = walk(bytes);
    ASSERT_EQ(said.size(), 3u) << at - start;
    EXPECT_EQ(said[0], "1 a=one");
    EXPECT_NE(said[1].find(said[1].starts_with("unread") ? "!b" : "BROKEN"), std::string::npos) << at - start;
    EXPECT_EQ(said[2], "3 c=three");
  }
}

TEST_F(Containers, ACapInAllEndsTheWalkWithOneLine) {
  const Lines said = walk(zip({{"a", std::string(5000, 'a')}, {"b", "b"}}), {.passwords = {}, .max_unpacked = 4000});
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].find("BROKEN more"), std::string::npos);
}

TEST_F(Containers, AGzipWhoseBytesLackItsChecksumIsDamagedThoughItUnpacks) {
  std::string noise;
  for (uint32_t i = 0, state = 7; i < 3000; ++i)
    noise += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const std::string whole = gz(noise);
  EXPECT_EQ(walk(whole), Lines{"1=" + noise});
  EXPECT_EQ(walk(whole + gz("more")), Lines{"1=" + noise + "more"});
  std::string bent = whole;
  bent[1500] ^= 1;  // noise is stored as it is
  std::string unpacked = noise;
  unpacked[1500 - (whole.find(noise.substr(0, 16)))] ^= 1;
  const std::string broken = "=" + unpacked + " BROKEN others: it was damaged";
  EXPECT_EQ(walk(bent), Lines{"1" + broken});
  EXPECT_EQ(walk(zip({{"a.gz", bent}, {"b", "B"}})), (Lines{"1 a.gz" + broken, "2 b=B"}));
}

// One member whose length is wrong as well is not taken for several; several are held against their checksums.
TEST_F(Containers, AGzipDamagedInContentAndLengthIsDamagedWhateverItsMembers) {
  const std::string damage = " BROKEN others: it was damaged";
  const std::string one = gz("first line\n"), two = gz(std::string(3000, 'y'));
  const auto bent = [](std::string bytes, size_t from_end) {
    bytes[bytes.size() - from_end] ^= 1;
    return bytes;
  };
  EXPECT_EQ(walk(bent(bent(one, 1), 8)), Lines{"1=first line\n" + damage});
  EXPECT_EQ(walk(bent(one, 1)), Lines{"1=first line\n" + damage});
  EXPECT_EQ(walk(zip({{"a.gz", bent(bent(one, 2), 7)}})), Lines{"1 a.gz=first line\n" + damage});
  const std::string both = "1=first line\n" + std::string(3000, 'y');
  EXPECT_EQ(walk(one + two), Lines{both});
  EXPECT_EQ(walk(bent(one, 6) + two), Lines{both + damage});
  EXPECT_EQ(walk(one + bent(two, 3)), Lines{both + damage});
  EXPECT_EQ(walk(one + two + gz("")), Lines{both});  // as bgzip ends
  EXPECT_EQ(walk(one + two + std::string(1000, '\0')), Lines{both});
}

TEST_F(Containers, APackedFileOfNoBytesIsAFileOfNoBytes) {
  EXPECT_EQ(walk(gz("")), Lines{"1="});
  EXPECT_EQ(walk(zip({{"a.gz", gz("")}, {"b", "B"}})), (Lines{"1 a.gz=", "2 b=B"}));
}

TEST_F(Containers, ATornTarSaysSoOnceWithTheMemberThatIsTorn) {
  const std::string whole = packed({{"a", "one"}, {"b", std::string(9000, 'b')}}, archive_write_set_format_ustar);
  const Lines said = walk(whole.substr(0, 6000));
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0], "1 a=one");
  EXPECT_EQ(said[1].substr(0, 7), "2 b=bbb");
  EXPECT_NE(said[1].find(" BROKEN "), std::string::npos);
}

// ---- decoders that die or stall ----

std::string tar(const std::vector<File>& files) {
  return packed(files, archive_write_set_format_ustar);
}
OpenOptions quick(void (*at)(const std::string& names)) {
  OpenOptions out;
  out.stall = {.cpu_ms = 300, .idle_looks = 3, .look_ms = 20};
  out.in_decoder = at;
  return out;
}

TEST_F(Containers, ADecoderThatSleepsIsEndedAndTheRestIsRead) {
  const auto sleep = [](const std::string& names) {
    static std::atomic<int> never{0};
    if (names.ends_with("stuck")) never.wait(0);
  };
  const std::string line = "unread: !stuck: expected progress, found a decoder that slept; it was ended";
  const std::vector<File> files = {{"../a", "one"}, {"stuck", "two"}, {"c", "three"}, {"../d", "four"}};
  for (const std::string& bytes : {zip(files), tar(files), packed(files, archive_write_set_format_7zip)}) {
    const Lines said = walk(bytes, quick(sleep));
    ASSERT_EQ(said.size(), 6u);
    EXPECT_EQ(said[0], "1 ../a=one");
    EXPECT_EQ(said[1], line);
    EXPECT_EQ(said[2], "3 c=three");
    EXPECT_EQ(said[3], "4 ../d=four");
    EXPECT_EQ(said[4].substr(0, 40), "odd: a container with something odd: ../");  // each once, whoever said it
    EXPECT_EQ(said[5].substr(0, 41), "odd: a container with something odd: ../d");
  }
}

TEST_F(Containers, ADecoderThatComputesWithoutProgressIsEndedAndTheRestIsReadAtAnyDepth) {
  const auto burn = [](const std::string& names) {
    for (volatile uint64_t n = 0; names.ends_with("stuck");) n = n + 1;
  };
  const std::string inner = zip({{"x", "X"}, {"stuck", "S"}, {"y", "Y"}});
  EXPECT_EQ(walk(tar({{"a", "A"}, {"in.zip", inner}, {"z", "Z"}}), quick(burn)),
            (Lines{"1 a=A", "2 in.zip x=X",
                   "unread: !in.zip!stuck: expected progress, found a decoder that computed without any; it was ended",
                   "4 in.zip y=Y", "5 z=Z"}));
}

TEST_F(Containers, ADecoderThatCrashesTakesOnlyItsMemberAlongAndManyCrashesEnd) {
  const auto crash = [](const std::string& names) {
    if (names.ends_with("bad")) std::raise(SIGTERM);
  };
  const Lines said = walk(zip({{"a", "A"}, {"1bad", ""}, {"b", "B"}, {"2bad", ""}, {"c", "C"}}), quick(crash));
  EXPECT_EQ(said,
            (Lines{"1 a=A", "unread: !1bad: expected a whole container, found a decoder killed by signal 15", "3 b=B",
                   "unread: !2bad: expected a whole container, found a decoder killed by signal 15", "5 c=C"}));
  std::vector<File> all;
  for (int i = 0; i < 20; ++i) all.push_back({std::to_string(i) + "bad", ""});
  const Lines many = walk(zip(all), quick(crash));
  ASSERT_EQ(many.size(), 8u);
  EXPECT_TRUE(many.back().ends_with("; what lies behind it is not read")) << many.back();
}

// 128 GiB of zeros in 200 KB: bzip2 takes whole files one behind the other as one.
TEST_F(Containers, AMemberThatCannotBePassedOverCostsOnlyItsArchive) {
  std::string header(512, '\0');
  header.replace(0, 5, "zeros").replace(100, 7, "0000644").replace(124, 12, 12, '\0').replace(156, 1, "0");
  header[124] = static_cast<char>(0x80);  // a size in binary: 128 GiB
  header[131] = 0x20;
  header.replace(257, 6, std::string("ustar\0", 6)).replace(263, 2, "00").replace(148, 8, "        ");
  uint32_t sum = 0;
  for (const char c : header) sum += static_cast<uint8_t>(c);
  char text[8];
  std::snprintf(text, sizeof text, "%06o", sum);
  header.replace(148, 7, text, 7);
  const auto bzip2 = [](const std::string& bytes) {
    return packed({{"x", bytes}}, archive_write_set_format_raw, archive_write_add_filter_bzip2);
  };
  std::string bomb = bzip2(header);
  const std::string zeros = bzip2(std::string(size_t{32} << 20, '\0'));
  for (int i = 0; i < 4096; ++i) bomb += zeros;

  const Lines said = walk(zip({{"in.tar.bz2", bomb}, {"last", "L"}}), quick(nullptr));
  ASSERT_EQ(said.size(), 4u);
  EXPECT_EQ(said[0].substr(0, 18), "1 in.tar.bz2 zeros");
  const std::string line =
      "unread: !in.tar.bz2!zeros: expected progress, found a decoder that computed without any; it was ended";
  EXPECT_EQ(said[1], line);
  EXPECT_EQ(said[2], line + "; what lies behind it in its archive is not read");
  EXPECT_EQ(said[3], "2 last=L");
}

TEST_F(Containers, TornArchivesOfAnyLengthEndWithALine) {
  const std::string whole = zip({{"a", "hello hello hello"}, {"b", "x"}});
  for (size_t length = 4; length < whole.size(); length += 7) EXPECT_FALSE(walk(whole.substr(0, length)).empty());
  EXPECT_FALSE(walk(gz("hello").substr(0, 9)).empty());
}

}  // namespace
}  // namespace sil::ingest
