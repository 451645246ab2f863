// Single services whose native names the rules use: one row each.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

constexpr TimeField kOktaTimes[] = {{"published"}};
constexpr TimeField kAnyTimes[] = {
    {"@timestamp", TimeForm::kEpoch}, {"created_at", TimeForm::kEpoch}, {"dateCreated"}, {"isotimestamp"},
    {"timestamp", TimeForm::kEpoch},  {"utc_time", TimeForm::kUtcText}, {"local_time"},  {"TimeCreated"}};
constexpr KindRoute kOktaRoutes[] = {{"eventType", "", "okta", "", "okta"}};
constexpr Rename kOktaNames[] = {{"target.displayName", "target.displayName|target"}};
constexpr SchemaFields kOktaFields[] = {{"", "", 0, 0, kOktaNames}};
constexpr KindRoute kGithubRoutes[] = {{"action", "", "github", "", "audit"}};
constexpr KindRoute kBitbucketRoutes[] = {{"auditType.category", "", "bitbucket", "", "audit"}};
constexpr KindRoute kOneLoginRoutes[] = {{"event_type_id", "", "onelogin", "", "onelogin.events"}};
constexpr KindRoute kDuoRoutes[] = {{"event_type", "", "cisco", "", "duo"}};
constexpr KindRoute kCanaryRoutes[] = {{"logtype", "", "opencanary", "application", ""}};
constexpr KindRoute kRpcRoutes[] = {{"EventLog", "", "rpc_firewall", "application", ""}};

}  // namespace

constinit const Schema kOkta = {
    .name = "okta",
    .title = "Okta system log",
    .signature = "eventType,actor.alternateId; eventType,outcome.result; legacyEventType,eventType",
    .product = "okta",
    .times = kOktaTimes,
    .routes = kOktaRoutes,
    .fields = kOktaFields,
};
constinit const Schema kGithub = {
    .name = "github",
    .title = "GitHub audit log",
    .signature = "action,actor,org; action,actor,_document_id; action,actor,created_at; action,org_id",
    .product = "github",
    .times = kAnyTimes,
    .routes = kGithubRoutes,
};
constinit const Schema kBitbucket = {
    .name = "bitbucket",
    .title = "Bitbucket audit log",
    .signature = "auditType.category; auditType.action",
    .product = "bitbucket",
    .times = kAnyTimes,
    .routes = kBitbucketRoutes,
};
constinit const Schema kOneLogin = {
    .name = "onelogin",
    .title = "OneLogin events",
    .signature = "event_type_id",
    .product = "onelogin",
    .times = kAnyTimes,
    .routes = kOneLoginRoutes,
};
constinit const Schema kDuo = {
    .name = "duo",
    .title = "Cisco Duo authentication log",
    .signature = "event_type,txid; event_type,access_device.ip; event_type,reason,isotimestamp",
    .product = "cisco",
    .times = kAnyTimes,
    .routes = kDuoRoutes,
};
constinit const Schema kOpenCanary = {
    .name = "opencanary",
    .title = "OpenCanary",
    .signature = "logtype,node_id; logtype,dst_host",
    .product = "opencanary",
    .host = "node_id",
    .times = kAnyTimes,
    .routes = kCanaryRoutes,
};
constinit const Schema kRpcFirewall = {
    .name = "rpc_firewall",
    .title = "RPC Firewall",
    .signature = "EventLog=RPCFW,InterfaceUuid; EventLog,InterfaceUuid,OpNum",
    .product = "rpc_firewall",
    .times = kAnyTimes,
    .routes = kRpcRoutes,
};

}  // namespace sil::taxonomy
