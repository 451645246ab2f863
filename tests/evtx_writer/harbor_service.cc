// What a Windows server writes by itself: services, tasks, WMI, ESENT, Defender, policy, clock, start and
// shutdown.
#include <fmt/format.h>

#include "bytes/text.h"
#include "evtx_writer/harbor_events.h"

namespace sil::harbor {
namespace {

Event manifest(World& world, const std::string& provider, const std::string& guid_text, const std::string& channel,
               uint16_t id) {
  Event out;
  out.provider = provider;
  out.provider_guid = guid_text;
  out.channel = channel;
  out.event_id = id;
  out.time = world.now + world.dice.below(30'000);
  out.process_id = 1104;
  out.thread_id = static_cast<uint32_t>(4 * world.dice.between(400, 1800));
  out.user_sid = "S-1-5-18";
  return out;
}

Event service_manager(World& world, const Host& host, uint16_t id) {
  Event out = manifest(world, "Service Control Manager", "{555908d1-a6d7-4695-8e1e-26931d2012f4}", "System", id);
  out.system = evtx_writer::SystemShape::kLiterals;
  out.event_source = "Service Control Manager";
  out.qualifiers = 16384;
  out.keywords = 0x8080000000000000;
  out.process_id = host.services.pid;
  out.user_sid.clear();
  return out;
}

std::vector<uint8_t> utf16(const std::string& ascii) {
  std::vector<uint8_t> out;
  for (char c : ascii) {
    out.push_back(static_cast<uint8_t>(c));
    out.push_back(0);
  }
  out.push_back(0);
  out.push_back(0);
  return out;
}

Event wmi(World& world, const Host& host, uint16_t id, const std::string& body) {
  Event out = manifest(world, "Microsoft-Windows-WMI-Activity", "{1418ef04-b0b4-4623-bf7e-d74ab47bbdaa}",
                       "Microsoft-Windows-WMI-Activity/Operational", id);
  out.keywords = 0x4000000000000000;
  out.level = id == 5858 ? 2 : 0;
  out.process_id = host.wmi_host.pid;
  out.body = evtx_writer::BodyShape::kUserData;
  out.body_name = body;
  out.body_namespace = "http://manifests.microsoft.com/win/2006/windows/WMI";
  return out;
}

Event scheduler(World& world, uint16_t id, uint64_t keywords, uint8_t opcode) {
  Event out = manifest(world, "Microsoft-Windows-TaskScheduler", "{de7b24ea-73c8-4a09-985d-5bdadcfa9017}",
                       "Microsoft-Windows-TaskScheduler/Operational", id);
  out.task = id;
  out.opcode = opcode;
  out.keywords = keywords;
  out.process_id = 1340;
  return out;
}

constexpr const char* kProduct = "%%827";
constexpr const char* kDefenderVersion = "4.18.24020.7";

std::string signature(unsigned day) {
  return fmt::format("1.407.{}.0", 310 + 57 * day);
}

}  // namespace

void service_state(World& world, Host& host, const std::string& display, const std::string& name,
                   const std::string& state) {
  // Windows adds the service's key and state number as <Binary> inside EventData, in slot 3.
  Event event = service_manager(world, host, 7036);
  event.body = evtx_writer::BodyShape::kCustom;
  event.inner = {"scm-7036",
                 [](evtx_writer::BinXml& out) {
                   out.open("EventData").close_start();
                   for (uint16_t slot = 0; slot < 2; ++slot) {
                     out.open("Data", evtx_writer::kNoDependency, true).attribute("Name");
                     out.text(slot == 0 ? "param1" : "param2").close_start();
                     out.substitution(slot, evtx_writer::kString).end();
                   }
                   out.open("Binary").close_start().substitution(3, evtx_writer::kBinary).end().end();
                 },
                 {}};
  std::vector<uint8_t> binary = utf16(name + (state == "running" ? "/4" : "/1"));
  event.inner_values = {evtx_writer::string_value(display), evtx_writer::string_value(state),
                        evtx_writer::int_value(evtx_writer::kUInt32, static_cast<uint32_t>(binary.size())),
                        evtx_writer::binary_value(binary)};
  world.emit(host, event);
}

void service_start_type(World& world, Host& host, const std::string& display, const std::string& name,
                        const std::string& from, const std::string& to) {
  Event event = service_manager(world, host, 7040);
  event.user_sid = "S-1-5-18";
  event.fields = {bare("param1", display), bare("param2", from), bare("param3", to), bare("param4", name)};
  world.emit(host, event);
}

void task_run(World& world, Host& host, const std::string& task, const std::string& image, const std::string& command,
              const Account& account, uint64_t lasts) {
  std::string instance = world.dice.guid();
  std::string user = account.domain + "\\" + account.name;
  Session session{&account, account.name == "SYSTEM" ? 0x3e7U : 0x3e5U, 0, 5, 0, "-"};
  if (account.domain == "NORDHAFEN") session = logon(world, host, {&account, 4, "-", host.name, false, 0});
  Event due = scheduler(world, 107, 0x8000000000000000, 0);
  due.fields = {text("TaskName", task), guid("InstanceId", instance)};
  world.emit(host, due);
  Process process = start(world, host, session, host.svchost, image, command);
  Event launch = scheduler(world, 129, 0x8000000000000000, 0);
  launch.fields = {text("TaskName", task), text("Path", image), u32("ProcessID", process.pid), u32("Priority", 16384)};
  world.emit(host, launch);
  Event begun = scheduler(world, 100, 0x8000000000000001, 1);
  begun.fields = {text("TaskName", task), text("UserContext", user), guid("InstanceId", instance)};
  begun.activity_id = instance;
  world.emit(host, begun);
  Event action = scheduler(world, 200, 0x8000000000000000, 1);
  action.fields = {text("TaskName", task), text("ActionName", image), guid("TaskInstanceId", instance),
                   u32("EnginePID", process.pid)};
  action.activity_id = instance;
  world.emit(host, action);
  world.at(world.now + lasts, [&world, &host, process, session, task, image, user, instance] {
    Event done = scheduler(world, 201, 0x8000000000000000, 2);
    done.fields = {text("TaskName", task), guid("TaskInstanceId", instance), text("ActionName", image),
                   u32("ResultCode", 0), u32("EnginePID", process.pid)};
    done.activity_id = instance;
    world.emit(host, done);
    Event over = scheduler(world, 102, 0x8000000000000001, 2);
    over.fields = {text("TaskName", task), text("UserContext", user), guid("InstanceId", instance)};
    over.activity_id = instance;
    world.emit(host, over);
    stop(world, host, process);
    if (session.logon_id > 0x3e7) logoff(world, host, session);
  });
}

void wmi_provider(World& world, Host& host, const std::string& provider, const std::string& path) {
  Event event = wmi(world, host, 5857, "Operation_StartedOperational");
  event.user_sid = "S-1-5-20";
  event.fields = {text("ProviderName", provider), hex32("Code", 0), text("HostProcess", "wmiprvse.exe"),
                  u32("ProcessID", host.wmi_host.pid), text("ProviderPath", path)};
  world.emit(host, event);
}

void wmi_temporary_query(World& world, Host& host, const std::string& query, const Session& session) {
  Event event = wmi(world, host, 5860, "Operation_TemporaryEssStarted");
  event.fields = {text("NamespaceName", "ROOT\\CIMV2"), text("Query", query),
                  text("User", user_of(session)),       u32("Processid", host.svchost.pid),
                  text("ClientMachine", host.name),     text("PossibleCause", "Temporary")};
  world.emit(host, event);
}

void wmi_failure(World& world, Host& host, const std::string& operation, uint32_t code) {
  Event event = wmi(world, host, 5858, "Operation_ClientFailure");
  event.fields = {text("Id", world.dice.guid()),
                  text("ClientMachine", host.name),
                  text("User", "NT AUTHORITY\\SYSTEM"),
                  u32("ClientProcessId", host.svchost.pid),
                  text("Component", "Unknown"),
                  text("Operation", operation),
                  hex32("ResultCode", code),
                  text("PossibleCause", "Unknown")};
  world.emit(host, event);
}

void classic(World& world, Host& host, const std::string& channel, const std::string& provider, uint16_t id,
             uint16_t qualifiers, uint16_t task, const std::vector<std::string>& data, std::vector<uint8_t> binary) {
  Event out;
  out.provider = provider;
  out.system = evtx_writer::SystemShape::kClassic;
  out.channel = channel;
  out.event_id = id;
  out.qualifiers = qualifiers;
  out.task = task;
  out.keywords = 0x80000000000000;
  out.time = world.now + world.dice.below(30'000);
  out.body = evtx_writer::BodyShape::kClassicData;
  if (!data.empty()) out.fields = {{"", evtx_writer::strings_value(data)}};
  out.binary = std::move(binary);
  world.emit(host, out);
}

void esent(World& world, Host& host, uint16_t id, const std::string& process, uint32_t pid, uint16_t task,
           const std::vector<std::string>& rest) {
  std::vector<std::string> data = {process, fmt::format("{},{},{}", pid, task == 3 ? "R" : "D", task == 3 ? 98 : 100),
                                   ""};
  data.insert(data.end(), rest.begin(), rest.end());
  classic(world, host, "Application", "ESENT", id, 0, task, data);
}

// ---- Defender
// ------------------------------------------------------------------------------------------------
void defender(World& world, Host& host, uint16_t id, const std::vector<Field>& fields) {
  Event event = manifest(world, "Microsoft-Windows-Windows Defender", "{11cd958a-c507-4ef3-b3f2-5fd9dfbd2c78}",
                         "Microsoft-Windows-Windows Defender/Operational", id);
  event.process_id = 2976;
  event.fields = {text("Product Name", kProduct)};
  event.fields.insert(event.fields.end(), fields.begin(), fields.end());
  world.emit(host, event);
}

void defender_scan(World& world, Host& host) {
  std::string scan = world.dice.guid();
  std::vector<Field> fields = {text("Product Version", kDefenderVersion),
                               text("Scan ID", scan),
                               text("Scan Type Index", "1"),
                               text("Scan Type", "%%802"),
                               text("Scan Parameters Index", "1"),
                               text("Scan Parameters", "%%804"),
                               text("Domain", "NT AUTHORITY"),
                               text("User", "SYSTEM"),
                               text("SID", "S-1-5-18")};
  std::vector<Field> begun = fields;
  begun.push_back(text("Scan Resources", ""));
  defender(world, host, 1000, begun);
  world.at(world.now + world.dice.between(3, 11) * kMinute, [&world, &host, fields] {
    std::vector<Field> done = fields;
    done.push_back(text("Scan Time Hours", "00"));
    done.push_back(text("Scan Time Minutes", fmt::format("{:02}", world.dice.between(3, 11))));
    done.push_back(text("Scan Time Seconds", fmt::format("{:02}", world.dice.below(60))));
    defender(world, host, 1001, done);
  });
}

void defender_update(World& world, Host& host, unsigned day) {
  std::string title = "Security Intelligence Update for Microsoft Defender Antivirus - KB2267602 (Version " +
                      signature(day + 1) + ") - Current Channel (Broad)";
  for (uint16_t id : {uint16_t{43}, uint16_t{19}}) {
    Event event = manifest(world, "Microsoft-Windows-WindowsUpdateClient", "{945a8954-c147-4acd-923f-40c45405a658}",
                           "System", id);
    event.task = 1;
    event.opcode = 13;
    event.keywords = id == 43 ? 0x8000000000002008 : 0x8000000000000018;
    if (id == 19) event.time += world.dice.between(20, 70) * kSecond;
    event.fields = {text("updateTitle", title), guid("updateGuid", "{7be1a6c9-52b0-4d07-9a37-2f0f3c1d6be4}"),
                    u32("updateRevisionNumber", 200)};
    if (id == 19) event.fields.push_back(guid("serviceGuid", "{9482f4b4-e343-43b6-b170-9a65bc822c77}"));
    world.emit(host, event);
  }
  world.now += 71 * kSecond;
  defender(world, host, 2000,
           {text("Product Version", kDefenderVersion), text("Current Signature Version", signature(day + 1)),
            text("Previous Signature Version", signature(day)), text("Domain", "NT AUTHORITY"), text("User", "SYSTEM"),
            text("SID", "S-1-5-18"), text("Signature Type Index", "1"), text("Signature Type", "%%800"),
            text("Update Type Index", "2"), text("Update Type", "%%803"), text("Current Engine Version", "1.1.24020.9"),
            text("Previous Engine Version", "1.1.24020.9")});
}

void defender_health(World& world, Host& host, unsigned day) {
  std::string stamp = utc_text(world.now).substr(0, 10);
  defender(world, host, 1151,
           {text("Platform version", kDefenderVersion),
            text("Unused", ""),
            text("Engine version", "1.1.24020.9"),
            text("Unused2", ""),
            text("Network Realtime Inspection engine version", "1.1.24020.9"),
            text("Antivirus signature version", signature(day)),
            text("Antispyware signature version", signature(day)),
            text("Network Realtime Inspection signature version", signature(day)),
            text("RTP state", "Enabled"),
            text("OA state", "Enabled"),
            text("IOAV state", "Enabled"),
            text("BM state", "Enabled"),
            text("Antivirus signature age", "0"),
            text("Antispyware signature age", "0"),
            text("Last quick scan age", "1"),
            text("Last full scan age", "4294967295"),
            text("Antivirus signature creation time", stamp),
            text("Antispyware signature creation time", stamp),
            text("Last quick scan start time", stamp),
            text("Last quick scan end time", stamp),
            text("Last quick scan source", "2"),
            text("Last full scan start time", ""),
            text("Last full scan end time", ""),
            text("Last full scan source", "0"),
            text("Product status", "0x00080000")});
}

// ---- policy, clock, start and shutdown
// ---------------------------------------------------------------------------
void group_policy(World& world, Host& host) {
  Event event =
      manifest(world, "Microsoft-Windows-GroupPolicy", "{aea1b4fa-97d1-45f2-a64c-4d69fffd92c9}", "System", 1500);
  event.opcode = 1;
  event.activity_id = world.dice.guid();
  event.fields = {u32("SupportInfo1", 1), u32("SupportInfo2", 4232), u32("ProcessingMode", 0),
                  u32("ProcessingTimeInMilliseconds", static_cast<uint32_t>(world.dice.between(400, 2900))),
                  text("DCName", "\\\\NH-DC01.nordhafen.example")};
  world.emit(host, event);
}

void time_sync(World& world, Host& host) {
  Event event =
      manifest(world, "Microsoft-Windows-Time-Service", "{06edcfeb-0fd0-4e53-acca-a6f8bbf81bcb}", "System", 37);
  event.user_sid = "S-1-5-19";
  event.body_name = "TMP_EVENT_TIME_SOURCE_REACHABLE";
  event.fields = {text("TimeSource", host.role == "dc"
                                         ? "ntp.nordhafen.example,0x8 (ntp.m|0x8|0.0.0.0:123->10.40.1.2:123)"
                                         : "NH-DC01.nordhafen.example (ntp.d|0.0.0.0:123->10.40.1.10:123)")};
  world.emit(host, event);
}

void uptime(World& world, Host& host, uint64_t seconds) {
  classic(world, host, "System", "EventLog", 6013, 32768, 0,
          {"", "", "", "", std::to_string(seconds), "60", "-60 W. Europe Standard Time"},
          utf16("1.1.0.0.Windows Server 2019 Standard"));
}

void kernel(World& world, Host& host, uint16_t id, std::vector<Field> fields) {
  Event event =
      manifest(world, "Microsoft-Windows-Kernel-General", "{a68ca8b7-004f-d7b6-a698-07e2de0f1f5d}", "System", id);
  event.process_id = 4;
  event.fields = std::move(fields);
  world.emit(host, event);
}

namespace {

void log_service(World& world, Host& host, uint16_t id, const std::string& body) {
  Event event = manifest(world, "Microsoft-Windows-Eventlog", "{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}", "Security", id);
  event.system = evtx_writer::SystemShape::kLiterals;
  event.task = 103;
  event.keywords = 0x4020000000000000;
  event.process_id = 1340;
  event.user_sid.clear();
  event.body = evtx_writer::BodyShape::kUserData;
  event.body_name = body;
  event.body_namespace = "http://manifests.microsoft.com/win/2004/08/windows/eventlog";
  world.emit(host, event);
}

void security_start(World& world, Host& host, uint16_t id, uint16_t task, std::vector<Field> fields) {
  Event event =
      manifest(world, "Microsoft-Windows-Security-Auditing", "{54849625-5478-4994-a5ba-3e3b0328c30d}", "Security", id);
  event.level = 0;
  event.task = task;
  event.keywords = 0x8020000000000000;
  event.process_id = host.lsass.pid;
  event.user_sid.clear();
  event.fields = std::move(fields);
  world.emit(host, event);
}

}  // namespace

void reboot(World& world, Host& host, const Session& by) {
  Event asked = service_manager(world, host, 1074);
  asked.provider = "User32";
  asked.event_source = "User32";
  asked.provider_guid = "{b0aa8734-56f7-41cc-b2f4-de228e98b946}";
  asked.qualifiers = 32768;
  asked.user_sid = by.account->sid;
  asked.fields = {bare("param1", "C:\\Windows\\system32\\shutdown.exe (" + host.name + ")"),
                  bare("param2", host.name),
                  bare("param3", "Operating System: Service pack (Planned)"),
                  bare("param4", "0x80020010"),
                  bare("param5", "restart"),
                  bare("param6", "Monthly updates"),
                  bare("param7", user_of(by))};
  world.emit(host, asked);
  world.now += 21 * kSecond;
  log_service(world, host, 1100, "ServiceShutdown");
  classic(world, host, "System", "EventLog", 6006, 32768, 0, {}, {1, 0, 0, 0, 0, 0, 0, 0});
  world.now += 3 * kSecond;
  kernel(world, host, 13, {filetime("StopTime", world.now)});
  world.now += 94 * kSecond;
  boot(world, host);
}

void boot(World& world, Host& host) {
  kernel(world, host, 12,
         {u32("MajorVersion", 10), u32("MinorVersion", 0), u32("BuildVersion", 17763), u32("QfeVersion", 5458),
          u16("ServiceVersion", 0), u32("BootMode", 0), filetime("StartTime", world.now - 4 * kSecond)});
  security_start(world, host, 4608, 12288, {});
  security_start(world, host, 4902, 13568, {u32("PuaCount", 0), hex64("PuaPolicyId", 0x4c21f)});
  world.now += 5 * kSecond;
  classic(world, host, "System", "EventLog", 6009, 32768, 0, {"10.00.", "17763", "", "Multiprocessor Free", "17763"});
  classic(world, host, "System", "EventLog", 6005, 32768, 0, {}, utf16("boot"));
  uptime(world, host, 21);
}

}  // namespace sil::harbor
