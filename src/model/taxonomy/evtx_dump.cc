// The JSON of evtx_dump, with attributes inside ("#attributes") or apart ("X_attributes"), and of what copies
// it.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

constexpr TimeField kEvtxDumpTimes[] = {{"Event.System.TimeCreated.#attributes.SystemTime"},
                                        {"Event.System.TimeCreated_attributes.SystemTime"}};
constexpr KindRoute kEvtxDumpRoutes[] = {{"Event.System.Channel", "Linux-Sysmon/Operational", "linux", "", "sysmon"}};
constexpr Placement kEvtxDumpPlaces[] = {
    {"Event.System.*", Section::kSystem},
    {"Event.EventData.#attributes.*", Section::kOther},
    {"Event.EventData_attributes.*", Section::kOther},
    {"Event.EventData.*", Section::kEventData},
    {"Event.UserData_attributes.*", Section::kOther},
    {"Event.UserData.*", Section::kUserData},
};
constinit const Schema kEvtxDump = {
    .name = "evtx_dump",
    .title = "Windows events in the JSON of evtx_dump",
    .signature = "Event.System.EventID; Event.System.EventID.#text; Event.System.Channel",
    .product = "windows",
    .channel = "Event.System.Channel",
    .provider = "Event.System.Provider.#attributes.Name|Event.System.Provider_attributes.Name",
    .event_id = "Event.System.EventID|Event.System.EventID.#text",
    .record_id = "Event.System.EventRecordID",
    .host = "Event.System.Computer",
    .times = kEvtxDumpTimes,
    .routes = kEvtxDumpRoutes,
    .placements = kEvtxDumpPlaces,
    .containers = false,
};

}  // namespace sil::taxonomy
