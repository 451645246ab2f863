// Suricata EVE. Sigma has no product of that name: its events serve the generic categories.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

constexpr TimeField kTimes[] = {{"timestamp"}};
constexpr KindRoute kRoutes[] = {{"event_type", "", "suricata", "", "$"}};
constexpr Rename kDns[] = {{"query", "dns.rrname|dns.query.rrname|dns.queries.rrname"},
                           {"record_type", "dns.rrtype|dns.query.rrtype|dns.queries.rrtype"},
                           {"answer", "dns.rdata|dns.answers.rdata"}};
constexpr Rename kWeb[] = {
    {"c-uri", "http.url"},
    {"c-uri-query", "http.url"},
    {"c-uri-stem", "http.url"},
    {"cs-uri", "http.url"},
    {"cs-uri-query", "http.url"},
    {"cs-uri-stem", "http.url"},
    {"cs-host", "http.hostname"},
    {"cs-method", "http.http_method"},
    {"c-useragent", "http.http_user_agent"},
    {"cs-user-agent", "http.http_user_agent"},
    {"sc-status", "http.status"},
    {"cs-referrer", "http.http_refer"},
    {"cs-referer", "http.http_refer"},
    {"cs-content-type", "http.http_content_type"},
    {"dst_ip", "dest_ip"},
    {"c-ip", "src_ip"},
    {"cs-cookie"},
    {"cs-username"},
    {"c-uri-extension"},
};
constexpr Rename kFlow[] = {{"dst_ip", "dest_ip"},
                            {"dst_port", "dest_port"},
                            {"SourceIp", "src_ip"},
                            {"SourcePort", "src_port"},
                            {"DestinationIp", "dest_ip"},
                            {"DestinationPort", "dest_port"},
                            {"Protocol", "proto"},
                            {"DestinationHostname", "tls.sni|http.hostname"},
                            {"action", "alert.action|verdict.action|flow.action"}};
constexpr SchemaFields kFields[] = {
    {"dns", "", 0, 0, kDns}, {"proxy", "", 0, 0, kWeb}, {"webserver", "", 0, 0, kWeb}, {"", "", 0, 0, kFlow}};
constexpr Offer kOffers[] = {{"dns", "dns"},
                             {"http", "proxy"},
                             {"http", "webserver"},
                             {"flow", "firewall"},
                             {"flow", "network_connection"},
                             {"tls", "firewall"},
                             {"drop", "firewall"},
                             {"fileinfo", "firewall"}};

}  // namespace

constinit const Schema kSuricata = {
    .name = "suricata",
    .title = "Suricata EVE",
    .signature = "event_type,flow_id; event_type,src_ip,timestamp; event_type=stats,timestamp",
    .product = "suricata",
    .host = "host",
    .times = kTimes,
    .routes = kRoutes,
    .offers = kOffers,
    .fields = kFields,
};

}  // namespace sil::taxonomy
