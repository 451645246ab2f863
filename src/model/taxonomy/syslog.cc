// Lines of the system log, by program.
#include "model/taxonomy/schemas.h"
#include "model/taxonomy/system_log.h"

namespace sil::taxonomy {

namespace {

using T = Translation;

// What PAM says in cron's name is of facility authpriv, also where no facility stands in the line.
constexpr KindRoute kOwn[] = {{"pam_service", "", "linux", "", "auth"}};
constexpr auto kRoutes = system_log_routes({.program = "program",
                                            .facility = "facility",
                                            .message = "message",
                                            .auth = "auth",
                                            .authpriv = "authpriv",
                                            .cron = "cron"},
                                           kOwn);
constexpr Rename kFields[] = {{"USER", "USER|message", T::kMessagePair, "USER"}};
constexpr SchemaFields kRenames[] = {{"", "", 0, 0, kFields}};
constexpr Offer kOffers[] = {{"syslog", "application"}};

}  // namespace

constinit const Schema kSyslog = {
    .name = "syslog",
    .title = "syslog lines",
    .signature = "",
    .product = "linux",
    .host = "host",
    .routes = kRoutes,
    .offers = kOffers,
    .serves = kSystemLogServes,
    .fields = kRenames,
};

constinit const Schema kLogins = {
    .name = "logins",
    .title = "Login records (wtmp, btmp, utmp, lastlog)",
    .signature = "",
    .product = "linux",
};

}  // namespace sil::taxonomy
