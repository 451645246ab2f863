#include "evtx_writer/harbor_gate.h"

#include <fmt/format.h>

#include "evtx_writer/harbor_routine.h"

namespace sil::harbor {
namespace {

constexpr unsigned kTakenOut = 41;

class Gate {
 public:
  explicit Gate(uint64_t seed) : dice_(seed) {}

  std::string run(unsigned* taken_out) {
    uint64_t begin = first_midnight() - 65 * kMinute, end = first_midnight() + kDays * kDay;
    started(begin);
    uint64_t hidden = ticks_from("2024-03-15T05:17:31");
    for (uint64_t now = begin + 10 * kMinute - begin % (10 * kMinute); now < end; now += 10 * kMinute) {
      if (now > hidden && *taken_out == 0) serial_ += *taken_out = kTakenOut;  // what stood here is not there any more
      service(now, "sysstat-collect");
      uint64_t minute = now / kMinute % 60;
      if (minute == 10) hourly(now + 7 * kMinute);
      unsigned hour = static_cast<unsigned>(now / kHour % 24);
      if (minute == 40 && hour == 9) maintenance(now + 3 * kMinute);
      if (minute == 0 && hour == 23) service(now + 4 * kSecond, "logrotate");
    }
    return std::move(out_);
  }

 private:
  std::string stamp(uint64_t ticks, uint64_t serial) {
    uint64_t ms = (ticks - kEpoch) / 10'000;
    return fmt::format("msg=audit({}.{:03}:{})", ms / 1000, ms % 1000, serial);
  }
  void line(uint64_t ticks, std::string_view type, const std::string& rest) {
    out_ += fmt::format("node=NH-GATE01 type={} {}: {}\n", type, stamp(ticks, serial_), rest);
  }
  // One event of a single record: the serial goes on, some milliseconds pass.
  void event(uint64_t* ticks, std::string_view type, const std::string& rest) {
    *ticks += dice_.between(1, 30) * 10'000;
    ++serial_;
    line(*ticks, type, rest);
  }
  void user(uint64_t* ticks, std::string_view type, unsigned pid, const std::string& who, const std::string& text) {
    event(ticks, type, fmt::format("pid={} uid=0 {} subj=unconfined msg='{} res=success'", pid, who, text));
  }

  void started(uint64_t now) {
    out_ += fmt::format(
        "node=NH-GATE01 type=DAEMON_START {}: op=start ver=3.0.9 format=raw kernel=6.1.0-18-amd64 auid=4294967295 "
        "pid=612 uid=0 ses=4294967295 subj=unconfined res=success\n",
        stamp(now, 8261));
    event(&now, "CONFIG_CHANGE",
          "op=set audit_backlog_limit=8192 old=64 auid=4294967295 ses=4294967295 subj=unconfined res=1");
    user(&now, "SYSTEM_BOOT", 640, "auid=4294967295 ses=4294967295",
         "comm=\"systemd-update-utmp\" exe=\"/usr/lib/systemd/systemd-update-utmp\" hostname=? addr=? terminal=?");
  }
  void service(uint64_t now, const std::string& unit) {
    for (const char* type : {"SERVICE_START", "SERVICE_STOP"})
      user(&now, type, 1, "auid=4294967295 ses=4294967295",
           fmt::format("unit={} comm=\"systemd\" exe=\"/usr/lib/systemd/systemd\" hostname=? addr=? terminal=?", unit));
  }
  void hourly(uint64_t now) {  // cron.hourly, at 17 past
    now += kSecond;
    unsigned pid = pid_ += 7 + static_cast<unsigned>(dice_.below(40)), session = ++session_;
    std::string cron = "acct=\"root\" exe=\"/usr/sbin/cron\" hostname=? addr=? terminal=cron";
    user(&now, "USER_ACCT", pid, "auid=4294967295 ses=4294967295", "op=PAM:accounting grantors=pam_unix " + cron);
    user(&now, "CRED_ACQ", pid, "auid=4294967295 ses=4294967295", "op=PAM:setcred grantors=pam_permit " + cron);
    event(&now, "LOGIN",
          fmt::format("pid={} uid=0 subj=unconfined old-auid=4294967295 auid=0 tty=(none) old-ses=4294967295 ses={} "
                      "res=1",
                      pid, session));
    std::string own = fmt::format("auid=0 ses={}", session);
    user(&now, "USER_START", pid, own, "op=PAM:session_open grantors=pam_limits,pam_unix " + cron);
    user(&now, "CRED_DISP", pid, own, "op=PAM:setcred grantors=pam_permit " + cron);
    user(&now, "USER_END", pid, own, "op=PAM:session_close grantors=pam_limits,pam_unix " + cron);
  }
  void maintenance(uint64_t now) {  // Krause looks whether the gate is well
    unsigned pid = pid_ += 31 + static_cast<unsigned>(dice_.below(90)), session = ++session_;
    std::string ssh = "exe=\"/usr/sbin/sshd\" hostname=10.40.10.12 addr=10.40.10.12 terminal=ssh";
    user(&now, "USER_AUTH", pid, "auid=4294967295 ses=4294967295", "op=pubkey acct=\"krause\" " + ssh);
    user(&now, "USER_LOGIN", pid, fmt::format("auid=1000 ses={}", session), "op=login id=1000 " + ssh);
    for (const auto& words : {std::vector<std::string>{"systemctl", "status", "nordgate"},
                              std::vector<std::string>{"journalctl", "-u", "nordgate", "-n", "50"},
                              std::vector<std::string>{"df", "-h"}}) {
      now += dice_.between(8, 40) * kSecond;
      ++serial_;
      unsigned child = ++pid_;
      line(now, "SYSCALL",
           fmt::format("arch=c000003e syscall=59 success=yes exit=0 a0=55d0c1a2 a1=55d0c1b8 a2=55d0c1d0 a3=8 items=2 "
                       "ppid={} pid={} auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 "
                       "fsgid=1000 tty=pts0 ses={} comm=\"{}\" exe=\"/usr/bin/{}\" subj=unconfined key=\"exec\"",
                       pid, child, session, words[0], words[0]));
      std::string execve = fmt::format("argc={}", words.size());
      for (size_t i = 0; i < words.size(); ++i) execve += fmt::format(" a{}=\"{}\"", i, words[i]);
      line(now, "EXECVE", execve);
    }
    now += 20 * kSecond;
    std::string own = fmt::format("auid=1000 ses={}", session);
    user(&now, "USER_END", pid, own, "op=PAM:session_close acct=\"krause\" " + ssh);
  }

  Dice dice_;
  std::string out_;
  uint64_t serial_ = 3;
  unsigned pid_ = 1210, session_ = 0;
};

}  // namespace

std::string gate_audit_log(uint64_t seed, unsigned* taken_out) {
  *taken_out = 0;
  return Gate(seed * 31 + 7).run(taken_out);
}

}  // namespace sil::harbor
