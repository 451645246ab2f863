// Web servers and proxies as they write lines. An access log has no query of its own to rules: SigmaHQ's webserver
// rules look for paths in cs-uri-query, so that name is the whole URI there; IIS parts the two.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

constexpr KindRoute kAccessRoutes[] = {{"c-ip", "", "apache", "webserver", ""}};
constexpr Rename kAccessFields[] = {
    {"cs-uri", "cs-uri|request"},      {"cs-uri-query", "cs-uri|request"},
    {"c-uri-query", "cs-uri|request"}, {"c-uri", "cs-uri|request"},
    {"c-uri-stem", "cs-uri-stem"},     {"c-useragent", "cs-user-agent"},
    {"cs-referrer", "cs-referer"},     {"src_ip", "c-ip"},
    {"cs-cookie", "cs-cookie"},
};
constexpr SchemaFields kAccessRenames[] = {{"", "", 0, 0, kAccessFields}};
constexpr Offer kAccessOffers[] = {{"", "webserver"}, {"", "proxy"}};
constexpr Offer kHaproxyOffers[] = {{"", "proxy", "webserver"}};
constexpr Serves kAccessServes[] = {
    {"", "apache", ""}, {"", "nginx", ""}, {"", "", "nginx"}, {"", "apache", "apache"}, {"", "nginx", "nginx"}};

// In HTTP mode a request was asked; in TCP mode nothing of the kind is known.
constexpr KindRoute kHaproxyRoutes[] = {{"cs-method", "", "haproxy", "webserver", ""},
                                        {"request", "", "haproxy", "webserver", ""}};

constexpr KindRoute kErrorRoutes[] = {{"program", "apache", "apache", "", "apache"},
                                      {"program", "nginx", "nginx", "", "nginx"}};
constexpr Serves kErrorServes[] = {{"apache", "apache", ""}, {"nginx", "nginx", ""}};

constexpr KindRoute kProxyRoutes[] = {{"c-uri", "", "", "proxy", ""}};
constexpr Rename kProxyFields[] = {
    {"cs-uri", "c-uri"},
    {"cs-uri-query", "cs-uri-query"},
    {"c-uri-query", "cs-uri-query"},
    {"c-uri-stem", "cs-uri-stem"},
    {"src_ip", "c-ip"},
    {"c-useragent", "c-useragent|cs-user-agent"},
    {"cs-user-agent", "cs-user-agent"},
};
constexpr SchemaFields kProxyRenames[] = {{"", "", 0, 0, kProxyFields}};

constexpr KindRoute kIisRoutes[] = {{"cs-uri-stem", "", "", "webserver", "iis"},
                                    {"cs-method", "", "", "webserver", "iis"},
                                    {"cs-uri", "", "", "webserver", "iis"}};
constexpr Rename kIisFields[] = {
    {"cs-uri", "c-uri|cs-uri|cs-uri-stem"},
    {"c-uri", "c-uri|cs-uri|cs-uri-stem"},
    {"cs-uri-query", "c-uri-query|cs-uri-query"},
    {"c-uri-query", "c-uri-query|cs-uri-query"},
    {"c-uri-stem", "cs-uri-stem"},
    {"c-useragent", "cs-user-agent"},
    {"cs-referrer", "cs-referer"},
    {"src_ip", "c-ip"},
    {"dst_ip", "s-ip"},
};
constexpr SchemaFields kIisRenames[] = {{"", "", 0, 0, kIisFields}};
constexpr Offer kIisOffers[] = {{"", "proxy"}};

}  // namespace

constinit const Schema kAccess = {
    .name = "access",
    .title = "Web access log in lines (Apache, nginx)",
    .signature = "",
    .product = "apache",
    .host = "host",
    .routes = kAccessRoutes,
    .offers = kAccessOffers,
    .serves = kAccessServes,
    .fields = kAccessRenames,
};
constinit const Schema kHaproxy = {
    .name = "haproxy",
    .title = "HAProxy log lines",
    .signature = "",
    .product = "haproxy",
    .host = "host",
    .routes = kHaproxyRoutes,
    .offers = kHaproxyOffers,
    .fields = kAccessRenames,
};
constinit const Schema kErrorLog = {
    .name = "weberror",
    .title = "Web server error log (Apache, nginx)",
    .signature = "",
    .product = "",
    .host = "host",
    .routes = kErrorRoutes,
    .serves = kErrorServes,
};
constinit const Schema kProxy = {
    .name = "squid",
    .title = "squid access log",
    .signature = "",
    .product = "",
    .host = "host",
    .routes = kProxyRoutes,
    .fields = kProxyRenames,
};
constinit const Schema kIis = {
    .name = "iis",
    .title = "W3C extended log (IIS, HTTP.sys)",
    .signature = "",
    .product = "",
    .host = "s-computername",
    .routes = kIisRoutes,
    .offers = kIisOffers,
    .fields = kIisRenames,
};

}  // namespace sil::taxonomy
