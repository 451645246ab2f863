// W3 and L5: what one log saw of sessions and logins, and another, which sees the like at other times, did not.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "bytes/digest.h"
#include "bytes/file.h"
#include "model/timestamp.h"
#include "tamper/bench_run.h"

namespace sil::tamper {
namespace {

constexpr uint64_t kStart = 1'710'000'000;   // seconds since 1970; a login each ten minutes
using Wanted = std::function<bool(size_t)>;  // of the login's number

std::string client(size_t i) {
  return "10.0.0." + std::to_string(7 + i % 9);
}
std::string port(size_t i) {
  return std::to_string(40'000 + i);
}
uint64_t time_of(size_t i) {
  return kStart + 600 * i;
}
std::string accepted(size_t i) {
  return "Accepted publickey for user" + std::to_string(i % 5) + " from " + client(i) + " port " + port(i) + " ssh2";
}
std::string stamp(uint64_t seconds) {
  std::string out;
  append_rfc3339(kUnixEpochTicks + seconds * kTicksPerSecond, 0, &out);
  return out;
}

std::string zeek(size_t count, const Wanted& wanted, const std::string& service = "22") {
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    if (!wanted(i)) continue;
    out += R"({"_path":"conn","ts":)" + std::to_string(time_of(i) - 1) + R"(.25,"uid":"C)" + std::to_string(i) +
           R"(","id.orig_h":")" + client(i) + R"(","id.orig_p":)" + port(i) +
           R"(,"id.resp_h":"10.0.1.5","id.resp_p":)" + service +
           R"(,"proto":"tcp","conn_state":"SF","orig_bytes":2000,"resp_bytes":3000})" + "\n";
  }
  return out;
}
std::string auth_log(size_t count, const Wanted& wanted, int64_t zone = 0) {
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    std::string head = stamp(time_of(i) + static_cast<uint64_t>(zone)) + " gate ";
    if (wanted(i)) out += head + "sshd[" + std::to_string(900 + i) + "]: " + accepted(i) + "\n";
    out += head + "CRON[77]: (root) CMD (true)\n";
  }
  return out;
}
std::string journal(size_t count, const Wanted& wanted) {
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    std::string head = R"({"__REALTIME_TIMESTAMP":")" + std::to_string(time_of(i)) +
                       R"(000000","_BOOT_ID":"b1","_HOSTNAME":"gate","SYSLOG_IDENTIFIER":")";
    if (wanted(i)) out += head + R"(sshd","MESSAGE":")" + accepted(i) + "\"}\n";
    out += head + "CRON\",\"MESSAGE\":\"(root) CMD (true)\"}\n";
  }
  return out;
}
std::string security(size_t count, const Wanted& wanted) {
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    bool logon = wanted(i);
    out +=
        R"({"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Security-Auditing"}},"EventID":)" +
        std::string(logon ? "4624" : "4634") + R"(,"TimeCreated":{"#attributes":{"SystemTime":")" + stamp(time_of(i)) +
        R"("}},"EventRecordID":)" + std::to_string(i + 1) +
        R"(,"Channel":"Security","Computer":"FS.example.org"},"EventData":{"TargetUserName":"anna")" +
        (logon ? R"(,"IpAddress":")" + client(i) + R"(","IpPort":")" + port(i) + '"' : std::string()) + "}}}\n";
  }
  return out;
}
std::string wtmp(size_t count, const Wanted& wanted) {
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    if (!wanted(i)) continue;
    std::string record(384, '\0');
    auto put = [&](size_t at, const std::string& text) { record.replace(at, text.size(), text); };
    auto number = [&](size_t at, uint64_t value) {
      for (size_t k = 0; k < 4; ++k) record[at + k] = static_cast<char>(value >> (8 * k));
    };
    number(0, 7);
    number(4, 900 + i);
    put(8, "pts/0");
    put(44, "user" + std::to_string(i % 5));
    put(76, client(i));
    number(340, time_of(i) + 2);
    out += record;
  }
  return out;
}

struct Log {
  std::string name, text;
};
std::vector<Track> told(const std::vector<Log>& logs) {
  std::string folder = bench_folder() + "/sightings";
  EXPECT_TRUE(make_directory(folder));
  std::vector<std::string> paths;
  for (const Log& log : logs) {
    paths.push_back(folder + "/" + log.name);
    EXPECT_TRUE(write_whole(paths.back(), log.text));
  }
  std::vector<Track> out = tracks_of(paths);
  for (const std::string& path : paths) std::remove(path.c_str());
  std::erase_if(out, [](const Track& track) { return track.detector != "W3" && track.detector != "L5"; });
  for (const Track& track : out) {
    EXPECT_EQ(track.kind, TrackClass::kLoss);
    EXPECT_FALSE(track.benign_causes.empty());
    for (const Citation& citation : track.citations) {
      Span span = citation.spans.at(0);
      EXPECT_EQ(sha256(as_bytes(logs.at(citation.source).text.substr(span.offset, span.length))), citation.sha256);
    }
  }
  return out;
}

bool all(size_t) {
  return true;
}
bool without_a_run(size_t i) {
  return i < 60 || i >= 75;
}

TEST(Sightings, SessionsTheHostDoesNotLogAreALoss) {
  for (bool windows : {true, false}) {
    Log host = windows ? Log{"b.json", security(120, without_a_run)} : Log{"b.log", auth_log(120, without_a_run)};
    std::vector<Log> logs = {{"a.json", zeek(120, all, windows ? "445" : "22")}, host};
    std::vector<Track> found = told(logs);
    ASSERT_EQ(found.size(), 1U) << windows;
    const Track& track = found[0];
    EXPECT_EQ(track.detector, "W3");
    EXPECT_EQ(track.level, Level::kHigh);
    EXPECT_TRUE(track.summary.starts_with("15 sessions to 10.0.1.5 port ")) << track.summary;
    EXPECT_NE(track.expected.find("105 of 105 sessions"), std::string::npos) << track.expected;
    ASSERT_EQ(track.citations.size(), 4U);
    // First and last session, then the host's entries beside the gap: derived from the cited lines themselves.
    const char* ports[] = {"40060", "40074", "40059", "40075"};
    for (size_t i = 0; i < 4; ++i) {
      Span span = track.citations[i].spans.at(0);
      std::string line = logs.at(track.citations[i].source).text.substr(span.offset, span.length);
      EXPECT_NE(line.find(ports[i]), std::string::npos) << line;
    }
  }
}

TEST(Sightings, NoCoverageNoWord) {
  EXPECT_TRUE(told({{"a.json", zeek(120, all)}, {"b.log", auth_log(120, all)}}).empty());
  // Two of three sessions are never logged: translation of addresses, probes, another kind of session.
  EXPECT_TRUE(
      told({{"a.json", zeek(120, all)}, {"b.log", auth_log(120, [](size_t i) { return i % 3 == 0; })}}).empty());
  // Too few in a row.
  EXPECT_TRUE(
      told({{"a.json", zeek(120, all)}, {"b.log", auth_log(120, [](size_t i) { return i < 60 || i >= 64; })}}).empty());
  // The log begins later, and ends sooner, than the sensor looked.
  std::string whole = auth_log(120, all), later = whole.substr(whole.find(stamp(time_of(50)))),
              sooner = whole.substr(0, whole.find(stamp(time_of(70))));
  EXPECT_TRUE(told({{"a.json", zeek(120, all)}, {"b.log", later}}).empty());
  EXPECT_TRUE(told({{"a.json", zeek(120, all)}, {"b.log", sooner}}).empty());
  // Too few calm sessions.
  EXPECT_TRUE(
      told({{"a.json", zeek(40, all)}, {"b.log", auth_log(40, [](size_t i) { return i < 10 || i >= 25; })}}).empty());
}

TEST(Sightings, LoginThatOneLogLacksIsALoss) {
  auto cut = [](size_t i) { return i != 33; };
  struct Case {
    Log here, there;
    const char* lacks;
  };
  const Case cases[] = {
      {{"b.log", auth_log(60, cut)}, {"a.json", journal(60, all)}, "the system log of gate lacks a login"},
      {{"a.json", journal(60, cut)}, {"b.log", auth_log(60, all)}, "the journal of gate lacks a login"},
      {{"wtmp", wtmp(60, cut)}, {"b.log", auth_log(60, all)}, "the login records of gate lacks a login"},
      {{"b.log", auth_log(60, cut)}, {"wtmp", wtmp(60, all)}, "the system log of gate lacks a login"}};
  for (const Case& one : cases) {
    std::vector<Log> logs = {one.here, one.there};
    std::sort(logs.begin(), logs.end(), [](const Log& a, const Log& b) { return a.name < b.name; });
    std::vector<Track> found = told(logs);
    ASSERT_EQ(found.size(), 1U) << one.lacks;
    EXPECT_EQ(found[0].detector, "L5");
    EXPECT_EQ(found[0].level, Level::kMedium);
    std::string lacks = one.lacks;
    if (one.here.name == "wtmp") lacks = "the login records of gate lack a login";
    EXPECT_TRUE(found[0].summary.starts_with(lacks)) << found[0].summary;
    EXPECT_NE(found[0].summary.find("user3 from 10.0.0.13"), std::string::npos) << found[0].summary;
    EXPECT_NE(found[0].expected.find("59 of 60 are"), std::string::npos) << found[0].expected;
  }
}

TEST(Sightings, LogsThatAgreeOrNeverDidAreSilent) {
  EXPECT_TRUE(told({{"a.json", journal(60, all)}, {"b.log", auth_log(60, all)}, {"wtmp", wtmp(60, all)}}).empty());
  // Local time without a word of it: the clocks are two hours apart all along.
  EXPECT_TRUE(told({{"a.json", journal(60, all)}, {"b.log", auth_log(60, all, 7200)}}).empty());
  // Only some logins have a terminal, so only these stand in wtmp.
  EXPECT_TRUE(told({{"b.log", auth_log(60, all)}, {"wtmp", wtmp(60, [](size_t i) { return i % 2 == 0; })}}).empty());
  EXPECT_TRUE(told({{"a.json", journal(15, all)}, {"b.log", auth_log(15, [](size_t i) { return i != 7; })}}).empty());
}

TEST(Sightings, RateLimitNearTheGapLowersIt) {
  std::string log = auth_log(60, [](size_t i) { return i != 33; });
  std::string at = stamp(time_of(33));
  log.insert(log.find(at), at + " gate rsyslogd: imuxsock[pid 900]: 12 messages lost due to rate-limiting\n");
  std::vector<Track> found = told({{"a.json", journal(60, all)}, {"b.log", log}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].level, Level::kLow);
  EXPECT_NE(found[0].summary.find("rate limit"), std::string::npos);
}

}  // namespace
}  // namespace sil::tamper
