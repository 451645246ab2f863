// Elastic Common Schema without winlog.*: Elastic Agent, Auditbeat, Filebeat modules. event.module names the
// source.
#include "model/taxonomy/schemas.h"
#include "model/taxonomy/windows_ecs.h"

namespace sil::taxonomy {

namespace {

constexpr TimeField kTimes[] = {{"@timestamp"}};
constexpr KindRoute kRoutes[] = {
    {"event.dataset", "zeek.*", "zeek", "", ""},
    {"event.dataset", "suricata.eve", "suricata", "", ""},
    {"event.dataset", "aws.cloudtrail", "aws", "", "cloudtrail"},
    {"event.dataset", "azure.activitylogs", "azure", "", "activitylogs"},
    {"event.dataset", "azure.auditlogs", "azure", "", "auditlogs"},
    {"event.dataset", "azure.signinlogs", "azure", "", "signinlogs"},
    {"event.dataset", "azure.identity_protection", "azure", "", "riskdetection"},
    {"event.dataset", "gcp.audit", "gcp", "", "gcp.audit"},
    {"event.dataset", "google_workspace.admin", "gcp", "", "google_workspace.admin"},
    {"event.dataset", "google_workspace.login", "gcp", "", "google_workspace.login"},
    {"event.dataset", "github.audit", "github", "", "audit"},
    {"event.dataset", "okta.system", "okta", "", "okta"},
    {"event.dataset", "o365.audit", "m365", "", "audit"},
    {"event.dataset", "kubernetes.audit_logs", "kubernetes", "application", "audit"},
    {"event.dataset", "nginx.access", "nginx", "webserver", "nginx"},
    {"event.dataset", "apache.access", "apache", "webserver", "apache"},
    {"event.dataset", "system.auth", "linux", "", "auth"},
    {"event.dataset", "system.syslog", "linux", "", "syslog"},
    {"event.dataset", "auditd.log", "linux", "", "auditd"},
    {"event.module", "auditd", "linux", "", "auditd"},
    {"host.os.type", "linux", "linux", "", ""},
    {"host.os.type", "macos", "macos", "", ""},
    {"host.os.type", "windows", "windows", "", ""},
    {"host.os.family", "windows", "windows", "", ""},
    {"host.os.family", "darwin", "macos", "", ""},
    {"host.os.platform", "ubuntu", "linux", "", ""},
    {"host.os.platform", "debian", "linux", "", ""},
    {"process.executable", "/*", "linux", "", ""},
    // What happened. An event that ends is no creation; ECS says so in event.type.
    {"dns.question.name", "", "", "dns_query", ""},
    {"event.category", "network", "", "network_connection", ""},
    {"event.category", "registry", "", "registry_event", ""},
    {"event.category", "library", "", "image_load", ""},
    {"event.category", "driver", "", "driver_load", ""},
    {"event.type", "deletion", "", "file_delete", ""},
    {"event.category", "file", "", "file_event", ""},
    {"event.type", "end", "", "process_termination", ""},
    {"event.category", "process", "", "process_creation", ""},
};
constexpr Rename kFile[] = {{"TargetFilename", "file.path"}, {"FileName", "file.path"}};
constexpr Rename kLoaded[] = {{"ImageLoaded", "dll.path|file.path"}};
constexpr Rename kPipe[] = {{"PipeName", "file.name"}};
constexpr Rename kWeb[] = {
    {"c-uri", "url.original|url.full"},
    {"c-uri-query", "url.query"},
    {"c-uri-stem", "url.path"},
    {"c-uri-extension", "url.extension"},
    {"cs-uri", "url.original|url.full"},
    {"cs-uri-query", "url.query|url.original"},
    {"cs-uri-stem", "url.path|url.original"},
    {"c-useragent", "user_agent.original"},
    {"cs-user-agent", "user_agent.original"},
    {"cs-method", "http.request.method"},
    {"cs-host", "url.domain"},
    {"cs-referrer", "http.request.referrer"},
    {"cs-referer", "http.request.referrer"},
    {"sc-status", "http.response.status_code"},
    {"src_ip", "source.ip"},
    {"dst_ip", "destination.ip"},
    {"c-ip", "source.ip"},
    {"cs-username", "user.name"},
};
constexpr SchemaFields kOwnFields[] = {
    {"webserver", "", 0, 0, kWeb},     {"proxy", "", 0, 0, kWeb},          {"file_event", "", 0, 0, kFile},
    {"file_delete", "", 0, 0, kFile},  {"file_rename", "", 0, 0, kFile},   {"file_access", "", 0, 0, kFile},
    {"image_load", "", 0, 0, kLoaded}, {"driver_load", "", 0, 0, kLoaded}, {"pipe_created", "", 0, 0, kPipe},
};

}  // namespace

constinit const Schema kEcs = {
    .name = "ecs",
    .title = "Elastic Common Schema",
    .signature = "ecs.version; event.dataset,@timestamp; event.module,@timestamp; process.executable,@timestamp",
    .product = "",
    .host = "host.name|host.hostname",
    .times = kTimes,
    .routes = kRoutes,
    .fields = kOwnFields,
    .more_fields = kWindowsEcsFields,
};

}  // namespace sil::taxonomy
