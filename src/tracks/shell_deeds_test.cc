#include "tracks/shell_deeds.h"

#include <gtest/gtest.h>

#include "tracks/shell_words.h"

namespace sil::tracks {
namespace {

TEST(ShellWords, CommandsAreTakenApartAsAShellDoes) {
  auto commands =
      simple_commands("cd /tmp && sudo -u root rm -f 'a b' \"c;d\" e\\ f; X=1 Y= prog >out 2>/dev/null | tee z");
  ASSERT_EQ(commands.size(), 4U);
  EXPECT_EQ(commands[1].words, (std::vector<std::string>{"rm", "-f", "a b", "c;d", "e f"}));
  EXPECT_EQ(commands[2].sets, (std::vector<std::string>{"X=1", "Y="}));
  EXPECT_EQ(commands[2].words, std::vector<std::string>{"prog"});
  EXPECT_EQ(commands[2].emptied, std::vector<std::string>{"out"});
  EXPECT_EQ(commands[3].words, (std::vector<std::string>{"tee", "z"}));
  commands = simple_commands("bash -c 'sh -c \"rm x\"'");
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_EQ(commands[2].words, (std::vector<std::string>{"rm", "x"}));
  EXPECT_TRUE(simple_commands("# rm /var/log/auth.log").empty());
  EXPECT_TRUE(simple_commands("echo x >> y 2>&1")[0].emptied.empty());
}

TEST(ShellWords, HostileLinesAreBounded) {
  std::string open(100'000, '"'), many, deep = "x";
  for (int i = 0; i < 5000; ++i) many += "a;";
  for (int i = 0; i < 2000; ++i) deep = "sh -c " + deep;
  EXPECT_LE(simple_commands(open).size(), kCommandsKept);
  EXPECT_EQ(simple_commands(many).size(), kCommandsKept);
  EXPECT_LE(simple_commands(deep).size(), kCommandsKept);
  EXPECT_TRUE(simple_commands("> > > & && || ; ;; ( ) { } ` < <").empty());
}

TEST(ShellDeeds, WhatTouchesLogsIsTold) {
  for (const char* line : {"rm -f /var/log/auth.log",
                           "shred -u /var/log/wtmp",
                           "truncate -s 0 /var/log/syslog",
                           "> /var/log/auth.log",
                           ": > /var/log/secure",
                           "cat /dev/null > /var/log/messages",
                           "sh -c cat /dev/null > /var/log/btmp",
                           "sudo sh -c '> /var/log/lastlog'",
                           "echo > /var/log/wtmp",
                           "dmesg > /var/log/kern.log",
                           "rm -rf /var/log/*",
                           "ln -sf /dev/null /var/log/wtmp",
                           "dd if=/dev/zero of=/var/log/wtmp bs=1 count=9",
                           "rm -r /run/log/journal",
                           "sed -i /10.0.0.7/d /var/log/auth.log",
                           "utmpdump -r < /tmp/x > /var/log/wtmp",
                           "chattr -a /var/log/auth.log",
                           "find /var/log -name '*.log' -delete",
                           "find /var/log -type f -exec truncate -s0 {} ;",
                           "journalctl --rotate && journalctl --vacuum-time=1s",
                           "auditctl -D",
                           "auditctl -e 0",
                           "/sbin/auditctl -e0",
                           "systemctl stop rsyslog",
                           "systemctl disable --now auditd.service",
                           "service rsyslog stop",
                           "/etc/init.d/rsyslog stop",
                           "pkill rsyslogd",
                           "killall -9 auditd",
                           "systemctl mask systemd-journald"}) {
    EXPECT_TRUE(may_be_deed(line)) << line;
    const ShellDeed deed = shell_deed(line);
    EXPECT_TRUE(deed.any()) << line;
    EXPECT_FALSE(deed.history) << line;
    EXPECT_EQ(deed.level, Level::kMedium) << line;
  }
}

TEST(ShellDeeds, WhatTouchesHistoriesIsTold) {
  for (const char* line : {"unset HISTFILE",
                           "export HISTFILE=/dev/null",
                           "HISTFILE= bash",
                           "HISTSIZE=0",
                           "export HISTFILESIZE=0",
                           "set +o history",
                           "history -c",
                           "history -cw",
                           "history -d 42",
                           "ln -sf /dev/null ~/.bash_history",
                           "rm ~/.zsh_history",
                           "cat /dev/null > ~/.bash_history",
                           "> $HISTFILE",
                           "kill -9 $$",
                           "SAVEHIST=0",
                           "sudo rm -f ~root/.bash_history && exit",
                           "env HISTFILE=/dev/null bash",
                           "bash -c unset HISTFILE",
                           "ls; unset HISTFILE HISTSAVE; w",
                           "shred -u ~/.bash_history",
                           "rm -f .lesshst"}) {
    EXPECT_TRUE(may_be_deed(line)) << line;
    const ShellDeed deed = shell_deed(line);
    EXPECT_TRUE(deed.any()) << line;
    EXPECT_TRUE(deed.history) << line;
  }
}

TEST(ShellDeeds, HousekeepingIsLow) {
  for (const char* line : {"rm /var/log/auth.log.7.gz", "rm -f /var/log/syslog.1 /var/log/syslog.2.gz",
                           "find /var/log -name '*.gz' -mtime +30 -delete", "> /var/log/myscript.log"})
    EXPECT_EQ(shell_deed(line).level, Level::kLow) << line;
}

TEST(ShellDeeds, OrdinaryWorkIsNotTold) {
  for (const char* line : {"cat /var/log/auth.log",
                           "tail -f /var/log/syslog",
                           "grep x /var/log/auth.log > /tmp/out",
                           "ls -l ~/.bash_history",
                           "history",
                           "history | grep ssh",
                           "history 20",
                           "echo done >> /var/log/auth.log",
                           "date > /var/log/backup.log",
                           "HISTSIZE=100000",
                           "HISTCONTROL=ignoreboth",
                           "export HISTFILE=~/.bash_history",
                           "systemctl restart rsyslog",
                           "systemctl status auditd",
                           "pkill -HUP rsyslogd",
                           "kill -9 1234",
                           "journalctl -u rsyslog",
                           "auditctl -l",
                           "auditctl -w /etc/passwd -p wa -k x",
                           "cp /var/log/auth.log /tmp",
                           "rm /tmp/x",
                           "vi /etc/rsyslog.conf",
                           "echo 'rm /var/log/auth.log'",
                           "logrotate -f /etc/logrotate.conf",
                           "apt install rsyslog auditd",
                           "journalctl --disk-usage",
                           "gzip /var/log/foo.log",
                           "echo $$",
                           "sed -n 1p /var/log/syslog",
                           "run > /var/log/run.log 2>&1",
                           "systemctl stop nginx",
                           "touch /var/log/auth.log"})
    EXPECT_FALSE(shell_deed(line).any()) << line << ": " << shell_deed(line).what;
}

}  // namespace
}  // namespace sil::tracks
