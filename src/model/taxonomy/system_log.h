// The system log reaches us as text and out of the journal: which service a line is of, and what it serves besides,
// the same in both.
//
// Lifetime, thread rule: constant.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "model/taxonomy/schema.h"

namespace sil::taxonomy {

// What a form of the system log calls the parts that routes look at, and its facilities.
struct SystemLogNames {
  std::string_view program, facility, message;
  std::string_view auth, authpriv, cron;  // values of facility
};

// Which log a line is of: the form's own rows, then the program's own log, then the facility, by which syslogd parts
// auth.log from the rest, then what is known of programs where no facility is stated. So the lines of PAM about a job
// (authpriv) are of `auth`, and what cron and crontab say themselves is of `cron` alone - no rule of SigmaHQ for `auth`
// asks for that, and its rule for `cron` asks for crontab's REPLACE.
template <size_t N>
constexpr auto system_log_routes(const SystemLogNames& names, const KindRoute (&own)[N]) {
  const KindRoute common[] = {
      {names.program, "sshd*", "linux", "", "sshd"},
      {names.program, "sudo", "linux", "", "sudo"},
      {names.program, "clamd", "linux", "", "clamav"},
      {names.program, "freshclam", "linux", "", "clamav"},
      {names.program, "vsftpd", "linux", "", "vsftpd"},
      {names.program, "guacd", "linux", "", "guacamole"},
      {names.facility, names.auth, "linux", "", "auth"},
      {names.facility, names.authpriv, "linux", "", "auth"},
      {names.program, "cron", "linux", "", "cron"},
      {names.program, "crond", "linux", "", "cron"},
      {names.program, "crontab", "linux", "", "cron"},
      {names.program, "anacron", "linux", "", "cron"},
      {names.facility, names.cron, "linux", "", "cron"},
      {names.facility, "", "linux", "", "syslog"},
      {names.program, "su", "linux", "", "auth"},
      {names.program, "login", "linux", "", "auth"},
      {names.program, "passwd", "linux", "", "auth"},
      {names.program, "useradd", "linux", "", "auth"},
      {names.program, "usermod", "linux", "", "auth"},
      {names.program, "userdel", "linux", "", "auth"},
      {names.program, "groupadd", "linux", "", "auth"},
      {names.program, "gpasswd", "linux", "", "auth"},
      {names.program, "pkexec", "linux", "", "auth"},
      {names.program, "polkitd", "linux", "", "auth"},
      {names.program, "systemd-logind", "linux", "", "auth"},
      {names.message, "", "linux", "", "syslog"},
  };
  std::array<KindRoute, N + std::size(common)> all;
  std::copy(std::begin(common), std::end(common), std::copy(std::begin(own), std::end(own), all.begin()));
  return all;
}

inline constexpr Serves kSystemLogServes[] = {{"", "syslog"},
                                              // What these programs log goes to the authentication log too.
                                              {"sshd", "auth"},
                                              {"sudo", "auth"},
                                              // Applications and routers whose lines a collector keeps there.
                                              {"syslog", "bgp", "huawei"},
                                              {"syslog", "bgp", "juniper"},
                                              {"syslog", "", "jvm"},
                                              {"syslog", "", "spring"},
                                              {"syslog", "", "velocity"},
                                              {"syslog", "", "django"},
                                              {"syslog", "", "python"},
                                              {"syslog", "", "ruby_on_rails"},
                                              {"syslog", "", "nodejs"},
                                              {"syslog", "", "sql"}};

}  // namespace sil::taxonomy
