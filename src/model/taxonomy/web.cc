// Proxy and web server logs whose keys are the W3C names Sigma uses, or the variables of nginx.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

constexpr TimeField kTimes[] = {{"time"},         {"timestamp"}, {"@timestamp"},
                                {"time_iso8601"}, {"date-time"}, {"msec", TimeForm::kEpoch}};
constexpr KindRoute kRoutes[] = {
    {"cs-uri-query", "", "", "webserver", ""},
    {"cs-uri-stem", "", "", "webserver", ""},
    {"c-uri", "", "", "proxy", ""},
    {"request_uri", "", "nginx", "webserver", "nginx"},
    {"request", "", "", "webserver", ""},
};
constexpr Rename kWeb[] = {
    {"c-uri", "c-uri|cs-uri|request_uri|request|cs-uri-stem"},
    {"c-uri-query", "c-uri-query|cs-uri-query|args"},
    {"c-uri-stem", "c-uri-stem|cs-uri-stem|uri"},
    {"cs-uri-query", "cs-uri-query|c-uri-query|request_uri|request"},
    {"cs-uri-stem", "cs-uri-stem|c-uri-stem|uri|request_uri|request"},
    {"cs-uri", "cs-uri|c-uri|request_uri|request"},
    {"cs-method", "cs-method|request_method|method"},
    {"cs-user-agent", "cs-user-agent|c-useragent|cs(User-Agent)|http_user_agent|user_agent"},
    {"c-useragent", "c-useragent|cs-user-agent|cs(User-Agent)|http_user_agent|user_agent"},
    {"cs-referer", "cs-referer|cs-referrer|cs(Referer)|http_referer|referer"},
    {"cs-referrer", "cs-referrer|cs-referer|cs(Referer)|http_referer|referer"},
    {"cs-host", "cs-host|host|http_host|server_name"},
    {"cs-cookie", "cs-cookie|cs(Cookie)|http_cookie"},
    {"sc-status", "sc-status|status"},
    {"src_ip", "src_ip|c-ip|remote_addr"},
    {"c-ip", "c-ip|src_ip|remote_addr"},
    {"dst_ip", "dst_ip|s-ip|r-ip|server_addr"},
    {"cs-username", "cs-username|remote_user"},
};
constexpr SchemaFields kFields[] = {{"", "", 0, 0, kWeb}};
constexpr Offer kOffers[] = {{"", "webserver"}, {"", "proxy"}};

}  // namespace

constinit const Schema kW3c = {
    .name = "w3c",
    .title = "Web server and proxy logs as JSON",
    .signature = "cs-method; c-uri; cs-uri-stem; request_uri,status; remote_addr,request,status",
    .product = "",
    .host = "s-computername|server_name",
    .times = kTimes,
    .routes = kRoutes,
    .offers = kOffers,
    .fields = kFields,
};

}  // namespace sil::taxonomy
