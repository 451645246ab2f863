// Elastic Common Schema without winlog.*: Elastic Agent, Auditbeat, Filebeat modules. event.module names the
// source.
#include "model/taxonomy/schemas.h"
#include "model/taxonomy/windows_ecs.h"

namespace sil::taxonomy {

namespace {

constexpr TimeField kTimes[] = {{"@timestamp"}};
constexpr KindRoute kRoutes[] = {
    {"cisco.ios.facility", "PARSER", "cisco", "", "aaa"},
    {"cisco.ios.facility", "AAA", "cisco", "", "aaa"},
    {"cisco.ios.facility", "TCP", "cisco", "", "bgp"},
    {"cisco.ios.facility", "BGP", "cisco", "", "bgp"},
    {"cisco.ios.facility", "LDP", "cisco", "", "ldp"},
    {"event.dataset", "cisco.ios", "cisco", "", "syslog"},
    {"event.dataset", "cisco_ios.log", "cisco", "", "syslog"},
    {"event.dataset", "cisco_duo.auth", "cisco", "", "duo"},
    {"fortinet.firewall.type", "event", "fortigate", "", "event"},
    {"event.dataset", "fortinet*", "fortigate", "", ""},
    {"event.dataset", "netflow.log", "", "network_connection", "netflow"},
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
    {"event.dataset", "nginx.*", "nginx", "", "nginx"},
    {"event.dataset", "apache.*", "apache", "", "apache"},
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
    {"event.category", "web", "", "proxy", ""},
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
constexpr Rename kDns[] = {{"query", "dns.question.name"},
                           {"record_type", "dns.question.type"},
                           {"answer", "dns.answers.data|dns.resolved_ip"},
                           {"src_ip", "source.ip"},
                           {"dst_ip", "destination.ip"}};
constexpr Rename kFirewall[] = {{"src_ip", "source.ip"},      {"src_port", "source.port"},
                                {"dst_ip", "destination.ip"}, {"dst_port", "destination.port"},
                                {"action", "event.action"},   {"blocked"}};
// What the modules of Filebeat and Elastic Agent made of the services' own
// names.
constexpr Rename kTrail[] = {{"eventSource", "event.provider"},
                             {"eventName", "event.action"},
                             {"errorCode", "aws.cloudtrail.error_code"},
                             {"errorMessage", "aws.cloudtrail.error_message"},
                             {"awsRegion", "cloud.region"},
                             {"sourceIPAddress", "source.ip|source.address"},
                             {"userAgent", "user_agent.original"},
                             {"userIdentity.type", "aws.cloudtrail.user_identity.type"},
                             {"userIdentity.arn", "aws.cloudtrail.user_identity.arn"},
                             {"userIdentity.userName", "user.name"}};
constexpr Rename kOkta[] = {{"eventType", "okta.event_type|event.action"},
                            {"actor.alternateId", "okta.actor.alternate_id"},
                            {"outcome.result", "okta.outcome.result"},
                            {"outcome.reason", "okta.outcome.reason"}};
constexpr Rename kGithub[] = {{"action", "event.action"}};
constexpr Rename kWorkspace[] = {{"eventName", "event.action"}, {"eventService", "event.provider"}};
constexpr Rename kKubernetes[] = {{"verb", "kubernetes.audit.verb"},
                                  {"objectRef.resource", "kubernetes.audit.objectRef.resource"},
                                  {"objectRef.subresource", "kubernetes.audit.objectRef.subresource"},
                                  {"objectRef.namespace", "kubernetes.audit.objectRef.namespace"}};
constexpr Rename kUnified[] = {{"Operation", "event.action"},
                               {"eventName", "event.action"},
                               {"eventSource", "event.provider"},
                               {"UserId", "user.id"}};
constexpr Rename kForti[] = {{"action", "fortinet.firewall.action|event.action"},
                             {"cfgpath", "fortinet.firewall.cfgpath"},
                             {"cfgobj", "fortinet.firewall.cfgobj"},
                             {"cfgattr", "fortinet.firewall.cfgattr"}};
constexpr Rename kAuditd[] = {{"type", "auditd.log.record_type|auditd.message_type"},
                              {"exe", "process.executable|auditd.log.exe"},
                              {"comm", "process.name|auditd.log.comm"},
                              {"name", "auditd.log.name|auditd.paths.name|file.path"},
                              {"key", "auditd.log.key|tags"},
                              {"syscall", "auditd.log.syscall|auditd.data.syscall"},
                              {"SYSCALL", "auditd.log.SYSCALL|auditd.data.syscall"},
                              {"a0", "auditd.log.a0|auditd.data.a0"},
                              {"a1", "auditd.log.a1|auditd.data.a1"},
                              {"a2", "auditd.log.a2|auditd.data.a2"},
                              {"a3", "auditd.log.a3|auditd.data.a3"}};
constexpr SchemaFields kOwnFields[] = {
    {"", "auditd", 0, 0, kAuditd},
    {"", "cloudtrail", 0, 0, kTrail},
    {"", "okta", 0, 0, kOkta},
    {"", "google_workspace.admin", 0, 0, kWorkspace},
    {"", "google_workspace.login", 0, 0, kWorkspace},
    {"application", "audit", 0, 0, kKubernetes},
    {"", "event", 0, 0, kForti},
    {"dns", "", 0, 0, kDns},
    {"firewall", "", 0, 0, kFirewall},
    {"webserver", "", 0, 0, kWeb},
    {"proxy", "", 0, 0, kWeb},
    {"file_event", "", 0, 0, kFile},
    {"file_delete", "", 0, 0, kFile},
    {"file_rename", "", 0, 0, kFile},
    {"file_access", "", 0, 0, kFile},
    {"image_load", "", 0, 0, kLoaded},
    {"driver_load", "", 0, 0, kLoaded},
    {"pipe_created", "", 0, 0, kPipe},
};

constexpr Offer kOffers[] = {
    {"", "dns", "dns_query"}, {"", "firewall", "network_connection"}, {"", "webserver", "proxy"}};
// A device's log holds all its facilities; the authentication log holds what
// these programs say.
constexpr Serves kServes[] = {{"aaa", "syslog"},
                              {"bgp", "syslog"},
                              {"ldp", "syslog"},
                              {"auth", "sshd"},
                              {"auth", "sudo"},
                              {"auth", "syslog"},
                              {"event", "sslvpnd", "fortios"}};

}  // namespace

constinit const Schema kEcs = {
    .name = "ecs",
    .title = "Elastic Common Schema",
    .signature = "ecs.version; event.dataset,@timestamp; event.module,@timestamp; process.executable,@timestamp",
    .product = "",
    .host = "host.name|host.hostname",
    .times = kTimes,
    .routes = kRoutes,
    .offers = kOffers,
    .serves = kServes,
    .fields = kOwnFields,
    .more_fields = kWindowsEcsFields,
};

}  // namespace sil::taxonomy
