// The Linux audit log as auditd writes it, its records joined (ingest/auditd_lines.h): fields are `RECORD.field`.
// Derived by the reader: EXECVE.argv, SYSCALL.SYSCALL, TargetFilename, DeletedFilename, Initiated, SOCKADDR.laddr
// and .lport; ParentImage and ParentCommandLine from another event, the parent's own.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

using T = Translation;

constexpr KindRoute kRoutes[] = {
    {"Initiated", "", "linux", "network_connection", "auditd"},   // a connect under way has not succeeded yet
    {"SYSCALL.success", "no", "linux", "failed_call", "auditd"},  // nothing was started, written or deleted
    {"EXECVE.argc", "", "linux", "process_creation", "auditd"},
    {"TargetFilename", "", "linux", "file_event", "auditd"},
    {"DeletedFilename", "", "linux", "file_delete", "auditd"},
    {"type", "", "linux", "", "auditd"},
};
constexpr Rename kProcess[] = {
    {"Image", "SYSCALL.exe"},
    {"CommandLine", "EXECVE.argv"},
    {"CurrentDirectory", "CWD.cwd"},
    {"User", "SYSCALL.UID|SYSCALL.uid", T::kUnixUser},
    {"LogonId", "SYSCALL.ses"},
    {"ProcessId", "SYSCALL.pid"},
    {"ParentProcessId", "SYSCALL.ppid"},
    {"ParentImage", "ParentImage"},
    {"ParentCommandLine", "ParentCommandLine"},
    {"Hashes"},
};
constexpr Rename kFile[] = {{"Image", "SYSCALL.exe"}, {"User", "SYSCALL.UID|SYSCALL.uid", T::kUnixUser}};
constexpr Rename kFileDelete[] = {
    {"Image", "SYSCALL.exe"}, {"User", "SYSCALL.UID|SYSCALL.uid", T::kUnixUser}, {"TargetFilename", "DeletedFilename"}};
constexpr Rename kNetwork[] = {
    {"Image", "SYSCALL.exe"},
    {"User", "SYSCALL.UID|SYSCALL.uid", T::kUnixUser},
    {"DestinationIp", "SOCKADDR.laddr"},
    {"DestinationPort", "SOCKADDR.lport"},
    {"DestinationHostname"},
};
// Arguments win over the registers of the call where an event has both.
constexpr Rename kNative[] = {
    {"a0", "EXECVE.a0|SYSCALL.a0"}, {"a1", "EXECVE.a1|SYSCALL.a1"},
    {"a2", "EXECVE.a2|SYSCALL.a2"}, {"a3", "EXECVE.a3|SYSCALL.a3"},
    {"exe", "SYSCALL.exe|exe"},     {"comm", "SYSCALL.comm|comm"},
    {"SYSCALL", "SYSCALL.SYSCALL"}, {"name", "PATH.name"},
    {"nametype", "PATH.nametype"},  {"syscall", "SYSCALL.SYSCALL|SYSCALL.syscall"},
};
constexpr SchemaFields kFields[] = {
    {"process_creation", "", 0, 0, kProcess},   {"file_event", "", 0, 0, kFile}, {"file_delete", "", 0, 0, kFileDelete},
    {"network_connection", "", 0, 0, kNetwork}, {"", "", 0, 0, kNative},
};

}  // namespace

constinit const Schema kAuditd = {
    .name = "auditd",
    .title = "Linux audit log (auditd), records of a serial joined",
    .signature = "",
    .product = "linux",
    .host = "node|host",
    .routes = kRoutes,
    .fields = kFields,
    .containers = false,
};

}  // namespace sil::taxonomy
