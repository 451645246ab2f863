#include "evtx_writer/harbor_admin.h"

#include <fmt/format.h>

#include "evtx_writer/harbor_routine.h"

namespace sil::harbor {
namespace {

uint64_t day_at(unsigned day, unsigned hour, unsigned minute = 0) {
  return first_midnight() + day * kDay + hour * kHour + minute * kMinute;
}

// What the two of them type on most days. Every line here is also in some intruder's notes.
const std::vector<std::string>& jump_verbs() {
  static const std::vector<std::string> kVerbs = {
      "whoami",
      "ipconfig /all",
      "quser",
      "tasklist",
      "netstat -ano",
      "ping NH-TMS01",
      "ping NH-DC01",
      "net use",
      "systeminfo",
      "nslookup NH-APP01",
      "wevtutil qe System /c:20 /rd:true /f:text",
      "sc query Spooler",
      "net localgroup administrators",
      "reg query \"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\" /v ProductName",
      "schtasks /query /fo LIST",
      "arp -a",
      "netsh interface ipv4 show config",
      "w32tm /query /peers",
      "net user k.amari /domain"};
  return kVerbs;
}
const std::vector<std::string>& dc_verbs() {
  static const std::vector<std::string> kVerbs = {"repadmin /replsummary",
                                                  "dcdiag /q",
                                                  "net group \"Domain Admins\" /domain",
                                                  "nltest /dclist:nordhafen.example",
                                                  "vssadmin list shadows",
                                                  "wevtutil gl Security",
                                                  "gpupdate /target:computer",
                                                  "nltest /sc_verify:nordhafen.example"};
  return kVerbs;
}

struct Stay {  // an open desktop
  Host* host;
  Session session;
  Process explorer;
};

Stay arrive(World& world, const std::string& where, const Account& who, const std::string& address,
            const std::string& station) {
  Host& host = world.host(where);
  Host& dc = world.host("NH-DC01");
  ntlm_check(world, dc, who, station);
  Session session = rdp(world, host, who, address, station);
  return {&host, session, desktop(world, host, session)};
}

void typed(World& world, const Stay& stay, const std::vector<std::string>& lines) {
  Process shell = start(world, *stay.host, stay.session, stay.explorer, "C:\\Windows\\System32\\cmd.exe",
                        "\"C:\\Windows\\system32\\cmd.exe\" ", "C:\\Users\\" + stay.session.account->name + "\\");
  uint64_t t = world.now;
  for (const std::string& line : lines) {
    t += world.dice.between(25, 300) * kSecond;
    world.at(t, [&world, stay, shell, line] {
      command(world, *stay.host, stay.session, shell, line, 2 * kSecond,
              "C:\\Users\\" + stay.session.account->name + "\\");
    });
  }
  world.at(t + 4 * kMinute, [&world, stay, shell] { stop(world, *stay.host, shell); });
}

void scripted(World& world, const Stay& stay, const std::string& script, const std::string& name,
              const std::string& payload) {
  Process shell = start(world, *stay.host, stay.session, stay.explorer,
                        "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
                        "\"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe\" ",
                        "C:\\Users\\" + stay.session.account->name + "\\");
  powershell_start(world, *stay.host, shell);
  world.now += 6 * kSecond;
  script_block(world, *stay.host, shell, script);
  cmdlet(world, *stay.host, shell, name, payload);
  world.at(world.now + world.dice.between(60, 400) * kSecond, [&world, stay, shell] {
    powershell_stop(world, *stay.host, shell);
    stop(world, *stay.host, shell);
  });
}

std::vector<std::string> some_of(World& world, const std::vector<std::string>& from, unsigned count) {
  std::vector<std::string> out;
  for (unsigned i = 0; i < count; ++i) out.push_back(world.dice.pick(from));
  return out;
}

void leave(World& world, const Stay& stay) {
  stop(world, *stay.host, stay.explorer);
  rdp_logoff(world, *stay.host, stay.session);
}

// From the jump server on to another one, by remote desktop, as the two do for everything inside.
void hop(World& world, const Stay& from, const std::string& where, const std::vector<std::string>& lines) {
  const Account& who = *from.session.account;
  Process client = start(world, *from.host, from.session, from.explorer, "C:\\Windows\\System32\\mstsc.exe",
                         "\"C:\\Windows\\system32\\mstsc.exe\" /v:" + where);
  Host& target = world.host(where);
  explicit_credentials(world, *from.host, from.session, who, where + ".nordhafen.example", client);
  connection(world, *from.host, client, true, from.host->address,
             static_cast<uint16_t>(world.dice.between(49'700, 65'000)), target.address, 3389);
  world.now += 3 * kSecond;
  Stay there = arrive(world, where, who, from.host->address, from.host->name);
  typed(world, there, lines);
  world.at(world.now + world.dice.between(28, 50) * kMinute, [&world, there, from, client] {
    leave(world, there);
    stop(world, *from.host, client);
  });
}

void working_day(World& world, const Account& who, unsigned day, unsigned start_minute) {
  world.at(day_at(day, 7) + start_minute * kMinute, [&world, &who, day] {
    kerberos(world, world.host("NH-DC01"), who, who.address);
    world.now += 40 * kSecond;
    Stay stay = arrive(world, "NH-JUMP01", who, who.address, who.workstation);
    typed(world, stay, some_of(world, jump_verbs(), 6));
    bool krause = who.name == "adm.krause";
    world.at(world.now + 55 * kMinute, [&world, stay, krause] {
      hop(world, stay, krause ? "NH-DC01" : "NH-TMS01",
          krause ? some_of(world, dc_verbs(), 4)
                 : std::vector<std::string>{"tasklist /svc", "netstat -ano", "sqlplus / as sysdba"});
    });
    world.at(world.now + 130 * kMinute, [&world, stay] {
      scripted(world, stay,
               "Get-EventLog -LogName System -EntryType Error -Newest 30 | Format-Table TimeGenerated, "
               "Source, Message -Wrap",
               "Get-EventLog", "ParameterBinding(Get-EventLog): name=\"LogName\"; value=\"System\"\r\n");
    });
    if (krause && day % 2 == 1)
      world.at(world.now + 150 * kMinute, [&world, stay] {
        scripted(world, stay,
                 "Get-EventLog -LogName Security -InstanceId 4625 -Newest 50 | Select-Object TimeGenerated, "
                 "ReplacementStrings",
                 "Get-EventLog",
                 "ParameterBinding(Get-EventLog): name=\"LogName\"; "
                 "value=\"Security\"\r\nParameterBinding(Get-EventLog): name=\"InstanceId\"; value=\"4625\"\r\n");
      });
    world.at(world.now + 270 * kMinute, [&world, stay] { rdp_disconnect(world, *stay.host, stay.session); });
    world.at(world.now + 320 * kMinute, [&world, stay] {
      rdp_reconnect(world, *stay.host, stay.session);
      typed(world, stay, some_of(world, jump_verbs(), 5));
    });
    world.at(world.now + 510 * kMinute, [&world, stay] { leave(world, stay); });
  });
}

}  // namespace

void plan_administrators(World& world, unsigned day) {
  const Account& krause = world.account("adm.krause");
  const Account& lindqvist = world.account("adm.lindqvist");
  working_day(world, krause, day, 20 + static_cast<unsigned>(world.dice.below(30)));
  // Lindqvist has the Thursday off: whoever uses that name then is somebody else.
  if (day != 3) working_day(world, lindqvist, day, static_cast<unsigned>(world.dice.below(25)));
  if (day == 1) {
    // Tuesday evening: Krause is on call and comes over the VPN; the terminal server gets its monthly
    // restart.
    world.at(day_at(1, 20, 34), [&world, &krause] {
      kerberos(world, world.host("NH-DC01"), krause, "10.40.200.41");
      Stay stay = arrive(world, "NH-JUMP01", krause, "10.40.200.41", "NH-NB02");
      typed(world, stay, {"quser /server:NH-TMS01", "netsh interface portproxy show all", "ping NH-TMS01"});
      world.at(world.now + 24 * kMinute, [&world, stay] {
        hop(world, stay, "NH-TMS01", {"systeminfo", "tasklist /v"});
      });
      world.at(world.now + 96 * kMinute, [&world, stay] { leave(world, stay); });
    });
    world.at(day_at(1, 22, 2), [&world, &krause] {
      Host& tms = world.host("NH-TMS01");
      reboot(world, tms, {&krause, 0x9d2f1, 0, 2, 0, "-"});
    });
  }
  if (day == 2)
    world.at(day_at(2, 9, 50), [&world, &krause] {
      Stay stay = arrive(world, "NH-DC01", krause, "10.40.1.20", "NH-JUMP01");
      typed(world, stay,
            {"ntdsutil \"activate instance ntds\" files info quit quit", "vssadmin list writers",
             "net group \"Domain Admins\" /domain"});
      world.at(world.now + 31 * kMinute, [&world, stay] { leave(world, stay); });
    });
}

}  // namespace sil::harbor
