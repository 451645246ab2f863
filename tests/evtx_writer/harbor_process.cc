// Processes and what Sysmon, the Security log and PowerShell see of them.
#include <fmt/format.h>

#include "bytes/digest.h"
#include "evtx_writer/harbor_events.h"

namespace sil::harbor {
namespace {

Event sysmon(World& world, uint16_t id, uint8_t version) {
  Event out;
  out.provider = "Microsoft-Windows-Sysmon";
  out.provider_guid = "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}";
  out.channel = "Microsoft-Windows-Sysmon/Operational";
  out.event_id = id;
  out.version = version;
  out.task = id;
  out.time = world.now + 20'000 + world.dice.below(40'000);
  out.process_id = 2512;
  out.thread_id = static_cast<uint32_t>(3600 + 4 * world.dice.below(6));
  out.user_sid = "S-1-5-18";
  out.fields = {text("RuleName", "-")};
  return out;
}

void head(Event& event, World& world, const Process& process) {
  event.fields.push_back(text("UtcTime", utc_text(world.now)));
  event.fields.push_back(guid("ProcessGuid", process.guid));
  event.fields.push_back(u32("ProcessId", process.pid));
}

std::string integrity(const Session& session) {
  if (session.logon_id <= 0x3e7) return "System";
  return session.account->admin ? "High" : "Medium";
}

std::string label(const Session& session) {
  std::string level = integrity(session);
  return level == "System" ? "S-1-16-16384" : level == "High" ? "S-1-16-12288" : "S-1-16-8192";
}

std::string upper_hex(uint64_t seed, const std::string& text, size_t digits) {
  std::string out;
  for (uint64_t block = 0; out.size() < digits; ++block) out += fmt::format("{:016X}", hash64(text, seed * 8 + block));
  return out.substr(0, digits);
}

uint32_t new_pid(World& world, Host& host) {
  for (;;) {
    auto pid = static_cast<uint32_t>(4 * world.dice.between(300, 3000));
    if (host.pids.insert(pid).second) return pid;
  }
}

std::string process_guid(const World& world, Host& host) {
  uint64_t unix = (world.now - kEpoch) / kSecond;
  uint32_t sequence = ++host.sequence;
  return fmt::format("{{{:08x}-{:04x}-{:04x}-{:02x}{:02x}-000000000900}}", host.guid_prefix, unix & 0xffff,
                     unix >> 16 & 0xffff, sequence & 0xff, sequence >> 8 & 0xff);
}

std::string logon_guid(const Host& host, const Session& session) {
  uint64_t unix = (session.begun == 0 ? 0 : (session.begun - kEpoch) / kSecond);
  uint64_t id = session.logon_id;
  return fmt::format("{{{:08x}-{:04x}-{:04x}-{:02x}{:02x}-{:02x}{:02x}00000000}}", host.guid_prefix, unix & 0xffff,
                     unix >> 16 & 0xffff, id & 0xff, id >> 8 & 0xff, id >> 16 & 0xff, id >> 24 & 0xff);
}

// A subject as the Security log names it: SYSTEM appears as the machine account.
void security_subject(Event& event, const Host& host, const Session& session) {
  bool system = session.logon_id == 0x3e7;
  event.fields = {sid("SubjectUserSid", system ? "S-1-5-18" : session.account->sid),
                  text("SubjectUserName", system ? host.machine.name : session.account->name),
                  text("SubjectDomainName", system ? "NORDHAFEN" : session.account->domain),
                  hex64("SubjectLogonId", session.logon_id)};
}

Event audit(World& world, uint16_t id, uint16_t task, uint8_t version) {
  Event out;
  out.provider = "Microsoft-Windows-Security-Auditing";
  out.provider_guid = "{54849625-5478-4994-a5ba-3e3b0328c30d}";
  out.channel = "Security";
  out.event_id = id;
  out.version = version;
  out.level = 0;
  out.task = task;
  out.keywords = 0x8020000000000000;
  out.time = world.now + world.dice.below(9000);
  out.process_id = 4;
  out.thread_id = static_cast<uint32_t>(60 + 4 * world.dice.below(90));
  return out;
}

void audit_start(World& world, Host& host, const Process& process, const Process& parent) {
  Event event = audit(world, 4688, 13312, 2);
  const Session& session = process.session;
  security_subject(event, host, parent.session.account == nullptr ? session : parent.session);
  bool other = parent.session.logon_id != session.logon_id;
  for (Field field :
       {pointer("NewProcessId", process.pid), text("NewProcessName", process.image),
        text("TokenElevationType", session.account->admin && session.logon_id > 0x3e7 ? "%%1937" : "%%1936"),
        pointer("ProcessId", parent.pid), text("CommandLine", process.command),
        sid("TargetUserSid", other ? session.account->sid : "S-1-0-0"),
        text("TargetUserName", other ? session.account->name : "-"),
        text("TargetDomainName", other ? session.account->domain : "-"),
        hex64("TargetLogonId", other ? session.logon_id : 0), text("ParentProcessName", parent.image),
        sid("MandatoryLabel", label(session))})
    event.fields.push_back(std::move(field));
  world.emit(host, event);
}

}  // namespace

std::string hashes_of(const std::string& path) {
  std::string key = lower(path.substr(path.rfind('\\') + 1));
  return fmt::format("SHA1={},MD5={},SHA256={},IMPHASH={}", upper_hex(1, key, 40), upper_hex(2, key, 32),
                     upper_hex(3, key, 64), upper_hex(4, key, 32));
}

std::string user_of(const Session& session) {
  if (session.logon_id == 0x3e7) return "NT AUTHORITY\\SYSTEM";
  return session.account->domain + "\\" + session.account->name;
}

Process start(World& world, Host& host, const Session& session, const Process& parent, const std::string& image,
              const std::string& command, const std::string& directory) {
  const Program* program = world.program(image);
  Process out;
  out.image = image.find('\\') == std::string::npos && program != nullptr ? program->path : image;
  out.command = command;
  out.pid = new_pid(world, host);
  out.guid = process_guid(world, host);
  out.session = session;
  Event event = sysmon(world, 1, 5);
  head(event, world, out);
  bool foreign = program == nullptr || lower(out.image) != lower(program->path);
  auto fact = [&](std::string Program::*part) { return program == nullptr ? std::string("-") : program->*part; };
  for (Field field :
       {text("Image", out.image), text("FileVersion", fact(&Program::version)),
        text("Description", fact(&Program::description)), text("Product", fact(&Program::product)),
        text("Company", fact(&Program::company)), text("OriginalFileName", fact(&Program::original)),
        text("CommandLine", command), text("CurrentDirectory", directory), text("User", user_of(session)),
        guid("LogonGuid", logon_guid(host, session)), hex64("LogonId", session.logon_id),
        u32("TerminalSessionId", session.terminal), text("IntegrityLevel", integrity(session)),
        text("Hashes", hashes_of(foreign ? out.image + ".copy" : out.image)), guid("ParentProcessGuid", parent.guid),
        u32("ParentProcessId", parent.pid), text("ParentImage", parent.image),
        text("ParentCommandLine", parent.command), text("ParentUser", user_of(parent.session))})
    event.fields.push_back(std::move(field));
  world.emit(host, event);
  audit_start(world, host, out, parent);
  return out;
}

void stop(World& world, Host& host, const Process& process) {
  Event event = sysmon(world, 5, 3);
  head(event, world, process);
  event.fields.push_back(text("Image", process.image));
  event.fields.push_back(text("User", user_of(process.session)));
  world.emit(host, event);
  host.pids.erase(process.pid);
}

void run_for(World& world, Host& host, const Process& process, uint64_t ticks) {
  world.at(world.now + ticks, [&world, &host, process] { stop(world, host, process); });
}

void connection(World& world, Host& host, const Process& process, bool initiated, const std::string& source,
                uint16_t source_port, const std::string& target, uint16_t target_port) {
  auto named = [](uint16_t port) {
    switch (port) {
      case 53: return "domain";
      case 88: return "kerberos";
      case 389: return "ldap";
      case 443: return "https";
      case 445: return "microsoft-ds";
      case 3389: return "ms-wbt-server";
      default: return "-";
    }
  };
  Event event = sysmon(world, 3, 5);
  event.time += kSecond / 2 + world.dice.below(2 * kSecond);  // Sysmon reports connections late
  head(event, world, process);
  for (Field field :
       {text("Image", process.image), text("User", user_of(process.session)), text("Protocol", "tcp"),
        truth("Initiated", initiated), truth("SourceIsIpv6", false), text("SourceIp", source),
        text("SourceHostname", source == host.address ? host.computer : "-"), u16("SourcePort", source_port),
        text("SourcePortName", named(source_port)), truth("DestinationIsIpv6", false), text("DestinationIp", target),
        text("DestinationHostname", target == host.address ? host.computer : "-"), u16("DestinationPort", target_port),
        text("DestinationPortName", named(target_port))})
    event.fields.push_back(std::move(field));
  world.emit(host, event);
}

void image_load(World& world, Host& host, const Process& process, const std::string& image) {
  Event event = sysmon(world, 7, 3);
  head(event, world, process);
  std::string file = image.substr(image.rfind('\\') + 1);
  for (Field field : {text("Image", process.image), text("ImageLoaded", image),
                      text("FileVersion", "10.0.17763.1 (WinBuild.160101.0800)"), text("Description", file),
                      text("Product", "Microsoft\xC2\xAE Windows\xC2\xAE Operating System"),
                      text("Company", "Microsoft Corporation"), text("OriginalFileName", file),
                      text("Hashes", hashes_of(image)), text("Signed", "true"), text("Signature", "Microsoft Windows"),
                      text("SignatureStatus", "Valid"), text("User", user_of(process.session))})
    event.fields.push_back(std::move(field));
  world.emit(host, event);
}

void file_created(World& world, Host& host, const Process& process, const std::string& file) {
  Event event = sysmon(world, 11, 2);
  head(event, world, process);
  for (Field field : {text("Image", process.image), text("TargetFilename", file),
                      text("CreationUtcTime", utc_text(world.now)), text("User", user_of(process.session))})
    event.fields.push_back(std::move(field));
  world.emit(host, event);
}

namespace {

Event registry(World& world, const Process& process, uint16_t id, const std::string& type) {
  Event event = sysmon(world, id, 2);
  event.fields.push_back(text("EventType", type));
  head(event, world, process);
  event.fields.push_back(text("Image", process.image));
  return event;
}

}  // namespace

void registry_key(World& world, Host& host, const Process& process, const std::string& type,
                  const std::string& target) {
  Event event = registry(world, process, 12, type);
  event.fields.push_back(text("TargetObject", target));
  event.fields.push_back(text("User", user_of(process.session)));
  world.emit(host, event);
}

void registry_value(World& world, Host& host, const Process& process, const std::string& target,
                    const std::string& details) {
  Event event = registry(world, process, 13, "SetValue");
  event.fields.push_back(text("TargetObject", target));
  event.fields.push_back(text("Details", details));
  event.fields.push_back(text("User", user_of(process.session)));
  world.emit(host, event);
}

void dns_query(World& world, Host& host, const Process& process, const std::string& name, const std::string& results) {
  Event event = sysmon(world, 22, 5);
  head(event, world, process);
  for (Field field :
       {text("QueryName", name), text("QueryStatus", results == "-" ? "9003" : "0"), text("QueryResults", results),
        text("Image", process.image), text("User", user_of(process.session))})
    event.fields.push_back(std::move(field));
  world.emit(host, event);
}

// ---- PowerShell
// ----------------------------------------------------------------------------------------------
namespace {

constexpr const char* kEngine = "5.1.17763.5458";

Event powershell(World& world, const Process& process, uint16_t id, uint16_t task, uint8_t opcode) {
  Event out;
  out.provider = "Microsoft-Windows-PowerShell";
  out.provider_guid = "{a0c1853b-5c40-4b15-8766-3cf1c58f985a}";
  out.channel = "Microsoft-Windows-PowerShell/Operational";
  out.event_id = id;
  out.version = 1;
  out.task = task;
  out.opcode = opcode;
  out.keywords = 0;
  out.time = world.now + world.dice.below(60'000);
  out.process_id = process.pid;
  out.thread_id = static_cast<uint32_t>(4 * world.dice.between(900, 2500));
  out.user_sid = process.session.account->sid;
  out.activity_id = world.dice.guid();
  return out;
}

Event engine(World& world, uint16_t id, uint16_t task, std::vector<std::string> data) {
  Event out;
  out.provider = "PowerShell";
  out.system = evtx_writer::SystemShape::kLiterals;
  out.channel = "Windows PowerShell";
  out.event_id = id;
  out.qualifiers = 0;
  out.task = task;
  out.keywords = 0x80000000000000;
  out.time = world.now + world.dice.below(60'000);
  out.body = evtx_writer::BodyShape::kClassicData;
  out.fields = {{"", evtx_writer::strings_value(data)}};
  return out;
}

std::string unquoted(std::string command) {  // PowerShell prints its own arguments, joined
  std::erase(command, '"');
  while (command.ends_with(' ')) command.pop_back();
  return command;
}

std::string host_lines(const Process& process, unsigned sequence, const std::string& middle) {
  return fmt::format(
      "{}\r\n\tSequenceNumber={}\r\n\r\n\tHostName=ConsoleHost\r\n\tHostVersion={}\r\n\tHostId={}\r\n"
      "\tHostApplication={}\r\n\tEngineVersion={}\r\n\tRunspaceId=\r\n\tPipelineId=\r\n\tCommandName=\r\n"
      "\tCommandType=\r\n\tScriptName=\r\n\tCommandPath=\r\n\tCommandLine=",
      middle, sequence, kEngine, process.guid.substr(1, 36), unquoted(process.command), kEngine);
}

}  // namespace

void powershell_start(World& world, Host& host, const Process& process) {
  world.emit(host, powershell(world, process, 40961, 4, 1));
  Event pipe = powershell(world, process, 53504, 111, 10);
  pipe.fields = {text("param1", std::to_string(process.pid)), text("param2", "DefaultAppDomain")};
  world.emit(host, pipe);
  world.emit(host, powershell(world, process, 40962, 4, 2));
  world.emit(host, engine(world, 600, 6,
                          {"Registry", "Started",
                           host_lines(process, 1, "\tProviderName=Registry\r\n\tNewProviderState=Started\r\n")}));
  world.emit(host, engine(world, 400, 4,
                          {"Available", "None",
                           host_lines(process, 13, "\tNewEngineState=Available\r\n\tPreviousEngineState=None\r\n")}));
}

void powershell_stop(World& world, Host& host, const Process& process) {
  world.emit(host,
             engine(world, 403, 4,
                    {"Stopped", "Available",
                     host_lines(process, 15, "\tNewEngineState=Stopped\r\n\tPreviousEngineState=Available\r\n")}));
}

void script_block(World& world, Host& host, const Process& process, const std::string& script) {
  Event event = powershell(world, process, 4104, 2, 15);
  event.level = 5;
  event.fields = {{"MessageNumber", evtx_writer::int_value(evtx_writer::kInt32, 1)},
                  {"MessageTotal", evtx_writer::int_value(evtx_writer::kInt32, 1)},
                  text("ScriptBlockText", script),
                  text("ScriptBlockId", world.dice.guid().substr(1, 36)),
                  text("Path", "")};
  world.emit(host, event);
}

void cmdlet(World& world, Host& host, const Process& process, const std::string& name, const std::string& payload) {
  Event event = powershell(world, process, 4103, 106, 20);
  uint64_t pipeline = world.dice.between(5, 90);
  uint64_t sequence = world.dice.between(16, 400);
  std::string context = fmt::format(
      "        Severity = Informational\r\n        Host Name = ConsoleHost\r\n        Host Version = {}\r\n"
      "        Host ID = {}\r\n        Host Application = {}\r\n        Engine Version = {}\r\n        "
      "Runspace ID = {}\r\n"
      "        Pipeline ID = {}\r\n        Command Name = {}\r\n        Command Type = Cmdlet\r\n        "
      "Script Name = \r\n"
      "        Command Path = \r\n        Sequence Number = {}\r\n        User = {}\r\n        Connected "
      "User = \r\n"
      "        Shell ID = Microsoft.PowerShell\r\n",
      kEngine, process.guid.substr(1, 36), unquoted(process.command), kEngine, process.guid.substr(1, 36), pipeline,
      name, sequence, user_of(process.session));
  event.fields = {text("ContextInfo", context), text("UserData", ""),
                  text("Payload", fmt::format("CommandInvocation({}): \"{}\"\r\n{}", name, name, payload))};
  world.emit(host, event);
}

}  // namespace sil::harbor
