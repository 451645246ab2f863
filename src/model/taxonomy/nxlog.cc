// Flat Windows events, one key a field: NXLog, Security-Datasets, Splunk and WEF exports in JSON.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

using T = Translation;

// `Message` stands in where the collector dropped nameless Data, or lost a field to one of its own of the
// same name (NXLog keeps its own EventType and drops Sysmon's).
constexpr Rename kFlat[] = {
    {"Data", "Data|Message"},
    {"EventType", "EventType|Message", T::kMessageLine, "EventType"},
    {"ProcessId", "ProcessId|Message", T::kMessageLine, "ProcessId"},
    {"User", "User|Domain|AccountName", T::kEcsUser},
    {"Provider_Name", "Provider_Name|ProviderName"},
};
constexpr Rename kNative[] = {{"Data", "Data|Message"}};
constexpr SchemaFields kFields[] = {
    {"registry_event", "", 12, 14, kFlat},
    {"registry_add", "", 12, 12, kFlat},
    {"registry_delete", "", 12, 12, kFlat},
    {"registry_set", "", 13, 13, kFlat},
    {"registry_rename", "", 14, 14, kFlat},
    {"pipe_created", "", 17, 18, kFlat},
    {"wmi_event", "", 19, 21, kFlat},
    {"process_creation", "", 1, 1, kFlat},
    {"", "", 0, 0, kNative},
};
constexpr Placement kPlaces[] = {
    {"EventID", Section::kSystem, "Event.System.EventID"},
    {"Channel", Section::kSystem, "Event.System.Channel"},
    {"SourceName", Section::kSystem, "Event.System.Provider.#attributes.Name"},
    {"Provider_Name", Section::kSystem, "Event.System.Provider.#attributes.Name"},
    {"ProviderGuid", Section::kSystem, "Event.System.Provider.#attributes.Guid"},
    {"Hostname", Section::kSystem, "Event.System.Computer"},
    {"Computer", Section::kSystem, "Event.System.Computer"},
    {"ComputerName", Section::kSystem, "Event.System.Computer"},
    {"RecordNumber", Section::kSystem, "Event.System.EventRecordID"},
    {"RecordID", Section::kSystem, "Event.System.EventRecordID"},
    {"EventRecordID", Section::kSystem, "Event.System.EventRecordID"},
    {"Level", Section::kSystem, "Event.System.Level"},
    {"Task", Section::kSystem, "Event.System.Task"},
    {"Opcode", Section::kSystem, "Event.System.Opcode"},
    {"Keywords", Section::kSystem, "Event.System.Keywords"},
    {"Version", Section::kSystem, "Event.System.Version"},
    {"ExecutionProcessID", Section::kSystem, "Event.System.Execution.#attributes.ProcessID"},
    {"ThreadID", Section::kSystem, "Event.System.Execution.#attributes.ThreadID"},
    {"ExecutionThreadID", Section::kSystem, "Event.System.Execution.#attributes.ThreadID"},
    {"UserID", Section::kSystem, "Event.System.Security.#attributes.UserID"},
    {"ActivityID", Section::kSystem, "Event.System.Correlation.#attributes.ActivityID"},
    {"TimeCreated", Section::kSystem, "Event.System.TimeCreated.#attributes.SystemTime"},
    {"@timestamp", Section::kOther},
    {"@version", Section::kOther},
};
// EventTime and TimeCreated are the event's own time, in the host's zone even where a Z follows
// (docs/formats/json.md);
// @timestamp and EventReceivedTime are when the collector received it, so they come last.
constexpr TimeField kTimes[] = {
    {"EventTime", TimeForm::kLocalText}, {"TimeCreated", TimeForm::kLocalText}, {"UtcTime"}, {"@timestamp"}};
constexpr KindRoute kRoutes[] = {{"Channel", "Linux-Sysmon/Operational", "linux", "", "sysmon"}};

}  // namespace

constinit const Schema kNxlog = {
    .name = "nxlog",
    .title = "Windows events, flat (NXLog, Security-Datasets)",
    .signature = "EventID,Channel; EventID,SourceName; EventID,Hostname; EventID,ProviderGuid",
    .product = "windows",
    .channel = "Channel",
    .provider = "SourceName|Provider_Name|ProviderName",
    .event_id = "EventID",
    .record_id = "RecordNumber|EventRecordID|RecordID",
    .host = "Hostname|Computer|ComputerName",
    .times = kTimes,
    .routes = kRoutes,
    .placements = kPlaces,
    .fields = kFields,
    .other = Section::kEventData,
    .containers = false,
};

}  // namespace sil::taxonomy
