// L1 and L2 on audit logs written here: a hole is told, and its innocent causes are told apart from it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "bytes/digest.h"
#include "bytes/file.h"
#include "tamper/bench_run.h"

namespace sil::tamper {
namespace {

class AuditLog {
 public:
  AuditLog& from(uint64_t serial) {
    serial_ = serial;
    return *this;
  }
  AuditLog& later(uint64_t seconds) {
    now_ += seconds;
    return *this;
  }
  AuditLog& ordinary(size_t count) {
    while (count-- > 0)
      add("USER_ACCT", serial_++, "pid=9 uid=0 auid=1000 ses=2 msg='op=PAM:accounting acct=\"root\" res=success'");
    return *this;
  }
  AuditLog& config(const std::string& rest) {
    add("CONFIG_CHANGE", serial_++, rest);
    return *this;
  }
  AuditLog& boot() {
    add("SYSTEM_BOOT", serial_++, "pid=1 uid=0 auid=4294967295 ses=4294967295 msg='comm=\"boot\" res=success'");
    return *this;
  }
  AuditLog& daemon(const std::string& type) {  // a serial of the daemon's own
    add(type, daemon_++, "op=terminate auid=1000 pid=77 res=success");
    return *this;
  }
  AuditLog& run(const std::string& arguments) {  // as EXECVE tells them: a0="..." a1="..."
    add("SYSCALL", serial_, "arch=c000003e syscall=59 success=yes auid=1000 uid=0 comm=\"x\" exe=\"/usr/bin/x\"");
    --now_;
    add("EXECVE", serial_++, "argc=3 " + arguments);
    return *this;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void add(const std::string& type, uint64_t serial, const std::string& rest) {
    text_ += "node=gate type=" + type + " msg=audit(" + std::to_string(now_++) + ".001:" + std::to_string(serial) +
             "): " + rest + '\n';
  }
  uint64_t now_ = 1'710'000'000, serial_ = 100, daemon_ = 5000;
  std::string text_;
};

std::vector<Track> tracks_of_logs(const std::vector<std::string>& texts) {
  std::string folder = bench_folder() + "/audit";
  EXPECT_TRUE(make_directory(folder));
  std::vector<std::string> paths;
  for (const std::string& text : texts) {
    paths.push_back(folder + "/audit" + std::to_string(paths.size()) + ".log");
    EXPECT_TRUE(write_whole(paths.back(), text));
  }
  std::vector<Track> out = tracks_of(paths);
  for (const std::string& path : paths) std::remove(path.c_str());
  std::erase_if(out, [](const Track& track) { return track.detector[0] != 'L'; });
  return out;
}

TEST(AuditTracks, HoleBetweenTwoRecordsIsALossWithBothNeighbours) {
  AuditLog log;
  log.ordinary(300).from(450).ordinary(300);
  std::vector<Track> found = tracks_of_logs({log.text()});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].detector, "L1");
  EXPECT_EQ(found[0].kind, TrackClass::kLoss);
  EXPECT_EQ(found[0].level, Level::kMedium);
  EXPECT_EQ(found[0].expected, "serial 400 behind 399");
  EXPECT_EQ(found[0].found, "serial 450");
  ASSERT_EQ(found[0].citations.size(), 2U);
  for (const auto& [citation, serial] : {std::make_pair(0U, ":399)"), std::make_pair(1U, ":450)")}) {
    Span span = found[0].citations[citation].spans.at(0);
    EXPECT_NE(log.text().substr(span.offset, span.length).find(serial), std::string::npos);
  }
}

TEST(AuditTracks, WholeLogRaisesNothing) {
  EXPECT_TRUE(tracks_of_logs({AuditLog().ordinary(400).text()}).empty());
}

TEST(AuditTracks, HoleWhileTheDaemonWasStoppedIsContext) {
  AuditLog log;
  log.ordinary(300).daemon("DAEMON_END").later(50).daemon("DAEMON_START").from(450).ordinary(300);
  std::vector<Track> found = tracks_of_logs({log.text()});
  ASSERT_EQ(found.size(), 2U);
  for (const Track& track : found) {
    EXPECT_EQ(track.kind, track.detector == "L1" ? TrackClass::kContext : TrackClass::kChange) << track.summary;
    EXPECT_LE(track.level, Level::kLow) << track.summary;
  }
}

TEST(AuditTracks, RebootBeginsTheCounterAnew) {
  AuditLog log;
  log.from(5000).ordinary(300).later(90).from(3).boot().ordinary(300);
  EXPECT_TRUE(tracks_of_logs({log.text()}).empty());
}

TEST(AuditTracks, ManySmallHolesAreAFilter) {
  AuditLog log;
  uint64_t serial = 100;
  for (int i = 0; i < 60; ++i, serial += 12) log.from(serial).ordinary(10);
  std::vector<Track> found = tracks_of_logs({log.text()});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kContext);
  EXPECT_NE(found[0].summary.find("leaves out 118 serials in 59 places"), std::string::npos) << found[0].summary;
}

TEST(AuditTracks, RotatedFilesOfOneHostNumberOn) {
  AuditLog newer, older;
  older.ordinary(200);
  newer.later(1000).from(300).ordinary(200);
  EXPECT_TRUE(tracks_of_logs({newer.text(), older.text()}).empty());
  newer = AuditLog();
  newer.later(1000).from(340).ordinary(200);
  std::vector<Track> found = tracks_of_logs({newer.text(), older.text()});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].level, Level::kLow);
  EXPECT_EQ(found[0].benign_causes.at(0), "a rotated file that is not at hand");
}

// Two files that number on are one run, which begins in the older one: what stands behind the hole is cited there.
TEST(AuditTracks, HoleBeforeFilesThatNumberOnIsCitedWhereItIs) {
  AuditLog older, newer;
  older.ordinary(300).from(450).ordinary(300);
  newer.from(750).later(600).ordinary(300);
  std::vector<Track> found = tracks_of_logs({newer.text(), older.text()});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].expected, "serial 400 behind 399");
  EXPECT_EQ(found[0].level, Level::kMedium);  // both sides of the hole are in one file
  ASSERT_EQ(found[0].citations.size(), 2U);
  for (const Citation& citation : found[0].citations) {
    ASSERT_EQ(citation.source, 1U);
    const Span span = citation.spans.at(0);
    EXPECT_EQ(sha256(as_bytes(older.text()).subspan(span.offset, span.length)), citation.sha256);
  }
}

TEST(AuditTracks, SwitchingAuditingOffIsTold) {
  AuditLog log;
  log.ordinary(50).config("audit_enabled=0 old=1 auid=1000 ses=4 res=1").ordinary(2);
  std::vector<Track> found = tracks_of_logs({log.text()});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].level, Level::kHigh);
  EXPECT_NE(found[0].summary.find("auditing was switched off by the account of number 1000"), std::string::npos);
}

TEST(AuditTracks, RulesThatComeBackWithinTheMinuteAreNot) {
  AuditLog taken;
  taken.ordinary(50).config("auid=1000 ses=4 op=remove_rule key=\"exec\" list=4 res=1");
  EXPECT_EQ(tracks_of_logs({taken.text()}).size(), 1U);
  taken.config("auid=1000 ses=4 op=add_rule key=\"exec\" list=4 res=1");
  EXPECT_TRUE(tracks_of_logs({taken.text()}).empty());
}

TEST(AuditTracks, DaemonThatEndsWithoutAShutdownIsTold) {
  AuditLog log;
  log.ordinary(50).daemon("DAEMON_END");
  std::vector<Track> found = tracks_of_logs({log.text()});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].detector, "L2");
  EXPECT_EQ(found[0].level, Level::kMedium);
}

TEST(AuditTracks, CommandsAgainstLogsAndHistoriesAreTold) {
  AuditLog log;
  log.ordinary(5).run("a0=\"shred\" a1=\"-u\" a2=\"/var/log/auth.log\"");
  log.run("a0=\"ln\" a1=\"-sf\" a2=\"/dev/null\" a3=\"/home/krause/.bash_history\"");
  log.run("a0=\"cat\" a1=\"/var/log/auth.log\"").run("a0=\"ls\" a1=\"-l\" a2=\"/home/krause/.bash_history\"");
  log.run("a0=\"systemctl\" a1=\"stop\" a2=\"rsyslog\"").run("a0=\"systemctl\" a1=\"status\" a2=\"auditd\"");
  std::vector<Track> found = tracks_of_logs({log.text()});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].summary, "gate: a log was removed, emptied or changed in place by the account of number 1000");
  EXPECT_EQ(found[0].found, "shred -u /var/log/auth.log");
  EXPECT_NE(found[1].summary.find("a shell history"), std::string::npos);
  EXPECT_NE(found[2].summary.find("a service that writes logs was stopped"), std::string::npos);
}

// wtmp: records of 384 bytes, type at 0, user at 44, seconds at 340 (glibc, x86-64).
std::string login(uint32_t seconds) {
  std::string record(384, '\0');
  record[0] = 7;
  record.replace(8, 5, "pts/0");
  record.replace(40, 2, "s0");
  record.replace(44, 6, "krause");
  for (int i = 0; i < 4; ++i) record[340 + static_cast<size_t>(i)] = static_cast<char>(seconds >> (8 * i));
  return record;
}

TEST(AuditTracks, WipedLoginRecordsAreALossBetweenTheirNeighbours) {
  std::string text;
  for (uint32_t i = 0; i < 20; ++i) text += login(1'710'000'000 + 600 * i);
  std::string clean = bench_folder() + "/clean/wtmp", wiped = bench_folder() + "/wiped/wtmp";
  ASSERT_TRUE(make_directory(bench_folder() + "/clean"));
  ASSERT_TRUE(make_directory(bench_folder() + "/wiped"));
  ASSERT_TRUE(write_whole(clean, text));
  text.replace(size_t{384} * 7, size_t{384} * 2, size_t{384} * 2, '\0');
  ASSERT_TRUE(write_whole(wiped, text));
  for (const Track& track : tracks_of(clean)) EXPECT_FALSE(track.alarm()) << track.summary;
  std::vector<Track> found = tracks_of(wiped);
  std::erase_if(found, [](const Track& track) { return track.detector != "L3"; });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kLoss);
  EXPECT_EQ(found[0].found, "768 zero bytes");
  EXPECT_NE(found[0].summary.find("2 records were wiped in place, between 2024-03-09 17:00:00 and 2024-03-09 17:30:00"),
            std::string::npos)
      << found[0].summary;
  std::remove(clean.c_str());
  std::remove(wiped.c_str());
}

}  // namespace
}  // namespace sil::tamper
