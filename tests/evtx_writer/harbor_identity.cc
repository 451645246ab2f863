// Logons, tickets, shares and terminal sessions.
#include <fmt/format.h>

#include "evtx_writer/harbor_events.h"

namespace sil::harbor {
namespace {

constexpr const char* kNoGuid = "{00000000-0000-0000-0000-000000000000}";
constexpr const char* kPrivileges =
    "SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege\r\n\t\t\tSeRestorePrivilege\r\n\t\t\tSeTakeOwnershipPrivi"
    "lege\r\n"
    "\t\t\tSeDebugPrivilege\r\n\t\t\tSeSystemEnvironmentPrivilege\r\n\t\t\tSeLoadDriverPrivilege\r\n"
    "\t\t\tSeImpersonatePrivilege\r\n\t\t\tSeDelegateSessionUserImpersonatePrivilege";

Event audit(World& world, const Host& host, uint16_t id, uint16_t task, uint8_t version = 0, bool success = true) {
  Event out;
  out.provider = "Microsoft-Windows-Security-Auditing";
  out.provider_guid = "{54849625-5478-4994-a5ba-3e3b0328c30d}";
  out.channel = "Security";
  out.event_id = id;
  out.version = version;
  out.level = 0;
  out.task = task;
  out.keywords = success ? 0x8020000000000000 : 0x8010000000000000;
  out.time = world.now + world.dice.below(9000);
  out.process_id = host.lsass.pid;
  out.thread_id = static_cast<uint32_t>(720 + 4 * world.dice.below(300));
  return out;
}

Event terminal(World& world, const std::string& part, uint16_t id, const std::string& body) {
  bool local = part == "LocalSessionManager";
  Event out;
  out.provider = "Microsoft-Windows-TerminalServices-" + part;
  out.provider_guid = local ? "{5d896912-022d-40aa-a3a8-4fa5515c76d7}" : "{c76baa63-ae81-421c-b425-340b4b24157f}";
  out.channel = out.provider + "/Operational";
  out.event_id = id;
  out.keywords = 0x1000000000000000;
  out.time = world.now + world.dice.below(9000);
  out.process_id = local ? 1012 : 1212;
  out.thread_id = static_cast<uint32_t>(1300 + 4 * world.dice.below(200));
  out.user_sid = local ? "S-1-5-18" : "S-1-5-20";
  out.activity_id = local ? world.dice.guid() : "";
  out.body = evtx_writer::BodyShape::kUserData;
  out.body_name = body;
  out.body_namespace = "Event_NS";
  return out;
}

std::string full_user(const Account& account) {
  return account.domain + "\\" + account.name;
}

void local_session(World& world, Host& host, uint16_t id, const Session& session, bool with_address) {
  Event out = terminal(world, "LocalSessionManager", id, "EventXML");
  out.fields = {text("User", full_user(*session.account)), u32("SessionID", session.terminal)};
  if (with_address) out.fields.push_back(text("Address", session.address));
  world.emit(host, out);
}

void subject(Event& event, const Session& session) {
  event.fields.push_back(sid("SubjectUserSid", session.account->sid));
  event.fields.push_back(text("SubjectUserName", session.account->name));
  event.fields.push_back(text("SubjectDomainName", session.account->domain));
  event.fields.push_back(hex64("SubjectLogonId", session.logon_id));
}

std::string dc_address(const std::string& address) {
  return address == "-" ? "::1" : "::ffff:" + address;
}

// SYSTEM speaks as NH-DC01$ of NORDHAFEN in the Subject, with the well-known SID.
void machine_subject(Event& event, const Host& host) {
  event.fields.push_back(sid("SubjectUserSid", "S-1-5-18"));
  event.fields.push_back(text("SubjectUserName", host.machine.name));
  event.fields.push_back(text("SubjectDomainName", "NORDHAFEN"));
  event.fields.push_back(hex64("SubjectLogonId", 0x3e7));
}

void nobody(Event& event) {
  event.fields.push_back(sid("SubjectUserSid", "S-1-0-0"));
  event.fields.push_back(text("SubjectUserName", "-"));
  event.fields.push_back(text("SubjectDomainName", "-"));
  event.fields.push_back(hex64("SubjectLogonId", 0));
}

struct Package {
  const char *process, *package, *lm;
  uint32_t key_length;
};
Package package_of(const Arrival& arrival) {
  if (arrival.type == 3 && arrival.ntlm) return {"NtLmSsp ", "NTLM", "NTLM V2", 128};
  if (arrival.type == 3) return {"Kerberos", "Kerberos", "-", 0};
  if (arrival.type == 10 || arrival.type == 2 || arrival.type == 7) return {"User32 ", "Negotiate", "-", 0};
  return {"Advapi  ", "Negotiate", "-", 0};  // services and batch: two trailing blanks, in truth
}

}  // namespace

Session logon(World& world, Host& host, const Arrival& arrival) {
  host.next_logon_id += 0x140 + world.dice.below(0x9000);
  bool system = arrival.account->name == "SYSTEM";
  Session out{arrival.account, system ? 0x3e7 : host.next_logon_id, arrival.terminal, arrival.type, world.now,
              arrival.address};
  Package package = package_of(arrival);
  bool network = arrival.type == 3;
  Event event = audit(world, host, 4624, 12544, 2);
  event.activity_id = fmt::format("{{{:08x}-75a1-0000-1f6e-{:012x}}}", host.guid_prefix ^ 0x5a5a5a5a, host.guid_prefix);
  network ? nobody(event) : machine_subject(event, host);
  std::string process = arrival.type == 5   ? "C:\\Windows\\System32\\services.exe"
                        : arrival.type == 4 ? "C:\\Windows\\System32\\svchost.exe"
                        : network           ? "-"
                                            : "C:\\Windows\\System32\\svchost.exe";
  uint32_t pid = arrival.type == 5 ? host.services.pid : network ? 0 : host.svchost.pid;
  std::string port = arrival.address == "-" || !network ? (arrival.type == 10 ? "0" : "-")
                                                        : std::to_string(world.dice.between(49'700, 65'000));
  std::string station = arrival.type == 10 ? host.name : arrival.workstation;
  const Account& who = *arrival.account;
  for (Field field : {sid("TargetUserSid", who.sid),
                      text("TargetUserName", who.name),
                      text("TargetDomainName", network && !arrival.ntlm ? "NORDHAFEN.EXAMPLE" : who.domain),
                      hex64("TargetLogonId", out.logon_id),
                      u32("LogonType", arrival.type),
                      text("LogonProcessName", package.process),
                      text("AuthenticationPackageName", package.package),
                      text("WorkstationName", station),
                      guid("LogonGuid", arrival.ntlm || system ? kNoGuid : world.dice.guid()),
                      text("TransmittedServices", "-"),
                      text("LmPackageName", package.lm),
                      u32("KeyLength", package.key_length),
                      pointer("ProcessId", pid),
                      text("ProcessName", process),
                      text("IpAddress", arrival.address),
                      text("IpPort", port),
                      text("ImpersonationLevel", "%%1833"),
                      text("RestrictedAdminMode", arrival.type == 10 ? "%%1843" : "-"),
                      text("TargetOutboundUserName", "-"),
                      text("TargetOutboundDomainName", "-"),
                      text("VirtualAccount", "%%1843"),
                      hex64("TargetLinkedLogonId", 0),
                      text("ElevatedToken", who.admin || system ? "%%1842" : "%%1843")})
    event.fields.push_back(std::move(field));
  world.emit(host, event);
  if (who.admin || system) {
    Event special = audit(world, host, 4672, 12548);
    special.time = event.time + 3000 + world.dice.below(4000);
    subject(special, out);
    special.fields.push_back(text("PrivilegeList", kPrivileges));
    world.emit(host, special);
  }
  return out;
}

void logoff(World& world, Host& host, const Session& session) {
  if (session.type == 2 || session.type == 10) {
    Event by_user = audit(world, host, 4647, 12545);
    by_user.fields = {sid("TargetUserSid", session.account->sid), text("TargetUserName", session.account->name),
                      text("TargetDomainName", session.account->domain), hex64("TargetLogonId", session.logon_id)};
    world.emit(host, by_user);
  }
  Event event = audit(world, host, 4634, 12545);
  event.time += 20'000;
  event.fields = {sid("TargetUserSid", session.account->sid), text("TargetUserName", session.account->name),
                  text("TargetDomainName", session.account->domain), hex64("TargetLogonId", session.logon_id),
                  u32("LogonType", session.type)};
  world.emit(host, event);
}

void failed_logon(World& world, Host& host, const Arrival& arrival) {
  Event event = audit(world, host, 4625, 12544, 0, false);
  nobody(event);
  Package package = package_of(arrival);
  for (Field field :
       {sid("TargetUserSid", "S-1-0-0"), text("TargetUserName", arrival.account->name),
        text("TargetDomainName", arrival.account->domain), hex32("Status", 0xc000006d), text("FailureReason", "%%2313"),
        hex32("SubStatus", 0xc000006a), u32("LogonType", arrival.type), text("LogonProcessName", package.process),
        text("AuthenticationPackageName", package.package), text("WorkstationName", arrival.workstation),
        text("TransmittedServices", "-"), text("LmPackageName", "-"), u32("KeyLength", 0), pointer("ProcessId", 0),
        text("ProcessName", "-"), text("IpAddress", arrival.address), text("IpPort", "0")})
    event.fields.push_back(std::move(field));
  world.emit(host, event);
}

void explicit_credentials(World& world, Host& host, const Session& by, const Account& as, const std::string& server,
                          const Process& process) {
  Event event = audit(world, host, 4648, 12544);
  subject(event, by);
  for (Field field : {guid("LogonGuid", kNoGuid), text("TargetUserName", as.name), text("TargetDomainName", as.domain),
                      guid("TargetLogonGuid", kNoGuid), text("TargetServerName", server), text("TargetInfo", server),
                      pointer("ProcessId", process.pid), text("ProcessName", process.image), text("IpAddress", "-"),
                      text("IpPort", "-")})
    event.fields.push_back(std::move(field));
  world.emit(host, event);
}

void kerberos(World& world, Host& dc, const Account& account, const std::string& address) {
  Event event = audit(world, dc, 4768, 14339);
  event.fields = {text("TargetUserName", account.name),
                  text("TargetDomainName", "NORDHAFEN"),
                  sid("TargetSid", account.sid),
                  text("ServiceName", "krbtgt"),
                  sid("ServiceSid", world.domain_sid + "-502"),
                  hex32("TicketOptions", 0x40810010),
                  hex32("Status", 0),
                  hex32("TicketEncryptionType", 0x12),
                  text("PreAuthType", "2"),
                  text("IpAddress", dc_address(address)),
                  text("IpPort", std::to_string(world.dice.between(49'700, 65'000))),
                  text("CertIssuerName", ""),
                  text("CertSerialNumber", ""),
                  text("CertThumbprint", "")};
  world.emit(dc, event);
}

void service_ticket(World& world, Host& dc, const Account& account, const std::string& address,
                    const std::string& service, const std::string& service_sid) {
  Event event = audit(world, dc, 4769, 14337);
  event.fields = {text("TargetUserName", account.name + "@NORDHAFEN.EXAMPLE"),
                  text("TargetDomainName", "NORDHAFEN.EXAMPLE"),
                  text("ServiceName", service),
                  sid("ServiceSid", service_sid),
                  hex32("TicketOptions", 0x40810000),
                  hex32("TicketEncryptionType", 0x12),
                  text("IpAddress", dc_address(address)),
                  text("IpPort", std::to_string(world.dice.between(49'700, 65'000))),
                  hex32("Status", 0),
                  guid("LogonGuid", world.dice.guid()),
                  text("TransmittedServices", "-")};
  world.emit(dc, event);
}

void ntlm_check(World& world, Host& dc, const Account& account, const std::string& workstation) {
  Event event = audit(world, dc, 4776, 14336);
  event.fields = {text("PackageName", "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0"), text("TargetUserName", account.name),
                  text("Workstation", workstation), hex32("Status", 0)};
  world.emit(dc, event);
}

void clock_set(World& world, Host& host, const Session& session, const Process& process, uint64_t time) {
  uint64_t old = world.now + static_cast<uint64_t>(host.clock_error);
  host.clock_error = static_cast<int64_t>(time - world.now);
  Event event = audit(world, host, 4616, 12288, 1);
  event.fields = {sid("SubjectUserSid", session.account->sid),
                  text("SubjectUserName", session.account->name),
                  text("SubjectDomainName", session.account->domain),
                  hex64("SubjectLogonId", session.logon_id),
                  filetime("PreviousTime", old),
                  filetime("NewTime", time),
                  pointer("ProcessId", process.pid),
                  text("ProcessName", process.image)};
  world.emit(host, event);
  kernel(world, host, 1, {filetime("NewTime", time), filetime("OldTime", old), u32("Reason", 2)});
}

void share_access(World& world, Host& host, const Session& session, const std::string& share,
                  const std::string& local_path, uint32_t mask) {
  Event event = audit(world, host, 5140, 12808, 1);
  event.process_id = 4;
  subject(event, session);
  for (Field field :
       {text("ObjectType", "File"), text("IpAddress", session.address),
        text("IpPort", std::to_string(world.dice.between(49'700, 65'000))), text("ShareName", share),
        text("ShareLocalPath", local_path), hex32("AccessMask", mask), text("AccessList", "%%4416\r\n\t\t\t\t")})
    event.fields.push_back(std::move(field));
  world.emit(host, event);
}

Session rdp(World& world, Host& host, const Account& account, const std::string& address,
            const std::string& workstation) {
  Event listen = terminal(world, "RemoteConnectionManager", 261, "EventXML");
  listen.fields = {text("listenerName", "RDP-Tcp")};
  world.emit(host, listen);
  world.now += kSecond + world.dice.below(kSecond);
  Session network = logon(world, host, {&account, 3, address, workstation, true, 0});  // network level authentication
  Event known = terminal(world, "RemoteConnectionManager", 1149, "EventXML");
  known.fields = {text("Param1", account.name), text("Param2", account.domain), text("Param3", address)};
  world.emit(host, known);
  world.now += kSecond + world.dice.below(2 * kSecond);
  uint32_t terminal_id = host.next_terminal++;
  Session out = logon(world, host, {&account, 10, address, host.name, false, terminal_id});
  local_session(world, host, 41, out, false);
  local_session(world, host, 42, out, false);
  local_session(world, host, 21, out, true);
  world.now += kSecond;
  local_session(world, host, 22, out, true);
  logoff(world, host, network);
  return out;
}

namespace {

void window_station(World& world, Host& host, uint16_t id, const Session& session) {
  Event event = audit(world, host, id, 12551);
  event.fields = {text("AccountName", session.account->name),
                  text("AccountDomain", session.account->domain),
                  hex64("LogonID", session.logon_id),
                  text("SessionName", fmt::format("RDP-Tcp#{}", session.terminal)),
                  text("ClientName", "Unknown"),
                  text("ClientAddress", session.address)};
  world.emit(host, event);
}

}  // namespace

void rdp_disconnect(World& world, Host& host, const Session& session) {
  Event reason = terminal(world, "LocalSessionManager", 40, "EventXML");
  reason.fields = {u32("Session", session.terminal), u32("Reason", 11)};
  world.emit(host, reason);
  local_session(world, host, 24, session, true);
  window_station(world, host, 4779, session);
}

void rdp_reconnect(World& world, Host& host, const Session& session) {
  Event listen = terminal(world, "RemoteConnectionManager", 261, "EventXML");
  listen.fields = {text("listenerName", "RDP-Tcp")};
  world.emit(host, listen);
  Event known = terminal(world, "RemoteConnectionManager", 1149, "EventXML");
  known.fields = {text("Param1", session.account->name), text("Param2", session.account->domain),
                  text("Param3", session.address)};
  world.emit(host, known);
  world.now += kSecond + world.dice.below(kSecond);
  local_session(world, host, 25, session, true);
  window_station(world, host, 4778, session);
}

void rdp_logoff(World& world, Host& host, const Session& session) {
  local_session(world, host, 23, session, false);
  logoff(world, host, session);
}

void cleared_event(World& world, Host& host, const std::string& channel, const Session& by) {
  Event event;
  event.provider = "Microsoft-Windows-Eventlog";
  event.provider_guid = "{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}";
  event.system = evtx_writer::SystemShape::kLiterals;
  event.task = 104;
  event.process_id = 1340;
  event.thread_id = 1420;
  event.time = world.now + world.dice.below(9000);
  event.body = evtx_writer::BodyShape::kUserData;
  event.body_name = "LogFileCleared";
  event.body_namespace = "http://manifests.microsoft.com/win/2004/08/windows/eventlog";
  if (channel == "Security") {
    event.channel = "Security";
    event.event_id = 1102;
    event.keywords = 0x4020000000000000;
    subject(event, by);
  } else {
    event.channel = "System";
    event.event_id = 104;
    event.user_sid = by.account->sid;
    event.fields = {text("SubjectUserName", by.account->name), text("SubjectDomainName", by.account->domain),
                    text("Channel", channel), text("BackupPath", "")};
  }
  world.emit(host, event);
}

}  // namespace sil::harbor
