// Microsoft 365 unified audit log (AuditData objects).
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

// "CreationTime: the date and time in Coordinated Universal Time (UTC)", written without a Z: Office 365 Management
// Activity API schema, Common schema. No such word about CreationDate, which exports add.
constexpr TimeField kTimes[] = {{"CreationTime", TimeForm::kUtcText}, {"CreationDate"}, {"TimeGenerated"}};
constexpr KindRoute kRoutes[] = {
    {"Workload", "SecurityComplianceCenter", "m365", "", "threat_management"},
    {"Source", "Cloud App Security", "m365", "", "threat_management"},
    {"Workload", "ThreatIntelligence", "m365", "", "threat_detection"},
    {"Workload", "Exchange", "m365", "", "exchange"},
    {"Workload", "", "m365", "", "audit"},
    {"Operation", "", "m365", "", "audit"},
};
constexpr Rename kAlerts[] = {{"eventSource", "eventSource|Workload|Source"},
                              {"eventName", "eventName|Name|Operation"},
                              {"status", "status|Status|ResultStatus"},
                              {"Payload", "Payload|Data"}};
// All of it is the unified audit log, whatever part of it a rule names.
constexpr Serves kServes[] = {{"", "audit"}};
constexpr SchemaFields kFields[] = {{"", "", 0, 0, kAlerts}};

}  // namespace

constinit const Schema kUnifiedAudit = {
    .name = "m365",
    .title = "Microsoft 365 unified audit log",
    .signature =
        "Operation,Workload; Operation,RecordType,CreationTime; OfficeWorkload,Operation; "
        "eventSource=SecurityComplianceCenter,eventName",
    .product = "m365",
    .times = kTimes,
    .routes = kRoutes,
    .serves = kServes,
    .fields = kFields,
};

}  // namespace sil::taxonomy
