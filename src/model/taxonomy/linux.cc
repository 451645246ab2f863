// Linux in JSON: laurel (auditd, one object an event) and the journal (journalctl -o json).
#include "model/taxonomy/schemas.h"
#include "model/taxonomy/system_log.h"

namespace sil::taxonomy {

namespace {

using T = Translation;

constexpr TimeField kLaurelTimes[] = {{"ID", TimeForm::kEpoch}};
constexpr KindRoute kLaurelRoutes[] = {
    {"SOCKADDR.saddr_fam", "inet*", "linux", "network_connection", "auditd"},  // not the sockets of one host
    {"SOCKADDR.SADDR.port", "", "linux", "network_connection", "auditd"},
    {"SYSCALL.success", "no", "linux", "failed_call", "auditd"},  // as for the log itself (auditd.cc)
    {"EXECVE.argc", "", "linux", "process_creation", "auditd"},
    {"EXECVE.ARGV", "", "linux", "process_creation", "auditd"},
    {"EXECVE.ARGV_STR", "", "linux", "process_creation", "auditd"},
    {"SYSCALL.SYSCALL", "openat", "linux", "file_event", "auditd"},
    {"SYSCALL.SYSCALL", "open", "linux", "file_event", "auditd"},
    {"SYSCALL.SYSCALL", "creat", "linux", "file_event", "auditd"},
    {"SYSCALL.SYSCALL", "rename*", "linux", "file_event", "auditd"},
    {"ID", "", "linux", "", "auditd"},
};
constexpr Rename kLaurelProcess[] = {
    {"Image", "SYSCALL.exe"},
    {"CommandLine", "EXECVE.ARGV_STR|PROCTITLE.ARGV_STR|EXECVE.ARGV|PROCTITLE.ARGV", T::kJoinedArguments},
    {"CurrentDirectory", "CWD.cwd"},
    {"User", "SYSCALL.UID|SYSCALL.uid", T::kUnixUser},
    {"LogonId", "SYSCALL.ses"},
    {"ProcessId", "SYSCALL.pid"},
    {"ParentProcessId", "SYSCALL.ppid"},
    {"ParentImage", "PARENT_INFO.exe|SYSCALL.PPID.exe"},
    {"ParentCommandLine", "PARENT_INFO.ARGV_STR|PARENT_INFO.ARGV", T::kJoinedArguments},
};
constexpr Rename kLaurelFile[] = {
    {"Image", "SYSCALL.exe"}, {"TargetFilename", "PATH.name"}, {"User", "SYSCALL.UID|SYSCALL.uid", T::kUnixUser}};
constexpr Rename kLaurelNetwork[] = {
    {"Image", "SYSCALL.exe"},
    {"DestinationIp", "SOCKADDR.SADDR.addr"},
    {"DestinationPort", "SOCKADDR.SADDR.port"},
    {"DestinationHostname"},
    {"Initiated", "SYSCALL.SYSCALL|SYSCALL.syscall", T::kDirection},
};
constexpr Rename kLaurelNative[] = {
    {"exe", "SYSCALL.exe"},         {"comm", "SYSCALL.comm"},       {"key", "SYSCALL.key"},
    {"euid", "SYSCALL.euid"},       {"uid", "SYSCALL.uid"},         {"auid", "SYSCALL.auid"},
    {"SYSCALL", "SYSCALL.SYSCALL"}, {"name", "PATH.name"},          {"nametype", "PATH.nametype"},
    {"a0", "EXECVE.a0|SYSCALL.a0"}, {"a1", "EXECVE.a1|SYSCALL.a1"}, {"a2", "EXECVE.a2|SYSCALL.a2"},
    {"a3", "EXECVE.a3|SYSCALL.a3"},
};
constexpr SchemaFields kLaurelFields[] = {
    {"process_creation", "", 0, 0, kLaurelProcess},
    {"file_event", "", 0, 0, kLaurelFile},
    {"network_connection", "", 0, 0, kLaurelNetwork},
    {"", "", 0, 0, kLaurelNative},
};

constexpr TimeField kJournalTimes[] = {{"_SOURCE_REALTIME_TIMESTAMP", TimeForm::kEpoch},
                                       {"__REALTIME_TIMESTAMP", TimeForm::kEpoch}};
constexpr KindRoute kJournalOwn[] = {
    {"SYSLOG_IDENTIFIER", "audit", "linux", "", "auditd"},
    {"_TRANSPORT", "audit", "linux", "", "auditd"},
};
constexpr auto kJournalRoutes = system_log_routes({.program = "SYSLOG_IDENTIFIER",
                                                   .facility = "SYSLOG_FACILITY",
                                                   .message = "MESSAGE",
                                                   .auth = "4",
                                                   .authpriv = "10",
                                                   .cron = "9"},
                                                  kJournalOwn);
constexpr Rename kJournal[] = {
    {"USER", "USER|MESSAGE", T::kMessagePair, "USER"},
    {"unit", "_SYSTEMD_UNIT|UNIT"},
    {"type", "_AUDIT_TYPE_NAME"},
    {"exe", "_EXE|AUDIT_FIELD_EXE"},
    {"comm", "_COMM"},
    {"name", "_AUDIT_FIELD_NAME|AUDIT_FIELD_NAME"},
    {"key", "_AUDIT_FIELD_KEY|AUDIT_FIELD_KEY"},
    {"a0", "_AUDIT_FIELD_A0|AUDIT_FIELD_A0"},
    {"a1", "_AUDIT_FIELD_A1|AUDIT_FIELD_A1"},
    {"a2", "_AUDIT_FIELD_A2|AUDIT_FIELD_A2"},
    {"a3", "_AUDIT_FIELD_A3|AUDIT_FIELD_A3"},
};
constexpr SchemaFields kJournalFields[] = {{"", "", 0, 0, kJournal}};

constexpr Offer kJournalOffers[] = {{"syslog", "application"}};

}  // namespace

constinit const Schema kLaurel = {
    .name = "laurel",
    .title = "Linux audit events as JSON (laurel)",
    .signature = "SYSCALL.*,ID; EXECVE.*,ID; SYSCALL.syscall",
    .product = "linux",
    .host = "NODE",
    .times = kLaurelTimes,
    .routes = kLaurelRoutes,
    .fields = kLaurelFields,
    .key_field = "type",
};
constinit const Schema kJournald = {
    .name = "journald",
    .title = "systemd journal as JSON",
    .signature = "__REALTIME_TIMESTAMP; _BOOT_ID,MESSAGE",
    .product = "linux",
    .host = "_HOSTNAME",
    .times = kJournalTimes,
    .routes = kJournalRoutes,
    .offers = kJournalOffers,
    .serves = kSystemLogServes,
    .fields = kJournalFields,
};

}  // namespace sil::taxonomy
