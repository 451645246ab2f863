// A line of text that no format knows: it has no fields, and is searched by the keyword rules of every log of lines.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

constexpr Serves kServes[] = {{"", "", "linux"},
                              {"", "syslog", "linux"},
                              {"", "auth", "linux"},
                              {"", "sshd", "linux"},
                              {"", "sudo", "linux"},
                              {"", "cron", "linux"},
                              {"", "clamav", "linux"},
                              {"", "vsftpd", "linux"},
                              {"", "guacamole", "linux"},
                              {"", "apache"},
                              {"", "nginx"},
                              {"", "aaa", "cisco"},
                              {"", "bgp", "cisco"},
                              {"", "ldp", "cisco"},
                              {"", "syslog", "cisco"},
                              {"", "bgp", "huawei"},
                              {"", "bgp", "juniper"},
                              // What applications and their frameworks write: traces, messages of databases.
                              {"", "", "jvm"},
                              {"", "", "spring"},
                              {"", "", "velocity"},
                              {"", "", "django"},
                              {"", "", "python"},
                              {"", "", "ruby_on_rails"},
                              {"", "", "nodejs"},
                              {"", "", "sql"}};
constexpr Offer kOffers[] = {{"", "webserver"}, {"", "application"}, {"", "database"}};

}  // namespace

constinit const Schema kPlainLines = {
    .name = "lines",
    .title = "Lines of text without a known format: keyword rules search them",
    .signature = "",
    .product = "",
    .offers = kOffers,
    .serves = kServes,
};

}  // namespace sil::taxonomy
