// Google Cloud audit logs and Google Workspace reports.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

constexpr TimeField kTimes[] = {{"timestamp"}, {"receiveTimestamp"}, {"id.time"}};
constexpr KindRoute kGcpRoutes[] = {
    {"protoPayload.serviceName", "admin.googleapis.com", "gcp", "", "google_workspace.admin"},
    {"protoPayload.serviceName", "login.googleapis.com", "gcp", "", "google_workspace.login"},
    {"protoPayload.methodName", "", "gcp", "", "gcp.audit"},
    {"data.protoPayload.methodName", "", "gcp", "", "gcp.audit"},
};
constexpr Rename kGcp[] = {
    {"gcp.audit.method_name", "gcp.audit.method_name|protoPayload.methodName|data.protoPayload.methodName"},
    {"data.protoPayload.methodName", "data.protoPayload.methodName|protoPayload.methodName"},
    {"data.protoPayload.serviceName", "data.protoPayload.serviceName|protoPayload.serviceName"},
    {"data.protoPayload.logName", "data.protoPayload.logName|logName|data.logName"},
    {"data.protoPayload.resource.type", "data.protoPayload.resource.type|resource.type|data.resource.type"},
    {"data.protoPayload.authorizationInfo.permission",
     "data.protoPayload.authorizationInfo.permission|protoPayload.authorizationInfo.permission"},
    {"data.protoPayload.authorizationInfo.granted",
     "data.protoPayload.authorizationInfo.granted|protoPayload.authorizationInfo.granted"},
    {"eventService", "protoPayload.serviceName"},
    {"eventName", "protoPayload.metadata.event.eventName|protoPayload.methodName"},
    {"protoPayload.Servicename", "protoPayload.serviceName"},
    {"new_value", "new_value|protoPayload.metadata.event", Translation::kNamedMember, "NEW_VALUE"},
    {"setting_name", "setting_name|protoPayload.metadata.event", Translation::kNamedMember, "SETTING_NAME"},
};
constexpr SchemaFields kGcpFields[] = {{"", "", 0, 0, kGcp}};
constexpr KindRoute kWorkspaceRoutes[] = {
    {"id.applicationName", "admin", "gcp", "", "google_workspace.admin"},
    {"id.applicationName", "login", "gcp", "", "google_workspace.login"},
};
constexpr Rename kWorkspaceNames[] = {
    {"eventService", "eventService|id.applicationName", Translation::kGoogleService},
    {"protoPayload.serviceName", "eventService|id.applicationName", Translation::kGoogleService},
    {"protoPayload.Servicename", "eventService|id.applicationName", Translation::kGoogleService},
    {"eventName", "eventName|events.name"},
    {"protoPayload.metadata.event.eventName", "events.name"},
    {"new_value", "new_value|events", Translation::kNamedMember, "NEW_VALUE"},
    {"setting_name", "setting_name|events", Translation::kNamedMember, "SETTING_NAME"},
};
constexpr SchemaFields kWorkspaceFields[] = {{"", "", 0, 0, kWorkspaceNames}};

}  // namespace

constinit const Schema kGcpAudit = {
    .name = "gcp",
    .title = "Google Cloud audit log",
    .signature =
        "protoPayload.methodName; protoPayload.serviceName; data.protoPayload.methodName; "
        "gcp.audit.method_name",
    .product = "gcp",
    .times = kTimes,
    .routes = kGcpRoutes,
    .fields = kGcpFields,
};
constinit const Schema kWorkspace = {
    .name = "google_workspace",
    .title = "Google Workspace activity reports",
    .signature = "id.applicationName,events; kind=admin#reports#activity; eventService,eventName",
    .product = "gcp",
    .times = kTimes,
    .routes = kWorkspaceRoutes,
    .fields = kWorkspaceFields,
};

}  // namespace sil::taxonomy
