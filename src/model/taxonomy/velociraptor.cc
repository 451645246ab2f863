// Velociraptor: parse_evtx() rows (System.*, EventData.*) and its event log artifacts (flat header, nested
// data).
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

constexpr TimeField kVelociraptorTimes[] = {
    {"System.TimeCreated.SystemTime", TimeForm::kEpoch}, {"EventTime"}, {"TimeCreated"}, {"Timestamp"}};
constexpr Placement kVelociraptorPlaces[] = {
    {"System.EventID.Value", Section::kSystem, "Event.System.EventID"},
    {"System.EventID.Qualifiers", Section::kSystem, "Event.System.EventID.#attributes.Qualifiers"},
    {"System.Provider.Name", Section::kSystem, "Event.System.Provider.#attributes.Name"},
    {"System.Provider.Guid", Section::kSystem, "Event.System.Provider.#attributes.Guid"},
    {"System.Execution.ProcessID", Section::kSystem, "Event.System.Execution.#attributes.ProcessID"},
    {"System.Execution.ThreadID", Section::kSystem, "Event.System.Execution.#attributes.ThreadID"},
    {"System.Security.UserID", Section::kSystem, "Event.System.Security.#attributes.UserID"},
    {"System.TimeCreated.SystemTime", Section::kSystem, "Event.System.TimeCreated.#attributes.SystemTime"},
    {"System.*", Section::kSystem},
    {"EventData.*", Section::kEventData},
    {"UserData.*", Section::kUserData},
    {"EventID", Section::kSystem, "Event.System.EventID"},
    {"Channel", Section::kSystem, "Event.System.Channel"},
    {"Computer", Section::kSystem, "Event.System.Computer"},
    {"Provider", Section::kSystem, "Event.System.Provider.#attributes.Name"},
    {"EventRecordID", Section::kSystem, "Event.System.EventRecordID"},
};
constinit const Schema kVelociraptor = {
    .name = "velociraptor",
    .title = "Windows events from Velociraptor",
    .signature =
        "System.EventID.Value; System.EventID,System.Channel; EventData.*,EventID,Channel; "
        "UserData.*,EventID,Channel",
    .product = "windows",
    .channel = "System.Channel|Channel",
    .provider = "System.Provider.Name|Provider",
    .event_id = "System.EventID.Value|System.EventID|EventID",
    .record_id = "System.EventRecordID|EventRecordID",
    .host = "System.Computer|Computer",
    .times = kVelociraptorTimes,
    .placements = kVelociraptorPlaces,
    .containers = false,
};

}  // namespace sil::taxonomy
