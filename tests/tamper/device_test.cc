// D1 on lines of devices written here: what ends or clears their logs is told with account and address, what only looks
// like it is not.
#include <gtest/gtest.h>

#include <cstdio>

#include "bytes/file.h"
#include "tamper/bench_run.h"

namespace sil::tamper {
namespace {

std::vector<Track> tracks_of_lines(const std::string& text) {
  const std::string path = bench_folder() + "/device.log";
  EXPECT_TRUE(write_whole(path, text));
  std::vector<Track> out = tracks_of(path);
  std::remove(path.c_str());
  std::erase_if(out, [](const Track& track) { return track.detector != "D1"; });
  return out;
}

std::string only_summary(const std::string& text) {
  std::vector<Track> found = tracks_of_lines(text);
  return found.size() == 1 ? found[0].summary : std::to_string(found.size()) + " tracks";
}

std::string asa(int second, const std::string& text) {
  return "<165>May 30 2025 10:11:" + std::to_string(second) + " asa1 : %ASA-5-" + text + "\n";
}
std::string forti(const std::string& rest) {
  return "date=2025-05-30 time=10:11:12 devname=\"FGT-HQ\" devid=\"FG100E0000000001\" eventtime=1748599872123456789 "
         "tz=\"-0700\" type=\"event\" subtype=\"system\" level=\"notice\" vd=\"root\" " +
         rest + "\n";
}

TEST(DeviceTracks, CiscoClearIsToldWithAccountAndTheAddressOfItsLogin) {
  const std::string text =
      asa(10, "605005: Login permitted from 203.0.113.9/50022 to outside:192.0.2.1/ssh for user \"krause\"") +
      asa(12, "111008: User 'krause' executed the 'clear logging buffer' command.");
  std::vector<Track> found = tracks_of_lines(text);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kChange);
  EXPECT_EQ(found[0].level, Level::kMedium);
  EXPECT_EQ(found[0].summary, "asa1: its logs were cleared by krause from 203.0.113.9");
  EXPECT_EQ(found[0].found, "clear logging buffer");
  ASSERT_EQ(found[0].citations.size(), 2U);
  for (const auto& [citation, word] : {std::make_pair(0U, "111008"), std::make_pair(1U, "605005")}) {
    const Span span = found[0].citations[citation].spans.at(0);
    EXPECT_NE(text.substr(span.offset, span.length).find(word), std::string::npos);
  }
}

TEST(DeviceTracks, CiscoTellsACommandTwiceAndWeOnce) {
  EXPECT_EQ(only_summary(asa(10, "111008: User 'krause' executed the 'no logging enable' command.") +
                         asa(10,
                             "111010: User 'krause', running 'CLI' from IP 203.0.113.9, executed "
                             "'no logging enable'")),
            "asa1: logging was switched off by krause from 203.0.113.9");
}

TEST(DeviceTracks, CiscoIosAndNxosCommandsAreUnderstood) {
  EXPECT_EQ(only_summary("000124: rtr1: May 30 2025 10:11:12.456 UTC: %PARSER-5-CFGLOG_LOGGEDCMD: User:admin  logged "
                         "command:no logging host 10.0.0.9\n")
                    .find("a receiver of its logs was taken out by admin") == std::string::npos,
            false);
  EXPECT_NE(only_summary("<189>May 30 2025 10:11:12 nx1 : %AAA-6-AAA_ACCOUNTING_MESSAGE: "
                         "update:203.0.113.9@pts/0:admin:clear logging logfile (SUCCESS)\n")
                .find("its logs were cleared by admin from 203.0.113.9"),
            std::string::npos);
  EXPECT_NE(only_summary("<189>May 30 2025 10:11:12 nx1 : %AAA-6-AAA_ACCOUNTING_MESSAGE: "
                         "update:203.0.113.9@pts/0:admin:configure terminal ; no logging server 10.0.0.9 (SUCCESS)\n")
                .find("a receiver of its logs was taken out by admin from 203.0.113.9"),
            std::string::npos);
}

TEST(DeviceTracks, MoveOfACollectorIsLow) {
  std::vector<Track> found = tracks_of_lines(
      asa(10, "111010: User 'admin', running 'CLI' from IP 10.0.0.5, executed 'no logging host inside 10.0.0.9'") +
      asa(40, "111010: User 'admin', running 'CLI' from IP 10.0.0.5, executed 'logging host inside 10.0.0.19'"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].level, Level::kLow);
  EXPECT_NE(found[0].summary.find("set again after 30 s"), std::string::npos) << found[0].summary;
}

TEST(DeviceTracks, CiscoCommandsThatLeaveLogsAloneAreNotTold) {
  std::string text;
  for (const char* command :
       {"show logging", "logging enable", "logging host inside 10.0.0.9", "no logging console", "no logging monitor",
        "clear counters", "clear access-list x counters", "no shutdown", "no logging timestamp",
        "logging buffered 100000", "clear local-host 10.0.0.7", "delete disk0:/old.bin"})
    text += asa(10, "111008: User 'admin' executed the '" + std::string(command) + "' command.");
  EXPECT_TRUE(tracks_of_lines(text).empty()) << only_summary(text);
}

TEST(DeviceTracks, FortigateDeletedLogsAndSwitchedOffLogging) {
  EXPECT_EQ(only_summary(forti("logid=\"0100032044\" logdesc=\"Log deleted by user\" user=\"krause\" "
                               "ui=\"https(203.0.113.9)\" action=\"delete\" msg=\"User krause deleted logs\"")),
            "FGT-HQ: its logs were cleared by krause from 203.0.113.9");
  std::vector<Track> found = tracks_of_lines(
      forti("logid=\"0100044546\" logdesc=\"Attribute configured\" user=\"krause\" ui=\"ssh(203.0.113.9)\" "
            "action=\"Edit\" cfgpath=\"log.syslogd.setting\" cfgattr=\"status[enable->disable]\" msg=\"Edit\""));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].level, Level::kHigh);
  EXPECT_EQ(found[0].summary, "FGT-HQ: logging was switched off by krause from 203.0.113.9");
}

TEST(DeviceTracks, FortigateHousekeepingAndOtherSettingsAreNoAlarm) {
  for (const Track& track : tracks_of_lines(
           forti("logid=\"0100032029\" logdesc=\"Disk log file deleted\" action=\"delete\" msg=\"old log\"") +
           forti("logid=\"0100044546\" user=\"a\" cfgpath=\"system.global\" cfgattr=\"status[enable->disable]\"") +
           forti("logid=\"0100032001\" user=\"a\" srcip=10.0.0.5 msg=\"Administrator a logged in\"") +
           forti("logid=\"0000032044\" msg=\"another type's number\" type=\"traffic\"")))
    EXPECT_FALSE(track.alarm()) << track.summary;
}

TEST(DeviceTracks, PanosClearedLogsAndRemovedReceivers) {
  const std::string system =
                        "1,2025/05/30 10:11:16,012345678901,SYSTEM,general,0,2025/05/30 10:11:16,,general,,0,0,"
                        "general,informational,\"",
                    end = "\",7005,0x0,0,0,0,0,,PA-HQ\n";
  EXPECT_EQ(only_summary(system + "Traffic logs cleared by user krause from 203.0.113.9." + end),
            "PA-HQ: its logs were cleared by krause from 203.0.113.9");
  EXPECT_EQ(only_summary("1,2025/05/30 10:11:15,012345678901,CONFIG,0,0,2025/05/30 10:11:15,203.0.113.9,,delete,admin,"
                         "Web,Succeeded,shared log-settings syslog collector,,,7004,0x0,0,0,0,0,,PA-HQ\n"),
            "PA-HQ: a receiver or setting of its logs was taken out by admin from 203.0.113.9");
  EXPECT_TRUE(tracks_of_lines(system + "User admin logged in via Web from 10.0.0.5 using https" + end + system +
                              "Log quota reached, oldest traffic logs purged" + end + system +
                              "Session table cleared by user admin" + end)
                  .empty());
}

TEST(DeviceTracks, IvantiClearedLogIsToldAndLoginsAreNot) {
  const std::string head = "2025-05-30 10:11:17 - ive - [203.0.113.9] krause(Admin Users)[.Administrators] - ";
  EXPECT_EQ(only_summary(head + "ADM20599: Log cleared\n" + head + "ADM22668: Login succeeded for krause\n" + head +
                         "ADM31001: Log archived and cleared\n"),
            "ive: its logs were cleared by krause from 203.0.113.9");
}

TEST(DeviceTracks, PfsensePageThatClearsLogsIsTold) {
  const std::string head = "<14>May 30 10:11:12 fw1 php-fpm[412]: ";
  EXPECT_EQ(
      only_summary(head + "/status_logs_settings.php: Log files cleared by krause@203.0.113.9 (Local Database)\n" +
                   head + "/index.php: Successful login for user 'krause' from: 203.0.113.9\n" + head +
                   "/firewall_rules.php: Configuration Change: krause@203.0.113.9: rule changed, log cleared\n"),
      "fw1: its logs were cleared by krause from 203.0.113.9");
}

}  // namespace
}  // namespace sil::tamper
