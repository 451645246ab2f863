// All Windows logs besides Security: Sysmon, System, Application, PowerShell and the operational channels.
#include "report/summary_table.h"

namespace sil::report {
namespace {

constexpr SummaryLog kSysmon = {"Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational"};
constexpr SummaryLog kEventlogSystem = {"Microsoft-Windows-Eventlog", "System"};
constexpr SummaryLog kServices = {"Service Control Manager", ""};
constexpr SummaryLog kClassicEventlog = {"EventLog", ""};
constexpr SummaryLog kUser32 = {"User32", ""};
constexpr SummaryLog kKernelGeneral = {"Microsoft-Windows-Kernel-General", ""};
constexpr SummaryLog kKernelPower = {"Microsoft-Windows-Kernel-Power", ""};
constexpr SummaryLog kEsent = {"ESENT", ""};
constexpr SummaryLog kNtdsIsam = {"NTDS ISAM", ""};
constexpr SummaryLog kVss = {"VSS", ""};
constexpr SummaryLog kAppError = {"Application Error", ""};
constexpr SummaryLog kMsi = {"MsiInstaller", ""};
constexpr SummaryLog kBackup = {"Microsoft-Windows-Backup", ""};
constexpr SummaryLog kClassicPowerShell = {"PowerShell", "Windows PowerShell"};
constexpr SummaryLog kPowerShell = {"Microsoft-Windows-PowerShell", "Microsoft-Windows-PowerShell/Operational"};
constexpr SummaryLog kPowerShellCore = {"PowerShellCore", "PowerShellCore/Operational"};
constexpr SummaryLog kTasks = {"Microsoft-Windows-TaskScheduler", "Microsoft-Windows-TaskScheduler/Operational"};
constexpr SummaryLog kDefender = {"Microsoft-Windows-Windows Defender",
                                  "Microsoft-Windows-Windows Defender/Operational"};
constexpr SummaryLog kSessions = {"Microsoft-Windows-TerminalServices-LocalSessionManager",
                                  "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"};
constexpr SummaryLog kRemoteConnections = {"Microsoft-Windows-TerminalServices-RemoteConnectionManager",
                                           "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"};
constexpr SummaryLog kRdpClient = {"Microsoft-Windows-TerminalServices-ClientActiveXCore",
                                   "Microsoft-Windows-TerminalServices-RDPClient/Operational"};
constexpr SummaryLog kRdpCore = {"Microsoft-Windows-RemoteDesktopServices-RdpCoreTS",
                                 "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"};
constexpr SummaryLog kWmi = {"Microsoft-Windows-WMI-Activity", "Microsoft-Windows-WMI-Activity/Operational"};
constexpr SummaryLog kWinRm = {"Microsoft-Windows-WinRM", "Microsoft-Windows-WinRM/Operational"};
constexpr SummaryLog kBits = {"Microsoft-Windows-Bits-Client", "Microsoft-Windows-Bits-Client/Operational"};
constexpr SummaryLog kAppLocker = {"Microsoft-Windows-AppLocker", ""};
constexpr SummaryLog kCodeIntegrity = {"Microsoft-Windows-CodeIntegrity",
                                       "Microsoft-Windows-CodeIntegrity/Operational"};
constexpr SummaryLog kFirewall = {"Microsoft-Windows-Windows Firewall With Advanced Security",
                                  "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"};
constexpr SummaryLog kDnsClient = {"Microsoft-Windows-DNS-Client", "Microsoft-Windows-DNS Client Events/Operational"};
constexpr SummaryLog kDnsServer = {"Microsoft-Windows-DNS-Server-Service", "DNS Server"};
constexpr SummaryLog kNtlm = {"Microsoft-Windows-NTLM", "Microsoft-Windows-NTLM/Operational"};
constexpr SummaryLog kSmbClient = {"Microsoft-Windows-SMBClient", ""};
constexpr SummaryLog kSmbServer = {"Microsoft-Windows-SMBServer", ""};
constexpr SummaryLog kPrint = {"Microsoft-Windows-PrintService", ""};
constexpr SummaryLog kShell = {"Microsoft-Windows-Shell-Core", "Microsoft-Windows-Shell-Core/Operational"};
constexpr SummaryLog kOpenSsh = {"OpenSSH", "OpenSSH/Operational"};
constexpr SummaryLog kVhd = {"Microsoft-Windows-VHDMP", "Microsoft-Windows-VHDMP-Operational"};
constexpr SummaryLog kDirectory = {"Microsoft-Windows-ActiveDirectory_DomainService", "Directory Service"};
constexpr SummaryLog kKdc = {"Microsoft-Windows-Kerberos-Key-Distribution-Center", ""};
constexpr SummaryLog kDriverFrameworks = {"Microsoft-Windows-DriverFrameworks-UserMode", ""};
constexpr SummaryLog kMssql = {"MSSQLSERVER", ""};
constexpr SummaryLog kMssqlExpress = {"MSSQL$SQLEXPRESS", ""};
constexpr SummaryLog kExchange = {"MSExchange CmdletLogs", "MSExchange Management"};
constexpr SummaryLog kExchangeManagement = {"MSExchange Management", ""};

constexpr SummaryRow kRows[] = {
    {&kSysmon, 1,
     "{CommandLine:cmd*/Image:base}[ (originally {OriginalFileName:renamed})][, by {ParentImage:base}]"
     "[ as {User:user}]"},
    {&kSysmon, 2, "{Image:base} changed the creation time of {TargetFilename*}[ to {CreationUtcTime}]"},
    {&kSysmon, 3,
     "{Image:base} was reached from {SourceIp:addr}[ ({SourceHostname})] on port {DestinationPort}"
     "[ as {User:user}]",
     "Initiated", "false"},
    {&kSysmon, 3,
     "{Image:base} connected to {DestinationIp:addr}:{DestinationPort}[ ({DestinationHostname})]"
     "[ as {User:user}]"},
    {&kSysmon, 4, "Sysmon service: {State}"},
    {&kSysmon, 5, "{Image:base} ended"},
    {&kSysmon, 6, "driver {ImageLoaded:base} loaded from {ImageLoaded*}[, signed by {Signature}][, {SignatureStatus}]"},
    {&kSysmon, 7,
     "{Image:base} loaded {ImageLoaded*}[ (originally {OriginalFileName:renamed})]"
     "[, signature {SignatureStatus}]"},
    {&kSysmon, 8,
     "{SourceImage:base} started a thread in {TargetImage:base}[ at {StartModule:base}][ {StartFunction}]"},
    {&kSysmon, 9, "{Image:base} read the raw disk {Device*}"},
    {&kSysmon, 10, "{SourceImage:base} opened {TargetImage:base} ({GrantedAccess:access})[ as {SourceUser:user}]"},
    {&kSysmon, 11, "{Image:base} created {TargetFilename*}[ as {User:user}]"},
    {&kSysmon, 12, "{Image:base} {EventType} {TargetObject*}[ as {User:user}]"},
    {&kSysmon, 13, "{Image:base} set {TargetObject*}[ = {Details}][ as {User:user}]"},
    {&kSysmon, 14, "{Image:base} renamed {TargetObject*}[ to {NewName}]"},
    {&kSysmon, 15, "{Image:base} wrote the stream {TargetFilename*}"},
    {&kSysmon, 16, "Sysmon configuration changed: {Configuration*}"},
    {&kSysmon, 17, "{Image:base} created the pipe {PipeName*}[ as {User:user}]"},
    {&kSysmon, 18, "{Image:base} opened the pipe {PipeName*}[ as {User:user}]"},
    {&kSysmon, 19, "WMI filter {Name} {Operation}: {Query*}[ by {User:user}]"},
    {&kSysmon, 20, "WMI consumer {Name} {Operation}: {Destination*}[ by {User:user}]"},
    {&kSysmon, 21, "WMI binding {Operation}: {Consumer*} to {Filter}[ by {User:user}]"},
    {&kSysmon, 22, "{Image:base} looked up {QueryName*}[ = {QueryResults}]"},
    {&kSysmon, 23, "{Image:base} deleted {TargetFilename*} (kept by Sysmon)[ as {User:user}]"},
    {&kSysmon, 24, "{Image:base} changed the clipboard[ ({ClientInfo})]"},
    {&kSysmon, 25, "{Image:base} was tampered with: {Type}"},
    {&kSysmon, 26, "{Image:base} deleted {TargetFilename*}[ as {User:user}]"},
    {&kSysmon, 27, "{Image:base} was kept from creating the program {TargetFilename*}"},
    {&kSysmon, 28, "{Image:base} was kept from shredding {TargetFilename*}"},
    {&kSysmon, 29, "{Image:base} created the program {TargetFilename*}[ as {User:user}]"},
    {&kSysmon, 255, "Sysmon error {ID}: {Description*}"},

    {&kEventlogSystem, 104,
     "log {Event.UserData.LogFileCleared.Channel} cleared by {SubjectUserName:user}"
     "[, saved to {BackupPath}]"},
    {&kEventlogSystem, 1101, "events were lost"},
    {&kServices, 7000, "service {param1} failed to start: {param2:win32*}"},
    {&kServices, 7001, "service {param1} failed, depends on {param2}: {param3:win32*}"},
    {&kServices, 7009, "service {param2} did not start within {param1} ms"},
    {&kServices, 7023, "service {param1} stopped with an error: {param2:win32*}"},
    {&kServices, 7024, "service {param1} stopped with its own error {param2*}"},
    {&kServices, 7026, "drivers did not load: {param1*}"},
    {&kServices, 7030, "service {param1} wants to be interactive"},
    {&kServices, 7031, "service {param1} ended unexpectedly ({param2} times)"},
    {&kServices, 7034, "service {param1} ended unexpectedly ({param2} times)"},
    {&kServices, 7035, "service {param1} was sent a {param2} control"},
    {&kServices, 7036, "service {param1} is {param2}"},
    {&kServices, 7040, "service {param1}: start type from {param2} to {param3}"},
    {&kServices, 7045, "service {ServiceName} installed: {ImagePath:cmd*}[, runs as {AccountName}][, {StartType}]"},
    {&kClassicEventlog, 6005, "event log service started (system start)"},
    {&kClassicEventlog, 6006, "event log service stopped (system shutdown)"},
    {&kClassicEventlog, 6008, "unexpected shutdown before, at {Data[1]} {Data[2]}"},
    {&kClassicEventlog, 6011, "computer renamed from {Data[1]} to {Data[2]}"},
    {&kClassicEventlog, 6013, "system up for {Data[5]} s"},
    {&kUser32, 1074, "{param1:base} ordered {param5}[ as {param7}][: {param3*}]"},
    {&kKernelGeneral, 1, "clock set from {OldTime} to {NewTime}"},
    {&kKernelGeneral, 12, "Windows started"},
    {&kKernelGeneral, 13, "Windows shut down"},
    {&kKernelGeneral, 16, "registry hive {HiveName*} was compacted"},
    {&kKernelPower, 41, "restart without a clean shutdown"},
    {&kBackup, 524, "backup catalog deleted"},

    {&kEsent, 216, "{Data[1]} moved a database: {Data:paths*}"},
    {&kEsent, 325, "{Data[1]} created the database {Data:paths*}"},
    {&kEsent, 326, "{Data[1]} attached the database {Data:paths*}"},
    {&kEsent, 327, "{Data[1]} detached the database {Data:paths*}"},
    {&kEsent, 637, "{Data[1]} made a flush map: {Data:paths*}"},
    {&kEsent, 102, "{Data[1]} started a database engine instance"},
    {&kEsent, 103, "{Data[1]} stopped a database engine instance"},
    {&kNtdsIsam, 216, "{Data[1]} moved a database: {Data:paths*}"},
    {&kNtdsIsam, 325, "{Data[1]} created the database {Data:paths*}"},
    {&kNtdsIsam, 326, "{Data[1]} attached the database {Data:paths*}"},
    {&kNtdsIsam, 327, "{Data[1]} detached the database {Data:paths*}"},
    {&kVss, 8222, "shadow copy made: {Data*}"},
    {&kVss, 8224, "shadow copy service stops after idling"},
    {&kAppError, 1000, "{AppName/Data[1]} crashed in {ModuleName/Data[4]}[ ({ExceptionCode})]"},
    {&kMsi, 1033, "installed {Data[1]*}[ {Data[2]}]"},
    {&kMsi, 1034, "removed {Data[1]*}[ {Data[2]}]"},
    {&kMsi, 1040, "installation begins: {Data[1]*}"},
    {&kMsi, 1042, "installation ends: {Data[1]*}"},
    {&kMsi, 11707, "installed: {Data[1]*}"},
    {&kMsi, 11724, "removed: {Data[1]*}"},

    {&kClassicPowerShell, 400,
     "PowerShell started: {Data:kv=HostApplication*}[ ({Data:kv=HostName})]"
     "[, engine {Data:kv=EngineVersion}]"},
    {&kClassicPowerShell, 403, "PowerShell stopped: {Data:kv=HostApplication*}"},
    {&kClassicPowerShell, 600, "PowerShell provider {Data[1]} started: {Data:kv=HostApplication*}"},
    {&kClassicPowerShell, 800, "PowerShell ran: {Data[1]*/Data:kv=HostApplication*}"},
    {&kPowerShell, 4100, "PowerShell error: {Payload*}"},
    {&kPowerShell, 4103, "PowerShell ran: {Payload*}"},
    {&kPowerShell, 4104, "PowerShell script: {ScriptBlockText*}[ ({Path:base})]"},
    {&kPowerShell, 4105, "PowerShell script block {ScriptBlockId} started"},
    {&kPowerShell, 4106, "PowerShell script block {ScriptBlockId} ended"},
    {&kPowerShell, 53504, "PowerShell listens for remote callers[ in process {param1}]"},
    {&kPowerShellCore, 4103, "PowerShell ran: {Payload*}"},
    {&kPowerShellCore, 4104, "PowerShell script: {ScriptBlockText*}[ ({Path:base})]"},

    {&kTasks, 100, "task {TaskName*} started[ as {UserContext}]"},
    {&kTasks, 102, "task {TaskName*} finished[ as {UserContext}]"},
    {&kTasks, 106, "task {TaskName*} registered[ by {UserContext}]"},
    {&kTasks, 110, "task {TaskName*} started on request[ of {UserContext}]"},
    {&kTasks, 118, "task {TaskName*} started at boot"},
    {&kTasks, 119, "task {TaskName*} started at logon[ of {UserName}]"},
    {&kTasks, 129, "task {TaskName} launched {Path*}"},
    {&kTasks, 140, "task {TaskName*} changed[ by {UserName}]"},
    {&kTasks, 141, "task {TaskName*} deleted[ by {UserName}]"},
    {&kTasks, 142, "task {TaskName*} disabled[ by {UserName}]"},
    {&kTasks, 200, "task {TaskName} runs {ActionName*}"},
    {&kTasks, 201, "task {TaskName} ran {ActionName*}[, result {ResultCode}]"},

    {&kDefender, 1006, "{ThreatName} found: {Path*}[ in {ProcessName:base}]"},
    {&kDefender, 1007, "{ThreatName}: {ActionID:action/ActionName}[ on {Path*}]"},
    {&kDefender, 1008, "{ThreatName}: action failed[ ({ActionID:action/ActionName})][ on {Path*}]"},
    {&kDefender, 1009, "{ThreatName} restored from quarantine: {Path*}[ by {User}]"},
    {&kDefender, 1011, "{ThreatName} deleted from quarantine[ by {User}]"},
    {&kDefender, 1013, "history of malware detections deleted[ by {User}]"},
    {&kDefender, 1015, "suspicious behaviour: {ProcessName:base}[ {Path*}]"},
    {&kDefender, 1116, "{ThreatName} found: {Path*}[ in {ProcessName:base}][ as {DetectionUser}]"},
    {&kDefender, 1117, "{ThreatName}: {ActionID:action/ActionName}, {Path*}[ as {DetectionUser/RemediationUser}]"},
    {&kDefender, 1118, "{ThreatName}: action failed on {Path*}[, {ErrorDescription}]"},
    {&kDefender, 1119, "{ThreatName}: action failed badly on {Path*}[, {ErrorDescription}]"},
    {&kDefender, 1121, "attack surface rule {ID} blocked {ProcessName:base}[: {Path*}]"},
    {&kDefender, 1122, "attack surface rule {ID} would have blocked {ProcessName:base}[: {Path*}]"},
    {&kDefender, 2001, "definition update failed[: {ErrorDescription*}]"},
    {&kDefender, 3002, "real-time protection failed[: {FeatureName}][, {ErrorDescription}]"},
    {&kDefender, 5000, "real-time protection turned on"},
    {&kDefender, 5001, "real-time protection turned off"},
    {&kDefender, 5004, "real-time protection configuration changed[: {FeatureName}]"},
    {&kDefender, 5007, "Defender setting changed: {NewValue*/OldValue*}"},
    {&kDefender, 5010, "scanning for malware turned off"},
    {&kDefender, 5012, "scanning for viruses turned off"},
    {&kDefender, 5013, "tamper protection {ChangedType}: {Value*}"},
    {&kDefender, 5101, "Defender has expired"},

    {&kSessions, 21, "{User} logged on, session {SessionID}[ from {Address}]"},
    {&kSessions, 22, "{User} got a shell, session {SessionID}[ from {Address}]"},
    {&kSessions, 23, "{User} logged off, session {SessionID}"},
    {&kSessions, 24, "{User} disconnected, session {SessionID}[ from {Address}]"},
    {&kSessions, 25, "{User} reconnected, session {SessionID}[ from {Address}]"},
    {&kSessions, 39, "session {TargetSession} disconnected by session {Source}"},
    {&kSessions, 40, "session {Session} disconnected, reason {Reason}"},
    {&kSessions, 41, "{User} begins session arbitration, session {SessionID}"},
    {&kRemoteConnections, 261, "RDP listener {listenerName/param1} got a connection"},
    {&kRemoteConnections, 1149, "{Param1} authenticated for RDP[ from {Param3:addr}][, domain {Param2}]"},
    {&kRdpClient, 1024, "RDP client connects to {Value*}"},
    {&kRdpClient, 1102, "RDP client connected to {Value*}"},
    {&kRdpCore, 98, "RDP connection accepted"},
    {&kRdpCore, 131, "RDP connection ({ConnType}) from {ClientIP}"},

    {&kWmi, 5857, "WMI provider {ProviderName} started by {HostProcess:base}: {ProviderPath*}"},
    {&kWmi, 5858, "WMI call failed ({ResultCode}): {Operation*}[ by {User}][ from {ClientMachine}]"},
    {&kWmi, 5859, "WMI event filter started: {Query*}[ as {User}]"},
    {&kWmi, 5860, "WMI temporary event filter: {Query*}[ as {User}]"},
    {&kWmi, 5861, "WMI permanent binding of {ESS} to {CONSUMER}: {PossibleCause*}"},
    {&kWinRm, 6, "WinRM session to {connection*}"},
    {&kWinRm, 91, "WinRM session created[: {resourceUri*}]"},
    {&kWinRm, 168, "WinRM sends a request for {operationName*}"},
    {&kWinRm, 169, "{username} authenticated to WinRM by {authenticationMechanism}"},

    {&kBits, 3, "BITS job {jobTitle/string} created[ by {processPath:base}][ as {jobOwner/string2}]"},
    {&kBits, 4, "BITS job {jobTitle} done[ as {User}]"},
    {&kBits, 59, "BITS job {name} begins: {url*}"},
    {&kBits, 60, "BITS job {name} stopped: {url*}[, {bytesTransferred} bytes]"},
    {&kBits, 61, "BITS job {name} failed: {url*}"},
    {&kBits, 16403, "BITS job {jobTitle}: {RemoteName*}[ to {LocalName}]"},

    {&kAppLocker, 8002, "{FullFilePath*/FilePath*} allowed[ for {TargetUser:sid}]"},
    {&kAppLocker, 8003, "{FullFilePath*/FilePath*} would be blocked[ for {TargetUser:sid}]"},
    {&kAppLocker, 8004, "{FullFilePath*/FilePath*} blocked[ for {TargetUser:sid}]"},
    {&kAppLocker, 8005, "script or installer {FullFilePath*/FilePath*} allowed[ for {TargetUser:sid}]"},
    {&kAppLocker, 8006, "script or installer {FullFilePath*/FilePath*} would be blocked[ for {TargetUser:sid}]"},
    {&kAppLocker, 8007, "script or installer {FullFilePath*/FilePath*} blocked[ for {TargetUser:sid}]"},
    {&kAppLocker, 8020, "app {Package*/FilePath*} allowed[ for {TargetUser:sid}]"},
    {&kAppLocker, 8022, "app {Package*/FilePath*} blocked[ for {TargetUser:sid}]"},
    {&kCodeIntegrity, 3001, "unsigned driver {FileNameBuffer*/FileName*} loaded"},
    {&kCodeIntegrity, 3004, "image {FileNameBuffer*/FileName*} has no valid hash"},
    {&kCodeIntegrity, 3023, "revoked driver {FileNameBuffer*/FileName*} refused"},
    {&kCodeIntegrity, 3033,
     "{ProcessNameBuffer:base/ProcessName:base} was kept from loading {FileNameBuffer*/FileName*}"},
    {&kCodeIntegrity, 3034,
     "{ProcessNameBuffer:base/ProcessName:base} loaded {FileNameBuffer*/FileName*} below signing level"},
    {&kCodeIntegrity, 3063,
     "{ProcessNameBuffer:base/ProcessName:base} was kept from loading {FileNameBuffer*/FileName*}"},
    {&kCodeIntegrity, 3065,
     "{ProcessNameBuffer:base/ProcessName:base} loaded {FileNameBuffer*/FileName*} against LSA rules"},
    {&kCodeIntegrity, 3066,
     "{ProcessNameBuffer:base/ProcessName:base} loaded {FileNameBuffer*/FileName*} against LSA rules"},
    {&kCodeIntegrity, 3076, "{FileName:base} would be blocked by policy[, loaded by {ProcessName:base}]"},
    {&kCodeIntegrity, 3077, "{FileName:base} blocked by policy[, loaded by {ProcessName:base}]"},

    {&kFirewall, 2003,
     "firewall setting {SettingType} = {SettingValueText/SettingValue}"
     "[ by {ModifyingApplication:base}]"},
    {&kFirewall, 2004,
     "firewall rule {RuleName} added: {ApplicationPath*}[ port {LocalPorts}]"
     "[ by {ModifyingApplication:base}]"},
    {&kFirewall, 2004, "firewall rule {RuleName*} added[ for port {LocalPorts}][ by {ModifyingApplication:base}]"},
    {&kFirewall, 2005,
     "firewall rule {RuleName} changed: {ApplicationPath*}[ port {LocalPorts}]"
     "[ by {ModifyingApplication:base}]"},
    {&kFirewall, 2006, "firewall rule {RuleName*} deleted[ by {ModifyingApplication:base}]"},
    {&kFirewall, 2033, "all firewall rules deleted[ by {ModifyingApplication:base}]"},
    {&kFirewall, 2052, "firewall rule {RuleName*} deleted[ by {ModifyingApplication:base}]"},
    {&kFirewall, 2071,
     "firewall rule {RuleName} added: {ApplicationPath*}[ port {LocalPorts}]"
     "[ by {ModifyingApplication:base}]"},
    {&kFirewall, 2097,
     "firewall rule {RuleName} added: {ApplicationPath*}[ port {LocalPorts}]"
     "[ by {ModifyingApplication:base}]"},

    {&kDnsClient, 3006, "DNS query for {QueryName*}"},
    {&kDnsClient, 3008, "DNS query for {QueryName*}[ = {QueryResults}]"},
    {&kDnsServer, 150, "DNS server could not load the plug-in {param1*}"},
    {&kDnsServer, 770, "DNS server loaded the plug-in {param1*}"},
    {&kDnsServer, 771, "DNS server failed to call the plug-in {param1*}"},
    {&kNtlm, 8001, "NTLM to {TargetName*}[ as {UserName}][ by {ProcessName:base}]"},
    {&kNtlm, 8002, "NTLM from {ProcessName:base/CallerPID}[ as {ClientUserName}]"},
    {&kNtlm, 8004, "NTLM of {UserName} checked[ from {WorkstationName}][ for {SChannelName}]"},
    {&kSmbClient, 30803, "SMB connection to {ServerName/Address} failed"},
    {&kSmbClient, 31001, "SMB session to {ServerName} refused[ for {UserName}]"},
    {&kSmbServer, 551, "SMB logon failed: {UserName}[ from {ClientName/ClientAddress}]"},
    {&kSmbServer, 1016, "SMB handle to {FileName*/ShareName*} reopen failed[ from {ClientName}]"},
    {&kPrint, 307, "{param3} printed {param2*}[ from {param4}]"},
    {&kPrint, 316, "printer driver {param1} added or updated: {param2*}"},
    {&kPrint, 808, "print spooler failed to load the plug-in {PluginDllName*/param1*}"},
    {&kShell, 9707, "started at logon: {Command*}"},
    {&kShell, 28115, "shortcut {Name} for {AppID*} added"},
    {&kOpenSsh, 4, "{process}: {payload*}"},
    {&kVhd, 1, "disk image {VhdFileName*/VhdFile*} mounted"},
    {&kVhd, 12, "disk image {VhdFileName*/VhdFile*} opened"},
    {&kVhd, 23, "disk image {VhdFileName*/VhdFile*} closed"},
    {&kDirectory, 1644, "LDAP search {Data[2]*}[ from {Data[5]}]"},
    {&kDirectory, 2889, "unsigned LDAP bind of {Data[2]}[ from {Data[1]}]"},
    {&kKdc, 16, "KDC: no key of a suitable type for {Target/param1}"},
    {&kKdc, 42, "KDC: the krbtgt key is weak"},
    {&kDriverFrameworks, 2003, "device {DeviceId*/instance*} connected"},
    {&kDriverFrameworks, 2100, "device {DeviceId*/instance*}: plug and play request"},

    {&kMssql, 15457, "SQL Server option {Data[1]} changed from {Data[2]} to {Data[3]}"},
    {&kMssql, 15281, "SQL Server blocked access to {Data[2]} of {Data[1]}"},
    {&kMssql, 17135, "SQL Server start-up procedure {Data[1]*} ran"},
    {&kMssql, 18456, "SQL Server logon of {Data[1]} failed[: {Data[2]*}][ {Data[3]}]"},
    {&kMssql, 33205, "SQL Server audit: {Data*}"},
    {&kMssqlExpress, 15457, "SQL Server option {Data[1]} changed from {Data[2]} to {Data[3]}"},
    {&kMssqlExpress, 18456, "SQL Server logon of {Data[1]} failed[: {Data[2]*}][ {Data[3]}]"},
    {&kMssqlExpress, 33205, "SQL Server audit: {Data*}"},
    {&kExchange, 1, "Exchange: {Data[1]} {Data[2]*}[ by {Data[3]}]"},
    {&kExchange, 6, "Exchange: {Data[1]} {Data[2]*} failed[, by {Data[3]}]"},
    {&kExchangeManagement, 1, "Exchange: {Data[1]} {Data[2]*}[ by {Data[3]}]"},
    {&kExchangeManagement, 6, "Exchange: {Data[1]} {Data[2]*} failed[, by {Data[3]}]"},
};

}  // namespace

std::span<const SummaryRow> summary_rows_windows() {
  return kRows;
}

}  // namespace sil::report
