// Winlogbeat: 7 and later ("winlog.*", with ECS beside it), and the flat form of 5 and 6.
#include "model/taxonomy/schemas.h"
#include "model/taxonomy/windows_ecs.h"

namespace sil::taxonomy {

namespace {

using T = Translation;

// The native name stands first: what the event itself said wins over what a pipeline made of it.
constexpr Rename kEcsAny[] = {
    {"Image", "Image|process.executable"},
    {"CommandLine", "CommandLine|process.command_line"},
    {"ProcessId", "ProcessId|process.pid"},
    {"ProcessGuid", "ProcessGuid|process.entity_id"},
    {"CurrentDirectory", "CurrentDirectory|process.working_directory"},
    {"ParentImage", "ParentImage|process.parent.executable"},
    {"ParentCommandLine", "ParentCommandLine|process.parent.command_line"},
    {"ParentProcessId", "ParentProcessId|process.parent.pid"},
    {"ParentProcessGuid", "ParentProcessGuid|process.parent.entity_id"},
    {"NewProcessName", "NewProcessName|process.executable"},
    {"ParentProcessName", "ParentProcessName|process.parent.executable"},
    {"OriginalFileName", "OriginalFileName|process.pe.original_file_name|file.pe.original_file_name"},
    {"Company", "Company|process.pe.company|file.pe.company"},
    {"Description", "Description|process.pe.description|file.pe.description"},
    {"Product", "Product|process.pe.product|file.pe.product"},
    {"FileVersion", "FileVersion|process.pe.file_version|file.pe.file_version"},
    {"Hashes",
     "Hashes|process.hash.md5|process.hash.sha1|process.hash.sha256|process.pe.imphash|file.hash.md5|"
     "file.hash.sha1|file.hash.sha256|file.pe.imphash",
     T::kEcsHashes},
    {"User", "User|user.domain|user.name", T::kEcsUser},
    {"TargetObject", "TargetObject|registry.path"},
    {"Details", "Details|registry.data.strings"},
    {"QueryName", "QueryName|dns.question.name"},
    {"QueryStatus", "QueryStatus|sysmon.dns.status"},
    {"QueryResults", "QueryResults|dns.answers.data|dns.resolved_ip"},
    {"SourceIp", "SourceIp|source.ip"},
    {"SourcePort", "SourcePort|source.port"},
    {"SourceHostname", "SourceHostname|source.domain"},
    {"DestinationIp", "DestinationIp|destination.ip"},
    {"DestinationPort", "DestinationPort|destination.port"},
    {"DestinationHostname", "DestinationHostname|destination.domain"},
    {"Protocol", "Protocol|network.transport"},
    {"Initiated", "Initiated|network.direction", T::kEcsDirection},
    {"Signature", "Signature|file.code_signature.subject_name"},
    {"Signed", "Signed|file.code_signature.signed"},
    {"SignatureStatus", "SignatureStatus|file.code_signature.status"},
    {"ScriptBlockText", "ScriptBlockText|powershell.file.script_block_text"},
    {"ScriptBlockId", "ScriptBlockId|powershell.file.script_block_id"},
    {"Payload", "Payload|powershell.command.invocation_details"},
    // Winlogbeat keeps the values of nameless Data as param1.. or not at all; the rendered message holds
    // them.
    {"Data", "Data|message"},
    {"Message", "Message|message"},
};
constexpr Rename kEcsTargetFile[] = {{"TargetFilename", "TargetFilename|file.path"}};
constexpr Rename kEcsLoadedFile[] = {{"ImageLoaded", "ImageLoaded|file.path|dll.path"}};
constexpr Rename kEcsPipe[] = {{"PipeName", "PipeName|file.name"}};
constexpr Placement kPlaces[] = {
    {"winlog.event_data.*", Section::kEventData},
    {"winlog.user_data.*", Section::kUserData},
    {"winlog.channel", Section::kSystem, "Event.System.Channel"},
    {"winlog.event_id", Section::kSystem, "Event.System.EventID"},
    {"event.code", Section::kSystem, "Event.System.EventID"},
    {"winlog.provider_name", Section::kSystem, "Event.System.Provider.#attributes.Name"},
    {"winlog.provider_guid", Section::kSystem, "Event.System.Provider.#attributes.Guid"},
    {"winlog.computer_name", Section::kSystem, "Event.System.Computer"},
    {"winlog.record_id", Section::kSystem, "Event.System.EventRecordID"},
    {"winlog.task", Section::kSystem, "Event.System.Task"},
    {"winlog.opcode", Section::kSystem, "Event.System.Opcode"},
    {"winlog.version", Section::kSystem, "Event.System.Version"},
    {"winlog.keywords", Section::kSystem, "Event.System.Keywords"},
    {"winlog.process.pid", Section::kSystem, "Event.System.Execution.#attributes.ProcessID"},
    {"winlog.process.thread.id", Section::kSystem, "Event.System.Execution.#attributes.ThreadID"},
    {"winlog.user.identifier", Section::kSystem, "Event.System.Security.#attributes.UserID"},
    {"winlog.activity_id", Section::kSystem, "Event.System.Correlation.#attributes.ActivityID"},
};
constexpr TimeField kTimes[] = {{"@timestamp"}, {"event.created"}};
constexpr Placement kOldPlaces[] = {
    {"event_data.*", Section::kEventData},
    {"user_data.*", Section::kUserData},
    {"log_name", Section::kSystem, "Event.System.Channel"},
    {"event_id", Section::kSystem, "Event.System.EventID"},
    {"source_name", Section::kSystem, "Event.System.Provider.#attributes.Name"},
    {"provider_guid", Section::kSystem, "Event.System.Provider.#attributes.Guid"},
    {"computer_name", Section::kSystem, "Event.System.Computer"},
    {"record_number", Section::kSystem, "Event.System.EventRecordID"},
    {"level", Section::kSystem, "Event.System.Level"},
    {"task", Section::kSystem, "Event.System.Task"},
    {"opcode", Section::kSystem, "Event.System.Opcode"},
    {"keywords", Section::kSystem, "Event.System.Keywords"},
    {"process_id", Section::kSystem, "Event.System.Execution.#attributes.ProcessID"},
    {"thread_id", Section::kSystem, "Event.System.Execution.#attributes.ThreadID"},
    {"user.identifier", Section::kSystem, "Event.System.Security.#attributes.UserID"},
};
constexpr KindRoute kRoutes[] = {{"winlog.channel", "Linux-Sysmon/Operational", "linux", "", "sysmon"}};

}  // namespace

constinit const SchemaFields kWindowsEcsFields[8] = {
    {"", "", 2, 2, kEcsTargetFile},   {"", "", 11, 11, kEcsTargetFile}, {"", "", 15, 15, kEcsTargetFile},
    {"", "", 23, 23, kEcsTargetFile}, {"", "", 26, 29, kEcsTargetFile}, {"", "", 6, 7, kEcsLoadedFile},
    {"", "", 17, 18, kEcsPipe},       {"", "", 0, 0, kEcsAny},
};

constinit const Schema kWinlogbeat = {
    .name = "winlogbeat",
    .title = "Windows events from Winlogbeat 7 and later",
    .signature = "winlog.channel; winlog.event_id; winlog.provider_name",
    .product = "windows",
    .channel = "winlog.channel",
    .provider = "winlog.provider_name|event.provider",
    .event_id = "winlog.event_id|event.code",
    .record_id = "winlog.record_id",
    .host = "winlog.computer_name|host.name",
    .times = kTimes,
    .routes = kRoutes,
    .placements = kPlaces,
    .fields = kWindowsEcsFields,
    .containers = false,
};
constinit const Schema kWinlogbeatOld = {
    .name = "winlogbeat6",
    .title = "Windows events from Winlogbeat 5 and 6",
    .signature = "log_name,event_id; event_data.*,event_id; user_data.*,event_id",
    .product = "windows",
    .channel = "log_name",
    .provider = "source_name",
    .event_id = "event_id",
    .record_id = "record_number",
    .host = "computer_name",
    .times = kTimes,
    .placements = kOldPlaces,
    .fields = kWindowsEcsFields,
    .containers = false,
};

}  // namespace sil::taxonomy
