// Windows: categories -> (channel, event ids, guard), services -> channels, and the names of Sysmon's fields
// in the logs that stand in for Sysmon. Sources: Sigma specification 2.1.0, appendix taxonomy; Microsoft's
// event manifests. Decisions: docs/taxonomy.md.
#include "model/taxonomy/tables.h"

namespace sil::taxonomy {
namespace {

using T = Translation;

// ---- services
// ------------------------------------------------------------------------------------------------
constexpr WindowsService kServices[] = {
    {"security", "Security"},
    {"system", "System"},
    {"application", "Application"},
    {"sysmon", "Microsoft-Windows-Sysmon/Operational"},
    {"sysmon", "Linux-Sysmon/Operational"},
    {"powershell", "Microsoft-Windows-PowerShell/Operational"},
    {"powershell", "PowerShellCore/Operational"},
    {"powershell", "Microsoft-Windows-PowerShellCore/Operational"},
    {"powershell-classic", "Windows PowerShell"},
    {"windefend", "Microsoft-Windows-Windows Defender/Operational"},
    {"codeintegrity-operational", "Microsoft-Windows-CodeIntegrity/Operational"},
    {"codeintegrity-operational", "CodeIntegrity"},
    {"appxdeployment-server", "Microsoft-Windows-AppXDeploymentServer/Operational"},
    {"firewall-as", "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"},
    {"msexchange-management", "MSExchange Management"},
    {"bits-client", "Microsoft-Windows-Bits-Client/Operational"},
    {"dns-client", "Microsoft-Windows-DNS Client Events/Operational"},
    {"dns-client", "Microsoft-Windows-DNS-Client/Operational"},
    {"taskscheduler", "Microsoft-Windows-TaskScheduler/Operational"},
    {"iis-configuration", "Microsoft-IIS-Configuration/Operational"},
    {"ntlm", "Microsoft-Windows-NTLM/Operational"},
    {"wmi", "Microsoft-Windows-WMI-Activity/Operational"},
    {"security-mitigations", "Microsoft-Windows-Security-Mitigations/Kernel Mode"},
    {"security-mitigations", "Microsoft-Windows-Security-Mitigations/KernelMode"},
    {"security-mitigations", "Microsoft-Windows-Security-Mitigations/User Mode"},
    {"security-mitigations", "Microsoft-Windows-Security-Mitigations/UserMode"},
    {"dns-server", "DNS Server"},
    {"dns-server-audit", "Microsoft-Windows-DNS-Server/Audit"},
    {"dns-server-audit", "Microsoft-Windows-DNSServer/Audit"},
    {"dns-server-analytic", "Microsoft-Windows-DNS-Server/Analytical"},
    {"dns-server-analytic", "Microsoft-Windows-DNSServer/Analytical"},
    {"applocker", "Microsoft-Windows-AppLocker/EXE and DLL"},
    {"applocker", "Microsoft-Windows-AppLocker/MSI and Script"},
    {"applocker", "Microsoft-Windows-AppLocker/Packaged app-Deployment"},
    {"applocker", "Microsoft-Windows-AppLocker/Packaged app-Execution"},
    {"terminalservices-localsessionmanager", "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"},
    {"smbserver-connectivity", "Microsoft-Windows-SMBServer/Connectivity"},
    {"smbclient-security", "Microsoft-Windows-SmbClient/Security"},
    {"smbclient-connectivity", "Microsoft-Windows-SmbClient/Connectivity"},
    {"shell-core", "Microsoft-Windows-Shell-Core/Operational"},
    {"printservice-operational", "Microsoft-Windows-PrintService/Operational"},
    {"printservice-admin", "Microsoft-Windows-PrintService/Admin"},
    {"openssh", "OpenSSH/Operational"},
    {"microsoft-servicebus-client", "Microsoft-ServiceBus-Client/Admin"},
    {"microsoft-servicebus-client", "Microsoft-ServiceBus-Client/Operational"},
    {"servicebus-client", "Microsoft-ServiceBus-Client/Admin"},
    {"servicebus-client", "Microsoft-ServiceBus-Client/Operational"},
    {"lsa-server", "Microsoft-Windows-LSA/Operational"},
    {"ldap", "Microsoft-Windows-LDAP-Client/Debug"},
    {"ldap_debug", "Microsoft-Windows-LDAP-Client/Debug"},
    {"driver-framework", "Microsoft-Windows-DriverFrameworks-UserMode/Operational"},
    {"diagnosis-scripted", "Microsoft-Windows-Diagnosis-Scripted/Operational"},
    {"certificateservicesclient-lifecycle-system",
     "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational"},
    {"capi2", "Microsoft-Windows-CAPI2/Operational"},
    {"appxpackaging-om", "Microsoft-Windows-AppxPackaging/Operational"},
    {"appmodel-runtime", "Microsoft-Windows-AppModel-Runtime/Admin"},
    {"kernel-shimengine", "Microsoft-Windows-Kernel-ShimEngine/Operational"},
    {"kernel-shimengine", "Microsoft-Windows-Kernel-ShimEngine/Diagnostic"},
    {"application-experience", "Microsoft-Windows-Application-Experience/Program-Telemetry"},
    {"application-experience", "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant"},
    {"bitlocker", "Microsoft-Windows-BitLocker/BitLocker Management"},
    {"dhcp", "Microsoft-Windows-DHCP-Server/Operational"},
    {"hyper-v-worker", "Microsoft-Windows-Hyper-V-Worker-Admin"},
    {"hyper-v-worker", "Microsoft-Windows-Hyper-V-Worker/Admin"},
    {"hyper-v-worker", "Microsoft-Windows-Hyper-V-Worker/Operational"},
    {"kernel-event-tracing", "Microsoft-Windows-Kernel-EventTracing/Admin"},
    {"kernel-event-tracing", "Microsoft-Windows-Kernel-EventTracing"},
    {"ntfs", "Microsoft-Windows-Ntfs/Operational"},
    {"sense", "Microsoft-Windows-SENSE/Operational"},
    {"vhdmp", "Microsoft-Windows-VHDMP/Operational"},
    {"vhdmp", "Microsoft-Windows-VHDMP-Operational"},
    // Provider names, for events whose shipper dropped the channel.
    {"sysmon", "Microsoft-Windows-Sysmon"},
    {"security", "Microsoft-Windows-Security-Auditing"},
    {"powershell", "Microsoft-Windows-PowerShell"},
    {"powershell-classic", "PowerShell"},
    // Not in Sigma's list: the ETW provider behind file_access and file_rename, where somebody recorded it.
    {"kernel-file", "Microsoft-Windows-Kernel-File"},
    {"kernel-file", "Microsoft-Windows-Kernel-File/Analytic"},
};

// ---- fields
// --------------------------------------------------------------------------------------------------
constexpr Rename kSysmonHashes[] = {
    {"md5", "Hashes|Hash", T::kHashOf, "MD5"},
    {"sha1", "Hashes|Hash", T::kHashOf, "SHA1"},
    {"sha256", "Hashes|Hash", T::kHashOf, "SHA256"},
    {"Imphash", "Hashes|Hash", T::kHashOf, "IMPHASH"},
};
constexpr Rename kClassicPowerShell[] = {
    {"HostName", "Data", T::kKeyValueLine, "HostName"},
    {"HostVersion", "Data", T::kKeyValueLine, "HostVersion"},
    {"HostId", "Data", T::kKeyValueLine, "HostId"},
    {"HostApplication", "Data", T::kKeyValueLine, "HostApplication"},
    {"EngineVersion", "Data", T::kKeyValueLine, "EngineVersion"},
    {"RunspaceId", "Data", T::kKeyValueLine, "RunspaceId"},
    {"PipelineId", "Data", T::kKeyValueLine, "PipelineId"},
    {"CommandName", "Data", T::kKeyValueLine, "CommandName"},
    {"CommandType", "Data", T::kKeyValueLine, "CommandType"},
    {"CommandPath", "Data", T::kKeyValueLine, "CommandPath"},
    {"CommandLine", "Data", T::kKeyValueLine, "CommandLine"},
    {"ScriptName", "Data", T::kKeyValueLine, "ScriptName"},
    {"ProviderName", "Data", T::kKeyValueLine, "ProviderName"},
    {"NewProviderState", "Data", T::kKeyValueLine, "NewProviderState"},
    {"NewEngineState", "Data", T::kKeyValueLine, "NewEngineState"},
    {"PreviousEngineState", "Data", T::kKeyValueLine, "PreviousEngineState"},
    {"SequenceNumber", "Data", T::kKeyValueLine, "SequenceNumber"},
    {"DetailSequence", "Data", T::kKeyValueLine, "DetailSequence"},
    {"DetailTotal", "Data", T::kKeyValueLine, "DetailTotal"},
    {"UserId", "Data", T::kKeyValueLine, "UserId"},
};

// What Sysmon itself does not record in an event of the category, though rules for EDR data ask for it.
constexpr Rename kSysmonProcess[] = {{"GrandParentImage"}, {"GrandparentCommandLine"}};
constexpr Rename kSysmonFile[] = {{"CommandLine"}, {"ParentImage"}, {"ParentCommandLine"}, {"IntegrityLevel"}};
constexpr Rename kSysmonNoCommand[] = {{"CommandLine"}, {"ParentImage"}, {"ParentCommandLine"}};
constexpr Rename kSysmonAccess[] = {{"SourceCommandLine"}, {"TargetCommandLine"}};
constexpr Rename kSysmonThread[] = {{"SourceParentImage"}, {"SourceCommandLine"}, {"TargetParentProcessId"}};

constexpr Rename kSecurity4688[] = {
    {"Image", "NewProcessName"},
    {"ParentImage", "ParentProcessName"},
    {"ProcessId", "NewProcessId", T::kHexToDecimal},
    {"ParentProcessId", "ProcessId", T::kHexToDecimal},
    {"User", "SubjectDomainName|SubjectUserName|SubjectUserSid", T::kDomainUser},
    {"LogonId", "SubjectLogonId"},
    {"IntegrityLevel", "MandatoryLabel", T::kIntegrityLevel},
    {"OriginalFileName"},
    {"Hashes"},
    {"md5"},
    {"sha1"},
    {"sha256"},
    {"Imphash"},
    {"Description"},
    {"Company"},
    {"Product"},
    {"FileVersion"},
    {"ParentCommandLine"},
    {"ParentUser"},
    {"ParentIntegrityLevel"},
    {"CurrentDirectory"},
    {"ProcessGuid"},
    {"ParentProcessGuid"},
    {"LogonGuid"},
    {"TerminalSessionId"},
    {"GrandParentImage"},
    {"GrandparentCommandLine"},
};
constexpr Rename kSecurity4689[] = {
    {"Image", "ProcessName"},
    {"ProcessId", "ProcessId", T::kHexToDecimal},
    {"User", "SubjectDomainName|SubjectUserName|SubjectUserSid", T::kDomainUser},
    {"ProcessGuid"},
};
// The argument of kRegistryOperation is what a new value (%%1904) is called: Sysmon 13 says SetValue for it,
// rules of registry_add expect a creation.
#define SIL_REGISTRY_4657(NAME, CREATED)                                            \
  constexpr Rename NAME[] = {                                                       \
      {"TargetObject", "ObjectName|ObjectValueName", T::kRegistryPath},             \
      {"Details", "NewValue|NewValueType", T::kRegistryDetails},                    \
      {"Image", "ProcessName"},                                                     \
      {"ProcessId", "ProcessId", T::kHexToDecimal},                                 \
      {"EventType", "OperationType", T::kRegistryOperation, CREATED},               \
      {"User", "SubjectDomainName|SubjectUserName|SubjectUserSid", T::kDomainUser}, \
      {"NewName"},                                                                  \
      {"ProcessGuid"},                                                              \
  }
SIL_REGISTRY_4657(kSecurity4657Add, "CreateKey");
SIL_REGISTRY_4657(kSecurity4657Set, "SetValue");
#undef SIL_REGISTRY_4657
constexpr Rename kSecurity5156[] = {
    {"Image", "Application", T::kDevicePath},
    {"ProcessId", "ProcessID"},
    {"SourceIp", "SourceAddress"},
    {"SourcePort", "SourcePort"},
    {"DestinationIp", "DestAddress"},
    {"DestinationPort", "DestPort"},
    {"Initiated", "Direction", T::kDirection},
    {"Protocol", "Protocol", T::kProtocol},
    {"User"},
    {"SourceHostname"},
    {"DestinationHostname"},
    {"SourcePortName"},
    {"DestinationPortName"},
    {"SourceIsIpv6"},
    {"DestinationIsIpv6"},
    {"CommandLine"},
    {"ParentImage"},
    {"ParentCommandLine"},
    {"ProcessGuid"},
};
constexpr Rename kSecurity4663[] = {
    {"FileName", "ObjectName"},
    {"TargetFilename", "ObjectName"},
    {"Image", "ProcessName"},
    {"ProcessId", "ProcessId", T::kHexToDecimal},
    {"User", "SubjectDomainName|SubjectUserName|SubjectUserSid", T::kDomainUser},
    {"ParentImage"},
    {"ParentCommandLine"},
    {"CommandLine"},
    {"ProcessGuid"},
};
constexpr Rename kWmi5861[] = {
    {"Destination", "PossibleCause"},
    {"EventNamespace", "Namespace"},
    {"Consumer", "CONSUMER"},
    {"Filter", "ESS"},
    {"EventType"},
    {"Operation"},
    {"User"},
};
constexpr Rename kDefender[] = {
    {"Signature", "ThreatName"},
    {"Filename", "Path", T::kStripFilePrefix},
    {"User", "DetectionUser|User"},
};
// One service installation, told by two logs: rules of product windows alone may name either.
constexpr Rename kSecurity4697[] = {{"ImagePath", "ServiceFileName"}, {"StartType", "ServiceStartType"}};
constexpr Rename kSystem7045[] = {{"ServiceFileName", "ImagePath"}, {"ServiceStartType", "StartType"}};

// ---- categories
// ----------------------------------------------------------------------------------------------
constexpr std::span<const Rename> kAsIs{};
constexpr std::string_view kNewValue = "%%1904|New registry value created";
constexpr std::string_view kWrittenValue = "%%1904|%%1905|New registry value created|Existing registry value modified";
constexpr std::string_view kDeletedValue = "%%1906|Registry value deleted";

constexpr WindowsCategory kCategories[] = {
    {"process_creation", "sysmon", 1, 1, kSysmonProcess},
    {"process_creation", "security", 4688, 4688, kSecurity4688},
    {"process_termination", "sysmon", 5, 5, kAsIs},
    {"process_termination", "security", 4689, 4689, kSecurity4689},
    {"process_access", "sysmon", 10, 10, kSysmonAccess},
    {"process_tampering", "sysmon", 25, 25, kAsIs},
    {"create_remote_thread", "sysmon", 8, 8, kSysmonThread},
    {"raw_access_thread", "sysmon", 9, 9, kAsIs},
    {"driver_load", "sysmon", 6, 6, kAsIs},
    {"image_load", "sysmon", 7, 7, kSysmonNoCommand},
    {"network_connection", "sysmon", 3, 3, kSysmonNoCommand},
    {"network_connection", "security", 5156, 5156, kSecurity5156},
    {"dns_query", "sysmon", 22, 22, kAsIs},
    {"pipe_created", "sysmon", 17, 18, kAsIs},
    {"file_event", "sysmon", 11, 11, kSysmonFile},
    {"file_change", "sysmon", 2, 2, kSysmonFile},
    {"create_stream_hash", "sysmon", 15, 15, kAsIs},
    {"file_delete", "sysmon", 23, 23, kSysmonFile},
    {"file_delete", "sysmon", 26, 26, kSysmonFile},
    {"file_delete_detected", "sysmon", 26, 26, kSysmonFile},
    {"file_block_executable", "sysmon", 27, 27, kAsIs},
    {"file_block_shredding", "sysmon", 28, 28, kAsIs},
    {"file_executable_detected", "sysmon", 29, 29, kAsIs},
    // Kernel-File: 12 Create, 30 CreateNewFile; 19 Rename, 27 RenamePath.
    {"file_access", "kernel-file", 12, 12, kAsIs},
    {"file_access", "kernel-file", 30, 30, kAsIs},
    {"file_access", "security", 4663, 4663, kSecurity4663, "ObjectType", "File"},
    {"file_rename", "kernel-file", 19, 19, kAsIs},
    {"file_rename", "kernel-file", 27, 27, kAsIs},
    {"registry_event", "sysmon", 12, 14, kAsIs},
    {"registry_event", "security", 4657, 4657, kSecurity4657Set},
    {"registry_add", "sysmon", 12, 12, kAsIs, "EventType", "CreateKey|CreateValue"},
    {"registry_add", "security", 4657, 4657, kSecurity4657Add, "OperationType", kNewValue},
    {"registry_set", "sysmon", 13, 13, kAsIs},
    {"registry_set", "security", 4657, 4657, kSecurity4657Set, "OperationType", kWrittenValue},
    {"registry_delete", "sysmon", 12, 12, kAsIs, "EventType", "DeleteKey|DeleteValue"},
    {"registry_delete", "security", 4657, 4657, kSecurity4657Set, "OperationType", kDeletedValue},
    {"registry_rename", "sysmon", 14, 14, kAsIs},
    {"wmi_event", "sysmon", 19, 21, kAsIs},
    {"wmi_event", "wmi", 5861, 5861, kWmi5861},
    {"clipboard_capture", "sysmon", 24, 24, kAsIs},
    {"clipboard_change", "sysmon", 24, 24, kAsIs},
    {"sysmon_status", "sysmon", 4, 4, kAsIs},
    {"sysmon_status", "sysmon", 16, 16, kAsIs},
    {"sysmon_error", "sysmon", 255, 255, kAsIs},
    {"ps_module", "powershell", 4103, 4103, kAsIs},
    {"ps_script", "powershell", 4104, 4104, kAsIs},
    {"ps_classic_start", "powershell-classic", 400, 400, kAsIs},
    {"ps_classic_provider_start", "powershell-classic", 600, 600, kAsIs},
    {"ps_classic_script", "powershell-classic", 800, 800, kAsIs},
    {"antivirus", "windefend", 1006, 1012, kDefender},
    {"antivirus", "windefend", 1017, 1019, kDefender},
    {"antivirus", "windefend", 1115, 1119, kDefender},
};

constexpr WindowsFields kFields[] = {
    {"sysmon", 1, 29, kSysmonHashes},
    {"powershell-classic", 400, 800, kClassicPowerShell},
    {"security", 4697, 4697, kSecurity4697, true},
    {"system", 7045, 7045, kSystem7045, true},
};

}  // namespace

std::span<const WindowsService> windows_services() {
  return kServices;
}
std::span<const WindowsCategory> windows_categories() {
  return kCategories;
}
std::span<const WindowsFields> windows_fields() {
  return kFields;
}

}  // namespace sil::taxonomy
