// Sentences for logs of Unix hosts, told apart by schema and category (docs/formats/auditd.md, shell-history.md).
#include "report/summary_table.h"

namespace sil::report {
namespace {

constexpr SummaryLog kStarted = {"", "", "auditd", "process_creation"};
constexpr SummaryLog kFailed = {"", "", "auditd", "failed_call"};
constexpr SummaryLog kConnected = {"", "", "auditd", "network_connection"};
constexpr SummaryLog kWritten = {"", "", "auditd", "file_event"};
constexpr SummaryLog kDeleted = {"", "", "auditd", "file_delete"};
constexpr SummaryLog kTyped = {"", "", "shell-history", ""};

constexpr SummaryRow kRows[] = {
    {&kStarted, 0, "{EXECVE.argv*/SYSCALL.exe}[, by {ParentImage:base}][ as {SYSCALL.UID/SYSCALL.uid}]"},
    {&kFailed, 0, "failed {SYSCALL.SYSCALL}: {EXECVE.argv*}[, by {ParentImage:base}][ as {SYSCALL.UID/SYSCALL.uid}]",
     "SYSCALL.SYSCALL", "execve"},
    {&kFailed, 0, "failed {SYSCALL.SYSCALL} of {SYSCALL.exe:base}[: {PATH.name*}][ as {SYSCALL.UID/SYSCALL.uid}]"},
    {&kConnected, 0,
     "{SYSCALL.exe:base} connected to {SOCKADDR.laddr}[ port {SOCKADDR.lport}][ as {SYSCALL.UID/SYSCALL.uid}]"},
    {&kWritten, 0, "{SYSCALL.exe:base} wrote {TargetFilename*}[ as {SYSCALL.UID/SYSCALL.uid}]"},
    {&kDeleted, 0, "{SYSCALL.exe:base} deleted {DeletedFilename*}[ as {SYSCALL.UID/SYSCALL.uid}]"},
    {&kTyped, 0, "typed: {command*}"},
};

}  // namespace

std::span<const SummaryRow> summary_rows_unix() {
  return kRows;
}

}  // namespace sil::report
