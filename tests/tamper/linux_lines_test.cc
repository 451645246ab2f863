// L4 and L6 on lines of a system log and on audit records written here: commands and stops that tell of covered tracks,
// beside the ordinary work that looks like them.
#include <gtest/gtest.h>

#include <cstdio>

#include "bytes/file.h"
#include "tamper/bench_run.h"

namespace sil::tamper {
namespace {

std::vector<Track> tracks_of_text(const std::string& text, const std::string& detector) {
  const std::string path = bench_folder() + "/lines.log";
  EXPECT_TRUE(write_whole(path, text));
  std::vector<Track> out = tracks_of(path);
  std::remove(path.c_str());
  std::erase_if(out, [&](const Track& track) { return track.detector != detector; });
  for (const Track& track : out) {
    for (const Citation& citation : track.citations) {
      std::string cited;
      for (const Span& span : citation.spans) cited += text.substr(span.offset, span.length);
      EXPECT_EQ(sha256(as_bytes(cited)), citation.sha256);
    }
  }
  return out;
}

std::string line(const std::string& clock, const std::string& rest) {
  return "2024-03-09T" + clock + "+00:00 gate " + rest + "\n";
}

TEST(LinuxLines, CommandsOfSudoCronAndShellsAreTold) {
  const std::string text =
      line("10:00:00",
           "sudo: krause : TTY=pts/0 ; PWD=/home/krause ; USER=root ; COMMAND=/usr/bin/shred -u /var/log/auth.log") +
      line("10:05:00", "CRON[412]: (root) CMD (cat /dev/null > /var/log/wtmp)") +
      line("10:10:00", "bash: HISTORY: PID=99 UID=0 unset HISTFILE");
  std::vector<Track> found = tracks_of_text(text, "L4");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].summary, "gate: a log was removed, emptied or changed in place by krause");
  EXPECT_EQ(found[0].found, "/usr/bin/shred -u /var/log/auth.log");
  EXPECT_EQ(found[1].summary, "gate: a log was removed, emptied or changed in place by root");
  EXPECT_EQ(found[2].summary, "gate: a shell was told to keep no history by the account of number 0");
  for (const Track& track : found) EXPECT_EQ(track.kind, TrackClass::kChange);
}

TEST(LinuxLines, OrdinaryCommandsAndRefusedOnesAreNot) {
  EXPECT_TRUE(
      tracks_of_text(
          line("10:00:00", "sudo: krause : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/tail /var/log/auth.log") +
              line("10:01:00",
                   "sudo: krause : command not allowed ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/rm "
                   "/var/log/auth.log") +
              line("10:02:00",
                   "CRON[412]: (root) CMD (/usr/sbin/logrotate /etc/logrotate.conf > /var/log/rotate.out)") +
              line("10:03:00", "notsudo: x : COMMAND=rm /var/log/auth.log") +
              line("10:04:00", "sshd[4]: Accepted publickey for krause from 10.0.0.7 port 50022 ssh2"),
          "L4")
          .empty());
}

TEST(LinuxLines, ServiceThatStopsWhileTheHostStaysUpIsTold) {
  const std::string text =
      line("09:00:00", "systemd[1]: Started System Logging Service.") +
      line("10:00:00", "rsyslogd[88]: [origin software=\"rsyslogd\" x-pid=\"88\"] exiting on signal 15.") +
      line("10:00:00", "systemd[1]: Stopped System Logging Service.") +
      line("10:40:00", "systemd[1]: Started System Logging Service.");
  std::vector<Track> found = tracks_of_text(text, "L6");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].level, Level::kMedium);
  EXPECT_EQ(found[0].summary, "gate: rsyslog was stopped for 2400 s while the host stayed up");
  EXPECT_EQ(found[0].citations.size(), 2U);
  found = tracks_of_text(line("10:00:00", "systemd[1]: Stopped auditd.service - Security Auditing Service."), "L6");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].level, Level::kLow);
  EXPECT_NE(found[0].summary.find("auditd was stopped; nothing tells of a shutdown"), std::string::npos);
}

TEST(LinuxLines, ShutdownsRestartsAndOtherServicesAreNoAlarm) {
  const std::string stop = line("10:00:00", "systemd[1]: Stopped System Logging Service.");
  for (const std::string& text : {line("09:59:58", "systemd-logind[7]: System is rebooting.") + stop +
                                      line("10:01:00", "systemd[1]: Started System Logging Service."),
                                  stop + line("10:03:00", "kernel: [    0.000000] Linux version 6.1.0-18-amd64") +
                                      line("10:03:09", "systemd[1]: Started System Logging Service."),
                                  stop + line("10:00:01", "systemd[1]: Reached target Shutdown."),
                                  line("10:00:00", "systemd[1]: Stopped nginx.service - A web server.")})
    EXPECT_TRUE(tracks_of_text(text, "L6").empty()) << text;
  for (const Track& track :
       tracks_of_text(stop + line("10:00:03", "systemd[1]: Started System Logging Service."), "L6"))
    EXPECT_FALSE(track.alarm()) << track.summary;
}

// What auditd writes for one call on a watched file.
std::string touched(const std::string& exe, const std::string& call, const std::string& path, const std::string& kind) {
  const std::string head = " msg=audit(1710000000.001:77): ";
  return "node=gate type=SYSCALL" + head + "arch=c000003e syscall=" + call +
         " success=yes exit=3 a0=ffffff9c a1=5591 a2=241 a3=1b6 items=1 ppid=1 pid=9 auid=1000 uid=0 comm=\"x\" "
         "exe=\"" +
         exe + "\" key=\"logs\"\nnode=gate type=PATH" + head + "item=0 name=\"" + path + "\" inode=1 nametype=" + kind +
         "\n";
}

TEST(LinuxLines, WatchedLogsThatAreEmptiedOrRemovedAreTold) {
  std::vector<Track> found = tracks_of_text(touched("/usr/bin/bash", "257", "/var/log/auth.log", "NORMAL"), "L4");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].found, "/var/log/auth.log emptied with bash");
  found = tracks_of_text(touched("/tmp/x", "263", "/var/log/wtmp", "DELETE"), "L4");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].found, "/var/log/wtmp removed with x");
  EXPECT_TRUE(tracks_of_text(touched("/usr/sbin/logrotate", "82", "/var/log/auth.log", "DELETE"), "L4").empty());
  EXPECT_TRUE(tracks_of_text(touched("/usr/bin/bash", "257", "/var/log/backup.log", "NORMAL"), "L4").empty());
  std::string appends = touched("/usr/bin/bash", "257", "/var/log/auth.log", "NORMAL");
  appends.replace(appends.find("a2=241"), 6, "a2=441");
  EXPECT_TRUE(tracks_of_text(appends, "L4").empty());
}

TEST(LinuxLines, OneDeedOfAShellAndItsProgramIsToldOnce) {
  const auto run = [](int serial, const std::string& arguments) {
    const std::string head = " msg=audit(1710000000.001:" + std::to_string(serial) + "): ";
    return "node=gate type=SYSCALL" + head +
           "arch=c000003e syscall=59 success=yes auid=1000 uid=0 comm=\"x\" exe=\"/x\"\n" + "node=gate type=EXECVE" +
           head + "argc=3 " + arguments + "\n";
  };
  std::vector<Track> found = tracks_of_text(
      run(1, "a0=\"sh\" a1=\"-c\" a2=\"rm /var/log/auth.log\"") + run(2, "a0=\"rm\" a1=\"/var/log/auth.log\""), "L4");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].found, "sh -c rm /var/log/auth.log");
}

}  // namespace
}  // namespace sil::tamper
