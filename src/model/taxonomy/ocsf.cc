// Open Cybersecurity Schema Framework (schema.ocsf.io 1.0 to 1.3): what Security Lake and other collectors write. The
// class says what happened, metadata.product where it came from; fields without a place of their own stay in `unmapped`
// under their native names.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

using T = Translation;

constexpr TimeField kTimes[] = {{"time", TimeForm::kEpoch}, {"time_dt"}, {"metadata.original_time"}};
constexpr KindRoute kRoutes[] = {
    {"metadata.product.name", "CloudTrail", "aws", "", "cloudtrail"},
    {"metadata.product.name", "Okta*", "okta", "", "okta"},
    {"metadata.product.name", "GitHub*", "github", "", "audit"},
    {"device.os.type_id", "100", "windows", "", ""},
    {"device.os.type_id", "200", "linux", "", ""},
    {"device.os.type_id", "300", "macos", "", ""},
    {"device.os.type", "Windows", "windows", "", ""},
    {"device.os.type", "Linux", "linux", "", ""},
    {"device.os.type", "macOS", "macos", "", ""},
    {"type_uid", "100701", "", "process_creation", ""},      // Process Activity: Launch
    {"type_uid", "100702", "", "process_termination", ""},   // Terminate
    {"type_uid", "100703", "", "process_access", ""},        // Open
    {"type_uid", "100704", "", "create_remote_thread", ""},  // Inject
    {"type_uid", "100101", "", "file_event", ""},            // File System Activity: Create
    {"type_uid", "100103", "", "file_event", ""},            // Update
    {"type_uid", "100104", "", "file_delete", ""},           // Delete
    {"type_uid", "100501", "", "image_load", ""},            // Module Activity: Load
    {"class_uid", "201001", "", "registry_event", ""},       // Windows extension: Registry Key Activity
    {"class_uid", "201002", "", "registry_event", ""},       // Registry Value Activity
    {"class_uid", "4001", "", "network_connection", ""},
    {"class_uid", "4002", "", "proxy", ""},
    {"class_uid", "4003", "", "dns", ""},
};
// Several classes answer a generic category besides their own.
constexpr Offer kOffers[] = {{"", "firewall", "network_connection"},
                             {"", "webserver", "proxy"},
                             {"", "dns_query", "dns"},
                             {"", "registry_set", "registry_event"},
                             {"", "registry_add", "registry_event"},
                             {"", "registry_delete", "registry_event"}};
constexpr Rename kCloudTrailNames[] = {
    {"eventName", "api.operation"},
    {"eventSource", "api.service.name"},
    {"errorCode", "api.response.error"},
    {"errorMessage", "api.response.error_message"},
    {"awsRegion", "cloud.region"},
    {"sourceIPAddress", "src_endpoint.ip|src_endpoint.domain"},
    {"src_ip", "src_endpoint.ip"},
    {"userAgent", "http_request.user_agent"},
    {"userIdentity.type", "actor.user.type|identity.user.type"},
    {"userIdentity.arn", "actor.user.uid_alt|actor.user.uid|identity.user.uuid"},
    {"userIdentity.userName", "actor.user.name|identity.user.name"},
    {"userIdentity.accountId", "actor.user.account.uid|cloud.account.uid"},
    {"userIdentity.sessionContext.sessionIssuer.type", "actor.session.issuer"},
    {"status", "status|api.response.error"},
};
constexpr Rename kProcess[] = {
    {"Image", "process.file.path|process.path"},
    {"CommandLine", "process.cmd_line"},
    {"ProcessId", "process.pid"},
    {"ProcessGuid", "process.uid"},
    {"OriginalFileName", "process.file.original_name|process.file.internal_name"},
    {"Company", "process.file.company_name"},
    {"Description", "process.file.desc"},
    {"Product", "process.file.product.name"},
    {"CurrentDirectory", "process.working_directory|process.file.parent_folder"},
    {"IntegrityLevel", "process.integrity"},
    {"User", "process.user.name|actor.user.name"},
    {"ParentImage", "process.parent_process.file.path|actor.process.file.path"},
    {"ParentCommandLine", "process.parent_process.cmd_line|actor.process.cmd_line"},
    {"ParentProcessId", "process.parent_process.pid|actor.process.pid"},
    {"ParentUser", "process.parent_process.user.name|actor.process.user.name"},
    {"Hashes", "process.file.hashes.value"},
};
constexpr Rename kFile[] = {
    {"TargetFilename", "file.path"},
    {"Image", "actor.process.file.path"},
    {"User", "actor.user.name"},
    {"CommandLine", "actor.process.cmd_line"},
};
constexpr Rename kModule[] = {
    {"ImageLoaded", "module.file.path"}, {"Image", "actor.process.file.path"}, {"Hashes", "module.file.hashes.value"}};
constexpr Rename kRegistry[] = {
    {"TargetObject", "reg_value.path|reg_key.path|win_resource.name"},
    {"Details", "reg_value.data"},
    {"Image", "actor.process.file.path"},
    {"User", "actor.user.name"},
};
constexpr Rename kDns[] = {
    {"QueryName", "query.hostname"},   {"query", "query.hostname"},       {"record_type", "query.type"},
    {"QueryResults", "answers.rdata"}, {"answer", "answers.rdata"},       {"Image", "actor.process.file.path"},
    {"src_ip", "src_endpoint.ip"},     {"QueryStatus", "rcode|rcode_id"},
};
constexpr Rename kHttp[] = {
    {"c-uri", "http_request.url.url_string|http_request.url.path"},
    {"cs-uri", "http_request.url.url_string|http_request.url.path"},
    {"cs-uri-stem", "http_request.url.path"},
    {"c-uri-query", "http_request.url.query_string"},
    {"cs-uri-query", "http_request.url.query_string|http_request.url.url_string"},
    {"cs-host", "http_request.url.hostname"},
    {"cs-method", "http_request.http_method"},
    {"c-useragent", "http_request.user_agent"},
    {"cs-user-agent", "http_request.user_agent"},
    {"cs-referrer", "http_request.referrer"},
    {"cs-referer", "http_request.referrer"},
    {"sc-status", "http_response.code"},
    {"c-ip", "src_endpoint.ip"},
    {"src_ip", "src_endpoint.ip"},
    {"dst_ip", "dst_endpoint.ip"},
};
constexpr Rename kNetwork[] = {
    {"SourceIp", "src_endpoint.ip"},
    {"SourcePort", "src_endpoint.port"},
    {"SourceHostname", "src_endpoint.hostname"},
    {"DestinationIp", "dst_endpoint.ip"},
    {"DestinationPort", "dst_endpoint.port"},
    {"DestinationHostname", "dst_endpoint.hostname|dst_endpoint.domain"},
    {"Protocol", "connection_info.protocol_name"},
    {"src_ip", "src_endpoint.ip"},
    {"src_port", "src_endpoint.port"},
    {"dst_ip", "dst_endpoint.ip"},
    {"dst_port", "dst_endpoint.port"},
    {"action", "action|disposition"},
    {"Image", "actor.process.file.path"},
    {"User", "actor.user.name"},
};
constexpr SchemaFields kFields[] = {
    {"process_creation", "", 0, 0, kProcess},
    {"process_termination", "", 0, 0, kProcess},
    {"file_event", "", 0, 0, kFile},
    {"file_delete", "", 0, 0, kFile},
    {"image_load", "", 0, 0, kModule},
    {"registry_event", "", 0, 0, kRegistry},
    {"registry_set", "", 0, 0, kRegistry},
    {"registry_add", "", 0, 0, kRegistry},
    {"registry_delete", "", 0, 0, kRegistry},
    {"dns", "", 0, 0, kDns},
    {"dns_query", "", 0, 0, kDns},
    {"proxy", "", 0, 0, kHttp},
    {"webserver", "", 0, 0, kHttp},
    {"network_connection", "", 0, 0, kNetwork},
    {"firewall", "", 0, 0, kNetwork},
    {"", "cloudtrail", 0, 0, kCloudTrailNames},
};

}  // namespace

constinit const Schema kOcsf = {
    .name = "ocsf",
    .title = "Open Cybersecurity Schema Framework (OCSF)",
    .signature = "class_uid,category_uid; class_uid,metadata.version; class_uid,type_uid",
    .product = "",
    .record_id = "metadata.sequence",
    .host = "device.hostname|device.name",
    .times = kTimes,
    .routes = kRoutes,
    .offers = kOffers,
    .fields = kFields,
};

}  // namespace sil::taxonomy
