#include "model/taxonomy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sil {
namespace {

constexpr const char* kSysmon = "Microsoft-Windows-Sysmon/Operational";
constexpr const char* kDefender = "Microsoft-Windows-Windows Defender/Operational";

LogKind windows(std::string channel, uint32_t event_id, std::string schema = "evtx") {
  LogKind kind;
  kind.schema = std::move(schema);
  kind.product = "windows";
  kind.channel = std::move(channel);
  kind.event_id = event_id;
  return kind;
}

Logsource category(std::string name) {
  return {"windows", std::move(name), ""};
}
Logsource service(std::string name) {
  return {"windows", "", std::move(name)};
}

struct CategoryCase {
  const char* category;
  const char* channel;
  uint32_t event_id;
  const char* guard_value = "";  // one value the guard must list; "" = no guard
};

class WindowsCategories : public testing::TestWithParam<CategoryCase> {};

TEST_P(WindowsCategories, AppliesToItsChannelAndEventIdOnly) {
  const CategoryCase& row = GetParam();
  RouteGuard guard;
  const Logsource logsource = category(row.category);
  EXPECT_TRUE(known_logsource(logsource));
  EXPECT_TRUE(has_reader(logsource));
  EXPECT_TRUE(applies(logsource, windows(row.channel, row.event_id), &guard));
  if (*row.guard_value == '\0') {
    EXPECT_TRUE(guard.field.empty());
  } else {
    EXPECT_FALSE(guard.field.empty());
    EXPECT_THAT(guard.values, testing::Contains(row.guard_value));
  }
  EXPECT_FALSE(applies(logsource, windows(row.channel, 9999), nullptr));
  EXPECT_FALSE(applies(logsource, windows("Application", row.event_id), nullptr));
  LogKind other = windows(row.channel, row.event_id);
  other.product = "linux";
  EXPECT_FALSE(applies(logsource, other, nullptr));
}

INSTANTIATE_TEST_SUITE_P(
    Table, WindowsCategories,
    testing::Values(
        CategoryCase{"process_creation", kSysmon, 1}, CategoryCase{"process_creation", "Security", 4688},
        CategoryCase{"process_termination", kSysmon, 5}, CategoryCase{"process_termination", "Security", 4689},
        CategoryCase{"registry_set", kSysmon, 13}, CategoryCase{"registry_set", "Security", 4657, "%%1905"},
        CategoryCase{"registry_add", kSysmon, 12, "CreateKey"},
        CategoryCase{"registry_add", "Security", 4657, "%%1904"},
        CategoryCase{"registry_delete", kSysmon, 12, "DeleteKey"},
        CategoryCase{"registry_delete", kSysmon, 12, "DeleteValue"},
        CategoryCase{"registry_delete", "Security", 4657, "%%1906"}, CategoryCase{"registry_event", kSysmon, 12},
        CategoryCase{"registry_event", kSysmon, 13}, CategoryCase{"registry_event", kSysmon, 14},
        CategoryCase{"registry_event", "Security", 4657}, CategoryCase{"registry_rename", kSysmon, 14},
        CategoryCase{"file_event", kSysmon, 11}, CategoryCase{"file_change", kSysmon, 2},
        CategoryCase{"file_delete", kSysmon, 23}, CategoryCase{"file_delete", kSysmon, 26},
        CategoryCase{"file_delete_detected", kSysmon, 26}, CategoryCase{"file_block_executable", kSysmon, 27},
        CategoryCase{"file_block_shredding", kSysmon, 28}, CategoryCase{"file_executable_detected", kSysmon, 29},
        CategoryCase{"file_access", "Security", 4663, "File"},
        CategoryCase{"file_access", "Microsoft-Windows-Kernel-File", 12},
        CategoryCase{"file_rename", "Microsoft-Windows-Kernel-File/Analytic", 27},
        CategoryCase{"create_stream_hash", kSysmon, 15},
        CategoryCase{"ps_script", "Microsoft-Windows-PowerShell/Operational", 4104},
        CategoryCase{"ps_script", "PowerShellCore/Operational", 4104},
        CategoryCase{"ps_module", "Microsoft-Windows-PowerShell/Operational", 4103},
        CategoryCase{"ps_module", "PowerShellCore/Operational", 4103},
        CategoryCase{"ps_classic_start", "Windows PowerShell", 400},
        CategoryCase{"ps_classic_provider_start", "Windows PowerShell", 600},
        CategoryCase{"ps_classic_script", "Windows PowerShell", 800}, CategoryCase{"image_load", kSysmon, 7},
        CategoryCase{"driver_load", kSysmon, 6}, CategoryCase{"network_connection", kSysmon, 3},
        CategoryCase{"network_connection", "Security", 5156}, CategoryCase{"process_access", kSysmon, 10},
        CategoryCase{"process_tampering", kSysmon, 25}, CategoryCase{"dns_query", kSysmon, 22},
        CategoryCase{"pipe_created", kSysmon, 17}, CategoryCase{"pipe_created", kSysmon, 18},
        CategoryCase{"create_remote_thread", kSysmon, 8}, CategoryCase{"raw_access_thread", kSysmon, 9},
        CategoryCase{"wmi_event", kSysmon, 19}, CategoryCase{"wmi_event", kSysmon, 20},
        CategoryCase{"wmi_event", kSysmon, 21},
        CategoryCase{"wmi_event", "Microsoft-Windows-WMI-Activity/Operational", 5861},
        CategoryCase{"clipboard_capture", kSysmon, 24}, CategoryCase{"clipboard_change", kSysmon, 24},
        CategoryCase{"sysmon_status", kSysmon, 4}, CategoryCase{"sysmon_status", kSysmon, 16},
        CategoryCase{"sysmon_error", kSysmon, 255}));

struct ServiceCase {
  const char* service;
  const char* channel;
};
class WindowsServices : public testing::TestWithParam<ServiceCase> {};

TEST_P(WindowsServices, MeansItsChannel) {
  const ServiceCase& row = GetParam();
  EXPECT_TRUE(known_logsource(service(row.service)));
  EXPECT_TRUE(applies(service(row.service), windows(row.channel, 7), nullptr));
  EXPECT_FALSE(applies(service(row.service), windows("Some Other Channel", 7), nullptr));
}

INSTANTIATE_TEST_SUITE_P(
    Table, WindowsServices,
    testing::Values(ServiceCase{"security", "Security"}, ServiceCase{"security", "security"},
                    ServiceCase{"system", "System"}, ServiceCase{"application", "Application"},
                    ServiceCase{"sysmon", kSysmon}, ServiceCase{"windefend", kDefender},
                    ServiceCase{"powershell", "Microsoft-Windows-PowerShell/Operational"},
                    ServiceCase{"powershell", "PowerShellCore/Operational"},
                    ServiceCase{"powershell-classic", "Windows PowerShell"},
                    ServiceCase{"codeintegrity-operational", "Microsoft-Windows-CodeIntegrity/Operational"},
                    ServiceCase{"appxdeployment-server", "Microsoft-Windows-AppXDeploymentServer/Operational"},
                    ServiceCase{"firewall-as", "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"},
                    ServiceCase{"msexchange-management", "MSExchange Management"},
                    ServiceCase{"bits-client", "Microsoft-Windows-Bits-Client/Operational"},
                    ServiceCase{"dns-client", "Microsoft-Windows-DNS Client Events/Operational"},
                    ServiceCase{"dns-client", "Microsoft-Windows-DNS-Client/Operational"},
                    ServiceCase{"taskscheduler", "Microsoft-Windows-TaskScheduler/Operational"},
                    ServiceCase{"iis-configuration", "Microsoft-IIS-Configuration/Operational"},
                    ServiceCase{"ntlm", "Microsoft-Windows-NTLM/Operational"},
                    ServiceCase{"wmi", "Microsoft-Windows-WMI-Activity/Operational"},
                    ServiceCase{"security-mitigations", "Microsoft-Windows-Security-Mitigations/Kernel Mode"},
                    ServiceCase{"security-mitigations", "Microsoft-Windows-Security-Mitigations/User Mode"},
                    ServiceCase{"security-mitigations", "Microsoft-Windows-Security-Mitigations/UserMode"},
                    ServiceCase{"dns-server", "DNS Server"},
                    ServiceCase{"dns-server-audit", "Microsoft-Windows-DNSServer/Audit"},
                    ServiceCase{"dns-server-analytic", "Microsoft-Windows-DNS-Server/Analytical"},
                    ServiceCase{"dns-server-analytic", "Microsoft-Windows-DNSServer/Analytical"},
                    ServiceCase{"applocker", "Microsoft-Windows-AppLocker/EXE and DLL"},
                    ServiceCase{"applocker", "Microsoft-Windows-AppLocker/MSI and Script"},
                    ServiceCase{"applocker", "Microsoft-Windows-AppLocker/Packaged app-Deployment"},
                    ServiceCase{"applocker", "Microsoft-Windows-AppLocker/Packaged app-Execution"},
                    ServiceCase{"terminalservices-localsessionmanager",
                                "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"},
                    ServiceCase{"smbserver-connectivity", "Microsoft-Windows-SMBServer/Connectivity"},
                    ServiceCase{"smbclient-security", "Microsoft-Windows-SmbClient/Security"},
                    ServiceCase{"smbclient-connectivity", "Microsoft-Windows-SMBClient/Connectivity"},
                    ServiceCase{"shell-core", "Microsoft-Windows-Shell-Core/Operational"},
                    ServiceCase{"printservice-operational", "Microsoft-Windows-PrintService/Operational"},
                    ServiceCase{"printservice-admin", "Microsoft-Windows-PrintService/Admin"},
                    ServiceCase{"openssh", "OpenSSH/Operational"},
                    ServiceCase{"microsoft-servicebus-client", "Microsoft-ServiceBus-Client/Admin"},
                    ServiceCase{"servicebus-client", "Microsoft-ServiceBus-Client/Operational"},
                    ServiceCase{"lsa-server", "Microsoft-Windows-LSA/Operational"},
                    ServiceCase{"ldap", "Microsoft-Windows-LDAP-Client/Debug"},
                    ServiceCase{"ldap_debug", "Microsoft-Windows-LDAP-Client/Debug"},
                    ServiceCase{"driver-framework", "Microsoft-Windows-DriverFrameworks-UserMode/Operational"},
                    ServiceCase{"diagnosis-scripted", "Microsoft-Windows-Diagnosis-Scripted/Operational"},
                    ServiceCase{"certificateservicesclient-lifecycle-system",
                                "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational"},
                    ServiceCase{"capi2", "Microsoft-Windows-CAPI2/Operational"},
                    ServiceCase{"appxpackaging-om", "Microsoft-Windows-AppxPackaging/Operational"},
                    ServiceCase{"appmodel-runtime", "Microsoft-Windows-AppModel-Runtime/Admin"},
                    ServiceCase{"kernel-shimengine", "Microsoft-Windows-Kernel-ShimEngine/Operational"},
                    ServiceCase{"kernel-shimengine", "Microsoft-Windows-Kernel-ShimEngine/Diagnostic"},
                    ServiceCase{"application-experience", "Microsoft-Windows-Application-Experience/Program-Telemetry"},
                    ServiceCase{"bitlocker", "Microsoft-Windows-BitLocker/BitLocker Management"},
                    ServiceCase{"dhcp", "Microsoft-Windows-DHCP-Server/Operational"},
                    ServiceCase{"hyper-v-worker", "Microsoft-Windows-Hyper-V-Worker-Admin"},
                    ServiceCase{"kernel-event-tracing", "Microsoft-Windows-Kernel-EventTracing/Admin"},
                    ServiceCase{"ntfs", "Microsoft-Windows-Ntfs/Operational"},
                    ServiceCase{"sense", "Microsoft-Windows-SENSE/Operational"},
                    ServiceCase{"vhdmp", "Microsoft-Windows-VHDMP-Operational"}));

TEST(WindowsRouting, RegistryDeleteDoesNotApplyToKeyCreation) {
  RouteGuard guard;
  ASSERT_TRUE(applies(category("registry_delete"), windows(kSysmon, 12), &guard));
  EXPECT_EQ(guard.field, "EventType");
  EXPECT_THAT(guard.values, testing::UnorderedElementsAre("DeleteKey", "DeleteValue"));
  ASSERT_TRUE(applies(category("registry_add"), windows(kSysmon, 12), &guard));
  EXPECT_THAT(guard.values, testing::Not(testing::Contains("DeleteKey")));
  EXPECT_FALSE(applies(category("registry_delete"), windows(kSysmon, 13), &guard));
}

TEST(WindowsRouting, AGuardOfAnEarlierCallIsCleared) {
  RouteGuard guard;
  ASSERT_TRUE(applies(category("registry_add"), windows(kSysmon, 12), &guard));
  ASSERT_TRUE(applies(category("registry_event"), windows(kSysmon, 12), &guard));
  EXPECT_TRUE(guard.field.empty());
  EXPECT_TRUE(guard.values.empty());
}

TEST(WindowsRouting, CategoriesKeepApart) {
  EXPECT_FALSE(applies(category("process_creation"), windows("Security", 5156), nullptr));
  EXPECT_FALSE(applies(category("process_creation"), windows("Security", 1), nullptr));
  EXPECT_FALSE(applies(category("process_creation"), windows(kSysmon, 4688), nullptr));
  EXPECT_FALSE(applies(category("ps_script"), windows("Windows PowerShell", 4104), nullptr));
}

TEST(WindowsRouting, ProductAloneMeansAnyWindowsChannel) {
  EXPECT_TRUE(applies({"windows", "", ""}, windows("Whatever/Admin", 3), nullptr));
  LogKind linux;
  linux.product = "linux";
  EXPECT_FALSE(applies({"windows", "", ""}, linux, nullptr));
}

TEST(WindowsRouting, EveryDimensionThatIsSetMustAgree) {
  EXPECT_TRUE(applies({"windows", "process_creation", "sysmon"}, windows(kSysmon, 1), nullptr));
  EXPECT_FALSE(applies({"windows", "process_creation", "sysmon"}, windows("Security", 4688), nullptr));
  EXPECT_FALSE(applies({"", "", ""}, windows(kSysmon, 1), nullptr));
}

TEST(WindowsRouting, AntivirusNeedsNoProduct) {
  for (uint32_t id : {1006U, 1012U, 1017U, 1019U, 1115U, 1116U, 1117U, 1119U}) {
    EXPECT_TRUE(applies({"", "antivirus", ""}, windows(kDefender, id), nullptr)) << id;
  }
  EXPECT_FALSE(applies({"", "antivirus", ""}, windows(kDefender, 5001), nullptr));
  EXPECT_FALSE(applies({"", "antivirus", ""}, windows("System", 1116), nullptr));
  EXPECT_FALSE(applies({"", "process_creation", ""}, windows(kSysmon, 1), nullptr));
  EXPECT_FALSE(applies({"", "dns", ""}, windows(kSysmon, 22), nullptr));
}

TEST(WindowsRouting, SchemaDoesNotMatter) {
  EXPECT_TRUE(applies(category("process_creation"), windows(kSysmon, 1, "nxlog"), nullptr));
  EXPECT_TRUE(applies(service("security"), windows("Security", 4624, "winlogbeat"), nullptr));
}

TEST(KnownLogsources, UnknownWordsAreNotKnown) {
  EXPECT_FALSE(known_logsource(service("no-such-service")));
  EXPECT_FALSE(known_logsource(category("no_such_category")));
  EXPECT_FALSE(known_logsource({"windows", "process_creation", "no-such-service"}));
  EXPECT_FALSE(known_logsource({"linux", "", "no-such-service"}));
  EXPECT_FALSE(known_logsource({"plan9", "", ""}));
  EXPECT_FALSE(known_logsource({"", "", ""}));
  EXPECT_TRUE(known_logsource({"windows", "", ""}));
  EXPECT_FALSE(applies(service("no-such-service"), windows("Security", 1), nullptr));
}

// ---- fields
// --------------------------------------------------------------------------------------------------
struct RenameCase {
  const char* category;
  const char* channel;
  uint32_t event_id;
  const char* field;
  std::vector<std::string> names;
  Translation translation = Translation::kNone;
  std::vector<std::string> texts = {};
  const char* result = "";
};
class WindowsRenames : public testing::TestWithParam<RenameCase> {};

TEST_P(WindowsRenames, FindsAndTranslates) {
  const RenameCase& row = GetParam();
  const FieldSource source = field_source(category(row.category), windows(row.channel, row.event_id), row.field);
  EXPECT_FALSE(source.missing);
  EXPECT_EQ(source.names, row.names);
  EXPECT_EQ(source.translation, row.translation);
  if (!row.texts.empty()) {
    std::string out;
    EXPECT_TRUE(translate(source, row.texts, &out));
    EXPECT_EQ(out, row.result);
  }
}

using T = Translation;
const std::vector<std::string> kSubject = {"SubjectDomainName", "SubjectUserName", "SubjectUserSid"};

INSTANTIATE_TEST_SUITE_P(
    Process, WindowsRenames,
    testing::Values(
        RenameCase{"process_creation", "Security", 4688, "Image", {"NewProcessName"}},
        RenameCase{"process_creation", "Security", 4688, "image", {"NewProcessName"}},
        RenameCase{"process_creation", "Security", 4688, "ParentImage", {"ParentProcessName"}},
        RenameCase{"process_creation", "Security", 4688, "CommandLine", {"CommandLine"}},
        RenameCase{
            "process_creation", "Security", 4688, "ProcessId", {"NewProcessId"}, T::kHexToDecimal, {"0xad4"}, "2772"},
        RenameCase{
            "process_creation", "Security", 4688, "ParentProcessId", {"ProcessId"}, T::kHexToDecimal, {"0x4"}, "4"},
        RenameCase{"process_creation",
                   "Security",
                   4688,
                   "User",
                   kSubject,
                   T::kDomainUser,
                   {"HARBOR", "anna", "S-1-5-21-1-2-3-1001"},
                   "HARBOR\\anna"},
        RenameCase{"process_creation",
                   "Security",
                   4688,
                   "User",
                   kSubject,
                   T::kDomainUser,
                   {"WORKGROUP", "HOST$", "S-1-5-18"},
                   "NT AUTHORITY\\SYSTEM"},
        RenameCase{"process_creation", "Security", 4688, "User", kSubject, T::kDomainUser, {"-", "anna", ""}, "anna"},
        RenameCase{"process_creation", "Security", 4688, "LogonId", {"SubjectLogonId"}},
        RenameCase{"process_creation",
                   "Security",
                   4688,
                   "IntegrityLevel",
                   {"MandatoryLabel"},
                   T::kIntegrityLevel,
                   {"S-1-16-12288"},
                   "High"},
        RenameCase{"process_creation",
                   "Security",
                   4688,
                   "IntegrityLevel",
                   {"MandatoryLabel"},
                   T::kIntegrityLevel,
                   {"Mandatory Label\\System Mandatory Level"},
                   "System"},
        RenameCase{"process_creation", kSysmon, 1, "Image", {"Image"}},
        RenameCase{"process_creation", kSysmon, 1, "ProcessId", {"ProcessId"}},
        RenameCase{"process_termination", "Security", 4689, "Image", {"ProcessName"}},
        RenameCase{"process_creation",
                   kSysmon,
                   1,
                   "sha256",
                   {"Hashes", "Hash"},
                   T::kHashOf,
                   {"SHA1=AA,MD5=BB,SHA256=CC,IMPHASH=DD", ""},
                   "CC"},
        RenameCase{
            "driver_load", kSysmon, 6, "Imphash", {"Hashes", "Hash"}, T::kHashOf, {"SHA1=AA, IMPHASH=DD", ""}, "DD"},
        RenameCase{"image_load", kSysmon, 7, "md5", {"Hashes", "Hash"}, T::kHashOf, {"MD5=BB"}, "BB"},
        RenameCase{"create_stream_hash", kSysmon, 15, "sha1", {"Hashes", "Hash"}, T::kHashOf, {"", "SHA1=AA"}, "AA"}));

const std::vector<std::string> kKeyAndValue = {"ObjectName", "ObjectValueName"};
const std::vector<std::string> kValueAndType = {"NewValue", "NewValueType"};

INSTANTIATE_TEST_SUITE_P(
    Registry, WindowsRenames,
    testing::Values(
        RenameCase{"registry_set",
                   "Security",
                   4657,
                   "TargetObject",
                   kKeyAndValue,
                   T::kRegistryPath,
                   {"\\REGISTRY\\MACHINE\\SOFTWARE\\Acme", "Start"},
                   "HKLM\\SOFTWARE\\Acme\\Start"},
        RenameCase{"registry_set",
                   "Security",
                   4657,
                   "TargetObject",
                   kKeyAndValue,
                   T::kRegistryPath,
                   {"\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\EventLog", "Start"},
                   "HKLM\\System\\CurrentControlSet\\Services\\EventLog\\Start"},
        RenameCase{"registry_set",
                   "Security",
                   4657,
                   "TargetObject",
                   kKeyAndValue,
                   T::kRegistryPath,
                   {"\\REGISTRY\\USER\\S-1-5-21-1\\Software\\Run", "x"},
                   "HKU\\S-1-5-21-1\\Software\\Run\\x"},
        RenameCase{"registry_set",
                   "Security",
                   4657,
                   "TargetObject",
                   kKeyAndValue,
                   T::kRegistryPath,
                   {"\\REGISTRY\\MACHINERY\\x", "-"},
                   "\\REGISTRY\\MACHINERY\\x"},
        RenameCase{"registry_set",
                   "Security",
                   4657,
                   "Details",
                   kValueAndType,
                   T::kRegistryDetails,
                   {"4", "%%1876"},
                   "DWORD (0x00000004)"},
        RenameCase{"registry_set",
                   "Security",
                   4657,
                   "Details",
                   kValueAndType,
                   T::kRegistryDetails,
                   {"0x100000002", "%%1883"},
                   "QWORD (0x00000001-0x00000002)"},
        RenameCase{
            "registry_set", "Security", 4657, "Details", kValueAndType, T::kRegistryDetails, {"4", "%%1873"}, "4"},
        RenameCase{"registry_set", "Security", 4657, "Image", {"ProcessName"}},
        RenameCase{"registry_set",
                   "Security",
                   4657,
                   "EventType",
                   {"OperationType"},
                   T::kRegistryOperation,
                   {"%%1904"},
                   "SetValue"},
        RenameCase{"registry_add",
                   "Security",
                   4657,
                   "EventType",
                   {"OperationType"},
                   T::kRegistryOperation,
                   {"%%1904"},
                   "CreateKey"},
        RenameCase{"registry_event",
                   "Security",
                   4657,
                   "EventType",
                   {"OperationType"},
                   T::kRegistryOperation,
                   {"%%1905"},
                   "SetValue"},
        RenameCase{"registry_delete",
                   "Security",
                   4657,
                   "EventType",
                   {"OperationType"},
                   T::kRegistryOperation,
                   {"Registry value deleted"},
                   "DeleteValue"},
        RenameCase{"registry_set", kSysmon, 13, "TargetObject", {"TargetObject"}}));

INSTANTIATE_TEST_SUITE_P(
    Others, WindowsRenames,
    testing::Values(
        RenameCase{"network_connection",
                   "Security",
                   5156,
                   "Image",
                   {"Application"},
                   T::kDevicePath,
                   {"\\device\\harddiskvolume3\\windows\\system32\\svchost.exe"},
                   "C:\\windows\\system32\\svchost.exe"},
        RenameCase{"network_connection",
                   "Security",
                   5156,
                   "Image",
                   {"Application"},
                   T::kDevicePath,
                   {"\\device\\harddiskvolume9\\tools\\x.exe"},
                   "\\device\\harddiskvolume9\\tools\\x.exe"},
        RenameCase{
            "network_connection", "Security", 5156, "Image", {"Application"}, T::kDevicePath, {"System"}, "System"},
        RenameCase{"network_connection", "Security", 5156, "SourceIp", {"SourceAddress"}},
        RenameCase{"network_connection", "Security", 5156, "DestinationIp", {"DestAddress"}},
        RenameCase{"network_connection", "Security", 5156, "DestinationPort", {"DestPort"}},
        RenameCase{
            "network_connection", "Security", 5156, "Initiated", {"Direction"}, T::kDirection, {"%%14593"}, "true"},
        RenameCase{
            "network_connection", "Security", 5156, "Initiated", {"Direction"}, T::kDirection, {"%%14592"}, "false"},
        RenameCase{"network_connection", "Security", 5156, "Protocol", {"Protocol"}, T::kProtocol, {"6"}, "tcp"},
        RenameCase{"network_connection", "Security", 5156, "Protocol", {"Protocol"}, T::kProtocol, {"17"}, "udp"},
        RenameCase{"network_connection", "Security", 5156, "Protocol", {"Protocol"}, T::kProtocol, {"2"}, "2"},
        RenameCase{"file_access", "Security", 4663, "FileName", {"ObjectName"}},
        RenameCase{"file_access", "Security", 4663, "Image", {"ProcessName"}},
        RenameCase{"wmi_event", "Microsoft-Windows-WMI-Activity/Operational", 5861, "Destination", {"PossibleCause"}},
        RenameCase{"ps_classic_start",
                   "Windows PowerShell",
                   400,
                   "HostApplication",
                   {"Data"},
                   T::kKeyValueLine,
                   {"Available\nNone\n\tHostName=ConsoleHost\r\n\tHostApplication=powershell -enc A==\r\n"},
                   "powershell -enc A=="},
        RenameCase{"ps_classic_start", "Windows PowerShell", 400, "Data", {"Data"}},
        RenameCase{"ps_classic_script",
                   "Windows PowerShell",
                   800,
                   "CommandLine",
                   {"Data"},
                   T::kKeyValueLine,
                   {"\tCommandLine=\n"},
                   ""}));

struct MissingCase {
  const char* category;
  const char* channel;
  uint32_t event_id;
  const char* field;
};
class WindowsMissing : public testing::TestWithParam<MissingCase> {};

TEST_P(WindowsMissing, IsMarkedAndKeepsItsName) {
  const MissingCase& row = GetParam();
  const FieldSource source = field_source(category(row.category), windows(row.channel, row.event_id), row.field);
  EXPECT_TRUE(source.missing);
  EXPECT_EQ(source.names, std::vector<std::string>{row.field});
}

INSTANTIATE_TEST_SUITE_P(Table, WindowsMissing,
                         testing::Values(MissingCase{"process_creation", "Security", 4688, "OriginalFileName"},
                                         MissingCase{"process_creation", "Security", 4688, "Hashes"},
                                         MissingCase{"process_creation", "Security", 4688, "Imphash"},
                                         MissingCase{"process_creation", "Security", 4688, "Description"},
                                         MissingCase{"process_creation", "Security", 4688, "Company"},
                                         MissingCase{"process_creation", "Security", 4688, "Product"},
                                         MissingCase{"process_creation", "Security", 4688, "FileVersion"},
                                         MissingCase{"process_creation", "Security", 4688, "ParentCommandLine"},
                                         MissingCase{"process_creation", "Security", 4688, "CurrentDirectory"},
                                         MissingCase{"network_connection", "Security", 5156, "DestinationHostname"},
                                         MissingCase{"registry_event", "Security", 4657, "NewName"},
                                         MissingCase{"file_event", kSysmon, 11, "CommandLine"}));

TEST(WindowsFields, AServiceRuleSeesTheNativeNames) {
  const LogKind kind = windows("Security", 4688);
  for (const char* field : {"ProcessId", "NewProcessName", "Image", "OriginalFileName", "MandatoryLabel"}) {
    const FieldSource source = field_source(service("security"), kind, field);
    EXPECT_EQ(source.names, std::vector<std::string>{field});
    EXPECT_EQ(source.translation, Translation::kNone);
    EXPECT_FALSE(source.missing);
  }
}

TEST(WindowsFields, HashesAreSplitForServiceRulesToo) {
  EXPECT_EQ(field_source(service("sysmon"), windows(kSysmon, 1), "IMPHASH").translation, Translation::kHashOf);
  EXPECT_EQ(field_source(service("system"), windows("System", 7045), "md5").translation, Translation::kNone);
}

TEST(WindowsFields, AntivirusReadsDefendersNames) {
  const Logsource antivirus = {"", "antivirus", ""};
  EXPECT_EQ(field_source(antivirus, windows(kDefender, 1116), "Signature").names,
            std::vector<std::string>{"ThreatName"});
  const FieldSource path = field_source(antivirus, windows(kDefender, 1117), "Filename");
  std::string out;
  ASSERT_TRUE(translate(path, {"file:_C:\\a.exe; containerfile:_C:\\b.zip"}, &out));
  EXPECT_EQ(out, "C:\\a.exe; C:\\b.zip");
}

TEST(WindowsFields, ServiceInstallationsShareNamesForProductRules) {
  const LogKind security = windows("Security", 4697);
  const LogKind system = windows("System", 7045);
  EXPECT_EQ(field_source({"windows", "", ""}, security, "ImagePath").names[0], "ServiceFileName");
  EXPECT_EQ(field_source({"windows", "", ""}, system, "ServiceFileName").names[0], "ImagePath");
  EXPECT_EQ(field_source(service("security"), security, "ImagePath").names[0], "ImagePath");
}

TEST(Translate, RefusesValuesItCannotRead) {
  std::string out;
  EXPECT_FALSE(translate({{"a"}, T::kHexToDecimal, "", false}, {"zz"}, &out));
  EXPECT_FALSE(translate({{"a"}, T::kHexToDecimal, "", false}, {""}, &out));
  EXPECT_FALSE(translate({{"a"}, T::kIntegrityLevel, "", false}, {"S-1-5-18"}, &out));
  EXPECT_FALSE(translate({{"a"}, T::kHashOf, "MD5", false}, {"SHA1=AA"}, &out));
  EXPECT_FALSE(translate({{"a"}, T::kKeyValueLine, "HostName", false}, {"HostNameX=1\nno\n"}, &out));
  EXPECT_FALSE(translate({{"a", "b", "c"}, T::kDomainUser, "", false}, {"D", "-", "S-1-0-0"}, &out));
  EXPECT_FALSE(translate({{"a"}, T::kDirection, "", false}, {"sideways"}, &out));
  for (int kind = 0; kind <= static_cast<int>(T::kKeyValueLine); ++kind) {
    EXPECT_NO_THROW(translate({{}, static_cast<T>(kind), "x", false}, {}, &out));
  }
}

}  // namespace
}  // namespace sil
