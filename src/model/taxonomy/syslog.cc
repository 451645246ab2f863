// Lines of the system log, by program.
#include "model/taxonomy/schemas.h"
#include "model/taxonomy/system_log.h"

namespace sil::taxonomy {

namespace {

using T = Translation;

constexpr KindRoute kRoutes[] = {
    {"program", "sshd*", "linux", "", "sshd"},    {"program", "sudo", "linux", "", "sudo"},
    {"program", "cron", "linux", "", "cron"},     {"program", "crond", "linux", "", "cron"},
    {"program", "clamd", "linux", "", "clamav"},  {"program", "freshclam", "linux", "", "clamav"},
    {"program", "vsftpd", "linux", "", "vsftpd"}, {"program", "guacd", "linux", "", "guacamole"},
    {"program", "su", "linux", "", "auth"},       {"program", "login", "linux", "", "auth"},
    {"program", "passwd", "linux", "", "auth"},   {"program", "useradd", "linux", "", "auth"},
    {"program", "usermod", "linux", "", "auth"},  {"program", "userdel", "linux", "", "auth"},
    {"program", "groupadd", "linux", "", "auth"}, {"program", "gpasswd", "linux", "", "auth"},
    {"program", "polkitd", "linux", "", "auth"},  {"program", "systemd-logind", "linux", "", "auth"},
    {"facility", "auth", "linux", "", "auth"},    {"facility", "authpriv", "linux", "", "auth"},
    {"message", "", "linux", "", "syslog"},
};
constexpr Rename kFields[] = {{"USER", "USER|message", T::kMessagePair, "USER"}};
constexpr SchemaFields kRenames[] = {{"", "", 0, 0, kFields}};
// Every line stands in the system log; what these programs log goes to the authentication log too.
constexpr auto kServes = with_system_log({{"sshd", "auth"}, {"sudo", "auth"}, {"cron", "auth"}});
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
    .serves = kServes,
    .fields = kRenames,
};

constinit const Schema kLogins = {
    .name = "logins",
    .title = "Login records (wtmp, btmp, utmp, lastlog)",
    .signature = "",
    .product = "linux",
};

}  // namespace sil::taxonomy
