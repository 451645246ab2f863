// Microsoft Sentinel (Log Analytics) exports: SecurityEvent, WindowsEvent, Event and Syslog tables.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

constexpr TimeField kTimes[] = {{"TimeGenerated"}};
constexpr Placement kPlaces[] = {
    {"EventID", Section::kSystem, "Event.System.EventID"},
    {"Channel", Section::kSystem, "Event.System.Channel"},
    {"EventLog", Section::kSystem, "Event.System.Channel"},
    {"Provider", Section::kSystem, "Event.System.Provider.#attributes.Name"},
    {"EventSourceName", Section::kSystem, "Event.System.Provider.#attributes.Name"},
    {"Computer", Section::kSystem, "Event.System.Computer"},
    {"EventRecordId", Section::kSystem, "Event.System.EventRecordID"},
    {"Level", Section::kSystem, "Event.System.Level"},
    {"EventLevel", Section::kSystem, "Event.System.Level"},
    {"Task", Section::kSystem, "Event.System.Task"},
    {"TimeGenerated", Section::kOther},
    {"EventData.*", Section::kEventData},
};
constexpr Rename kNative[] = {{"Data", "Data|RenderedDescription|ParameterXml|Message"}};
constexpr SchemaFields kFields[] = {{"", "", 0, 0, kNative}};
constexpr KindRoute kSyslogRoutes[] = {
    {"EventType", "AUOMS_EXECVE", "linux", "process_creation", "auditd"},
    {"EventType", "AUOMS_*", "linux", "", "auditd"},
    {"ProcessName", "sshd", "linux", "", "sshd"},
    {"ProcessName", "sudo", "linux", "", "sudo"},
    {"ProcessName", "cron", "linux", "", "cron"},
    {"ProcessName", "crond", "linux", "", "cron"},
    {"ProcessName", "clamd", "linux", "", "clamav"},
    {"ProcessName", "freshclam", "linux", "", "clamav"},
    {"ProcessName", "vsftpd", "linux", "", "vsftpd"},
    {"ProcessName", "guacd", "linux", "", "guacamole"},
    {"Facility", "authpriv", "linux", "", "auth"},
    {"Facility", "auth", "linux", "", "auth"},
    {"SyslogMessage", "", "linux", "", "syslog"},
};

constexpr Serves kSyslogServes[] = {{"sshd", "auth"}, {"sudo", "auth"}, {"", "syslog"}};

}  // namespace

constinit const Schema kSentinel = {
    .name = "sentinel",
    .title = "Windows events from Microsoft Sentinel",
    .signature =
        "TimeGenerated,EventID,Channel; TimeGenerated,EventID,EventSourceName; "
        "TimeGenerated,EventID,EventLog",
    .product = "windows",
    .channel = "Channel|EventLog",
    .provider = "Provider|EventSourceName|Source",
    .event_id = "EventID",
    .record_id = "EventRecordId",
    .host = "Computer",
    .times = kTimes,
    .placements = kPlaces,
    .fields = kFields,
    .other = Section::kEventData,
    .containers = false,
};
constinit const Schema kSyslogTable = {
    .name = "sentinel_syslog",
    .title = "Syslog table of Microsoft Sentinel",
    .signature = "TimeGenerated,SyslogMessage",
    .product = "linux",
    .host = "Computer|HostName",
    .times = kTimes,
    .routes = kSyslogRoutes,
    .serves = kSyslogServes,
};

}  // namespace sil::taxonomy
