// macOS EndpointSecurity events as eslogger writes them.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

using T = Translation;

constexpr TimeField kTimes[] = {{"time"}};
constexpr KindRoute kRoutes[] = {
    {"event.exec.target.executable.path", "", "macos", "process_creation", ""},
    {"event.create.destination.existing_file.path", "", "macos", "file_event", ""},
    {"event.create.destination.new_path.filename", "", "macos", "file_event", ""},
    {"event.write.target.path", "", "macos", "file_event", ""},
    {"event.rename.source.path", "", "macos", "file_event", ""},
    {"event.close.target.path", "", "macos", "file_event", ""},
};
constexpr Rename kExec[] = {
    {"Image", "event.exec.target.executable.path"},
    {"CommandLine", "event.exec.args", T::kJoinedArguments},
    {"CurrentDirectory", "event.exec.cwd.path"},
    {"ParentImage", "process.executable.path"},
    {"ProcessId", "event.exec.target.audit_token.pid"},
    {"ParentProcessId", "process.audit_token.pid"},
    {"User", "event.exec.target.audit_token.euid"},
    {"ParentCommandLine"},
    {"OriginalFileName"},
};
constexpr Rename kFile[] = {
    {"TargetFilename",
     "event.create.destination.existing_file.path|event.create.destination.new_path.filename|"
     "event.write.target.path|event.rename.destination.existing_file.path|"
     "event.rename.destination.new_path.filename|event.close.target.path"},
    {"Image", "process.executable.path"},
};
constexpr SchemaFields kFields[] = {{"process_creation", "", 0, 0, kExec}, {"file_event", "", 0, 0, kFile}};

}  // namespace

constinit const Schema kEslogger = {
    .name = "eslogger",
    .title = "macOS EndpointSecurity events (eslogger)",
    .signature =
        "process.executable.path,schema_version; event.exec.target.executable.path; "
        "process.audit_token.pid,event_type",
    .product = "macos",
    .times = kTimes,
    .routes = kRoutes,
    .fields = kFields,
};

}  // namespace sil::taxonomy
