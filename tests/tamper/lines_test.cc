// L10, L11 and L12 on logs written here: numbers of lines, files of a rotation, losses that a daemon declares.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "bytes/file.h"
#include "tamper/bench_run.h"

namespace sil::tamper {
namespace {

std::string clock_at(uint64_t seconds) {  // since 2024-03-09T00:00:00
  char text[32];
  std::snprintf(text, sizeof text, "2024-03-%02uT%02u:%02u:%02u+00:00", static_cast<unsigned>(9 + seconds / 86400),
                static_cast<unsigned>(seconds / 3600 % 24), static_cast<unsigned>(seconds / 60 % 60),
                static_cast<unsigned>(seconds % 60));
  return text;
}

std::vector<Track> tracks_of_folder(const std::map<std::string, std::string>& texts, const std::string& detector) {
  const std::string folder = bench_folder() + "/rotated";
  EXPECT_TRUE(make_directory(folder));
  std::vector<std::string> paths, whole;
  for (const auto& [name, text] : texts) {
    paths.push_back(folder + "/" + name);
    if (!text.empty()) whole.push_back(text);
    EXPECT_TRUE(write_whole(paths.back(), text));
  }
  std::vector<Track> out = tracks_of(paths);
  for (const std::string& path : paths) std::remove(path.c_str());
  std::erase_if(out, [&](const Track& track) { return track.detector != detector; });
  for (const Track& track : out) {
    EXPECT_FALSE(track.citations.empty());
    for (const Citation& citation : track.citations) {
      std::string cited;
      for (const Span& span : citation.spans) cited += whole.at(citation.source).substr(span.offset, span.length);
      EXPECT_EQ(sha256(as_bytes(cited)), citation.sha256);
    }
  }
  return out;
}

std::string ios(uint64_t from, uint64_t to, uint64_t at) {
  std::string out;
  for (uint64_t i = from; i <= to; ++i)
    out += "<189>" + clock_at(at + i) + " rtr1 " + std::to_string(i) +
           ": *Mar  9 10:11:12: %SYS-5-CONFIG_I: Configured "
           "from console by admin on vty0 (10.0.0.5)\n";
  return out;
}
std::string rfc5424(uint64_t from, uint64_t to, uint64_t at) {
  std::string out;
  for (uint64_t i = from; i <= to; ++i)
    out += "<34>1 " + clock_at(at + i) + " gate app 7 - [meta sequenceId=\"" + std::to_string(i) + "\"] text\n";
  return out;
}

TEST(LineTracks, NumbersThatAreMissingAreALoss) {
  for (const auto& make : {ios, rfc5424}) {
    EXPECT_TRUE(tracks_of_folder({{"a.log", make(1, 400, 0)}}, "L10").empty());
    std::vector<Track> found = tracks_of_folder({{"a.log", make(1, 300, 0) + make(330, 700, 0)}}, "L10");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, TrackClass::kLoss);
    EXPECT_EQ(found[0].level, Level::kMedium);
    EXPECT_EQ(found[0].expected, "number 301 behind 300");
    EXPECT_NE(found[0].summary.find("numbered 301 to 329 are missing"), std::string::npos) << found[0].summary;
    found = tracks_of_folder({{"a.log", make(1, 300, 0) + make(302, 700, 0)}}, "L10");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].level, Level::kLow);  // one line: UDP loses that
    EXPECT_TRUE(tracks_of_folder({{"a.log", make(1, 300, 0)}, {"b.log", make(301, 500, 0)}}, "L10").empty());
  }
}

TEST(LineTracks, SelectionsAndLinesThatOvertakeAreNoAlarm) {
  std::string every;
  for (uint64_t i = 1; i < 600; i += 4) every += rfc5424(i, i, 0);
  std::vector<Track> found = tracks_of_folder({{"a.log", every}}, "L10");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kContext);
  // Two programs of one host that count for themselves, a line of each a second.
  std::string two;
  for (uint64_t i = 1; i <= 400; ++i) two += rfc5424(i, i, 0) + rfc5424(i + 1000, i + 1000, ~uint64_t{999});
  EXPECT_TRUE(tracks_of_folder({{"a.log", two}}, "L10").empty());
  EXPECT_TRUE(
      tracks_of_folder({{"a.log", ios(1, 200, 0) + ios(202, 202, 0) + ios(201, 201, 0) + ios(203, 400, 0)}}, "L10")
          .empty());
}

TEST(LineTracks, CounterThatFallsWithoutARestartIsTold) {
  const std::string before = ios(5000, 5300, 0), after = ios(1, 300, 9000);
  std::vector<Track> found = tracks_of_folder({{"a.log", before + after}}, "L10");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kChange);
  EXPECT_EQ(found[0].level, Level::kLow);
  EXPECT_NE(found[0].summary.find("fall from 5300 to 1; no restart is told"), std::string::npos) << found[0].summary;
  const std::string restart =
      "<189>" + clock_at(8999) + " rtr1 1: *Mar  9 10:11:12: %SYS-5-RESTART: System restarted --\n";
  EXPECT_TRUE(tracks_of_folder({{"a.log", before + restart + ios(2, 300, 9000)}}, "L10").empty());
}

TEST(LineTracks, LossThatTheDaemonDeclaresIsToldOnceAndLowersAHole) {
  const std::string said = clock_at(300) +
                           " gate rsyslogd[8]: imuxsock[pid: 412, name: app] from <app:412>: 350 messages "
                           "lost due to rate-limiting\n" +
                           clock_at(310) +
                           " gate rsyslogd[8]: imuxsock lost 40 messages from pid 412 due to rate-limiting\n";
  std::vector<Track> found = tracks_of_folder({{"a.log", said}}, "L12");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kLoss);
  EXPECT_EQ(found[0].level, Level::kLow);
  EXPECT_NE(found[0].summary.find("rsyslogd says that it lost lines, 2 times"), std::string::npos) << found[0].summary;
  found = tracks_of_folder({{"a.log", rfc5424(1, 300, 0) + said + rfc5424(330, 700, 0)}}, "L10");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].level, Level::kLow);
  EXPECT_TRUE(tracks_of_folder({{"a.log", clock_at(1) + " gate rsyslogd[8]: start\n"}}, "L12").empty());
}

// A line a minute from minute `from` on.
std::string minutes(uint64_t from, uint64_t count) {
  std::string out;
  for (uint64_t i = 0; i < count; ++i) out += clock_at((from + i) * 60) + " gate app[7]: line\n";
  return out;
}

TEST(LineTracks, WholeRotationRaisesNothing) {
  EXPECT_TRUE(
      tracks_of_folder(
          {{"auth.log", minutes(1440, 300)}, {"auth.log.1", minutes(720, 720)}, {"auth.log.2", minutes(0, 720)}}, "L11")
          .empty());
  // Not a rotation: other stems, a name's own number, two files alone.
  EXPECT_TRUE(tracks_of_folder({{"kern.5", minutes(0, 300)}, {"kern.9", minutes(900, 300)}}, "L11").empty());
  EXPECT_TRUE(tracks_of_folder(
                  {{"a.log", minutes(1440, 300)}, {"b.log.1", minutes(0, 300)}, {"c.log.3", minutes(0, 300)}}, "L11")
                  .empty());
}

TEST(LineTracks, MissingFileOfARotationIsALoss) {
  std::vector<Track> found = tracks_of_folder(
      {{"auth.log", minutes(2160, 300)}, {"auth.log.1", minutes(1440, 720)}, {"auth.log.3", minutes(0, 720)}}, "L11");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kLoss);
  EXPECT_EQ(found[0].level, Level::kMedium);
  EXPECT_EQ(found[0].expected, "number 2 behind 1");
  EXPECT_NE(found[0].summary.find("1 file is missing between auth.log.3 and auth.log.1"), std::string::npos);
}

TEST(LineTracks, FileThatIsThereAndNotReadIsNotMissing) {
  const std::string newest = minutes(2160, 300), older = minutes(1440, 720), oldest = minutes(0, 720);
  EXPECT_TRUE(tracks_of_folder({{"auth.log", newest},
                                {"auth.log.1", older},
                                {"auth.log.2", std::string("\x01\x02\x00\xff\xfe", 5)},
                                {"auth.log.3", oldest}},
                               "L11")
                  .empty());
  EXPECT_TRUE(
      tracks_of_folder(
          {{"auth.log", newest}, {"auth.log.1", older}, {"auth.log.2.gz", "\x1f\x8b"}, {"auth.log.3", oldest}}, "L11")
          .empty());
}

TEST(LineTracks, NumbersThatRiseWithTimeAreNoRotation) {
  EXPECT_TRUE(tracks_of_folder({{"app.log", minutes(2160, 300)},
                                {"app.log.1", minutes(0, 720)},
                                {"app.log.2", minutes(720, 720)},
                                {"app.log.3", minutes(1440, 720)}},
                               "L11")
                  .empty());
}

TEST(LineTracks, EmptyFileIsNotMissingAndIsToldWhereLinesAre) {
  // It was quiet: the files beside it follow on.
  EXPECT_TRUE(
      tracks_of_folder({{"auth.log", minutes(1440, 300)}, {"auth.log.1", ""}, {"auth.log.2", minutes(0, 1440)}}, "L11")
          .empty());
  std::vector<Track> found =
      tracks_of_folder({{"auth.log", minutes(1440, 300)}, {"auth.log.1", ""}, {"auth.log.2", minutes(0, 720)}}, "L11");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].summary.find("no line for 721 minutes between auth.log.2 and auth.log, and an empty file there"),
            std::string::npos)
      << found[0].summary;
}

TEST(LineTracks, LinesCutAtTheSeamOfTwoFilesLeaveAGap) {
  const std::string newest = minutes(2000, 300), older = minutes(720, 700), oldest = minutes(0, 720);
  std::vector<Track> found =
      tracks_of_folder({{"auth.log", newest}, {"auth.log.1", older}, {"auth.log.2", oldest}}, "L11");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].summary.find("no line for 581 minutes between auth.log.1 and auth.log"), std::string::npos)
      << found[0].summary;
  // The host was down, or the log is one that pauses as long.
  const std::string boot = clock_at(1999 * 60) + " gate kernel: [    0.000000] Linux version 6.1.0\n";
  EXPECT_TRUE(
      tracks_of_folder({{"auth.log", boot + newest}, {"auth.log.1", older}, {"auth.log.2", oldest}}, "L11").empty());
  EXPECT_TRUE(tracks_of_folder({{"auth.log", newest},
                                {"auth.log.1", minutes(100, 200) + minutes(1000, 420)},
                                {"auth.log.2", minutes(0, 99)}},
                               "L11")
                  .empty());
}

TEST(LineTracks, FileThatEndsLaterThanTheNextBeginsIsTold) {
  std::vector<Track> found = tracks_of_folder(
      {{"auth.log", minutes(1433, 300)}, {"auth.log.1", minutes(720, 720)}, {"auth.log.2", minutes(0, 720)}}, "L11");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kChange);
  EXPECT_EQ(found[0].level, Level::kLow);
  EXPECT_NE(found[0].summary.find("auth.log.1 ends later than auth.log begins, by 360 s"), std::string::npos)
      << found[0].summary;
  // An hour: the clocks went back in autumn.
  EXPECT_TRUE(
      tracks_of_folder(
          {{"auth.log", minutes(1379, 300)}, {"auth.log.1", minutes(720, 720)}, {"auth.log.2", minutes(0, 720)}}, "L11")
          .empty());
}

}  // namespace
}  // namespace sil::tamper
