// L7 and L9 on journals written here, as exports and as files: an entry that was edited contradicts its hash, one that
// was taken out leaves its number; selections, boots, copies and exports of some fields raise no alarm.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "bytes/cursor.h"
#include "bytes/file.h"
#include "bytes/short_hash.h"
#include "tamper/bench_run.h"

namespace sil::tamper {
namespace {

constexpr char kFirstBoot[] = "0123456789abcdef0123456789abcdef", kSecondBoot[] = "1123456789abcdef0123456789abcdef";

std::string hex(uint64_t number) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%llx", static_cast<unsigned long long>(number));
  return digits;
}

// An entry as `journalctl -o export` writes it, with a hash that holds.
std::string entry(uint64_t number, const std::string& message, const std::string& boot = kFirstBoot,
                  uint64_t monotonic = 0) {
  if (monotonic == 0) monotonic = number * 1'000'000;
  const uint64_t real = 1'767'225'600'000'000 + number * 1'000'000;
  uint64_t all = 0;
  std::string fields;
  for (const std::string& field :
       {"_BOOT_ID=" + boot, std::string("_HOSTNAME=gate"), std::string("SYSLOG_IDENTIFIER=app"),
        std::string("_UID=1000"), "MESSAGE=" + message}) {
    all ^= lookup3(as_bytes(field));
    fields += field + '\n';
  }
  return "__CURSOR=s=aa23456789abcdef0123456789abcdef;i=" + hex(number) + ";b=" + boot + ";m=" + hex(monotonic) +
         ";t=" + hex(real) + ";x=" + hex(all) + "\n__REALTIME_TIMESTAMP=" + std::to_string(real) +
         "\n__MONOTONIC_TIMESTAMP=" + std::to_string(monotonic) + '\n' + fields + '\n';
}
std::string entries(uint64_t first, uint64_t last, const std::string& boot = kFirstBoot) {
  std::string out;
  for (uint64_t i = first; i <= last; ++i) out += entry(i, "message " + std::to_string(i), boot);
  return out;
}

std::vector<Track> tracks_of_journals(const std::map<std::string, std::string>& texts) {
  const std::string folder = bench_folder() + "/journals";
  EXPECT_TRUE(make_directory(folder));
  std::vector<std::string> paths, whole;
  for (const auto& [name, text] : texts) {
    paths.push_back(folder + "/" + name);
    whole.push_back(text);
    EXPECT_TRUE(write_whole(paths.back(), text));
  }
  std::vector<Track> out = tracks_of(paths);
  for (const std::string& path : paths) std::remove(path.c_str());
  std::erase_if(out, [](const Track& track) { return track.detector != "L7" && track.detector != "L9"; });
  for (const Track& track : out) {
    for (const Citation& citation : track.citations) {
      std::string cited;
      for (const Span& span : citation.spans) cited += whole.at(citation.source).substr(span.offset, span.length);
      EXPECT_EQ(sha256(as_bytes(cited)), citation.sha256);
    }
  }
  return out;
}
std::vector<Track> tracks_of_journal(const std::string& text) {
  return tracks_of_journals({{"a.export", text}});
}

TEST(JournalTracks, WholeJournalRaisesNothing) {
  EXPECT_TRUE(tracks_of_journal(entries(1, 400)).empty());
  // A second export that overlaps, and a boot between.
  EXPECT_TRUE(tracks_of_journals({{"a.export", entries(1, 300)}, {"b.export", entries(200, 500)}}).empty());
  EXPECT_TRUE(tracks_of_journal(entries(1, 300) + entries(301, 600, kSecondBoot)).empty());
}

TEST(JournalTracks, EntryWhoseTextWasEditedContradictsItsHash) {
  std::string text = entries(1, 400);
  const size_t at = text.find("message 217");
  text.replace(at, 11, "nothing here");
  std::vector<Track> found = tracks_of_journal(text);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].detector, "L9");
  EXPECT_EQ(found[0].kind, TrackClass::kContradiction);
  EXPECT_EQ(found[0].level, Level::kHigh);
  const Span span = found[0].citations.at(0).spans.at(0);
  EXPECT_TRUE(span.offset < at && at < span.offset + span.length);
  // A field that was taken out, and a time that was set back.
  text = entries(1, 400);
  text.erase(text.find("_UID=1000\n", 20'000), 10);
  EXPECT_EQ(tracks_of_journal(text).size(), 1U);
  text = entries(1, 400);
  text[text.find("__REALTIME_TIMESTAMP=", 20'000) + 30] ^= 1;
  found = tracks_of_journal(text);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].summary.find("its time is not the one in its cursor"), std::string::npos);
}

TEST(JournalTracks, ExportOfSomeFieldsIsContextOnce) {
  std::string text = entries(1, 100);
  for (size_t at = 0; (at = text.find("_UID=1000\n", at)) != std::string::npos;) text.erase(at, 10);
  std::vector<Track> found = tracks_of_journal(text);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kContext);
}

TEST(JournalTracks, FieldThatWasGivenTwiceIsNoEdit) {
  // journald counts it twice in the hash and keeps it once.
  std::string text = entries(1, 60), twice = entry(61, "message 61");
  const size_t at = twice.find(";x=") + 3, end = twice.find('\n', at);
  const uint64_t stated = std::stoull(twice.substr(at, end - at), nullptr, 16) ^ lookup3(as_bytes("_UID=1000"));
  twice.replace(at, end - at, hex(stated));
  EXPECT_TRUE(tracks_of_journal(text + twice).empty());
}

TEST(JournalTracks, EntryThatWasTakenOutLeavesItsNumber) {
  const std::string text = entries(1, 300) + entries(303, 600);
  std::vector<Track> found = tracks_of_journal(text);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].detector, "L7");
  EXPECT_EQ(found[0].kind, TrackClass::kLoss);
  EXPECT_EQ(found[0].level, Level::kLow);  // of an export: it may have been left out there
  EXPECT_EQ(found[0].expected, "entry 301 behind 300");
  EXPECT_EQ(found[0].found, "entry 303");
  EXPECT_NE(found[0].summary.find("lacks 2 entries of one boot"), std::string::npos) << found[0].summary;
  EXPECT_TRUE(tracks_of_journals({{"a.export", text}, {"b.export", entries(290, 310)}}).empty());  // a copy has it
}

TEST(JournalTracks, SelectionsAndBootsAreNoAlarm) {
  std::string text;
  for (uint64_t i = 1; i <= 900; i += 3) text += entry(i, "of one unit");
  std::vector<Track> found = tracks_of_journal(text);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kContext);
  EXPECT_TRUE(tracks_of_journal(entries(1, 300) + entries(350, 600, kSecondBoot)).empty());
  for (const Track& track : tracks_of_journal(entry(3, "a") + entry(9, "b") + entry(20, "c")))
    EXPECT_FALSE(track.alarm()) << track.summary;
}

TEST(JournalTracks, ClockOfABootThatGoesBackIsToldOnce) {
  const std::string text =
      entries(1, 100) + entry(101, "late", kFirstBoot, 5'000'000) + entry(102, "on", kFirstBoot, 102'000'000);
  std::vector<Track> found = tracks_of_journal(text);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kChange);
  EXPECT_NE(found[0].summary.find("entry 101 is earlier in its boot than entry 100"), std::string::npos);
  EXPECT_TRUE(tracks_of_journal(entries(1, 100) + entry(101, "x", kSecondBoot, 1000)).empty());
}

std::string sample_file() {
  auto text = read_whole(SIL_JOURNAL_SAMPLE, 1 << 20);
  EXPECT_TRUE(text.has_value());
  return text.value_or("");
}

TEST(JournalTracks, FileEditedInPlaceIsAChangeAndWithMendedHashAContradiction) {
  const std::string clean = sample_file();
  ASSERT_FALSE(clean.empty());
  EXPECT_TRUE(tracks_of_journals({{"a.journal", clean}}).empty());
  std::string edited = clean;
  const size_t at = edited.find("MESSAGE=Failed password");
  ASSERT_NE(at, std::string::npos);
  edited[at + 8] = 'f';
  std::vector<Track> found = tracks_of_journals({{"a.journal", edited}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kChange);  // a disk may do that
  const uint8_t* object = reinterpret_cast<const uint8_t*>(edited.data()) + at - 64;
  const uint64_t mended = lookup3(as_bytes(edited).subspan(at, load_le<uint64_t>(object + 8) - 64));
  edited.replace(at - 48, 8, reinterpret_cast<const char*>(&mended), 8);
  found = tracks_of_journals({{"a.journal", edited}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kContradiction);  // nor does it mend a hash
}

TEST(JournalTracks, ArchivedFileThatIsNotWhatItsNameSaysIsAChange) {
  const std::string clean = sample_file(), id(32, '0');
  EXPECT_TRUE(tracks_of_journals({{"system@" + id + "-0000000000000001-00064748462f8240.journal", clean}}).empty());
  std::vector<Track> found =
      tracks_of_journals({{"system@" + id + "-00000000000004d2-00064748462f8240.journal", clean}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kChange);
}

}  // namespace
}  // namespace sil::tamper
