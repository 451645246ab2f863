// Microsoft Defender XDR advanced hunting: Device* tables. ActionType says what happened.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

using T = Translation;

constexpr TimeField kTimes[] = {{"Timestamp"}, {"TimeGenerated"}, {"properties.Timestamp"}};
constexpr KindRoute kRoutes[] = {
    {"ActionType", "ProcessCreated", "windows", "process_creation", ""},
    {"ActionType", "ConnectionSuccess", "windows", "network_connection", ""},
    {"ActionType", "ConnectionAttempt", "windows", "network_connection", ""},
    {"ActionType", "ConnectionFailed", "windows", "network_connection", ""},
    {"ActionType", "ConnectionRequest", "windows", "network_connection", ""},
    {"ActionType", "InboundConnectionAccepted", "windows", "network_connection", ""},
    {"ActionType", "FileCreated", "windows", "file_event", ""},
    {"ActionType", "FileModified", "windows", "file_event", ""},
    {"ActionType", "FileRenamed", "windows", "file_rename", ""},
    {"ActionType", "FileDeleted", "windows", "file_delete", ""},
    {"ActionType", "ImageLoaded", "windows", "image_load", ""},
    {"ActionType", "DriverLoad", "windows", "driver_load", ""},
    {"ActionType", "RegistryValueSet", "windows", "registry_set", ""},
    {"ActionType", "RegistryKeyCreated", "windows", "registry_add", ""},
    {"ActionType", "RegistryKeyDeleted", "windows", "registry_delete", ""},
    {"ActionType", "RegistryValueDeleted", "windows", "registry_delete", ""},
    {"ActionType", "RegistryKeyRenamed", "windows", "registry_rename", ""},
    {"ActionType", "DnsQueryResponse", "windows", "dns_query", ""},
    {"ActionType", "NamedPipeEvent", "windows", "pipe_created", ""},
    {"ActionType", "CreateRemoteThreadApiCall", "windows", "create_remote_thread", ""},
    {"ActionType", "OpenProcessApiCall", "windows", "process_access", ""},
    {"ActionType", "PowerShellCommand", "windows", "ps_module", ""},
    {"ActionType", "AntivirusDetection", "windows", "antivirus", ""},
};
constexpr Rename kProcess[] = {
    {"Image", "FolderPath"},
    {"CommandLine", "ProcessCommandLine"},
    {"ProcessId", "ProcessId"},
    {"User", "User|AccountDomain|AccountName", T::kEcsUser},
    {"IntegrityLevel", "ProcessIntegrityLevel"},
    {"OriginalFileName", "ProcessVersionInfoOriginalFileName"},
    {"Company", "ProcessVersionInfoCompanyName"},
    {"Product", "ProcessVersionInfoProductName"},
    {"Description", "ProcessVersionInfoFileDescription"},
    {"FileVersion", "ProcessVersionInfoProductVersion"},
    {"Hashes", "Hashes|MD5|SHA1|SHA256", T::kEcsHashes},
    {"ParentImage", "InitiatingProcessFolderPath"},
    {"ParentCommandLine", "InitiatingProcessCommandLine"},
    {"ParentProcessId", "InitiatingProcessId"},
    {"ParentUser", "ParentUser|InitiatingProcessAccountDomain|InitiatingProcessAccountName", T::kEcsUser},
    {"LogonId", "LogonId"},
    {"CurrentDirectory"},
    {"Imphash"},
};
constexpr Rename kActor[] = {
    {"Image", "InitiatingProcessFolderPath"},
    {"CommandLine", "InitiatingProcessCommandLine"},
    {"ProcessId", "InitiatingProcessId"},
    {"ParentImage", "InitiatingProcessParentFileName"},
    {"User", "User|InitiatingProcessAccountDomain|InitiatingProcessAccountName", T::kEcsUser},
    {"TargetFilename", "FolderPath"},
    {"SourceFilename", "PreviousFolderPath"},
    {"FileName", "FolderPath"},
    {"ImageLoaded", "FolderPath"},
    {"Hashes", "Hashes|MD5|SHA1|SHA256", T::kEcsHashes},
    {"TargetObject", "RegistryKey|RegistryValueName", T::kRegistryPath},
    {"Details", "RegistryValueData"},
    {"SourceIp", "LocalIP"},
    {"SourcePort", "LocalPort"},
    {"DestinationIp", "RemoteIP"},
    {"DestinationPort", "RemotePort"},
    {"DestinationHostname", "RemoteUrl"},
    {"Initiated", "ActionType", T::kDirection},
    {"QueryName", "AdditionalFields.DnsQueryString|RemoteUrl"},
    {"PipeName", "AdditionalFields.PipeName"},
    {"SourceImage", "InitiatingProcessFolderPath"},
    {"TargetImage", "FolderPath"},
    {"Filename", "FolderPath"},
    {"Signature", "AdditionalFields.ThreatName"},
    {"OriginalFileName"},
    {"SignatureStatus"},
    {"Signed"},
};
constexpr SchemaFields kFields[] = {{"process_creation", "", 0, 0, kProcess}, {"", "", 0, 0, kActor}};

}  // namespace

constinit const Schema kDefender = {
    .name = "mde",
    .title = "Microsoft Defender advanced hunting",
    .signature = "ActionType,DeviceName; ActionType,DeviceId,Timestamp",
    .product = "windows",
    .host = "DeviceName",
    .times = kTimes,
    .routes = kRoutes,
    .fields = kFields,
};

}  // namespace sil::taxonomy
