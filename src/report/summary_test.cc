#include "report/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "report/escape.h"
#include "report/made_event.h"
#include "report/summary_formats.h"
#include "report/summary_table.h"

namespace sil::report {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kSecurity[] = "Microsoft-Windows-Security-Auditing";
constexpr char kSysmon[] = "Microsoft-Windows-Sysmon";

std::string line(MadeEvent event) {
  return summarise(event.event(), RuleInfo{});
}

TEST(Summary, ACutLineKeepsTheWordsThatTell) {
  std::string wmic = R"(WMIC.exe /node:NH-DC01 process call create "cmd.exe /c mkdir C:\Windows\Temp\pro & ntdsutil )"
                     R"(\"ac i ntds\" ifm \"create full C:\Windows\Temp\pro\" q q")";
  std::string cut = clipped_middle(wmic, 80);
  EXPECT_EQ(cut.size(), 80u);
  EXPECT_THAT(cut, testing::HasSubstr("ntdsutil"));
  EXPECT_THAT(cut, testing::StartsWith("WMIC.exe"));
  EXPECT_THAT(clipped_middle(R"(HKLM\System\CurrentControlSet\Services\PortProxy\v4tov4\tcp\0.0.0.0/9999)", 60),
              testing::HasSubstr("PortProxy\\"));
  EXPECT_THAT(clipped_middle("netsh.exe interface portproxy add v4tov4 listenaddress=0.0.0.0 listenport=9999 "
                             "connectaddress=10.40.2.30 connectport=8443 protocol=tcp",
                             84),
              testing::AllOf(testing::HasSubstr("portproxy"), testing::HasSubstr("10.40.2.30")));
  EXPECT_EQ(clipped_middle(std::string(100, 'x'), 40), std::string(25, 'x') + "..." + std::string(12, 'x'));
}

TEST(Summary, ProcessStartsNameTheProgramFirst) {
  EXPECT_EQ(
      line(MadeEvent(kSysmon, 1)
               .data("Image", "C:\\Windows\\System32\\ntdsutil.exe")
               .data("CommandLine", "\"C:\\Windows\\system32\\ntdsutil.exe\" \"ac i ntds\" ifm \"create full C:\\t\"")
               .data("OriginalFileName", "ntdsutil.exe.mui")
               .data("ParentImage", "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe")
               .data("User", "NT AUTHORITY\\SYSTEM")),
      "ntdsutil.exe \"ac i ntds\" ifm \"create full C:\\t\", by WmiPrvSE.exe as SYSTEM");
  EXPECT_EQ(line(MadeEvent(kSecurity, 4688)
                     .data("NewProcessName", "C:\\Windows\\System32\\netsh.exe")
                     .data("CommandLine", "netsh  interface\tportproxy add v4tov4 listenport=9999")
                     .data("SubjectUserName", "adm")
                     .data("SubjectDomainName", "HARBOR")
                     .data("TargetUserName", "-")),
            "netsh.exe interface portproxy add v4tov4 listenport=9999 as HARBOR\\adm");
  EXPECT_EQ(line(MadeEvent(kSecurity, 4688).data("NewProcessName", "C:\\x\\quser.exe").data("CommandLine", "")),
            "quser.exe");
}

// The Linux audit log and what was typed into a shell, by schema and category.
TEST(Summary, UnixEventsSayWhatWasDone) {
  const auto of = [](const char* schema, const char* category) {
    LogKind kind;
    kind.schema = schema;
    kind.category = category;
    return MadeEvent(kind);
  };
  const auto audit = [&](const char* category) { return of("auditd", category); };
  EXPECT_EQ(line(audit("process_creation")
                     .other("SYSCALL.exe", "/usr/bin/whoami")
                     .other("SYSCALL.uid", "33")
                     .other("EXECVE.argv", "whoami -a")
                     .other("ParentImage", "/usr/sbin/nginx")),
            "whoami -a, by nginx as 33");
  EXPECT_EQ(line(audit("failed_call").other("SYSCALL.SYSCALL", "execve").other("EXECVE.argv", "wget x")),
            "failed execve: wget x");
  EXPECT_EQ(line(audit("failed_call")
                     .other("SYSCALL.SYSCALL", "openat")
                     .other("SYSCALL.exe", "/usr/sbin/nginx")
                     .other("PATH.name", "/etc/cron.d/x")),
            "failed openat of nginx: /etc/cron.d/x");
  EXPECT_EQ(line(audit("network_connection")
                     .other("SYSCALL.exe", "/bin/nc")
                     .other("SOCKADDR.laddr", "203.0.113.9")
                     .other("SOCKADDR.lport", "4444")),
            "nc connected to 203.0.113.9 port 4444");
  EXPECT_EQ(line(audit("file_delete").other("SYSCALL.exe", "/bin/rm").other("DeletedFilename", "/var/log/wtmp")),
            "rm deleted /var/log/wtmp");
  EXPECT_EQ(line(of("shell-history", "").other("command", "history -c")), "typed: history -c");
}

TEST(Summary, RenamedProgramsShow) {
  EXPECT_EQ(line(MadeEvent(kSysmon, 1)
                     .data("Image", "C:\\Windows\\Temp\\cmdbak.exe")
                     .data("CommandLine", "cmd /c whoami")
                     .data("OriginalFileName", "Cmd.Exe")),
            "cmdbak.exe: cmd /c whoami (originally Cmd.Exe)");
}

TEST(Summary, LongCommandLinesKeepBothEndsAndWhoStartedThem) {
  std::string text =
      line(MadeEvent(kSysmon, 1)
               .data("Image", "C:\\Windows\\System32\\cmd.exe")
               .data("CommandLine", "cmd.exe /Q /c " + std::string(400, 'x') + " 1> \\\\127.0.0.1\\ADMIN$\\__1684")
               .data("ParentImage", "C:\\w\\WmiPrvSE.exe")
               .data("User", "HARBOR\\svc"));
  EXPECT_EQ(columns_of(text), kSummaryLimit);
  EXPECT_THAT(text, testing::StartsWith("cmd.exe /Q /c xxx"));
  EXPECT_THAT(text, HasSubstr("ADMIN$\\__1684, by WmiPrvSE.exe as HARBOR\\svc"));
}

TEST(Summary, EncodedPowerShellIsReadable) {
  // "whoami /all" in UTF-16LE, base64
  EXPECT_EQ(line(MadeEvent(kSysmon, 1)
                     .data("Image", "C:\\p\\powershell.exe")
                     .data("CommandLine", "powershell.exe -nop -w hidden -enc dwBoAG8AYQBtAGkAIAAvAGEAbABsAA==")),
            "powershell.exe -EncodedCommand = whoami /all");
  EXPECT_EQ(decoded_command("powershell -ep bypass -file x.ps1"), "");
  EXPECT_EQ(decoded_command("powershell -e "), "");
  EXPECT_EQ(decoded_command("notpower -enc dwBoAG8AYQBtAGkAIAAvAGEAbABsAA=="), "");
}

TEST(Summary, CodesAreWords) {
  EXPECT_EQ(line(MadeEvent(kSecurity, 4625)
                     .data("TargetUserName", "bob")
                     .data("TargetDomainName", "HARBOR")
                     .data("LogonType", "3")
                     .data("Status", "0xc000006d")
                     .data("SubStatus", "0xc000006a")
                     .data("IpAddress", "::ffff:10.0.0.5")
                     .data("WorkstationName", "-")),
            "HARBOR\\bob failed to log on (network): wrong password from 10.0.0.5");
  EXPECT_EQ(line(MadeEvent(kSecurity, 4625)
                     .data("TargetUserName", "bob")
                     .data("LogonType", "10")
                     .data("Status", "0xc0000234")
                     .data("SubStatus", "0x0")),
            "bob failed to log on (RDP): account locked out");
  EXPECT_EQ(line(MadeEvent(kSecurity, 4771)
                     .data("TargetUserName", "bob")
                     .data("Status", "0x18")
                     .data("IpAddress", "10.0.0.5")),
            "Kerberos logon of bob failed: wrong password from 10.0.0.5");
  EXPECT_EQ(line(MadeEvent(kSecurity, 4769)
                     .data("ServiceName", "sql$")
                     .data("TargetUserName", "bob@H")
                     .data("Status", "0x0")
                     .data("TicketEncryptionType", "0x17")),
            "service ticket for sql$ to bob@H: success (RC4)");
  EXPECT_EQ(line(MadeEvent(kSecurity, 4732)
                     .data("MemberName", "-")
                     .data("MemberSid", "S-1-5-21-1-2-3-500")
                     .data("TargetUserName", "Administrators")
                     .data("TargetDomainName", "Builtin")
                     .data("SubjectUserName", "adm")),
            "Administrator added to local group Builtin\\Administrators by adm");
  EXPECT_EQ(line(MadeEvent(kSysmon, 10)
                     .data("SourceImage", "C:\\x\\rundll32.exe")
                     .data("TargetImage", "C:\\w\\lsass.exe")
                     .data("GrantedAccess", "0x1010")),
            "rundll32.exe opened lsass.exe (VM_READ, QUERY_LIMITED)");
  EXPECT_EQ(line(MadeEvent(kSecurity, 4663)
                     .data("ProcessName", "C:\\x\\a.exe")
                     .data("ObjectName", "C:\\Windows\\NTDS\\ntds.dit")
                     .data("AccessList", "%%4416\n\t\t\t\t%%4423\n\t\t\t\t")),
            "a.exe accessed C:\\Windows\\NTDS\\ntds.dit (ReadData, ReadAttributes)");
  EXPECT_EQ(line(MadeEvent(kSecurity, 4662)
                     .data("SubjectUserName", "bob")
                     .data("Properties",
                           "%%7688\n\t\t{1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}\n{19195a5b-6da0-11d0-afd3-"
                           "00c04fd930c9}")
                     .data("ObjectName", "DC=h")),
            "bob used a directory right: replicate all directory changes (secrets) on DC=h");
}

TEST(Summary, ConditionsChooseBetweenTemplatesOfOneEvent) {
  EXPECT_EQ(line(MadeEvent(kSysmon, 3)
                     .data("Image", "C:\\x\\sshd.exe")
                     .data("Initiated", "false")
                     .data("SourceIp", "10.1.1.1")
                     .data("DestinationPort", "22")),
            "sshd.exe was reached from 10.1.1.1 on port 22");
  EXPECT_EQ(line(MadeEvent(kSysmon, 3)
                     .data("Image", "C:\\x\\a.exe")
                     .data("Initiated", "true")
                     .data("DestinationIp", "10.1.1.1")
                     .data("DestinationPort", "443")),
            "a.exe connected to 10.1.1.1:443");
  EXPECT_EQ(line(MadeEvent(kSecurity, 5145)
                     .data("ShareName", "\\\\*\\IPC$")
                     .data("SubjectUserName", "x")
                     .data("RelativeTargetName", "")),
            "share \\\\*\\IPC$: access by x");
  EXPECT_EQ(line(MadeEvent(kSecurity, 4657)
                     .data("ProcessName", "C:\\x\\reg.exe")
                     .data("ObjectName", "\\REGISTRY\\MACHINE\\x")
                     .data("ObjectValueName", "v")
                     .data("OperationType", "%%1906")),
            "reg.exe deleted \\REGISTRY\\MACHINE\\x value v");
}

TEST(Summary, NamelessDataAndUserData) {
  EXPECT_EQ(
      line(MadeEvent("ESENT", 325)
               .array({"ntdsutil", "3940,D,100", "", "1", "C:\\Windows\\Temp\\pro\\Active Directory\\ntds.dit", "0"})),
      "ntdsutil created the database C:\\Windows\\Temp\\pro\\Active Directory\\ntds.dit");
  EXPECT_EQ(line(MadeEvent("ESENT", 216)
                     .data("Data", "lsass")
                     .data("Data", "1")
                     .data("Data", "C:\\a.dit")
                     .data("Data", "\\\\?\\GLOBALROOT\\b.dit")),
            "lsass moved a database: C:\\a.dit -> \\\\?\\GLOBALROOT\\b.dit");
  EXPECT_EQ(line(MadeEvent("PowerShell", 400)
                     .array({"Available", "None",
                             "\tNewEngineState=Available\n\tHostName=ConsoleHost\n\tHostApplication="
                             "powershell -c x\n\tEngineVersion=2.0\n"})),
            "PowerShell started: powershell -c x (ConsoleHost), engine 2.0");
  EXPECT_EQ(line(MadeEvent("Microsoft-Windows-Eventlog", 104, "System")
                     .user_data("LogFileCleared", "SubjectUserName", "adm")
                     .user_data("LogFileCleared", "SubjectDomainName", "H")
                     .user_data("LogFileCleared", "Channel", "Windows PowerShell")
                     .user_data("LogFileCleared", "BackupPath", "")),
            "log Windows PowerShell cleared by H\\adm");
  EXPECT_EQ(line(MadeEvent("Service Control Manager", 7036).data("param1", "Windows Update").data("param2", "stopped")),
            "service Windows Update is stopped");
  EXPECT_EQ(line(MadeEvent("Service Control Manager", 7036).array({"Windows Update", "stopped"})),
            "service Windows Update is stopped");
  EXPECT_EQ(line(MadeEvent("MSSQLSERVER", 18456).array({"sa", "Reason: bad", "[CLIENT: 10.0.0.1]"})),
            "SQL Server logon of sa failed: Reason: bad [CLIENT: 10.0.0.1]");
}

TEST(Summary, ScheduledTasksTellWhatTheyRun) {
  EXPECT_EQ(line(MadeEvent(kSecurity, 4698)
                     .data("TaskName", "\\upd")
                     .data("SubjectUserName", "adm")
                     .data("TaskContent",
                           "<Task><Actions><Exec>\n<Command>cmd.exe</Command>\n<Arguments>/c a &amp; "
                           "b</Arguments></Exec></Actions></Task>")),
            "task \\upd created: cmd.exe /c a & b by adm");
}

TEST(Summary, PasswordsAreMaskedBeforeTheLineIsCut) {
  MadeEvent event(kSysmon, 1);
  event.data("Image", "C:\\w\\net.exe")
      .data("CommandLine", "net use \\\\fs1\\c$ Hunter22 /user:" + std::string(200, 'u'));
  EXPECT_THAT(summarise(event.event(), RuleInfo{}), Not(HasSubstr("Hunter22")));
  EXPECT_THAT(summarise(event.event(), RuleInfo{}, true), HasSubstr("Hunter22"));
}

TEST(Summary, UnknownEventsGetTheirMostTellingFields) {
  EXPECT_EQ(
      line(MadeEvent("Acme-Agent", 7).data("ProcessGuid", "x").data("Colour", "%%1842").data("Owner", "S-1-5-18")),
      "Acme-Agent 7: Colour=yes, Owner=SYSTEM");
  EXPECT_EQ(line(MadeEvent("Acme-Agent", 7).data("a", "b").data("CommandLine", "\"C:\\x\\tool.exe\" -v")),
            "tool.exe -v (Acme-Agent 7)");
  EXPECT_EQ(line(MadeEvent("Microsoft-Windows-Foo", 1)), "Foo 1");
  RuleInfo rule;
  rule.title = "T";
  MadeEvent nothing("", 0);
  Event bare;
  EXPECT_EQ(summarise(bare, rule), "T");
}

TEST(Summary, ChannelStandsInWhereTheProviderIsNotNamed) {
  EXPECT_EQ(line(MadeEvent("", 11, "Microsoft-Windows-Sysmon/Operational")
                     .data("Image", "C:\\a.exe")
                     .data("TargetFilename", "C:\\b.dit")),
            "a.exe created C:\\b.dit");
}

TEST(Summary, EveryTemplateIsWellFormedAndFitsOnOneLine) {
  std::set<std::string> ids;
  for (auto rows : {summary_rows_security(), summary_rows_windows(), summary_rows_unix()}) {
    for (const SummaryRow& row : rows) {
      ids.insert(std::string(row.log->provider) + " " + std::to_string(row.event_id));
      EXPECT_EQ(std::count(row.text.begin(), row.text.end(), '{'), std::count(row.text.begin(), row.text.end(), '}'))
          << row.text;
      EXPECT_EQ(std::count(row.text.begin(), row.text.end(), '['), std::count(row.text.begin(), row.text.end(), ']'))
          << row.text;
      for (const char* value : {"", "-", "C:\\x y\\\xE6\xBC\xA2\xE5\xAD\x97.exe \x1b[31m \"", "%%", "S-1-5-", "0x"}) {
        LogKind unix_kind;
        unix_kind.schema = row.log->schema;
        unix_kind.category = row.log->category;
        const bool windows = row.log->schema.empty();
        MadeEvent event = windows ? MadeEvent(std::string(row.log->provider), row.event_id) : MadeEvent(unix_kind);
        std::string long_value = std::string(value) + (value[0] ? std::string(value) + std::string(3000, 'z') : "");
        for (size_t at = row.text.find('{'); at != std::string_view::npos; at = row.text.find('{', at + 1)) {
          size_t end = row.text.find_first_of(":*/}", at);
          const std::string field(row.text.substr(at + 1, end - at - 1));
          windows ? event.data(field, long_value) : event.other(field, long_value);
        }
        std::string out = summarise(event.event(), RuleInfo{});
        EXPECT_LE(columns_of(out), kSummaryLimit) << row.text;
        EXPECT_EQ(out.find_first_of("\n\r\t\x1b"), std::string::npos) << row.text;
      }
    }
  }
  EXPECT_GE(ids.size(), 300u);
}

}  // namespace
}  // namespace sil::report
