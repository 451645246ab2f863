#include "evtx_writer/harbor_routine.h"

#include <fmt/format.h>

#include "evtx_writer/harbor_admin.h"

namespace sil::harbor {

uint64_t first_midnight() {
  return ticks_from("2024-03-10T23:00:00");
}

Process command(World& world, Host& host, const Session& session, const Process& shell, const std::string& typed,
                uint64_t lasts, const std::string& directory) {
  std::string line = typed;
  if (shell.image.ends_with("cmd.exe")) {  // cmd puts a second blank behind the program's name
    size_t blank = line[0] == '"' ? line.find("\" ") + 1 : line.find(' ');
    if (blank != 0 && blank != std::string::npos) line.insert(blank, " ");
  }
  std::string image = line[0] == '"' ? line.substr(1, line.find('"', 1) - 1) : line.substr(0, line.find(' '));
  std::string file = image.substr(image.rfind('\\') + 1);
  const Program* known = world.program(file.find('.') == std::string::npos ? file + ".exe" : file);
  if (known == nullptr && image.find('\\') == std::string::npos) return {};  // no such program: no process
  bool pathless = image.find('\\') == std::string::npos;
  Process out = start(world, host, session, shell, pathless ? known->path : image, line, directory);
  if (lower(file) == "net" || lower(file) == "net.exe") {  // net hands these verbs to net1
    std::string rest = typed.substr(typed.find(' ') + 1);
    if (rest.starts_with("group") || rest.starts_with("localgroup") || rest.starts_with("user") ||
        rest.starts_with("start")) {
      world.now += kSecond / 20;
      Process child = start(world, host, session, out, "C:\\Windows\\System32\\net1.exe",
                            "C:\\Windows\\system32\\net1 " + rest, directory);
      run_for(world, host, child, lasts);
    }
  }
  run_for(world, host, out, lasts);
  return out;
}

Process desktop(World& world, Host& host, const Session& session) {
  Process init = start(world, host, session, host.winlogon, "C:\\Windows\\System32\\userinit.exe",
                       "C:\\Windows\\system32\\userinit.exe");
  world.now += kSecond;
  Process explorer = start(world, host, session, init, "C:\\Windows\\explorer.exe", "C:\\Windows\\Explorer.EXE");
  run_for(world, host, init, 20 * kSecond);
  if (session.terminal != 0) {
    Process clip = start(world, host, session, host.svchost, "C:\\Windows\\System32\\rdpclip.exe", "rdpclip");
    run_for(world, host, clip, 40 * kMinute);
  }
  return explorer;
}

namespace {

uint64_t day_at(unsigned day, unsigned hour, unsigned minute = 0) {
  return first_midnight() + day * kDay + hour * kHour + minute * kMinute;
}

// fn at random moments from `from` to `to`, `gap` apart on average.
void scatter(World& world, uint64_t from, uint64_t to, uint64_t gap, const std::function<void()>& activity) {
  for (uint64_t t = from + world.dice.below(gap); t < to; t += gap / 2 + world.dice.below(gap)) world.at(t, activity);
}

// ---- people at their desks
// -------------------------------------------------------------------------------------
void file_visit(World& world, const Account& person) {
  Host& dc = world.host("NH-DC01");
  Host& files = world.host("NH-JUMP01");
  service_ticket(world, dc, person, person.address, "NH-JUMP01$", files.machine.sid);
  world.now += kSecond / 10;
  Session session = logon(world, files, {&person, 3, person.address, "-", false, 0});
  static const std::vector<std::pair<const char*, const char*>> kShares = {
      {"\\\\*\\Planning", "\\??\\D:\\Shares\\Planning"},
      {"\\\\*\\Berths", "\\??\\D:\\Shares\\Berths"},
      {"\\\\*\\Customs", "\\??\\D:\\Shares\\Customs"},
      {"\\\\*\\Forms", "\\??\\D:\\Shares\\Forms"}};
  if (world.dice.chance(40)) share_access(world, files, session, "\\\\*\\IPC$", "", 1);
  const auto& [share, path] = world.dice.pick(kShares);
  share_access(world, files, session, share, path, 1);
  world.at(world.now + world.dice.between(60, 900) * kSecond,
           [&world, &files, session] { logoff(world, files, session); });
}

void policy_visit(World& world, const Account& account) {
  Host& dc = world.host("NH-DC01");
  service_ticket(world, dc, account, account.address, "NH-DC01$", dc.machine.sid);
  Session session = logon(world, dc, {&account, 3, account.address, "-", false, 0});
  share_access(world, dc, session, "\\\\*\\IPC$", "", 1);
  if (world.dice.chance(50)) share_access(world, dc, session, "\\\\*\\SYSVOL", "\\??\\C:\\Windows\\SYSVOL\\sysvol", 1);
  world.at(world.now + world.dice.between(8, 40) * kSecond, [&world, &dc, session] { logoff(world, dc, session); });
}

void morning(World& world, const Account& person) {
  Host& dc = world.host("NH-DC01");
  kerberos(world, dc, person, person.address);
  service_ticket(world, dc, person, person.address, person.workstation + "$", world.domain_sid + "-1204");
  world.now += kSecond;
  policy_visit(world, person);
  if (world.dice.chance(30)) ntlm_check(world, dc, person, person.workstation);
}

void plan_people(World& world, unsigned day) {
  for (const auto& [name, account] : world.accounts) {
    const Account* person = &account;
    if (person->admin || person->workstation.empty() || name == "svc.tos") continue;
    uint64_t begin = day_at(day, 6, 20) + world.dice.below(100) * kMinute;
    uint64_t end = begin + 8 * kHour + world.dice.below(60) * kMinute;
    world.at(begin, [&world, person] { morning(world, *person); });
    scatter(world, begin + 6 * kMinute, end, 31 * kMinute, [&world, person] { file_visit(world, *person); });
    scatter(world, begin + kHour, end, 110 * kMinute, [&world, person] { policy_visit(world, *person); });
    if (world.dice.chance(12))
      world.at(begin + world.dice.below(4 * kHour), [&world, person] {
        failed_logon(world, world.host("NH-JUMP01"), {person, 3, person->address, person->workstation, true, 0});
      });
  }
}

// ---- machines, monitoring, services
// -------------------------------------------------------------------------------
void agent_check(World& world, Host& host, unsigned round) {
  static const std::vector<std::string> kChecks = {"netstat -an",      "tasklist /svc",        "ipconfig /all",
                                                   "sc query w32time", "w32tm /query /status", "quser"};
  Session system{&world.account("SYSTEM"), 0x3e7, 0, 5, 0, "-"};
  Process agent = host.svchost;
  agent.image = "C:\\Program Files\\Nordwacht\\agent.exe";
  agent.command = "\"C:\\Program Files\\Nordwacht\\agent.exe\" --service";
  agent.session = system;
  command(world, host, system, agent, kChecks[round % kChecks.size()], 3 * kSecond, "C:\\Program Files\\Nordwacht\\");
  if (round % 3 == 0)
    connection(world, host, agent, true, host.address, static_cast<uint16_t>(world.dice.between(49'700, 65'000)),
               "10.40.1.61", 5671);
}

void background(World& world, Host& host) {
  Process svchost = host.svchost;
  auto port = static_cast<uint16_t>(world.dice.between(49'700, 65'000));
  switch (world.dice.below(9)) {
    case 0:
      return dns_query(world, host, svchost, "ctldl.windowsupdate.com",
                       "type:  5 wu-f-net.trafficmanager.net;::ffff:203.0.113.81;");
    case 1: return dns_query(world, host, svchost, "wpad", "-");
    case 2: return dns_query(world, host, svchost, "NH-DC01.nordhafen.example", "::ffff:10.40.1.10;");
    case 3:
      return connection(world, host, host.lsass, true, host.address, port, "10.40.1.10",
                        world.dice.chance(50) ? 88 : 389);
    case 4: return connection(world, host, svchost, true, host.address, port, "203.0.113.81", 443);
    case 5:
      return image_load(world, host, host.wmi_host,
                        "C:\\Windows\\System32\\" +
                            world.dice.pick(std::vector<std::string>{"wbemcomn.dll", "wbem\\fastprox.dll",
                                                                     "wbem\\cimwin32.dll", "framedynos.dll"}));
    case 6:
      return file_created(
          world, host, svchost,
          "C:\\Windows\\SoftwareDistribution\\Download\\" + world.dice.guid().substr(1, 8) + "\\update.cab");
    case 7:
      return registry_value(world, host, host.services, "HKLM\\System\\CurrentControlSet\\Services\\BITS\\Start",
                            "DWORD (0x00000003)");
    default:
      return registry_value(world, host, svchost,
                            "HKLM\\System\\CurrentControlSet\\Services\\W32Time\\SecureTimeLimits\\SecureTimeEstimated",
                            "QWORD (0x01da7488-0x3c5b0e00)");
  }
}

void service_cycle(World& world, Host& host) {
  static const std::vector<std::pair<const char*, const char*>> kServices = {
      {"Windows Modules Installer", "TrustedInstaller"},
      {"Software Protection", "sppsvc"},
      {"WinHTTP Web Proxy Auto-Discovery Service", "WinHttpAutoProxySvc"},
      {"Windows Update", "wuauserv"},
      {"Background Intelligent Transfer Service", "BITS"},
      {"Application Experience", "AeLookupSvc"},
      {"Microsoft Software Shadow Copy Provider", "swprv"},
      {"Delivery Optimization", "DoSvc"}};
  std::pair<std::string, std::string> service = world.dice.pick(kServices);
  logon(world, host, {&world.account("SYSTEM"), 5, "-", "-", false, 0});
  service_state(world, host, service.first, service.second, "running");
  if (service.second == "BITS") service_start_type(world, host, service.first, "BITS", "demand start", "auto start");
  if (service.second == "sppsvc") {
    Process process = start(world, host, {&world.account("NETWORK SERVICE"), 0x3e4, 0, 5, 0, "-"}, host.services,
                            "C:\\Windows\\System32\\sppsvc.exe", "C:\\Windows\\system32\\sppsvc.exe");
    run_for(world, host, process, 40 * kSecond);
    classic(world, host, "Application", "Microsoft-Windows-Security-SPP", 16394, 49152, 0, {});
    classic(world, host, "Application", "Microsoft-Windows-Security-SPP", 16384, 16384, 0,
            {utc_text(world.now + 20 * kHour).substr(0, 10) + "T03:12:00Z", "RulesEngine"});
  }
  world.at(world.now + world.dice.between(2, 15) * kMinute, [&world, &host, service] {
    service_state(world, host, service.first, service.second, "stopped");
    if (service.second == "BITS") service_start_type(world, host, service.first, "BITS", "auto start", "demand start");
  });
}

void maintenance_task(World& world, Host& host, unsigned which) {
  struct Task {
    const char *name, *image, *command;
  };
  static const std::vector<Task> kTasks = {
      {"\\Microsoft\\Windows\\Windows Defender\\Windows Defender Scheduled Scan",
       "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24020.7-0\\MpCmdRun.exe",
       "\"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24020.7-0\\MpCmdRun.exe\" Scan "
       "-ScheduleJob"},
      {"\\Microsoft\\Windows\\Application Experience\\Microsoft Compatibility Appraiser",
       "C:\\Windows\\System32\\CompatTelRunner.exe", "C:\\Windows\\system32\\compattelrunner.exe"},
      {"\\MicrosoftEdgeUpdateTaskMachineUA", "C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe",
       "\"C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe\" /ua /installsource "
       "scheduler"},
      {"\\Microsoft\\Windows\\Workplace Join\\Automatic-Device-Join", "C:\\Windows\\System32\\dsregcmd.exe",
       "C:\\Windows\\System32\\dsregcmd.exe $(Arg0) $(Arg1) $(Arg2)"},
      {"\\Microsoft\\Windows\\GroupPolicy\\{3E0A038B-D834-4930-9981-E89C9BFF83AA}",
       "C:\\Windows\\System32\\gpupdate.exe", "gpupdate.exe /target:computer"},
      {"\\Microsoft\\Windows\\.NET Framework\\.NET Framework NGEN v4.0.30319 64",
       "C:\\Windows\\System32\\taskhostw.exe", "taskhostw.exe /RuntimeWide"}};
  const Task& task = kTasks[which % kTasks.size()];
  task_run(world, host, task.name, task.image, task.command, world.account("SYSTEM"),
           world.dice.between(4, 90) * kSecond);
  if (which % kTasks.size() == 4) group_policy(world, host);
}

void disk_report(World& world, Host& host) {
  Session session = logon(world, host, {&world.account("svc.monitor"), 4, "-", host.name, false, 0});
  Process shell =
      start(world, host, session, host.svchost, "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
            "powershell.exe -NoProfile -ExecutionPolicy RemoteSigned -File C:\\Scripts\\Report-Disk.ps1");
  powershell_start(world, host, shell);
  world.now += kSecond;
  script_block(world, host, shell,
               "$rows = Get-CimInstance Win32_LogicalDisk -Filter 'DriveType=3'\r\n$rows | Select-Object "
               "DeviceID, FreeSpace, Size |"
               " Export-Csv -Path \\\\NH-MON01\\Inbox\\" +
                   host.name + "-disk.csv -NoTypeInformation");
  cmdlet(world, host, shell, "Get-CimInstance",
         "ParameterBinding(Get-CimInstance): name=\"ClassName\"; value=\"Win32_LogicalDisk\"\r\n");
  cmdlet(world, host, shell, "Select-Object",
         "ParameterBinding(Select-Object): name=\"Property\"; value=\"DeviceID, FreeSpace, Size\"\r\n");
  cmdlet(world, host, shell, "Export-Csv",
         "ParameterBinding(Export-Csv): name=\"NoTypeInformation\"; value=\"True\"\r\n");
  wmi_provider(world, host, "CIMWin32", "%systemroot%\\system32\\wbem\\cimwin32.dll");
  world.at(world.now + 3 * kSecond, [&world, &host, shell, session] {
    powershell_stop(world, host, shell);
    stop(world, host, shell);
    logoff(world, host, session);
  });
}

void search_engine(World& world, Host& host) {
  auto pid = static_cast<uint32_t>(4 * world.dice.between(600, 2800));
  const std::string database = "C:\\Windows\\System32\\LogFiles\\Sum\\SystemIdentity.mdb";
  const std::string timing = "[1] 0.000, [2] 0.000, [3] 0.000, [4] 0.016, [5] 0.000, [6] 0.000, [7] 0.000, [8] 0.000.";
  esent(world, host, 102, "svchost", pid, 1, {"0", "10", "00", "17763", "5458"});
  world.now += 2 * kSecond;
  esent(world, host, 326, "svchost", pid, 1, {"1", database, "0", timing, "0 0", ""});
  world.now += 30 * kSecond;
  esent(world, host, 327, "svchost", pid, 1, {"1", database, "0", timing, "0 0", ""});
  esent(world, host, 103, "svchost", pid, 1, {"0", "0", timing});
}

void plan_machine(World& world, Host& host, unsigned day) {
  uint64_t from = day_at(day, 0);
  uint64_t to = day_at(day + 1, 0);
  Host* h = &host;
  scatter(world, from, to, 17 * kMinute, [&world, h] { background(world, *h); });
  scatter(world, day_at(day, 6), day_at(day, 18), 9 * kMinute, [&world, h] { background(world, *h); });
  scatter(world, from, to, 68 * kMinute, [&world, h] { service_cycle(world, *h); });
  scatter(world, from, to, 43 * kMinute, [&world, h] {
    logon(world, *h, {&world.account("SYSTEM"), 5, "-", "-", false, 0});
  });
  for (unsigned hour = 0; hour < 24; ++hour) {
    world.at(day_at(day, hour, 7) + world.dice.below(20) * kSecond,
             [&world, h, hour] { agent_check(world, *h, hour); });
    world.at(day_at(day, hour, 41) + world.dice.below(50) * kSecond,
             [&world, h, day] { defender_health(world, *h, day); });
    if (hour % 6 == 2) world.at(day_at(day, hour, 15), [&world, h] { disk_report(world, *h); });
    if (hour % 3 == 1)
      world.at(day_at(day, hour, 30) + world.dice.below(600) * kSecond,
               [&world, h, hour] { maintenance_task(world, *h, hour / 3); });
  }
  world.at(day_at(day, 12, 0), [&world, h, day] { uptime(world, *h, (day + 9) * 86'400ULL - 3'600); });
  world.at(day_at(day, 4, 10) + world.dice.below(kHour), [&world, h, day] { defender_update(world, *h, day); });
  world.at(day_at(day, 2, 40) + world.dice.below(kHour), [&world, h] { defender_scan(world, *h); });
  scatter(world, from, to, 9 * kHour, [&world, h] { time_sync(world, *h); });
  scatter(world, from, to, 7 * kHour, [&world, h] { search_engine(world, *h); });
  scatter(world, from, to, 4 * kHour, [&world, h] {
    wmi_provider(world, *h, "WmiPerfClass", "C:\\Windows\\System32\\wbem\\WmiPerfClass.dll");
    wmi_temporary_query(world, *h, "SELECT * FROM Win32_PowerManagementEvent",
                        {&world.account("SYSTEM"), 0x3e7, 0, 5, 0, "-"});
  });
  scatter(world, from, to, 11 * kHour, [&world, h] {
    wmi_failure(world, *h, "Start IWbemServices::ExecQuery - root\\cimv2 : select * from Win32_Battery", 0x80041010);
  });
  Account* machine = &host.machine;
  scatter(world, from, to, 47 * kMinute, [&world, machine] { policy_visit(world, *machine); });
}

// ---- the nightly backup and the terminal's own jobs
// ----------------------------------------------------------------
void backup(World& world, Host& host) {
  const Account& account = world.account("svc.backup");
  ntlm_check(world, world.host("NH-DC01"), account, "NH-BKP01");
  Session session = logon(world, host, {&account, 3, account.address, "NH-BKP01", true, 0});
  share_access(world, host, session, "\\\\*\\ADMIN$", "\\??\\C:\\Windows", 1);
  service_state(world, host, "Volume Shadow Copy", "VSS", "running");
  service_state(world, host, "Block Level Backup Engine Service", "wbengine", "running");
  Process engine = start(world, host, {&world.account("SYSTEM"), 0x3e7, 0, 5, 0, "-"}, host.services,
                         "C:\\Windows\\System32\\wbengine.exe", "\"C:\\Windows\\system32\\wbengine.exe\"");
  if (host.role == "dc") {
    for (uint16_t id : {uint16_t{2001}, uint16_t{2003}, uint16_t{2006}})
      classic(world, host, "Directory Service", "NTDS ISAM", id, 0, 16, {"lsass", "692,D,100", "", "1"});
    classic(world, host, "Directory Service", "Microsoft-Windows-ActiveDirectory_DomainService", 1917, 0, 16,
            {"\\\\?\\Volume{5f1b7c22-0000-0000-0000-602200000000}\\"});
  }
  world.at(world.now + world.dice.between(12, 25) * kMinute, [&world, &host, session, engine] {
    stop(world, host, engine);
    classic(world, host, "Application", "VSS", 8224, 0, 0, {});
    service_state(world, host, "Volume Shadow Copy", "VSS", "stopped");
    service_state(world, host, "Block Level Backup Engine Service", "wbengine", "stopped");
    logoff(world, host, session);
  });
}

void nightly_archive(World& world, unsigned day) {
  Host& host = world.host("NH-JUMP01");
  std::string stamp = fmt::format("202403{:02}", 11 + day);
  Session session = logon(world, host, {&world.account("svc.backup"), 4, "-", host.name, false, 0});
  Process shell = start(world, host, session, host.svchost, "C:\\Windows\\System32\\cmd.exe",
                        "C:\\Windows\\system32\\cmd.exe /c D:\\Jobs\\archive-planning.cmd");
  world.now += kSecond;
  Process archiver = command(
      world, host, session, shell,
      "\"C:\\Program Files\\7-Zip\\7z.exe\" a -mx3 D:\\Backup\\planning-" + stamp + ".7z D:\\Shares\\Planning\\*",
      9 * kMinute, "D:\\Jobs\\");
  file_created(world, host, archiver, "D:\\Backup\\planning-" + stamp + ".7z");
  command(world, host, session, shell, "robocopy D:\\Backup \\\\NH-BKP01\\Vault\\planning /MIR /R:2 /W:5 /NP",
          2 * kMinute, "D:\\Jobs\\");
  run_for(world, host, shell, 12 * kMinute);
  world.at(world.now + 12 * kMinute, [&world, &host, session] { logoff(world, host, session); });
}

void plan_terminal(World& world, unsigned day) {
  Host* tms = &world.host("NH-TMS01");
  const Account* tos = &world.account("svc.tos");
  scatter(world, day_at(day, 0), day_at(day + 1, 0), 14 * kMinute, [&world, tms, tos] {
    Session session = logon(world, *tms, {tos, 3, tos->address, "NH-APP01", true, 0});
    connection(world, *tms, tms->oracle, false, tos->address, static_cast<uint16_t>(world.dice.between(49'700, 65'000)),
               tms->address, 1521);
    world.at(world.now + world.dice.between(2, 9) * kMinute, [&world, tms, session] { logoff(world, *tms, session); });
  });
  for (unsigned hour : {5U, 11U, 17U, 23U})
    world.at(day_at(day, hour, 5), [&world, tms, day, hour] {
      task_run(
          world, *tms, "\\NordTOS\\Export gate movements", "D:\\oracle\\product\\19.0.0\\dbhome_1\\bin\\sqlplus.exe",
          fmt::format("sqlplus.exe -S /nolog @D:\\NordTOS\\jobs\\gate_export.sql 2024-03-{:02} {:02}", 11 + day, hour),
          world.account("svc.tos"), 4 * kMinute);
    });
  world.at(day_at(day, 22, 30), [&world, tms] {
    task_run(world, *tms, "\\NordTOS\\Database backup", "D:\\oracle\\product\\19.0.0\\dbhome_1\\bin\\rman.exe",
             "rman.exe target / cmdfile=D:\\NordTOS\\jobs\\level1.rcv log=D:\\NordTOS\\logs\\rman.log",
             world.account("svc.backup"), 26 * kMinute);
  });
}

}  // namespace

void plan_ordinary_work(World& world) {
  for (unsigned day = 0; day < kDays; ++day) {
    plan_people(world, day);
    for (auto& [name, host] : world.hosts) {
      plan_machine(world, *host, day);
      Host* h = host.get();
      world.at(day_at(day, 1, 5) + world.dice.below(300) * kSecond, [&world, h] { backup(world, *h); });
    }
    world.at(day_at(day, 0, 20), [&world, day] { nightly_archive(world, day); });
    plan_terminal(world, day);
    plan_administrators(world, day);
    Host* dc = &world.host("NH-DC01");
    for (unsigned hour : {6U, 18U})
      world.at(day_at(day, hour, 2), [&world, dc] {
        classic(world, *dc, "Directory Service", "NTDS ISAM", 700, 0, 10,
                {"lsass", "692,D,100", "", "C:\\Windows\\NTDS\\ntds.dit"});
        world.now += 9 * kSecond;
        classic(world, *dc, "Directory Service", "NTDS ISAM", 701, 0, 10,
                {"lsass", "692,D,100", "", "C:\\Windows\\NTDS\\ntds.dit", "9", "1"});
      });
  }
}

}  // namespace sil::harbor
