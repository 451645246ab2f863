#include "tamper/citation_scenes.h"

#include <algorithm>
#include <cstdio>

#include "bytes/cursor.h"
#include "bytes/digest.h"
#include "bytes/short_hash.h"
#include "evtx_writer/plant.h"
#include "evtx_writer/plant_walk.h"
#include "evtx_writer/writer.h"
#include "model/timestamp.h"
#include "tamper/bench_files.h"

namespace sil::tamper {
namespace {

using evtx_writer::Event;
using evtx_writer::Plant;
using evtx_writer::string_value;

constexpr uint64_t kBegin = 133'550'000'000'000'000, kSecond = 10'000'000, kHour = 3600 * kSecond;
constexpr const char* kSysmon = "Microsoft-Windows-Sysmon/Operational";
using Fields = std::vector<std::pair<const char*, std::string>>;

struct Log {
  std::string channel, provider;
  std::vector<Event> events;
  void add(uint16_t id, uint64_t time, const Fields& fields) {
    Event& event = events.emplace_back();
    event.provider = provider;
    event.provider_guid = "{b4a63d5e-1b0e-4d8e-9c77-0d2f6a1c9e02}";
    event.channel = channel;
    event.computer = "FS.example.org";
    event.event_id = id;
    event.time = kBegin + time;
    event.record_id = events.size();
    for (const auto& [name, text] : fields) event.fields.push_back({name, string_value(text, true)});
  }
  [[nodiscard]] std::vector<uint8_t> bytes(bool exported = false) const {
    evtx_writer::FileOptions options;
    options.export_form = exported;
    options.first_number = exported ? 1 : events.front().record_id;
    evtx_writer::FileWriter file(options);
    for (const Event& event : events) file.add(event);
    return file.finish();
  }
};

std::vector<uint8_t> of_text(const std::string& text) {
  return {text.begin(), text.end()};
}
std::string stamp(uint64_t ticks, int digits = 7) {
  std::string out;
  append_rfc3339(ticks, digits, &out);
  return out;
}

// ---- structure ------------------------------------------------------------------------------------------------
void add_plants(std::vector<CitedScene>* out) {
  constexpr Plant kPlants[] = {Plant::kMergeWiped,    Plant::kMerge,           Plant::kSwallow,
                               Plant::kMaskedAsPi,    Plant::kBackdatedHeader, Plant::kBackdatedBody,
                               Plant::kCompact,       Plant::kChunkZeroed,     Plant::kRolledBack,
                               Plant::kRewrittenLeft, Plant::kTailLeft,        Plant::kClearedSilently};
  for (Plant what : kPlants) {
    BenchFile base = written_channel_files(1).front();
    evtx_writer::Planted truth;
    std::string problem;
    if (evtx_writer::plant(what, 2, &base.bytes, &truth, &problem))
      out->push_back({evtx_writer::plant_name(what), {{base.name, base.bytes}}});
  }
}

template <class T>
T at(const std::vector<uint8_t>& bytes, uint64_t offset) {
  return load_le<T>(bytes.data() + offset);
}
void put32(std::vector<uint8_t>* bytes, uint64_t offset, uint32_t value) {
  for (size_t i = 0; i < 4; ++i) (*bytes)[offset + i] = static_cast<uint8_t>(value >> (8 * i));
}

constexpr uint64_t kChunk = 4096;  // the first

// What no plant makes: by hand, in the first chunk, checksums mended.
void add_by_hand(std::vector<CitedScene>* out) {
  const BenchFile base = written_channel_files(1).front();
  auto edited = [&](const char* name, auto edit) {
    std::vector<uint8_t> bytes = base.bytes;
    edit(&bytes);
    evtx_writer::seal_file(&bytes);
    out->push_back({name, {{base.name, bytes}}});
  };
  edited("R4", [](std::vector<uint8_t>* bytes) {  // the embedded fragment's size takes the token behind it in
    for (const evtx_writer::WalkedRecord& record : evtx_writer::walk_chunk(bytes->data() + kChunk)) {
      if (record.inner.empty() || record.outer.empty()) continue;
      const evtx_writer::WalkedValue& body = record.outer.back();
      const uint64_t descriptor = kChunk + record.values_at + 4 + 4 * (record.outer.size() - 1);
      if (body.type != 0x21 || at<uint16_t>(*bytes, descriptor) != body.size) continue;
      ++(*bytes)[descriptor];
      return;
    }
  });
  edited("R7", [](std::vector<uint8_t>* bytes) {
    for (uint64_t bucket = 0; bucket < 64; ++bucket) {
      if (const auto name = at<uint32_t>(*bytes, kChunk + 128 + 4 * bucket); name != 0) {
        (*bytes)[kChunk + name + 4] ^= 0x40;  // of the hash
        return;
      }
    }
  });
  edited("R8", [](std::vector<uint8_t>* bytes) {
    for (uint64_t bucket = 0; bucket < 32; ++bucket) {
      if (at<uint32_t>(*bytes, kChunk + 384 + 4 * bucket) != 0) continue;
      put32(bytes, kChunk + 384 + 4 * bucket, at<uint32_t>(*bytes, kChunk + 48) + 40);
      return;
    }
  });
  edited("R17", [](std::vector<uint8_t>* bytes) {
    (*bytes)[60] = 7;
    (*bytes)[kChunk + 70] = 9;
    (*bytes)[kChunk + 73] = 9;
  });
}

void add_exports(std::vector<CitedScene>* out) {
  Log log{"Nordhafen/Operational", "Nordhafen-Bench", {}};
  for (uint64_t i = 0; i < 300; ++i) log.add(100, i * 7 * kSecond, {{"User", "user" + std::to_string(i)}});
  std::erase_if(log.events, [](const Event& event) { return event.record_id % 90 == 17; });
  out->push_back({"R11 R12", {{"Nordhafen%4Operational.evtx", log.bytes(true)}}});
}

// ---- events of Windows ----------------------------------------------------------------------------------------
void add_windows(std::vector<CitedScene>* out) {
  Log security{"Security", "Microsoft-Windows-Security-Auditing", {}}, system{"System", "Service Control Manager", {}},
      sysmon{kSysmon, "Microsoft-Windows-Sysmon", {}};
  size_t guid = 0;
  auto process = [&](uint64_t time, const std::string& command) {
    std::string id = "{5f0c1c2a-0000-0000-0000-0000000000" + std::to_string(10 + guid++) + "}";
    sysmon.add(1, time,
               {{"ProcessGuid", id},
                {"Image", "C:\\Windows\\System32\\tool.exe"},
                {"CommandLine", command},
                {"User", "FS\\anna"},
                {"LogonId", "0x51c0"},
                {"ParentImage", "C:\\Windows\\explorer.exe"}});
    return id;
  };
  auto registry = [&](uint64_t time, const std::string& key, const std::string& value) {
    const std::string id = process(time - kSecond, "tool.exe --number " + std::to_string(guid));
    sysmon.add(13, time,
               {{"EventType", "SetValue"},
                {"ProcessGuid", id},
                {"Image", "C:\\Windows\\System32\\tool.exe"},
                {"TargetObject", key},
                {"Details", value}});
  };
  security.add(4624, 0,
               {{"TargetUserName", "anna"},
                {"TargetDomainName", "FS"},
                {"TargetLogonId", "0x51c0"},
                {"IpAddress", "10.4.4.7"},
                {"LogonType", "3"}});
  process(kHour, "wevtutil cl Security");  // E8, and what made E1
  security.provider = "Microsoft-Windows-Eventlog";
  security.add(1102, kHour + kSecond,
               {{"SubjectUserName", "anna"}, {"SubjectDomainName", "FS"}, {"SubjectLogonId", "0x51c0"}});
  security.provider = "Microsoft-Windows-Security-Auditing";
  process(2 * kHour, "sc stop eventlog");  // E3, and what made E2
  system.add(7034, 2 * kHour + 5 * kSecond, {{"param1", "Windows Event Log"}, {"param2", "1"}});
  system.add(7040, 30 * kHour, {{"param1", "Windows Event Log"}, {"param2", "auto start"}, {"param3", "disabled"}});
  registry(3 * kHour, "HKLM\\System\\CurrentControlSet\\Services\\EventLog\\Start", "DWORD (0x00000004)");
  registry(4 * kHour, "HKLM\\System\\CurrentControlSet\\Control\\MiniNt\\(Default)", "1");
  security.add(4719, 5 * kHour,
               {{"SubjectUserName", "anna"},
                {"SubjectDomainName", "FS"},
                {"SubjectLogonId", "0x51c0"},
                {"SubjectUserSid", "S-1-5-21-1-2-3-1001"},
                {"AuditPolicyChanges", "%%8448"}});
  process(6 * kHour, "fltmc unload sysmondrv");
  sysmon.add(4, 6 * kHour + 2 * kSecond, {{"State", "Stopped"}});
  registry(7 * kHour, "HKLM\\Software\\Policies\\PowerShell\\ScriptBlockLogging\\EnableScriptBlockLogging",
           "DWORD (0x00000000)");
  sysmon.add(2, 8 * kHour,
             {{"ProcessGuid", process(8 * kHour - kSecond, "touch.exe")},
              {"Image", "C:\\touch.exe"},
              {"TargetFilename", "C:\\Windows\\new.dll"},
              {"CreationUtcTime", "2009-07-14 01:14:20.000"},
              {"PreviousCreationUtcTime", "2024-03-14 10:38:57.000"}});
  security.add(4616, 9 * kHour,
               {{"SubjectUserName", "anna"},
                {"SubjectDomainName", "FS"},
                {"SubjectLogonId", "0x51c0"},
                {"PreviousTime", stamp(kBegin + 9 * kHour)},
                {"NewTime", stamp(kBegin + 9 * kHour + 300 * kSecond)},
                {"ProcessName", "C:\\Windows\\System32\\cmd.exe"}});
  std::ranges::stable_sort(sysmon.events, {}, &Event::time);
  for (size_t i = 0; i < sysmon.events.size(); ++i) sysmon.events[i].record_id = i + 1;
  out->push_back({"windows", {{"a.evtx", security.bytes()}, {"b.evtx", system.bytes()}, {"c.evtx", sysmon.bytes()}}});
}

void add_times(std::vector<CitedScene>* out) {
  Log back{"Nordhafen/Operational", "Nordhafen-Bench", {}};
  for (uint64_t i = 0; i < 400; ++i) back.add(100, (i * 60 - (i < 200 ? 0 : 9'000)) * kSecond, {{"User", "u"}});
  out->push_back({"T1", {{"a.evtx", back.bytes()}}});
  CitedScene silent{"T5", {}};
  for (const char* name : {"a", "b", "c"}) {
    Log log{std::string("Nordhafen-") + name + "/Operational", "Nordhafen-Bench", {}};
    for (uint64_t i = 0; i < 900; ++i)
      log.add(100, (i * 20 + (i < 450 ? 0 : 36'000) + static_cast<uint64_t>(name[0])) * kSecond, {{"User", "u"}});
    silent.files.push_back({std::string(name) + ".evtx", log.bytes()});
  }
  out->push_back(silent);
}

// ---- a Linux host, and the network beside it ------------------------------------------------------------------
void add_linux(std::vector<CitedScene>* out) {
  std::string audit;
  uint64_t now = 1'710'000'000, serial = 100;
  auto add = [&](const std::string& type, const std::string& rest) {
    audit += "node=gate type=" + type + " msg=audit(" + std::to_string(now++) + ".001:" + std::to_string(serial++) +
             "): " + rest + '\n';
  };
  for (size_t i = 0; i < 600; ++i) {
    if (i == 300) serial += 50;
    add("USER_ACCT", "pid=9 uid=0 auid=1000 ses=2 msg='op=PAM:accounting acct=\"root\" res=success'");
  }
  add("CONFIG_CHANGE", "op=set audit_enabled=0 old=1 auid=1000 ses=2 res=1");
  add("SYSCALL", "arch=c000003e syscall=59 success=yes auid=1000 uid=0 comm=\"rm\" exe=\"/usr/bin/rm\"");
  --now, --serial;
  add("EXECVE", "argc=3 a0=\"rm\" a1=\"-f\" a2=\"/var/log/auth.log\"");
  for (size_t i = 0; i < 10; ++i) add("USER_ACCT", "pid=9 uid=0 auid=1000 ses=2 msg='op=PAM:accounting res=success'");
  out->push_back({"L1 L2 L4", {{"audit.log", of_text(audit)}}});

  std::string lines;
  for (int minute = 10; minute < 40; ++minute) {
    const std::string head = "2024-03-14T10:" + std::to_string(minute) + ":00+00:00 gate ";
    if (minute == 20) lines += head + "systemd[1]: Stopped rsyslog.service - System Logging Service.\n";
    lines += head + "CRON[77]: (root) CMD (true)\n";
    if (minute == 30) lines += head + "systemd[1]: Started rsyslog.service - System Logging Service.\n";
  }
  out->push_back({"L6", {{"auth.log", of_text(lines)}}});
  out->push_back({"D1",
                  {{"asa.log", of_text("<165>May 30 2025 10:11:10 asa1 : %ASA-5-605005: Login permitted from "
                                       "203.0.113.9/50022 to outside:192.0.2.1/ssh for user \"krause\"\n"
                                       "<165>May 30 2025 10:11:12 asa1 : %ASA-5-111008: User 'krause' executed the "
                                       "'clear logging buffer' command.\n")}}});

  std::vector<uint8_t> wtmp;
  for (uint32_t i = 0; i < 40; ++i) {
    std::vector<uint8_t> record(384, 0);
    record[0] = 7;
    record[4] = static_cast<uint8_t>(i + 1);
    const std::string user = "user" + std::to_string(i % 5), line = "pts/0", client = "10.0.0.9";
    std::ranges::copy(line, record.begin() + 8);
    std::ranges::copy(user, record.begin() + 44);
    std::ranges::copy(client, record.begin() + 76);
    put32(&record, 340, 1'710'000'000 + 600 * i - (i == 30 ? 9'000U : 0U));
    if (i == 20 || i == 21) record.assign(384, 0);  // wiped; 30: earlier than those before it
    wtmp.insert(wtmp.end(), record.begin(), record.end());
  }
  out->push_back({"L3", {{"wtmp", wtmp}}});
}

// A journal's export: an entry was edited, two were taken out.
void add_journal(std::vector<CitedScene>* out) {
  std::string text;
  for (uint64_t i = 1; i <= 600; ++i) {
    if (i == 301 || i == 302) continue;
    const std::string boot = "0123456789abcdef0123456789abcdef", message = "MESSAGE=message " + std::to_string(i);
    const uint64_t real = 1'767'225'600'000'000 + i * 1'000'000;
    uint64_t all = 0;
    for (const std::string& field : {"_BOOT_ID=" + boot, std::string("_HOSTNAME=gate"), message})
      all ^= lookup3(as_bytes(field));
    char cursor[160];
    std::snprintf(cursor, sizeof cursor, "s=aa23456789abcdef0123456789abcdef;i=%llx;b=%s;m=%llx;t=%llx;x=%llx",
                  static_cast<unsigned long long>(i), boot.c_str(), static_cast<unsigned long long>(i * 1'000'000),
                  static_cast<unsigned long long>(real), static_cast<unsigned long long>(all));
    text += std::string("__CURSOR=") + cursor + "\n__REALTIME_TIMESTAMP=" + std::to_string(real) +
            "\n__MONOTONIC_TIMESTAMP=" + std::to_string(i * 1'000'000) + "\n_BOOT_ID=" + boot + "\n_HOSTNAME=gate\n" +
            (i == 217 ? "MESSAGE=nothing here" : message) + "\n\n";
  }
  out->push_back({"L7 L9", {{"a.export", of_text(text)}}});
}

// Numbers missing among lines; no line at the seam of two rotated files; a daemon that says it lost lines.
void add_lines(std::vector<CitedScene>* out) {
  constexpr uint64_t kStart = 133'544'160'000'000'000;  // 2024-03-09T00:00:00
  const auto at = [](uint64_t seconds) { return stamp(kStart + seconds * kSecond, 0); };
  std::string numbered;
  for (uint64_t i = 1; i <= 700; ++i) {
    if (i <= 300 || i >= 330)
      numbered += "<34>1 " + at(i) + " gate app 7 - [meta sequenceId=\"" + std::to_string(i) + "\"] text\n";
  }
  out->push_back({"L10", {{"a.log", of_text(numbered)}}});
  out->push_back({"L8",
                  {{"bash.log", of_text("#1717030000\nid\n#1717030009\n#1717030100\nls -la\n#1717020000\n"
                                        "w\n#1717020001\nuptime\n")}}});
  const auto minutes = [&](uint64_t from, uint64_t count) {
    std::string lines;
    for (uint64_t i = from; i < from + count; ++i) lines += at(i * 60) + " gate app[7]: line\n";
    return of_text(lines);
  };
  out->push_back(
      {"L11", {{"auth.log", minutes(2000, 300)}, {"auth.log.1", minutes(720, 700)}, {"auth.log.2", minutes(0, 720)}}});
  const std::string lost = " messages from pid 412 due to rate-limiting\n";
  out->push_back({"L12",
                  {{"a.log", of_text(at(300) + " gate rsyslogd[8]: imuxsock lost 350" + lost + at(310) +
                                     " gate rsyslogd[8]: imuxsock lost 40" + lost)}}});
}

void add_sightings(std::vector<CitedScene>* out) {
  constexpr uint64_t kStart = 1'710'000'000;
  std::string lines, journal, flows;
  for (uint64_t i = 0; i < 120; ++i) {
    const std::string client = "10.0.0." + std::to_string(7 + i % 9), port = std::to_string(40'000 + i),
                      time = std::to_string(kStart + 600 * i),
                      said = "Accepted publickey for user" + std::to_string(i % 5) + " from " + client + " port " +
                             port + " ssh2",
                      head = stamp(kUnixEpochTicks + (kStart + 600 * i) * kSecond, 0) + " gate ";
    const bool here = i < 60 || i >= 75;
    if (here) lines += head + "sshd[" + std::to_string(900 + i) + "]: " + said + "\n";
    lines += head + "CRON[77]: (root) CMD (true)\n";
    journal += R"({"__REALTIME_TIMESTAMP":")" + time +
               R"(000000","_BOOT_ID":"b1","_HOSTNAME":"gate","SYSLOG_IDENTIFIER":"sshd","MESSAGE":")" + said + "\"}\n";
    flows += R"({"timestamp":")" + stamp(kUnixEpochTicks + (kStart + 600 * i - 1) * kSecond, 0).substr(0, 19) +
             R"(.250000+0000","flow_id":)" + std::to_string(7000 + i) + R"(,"event_type":"flow","src_ip":")" + client +
             R"(","src_port":)" + port +
             R"(,"dest_ip":"10.0.1.5","dest_port":22,"proto":"TCP","flow":{"bytes_toserver")" +
             R"(:2000,"bytes_toclient":3000,"state":"closed"}})" + "\n";
  }
  out->push_back({"W3", {{"a.json", of_text(flows)}, {"b.log", of_text(lines)}}});
  out->push_back({"L5", {{"a.json", of_text(journal)}, {"b.log", of_text(lines)}}});
}

void add_witnesses(std::vector<CitedScene>* out) {
  Log log{"Nordhafen/Operational", "Nordhafen-Bench", {}};
  for (uint64_t i = 1; i <= 900; ++i)
    log.add(static_cast<uint16_t>(100 + i % 5), i * 7 * kSecond + (i * 7'654'321) % kSecond,
            {{"User", "user" + std::to_string(i % 97)}, {"Path", "C:\\data\\" + std::to_string(i)}});
  const std::vector<uint8_t> whole = log.bytes(true);
  Log own = log;
  own.events[332].fields[0].value = string_value("another", true);
  out->push_back({"W1", {{"a.evtx", own.bytes()}, {"b.evtx", whole}}});
  Log cut = log;
  std::erase_if(cut.events, [](const Event& event) { return event.record_id >= 500 && event.record_id < 503; });
  out->push_back({"W2", {{"a.evtx", cut.bytes()}, {"b.evtx", whole}}});
}

}  // namespace

std::vector<CitedScene> cited_scenes() {
  std::vector<CitedScene> out;
  add_plants(&out);
  add_by_hand(&out);
  add_exports(&out);
  add_windows(&out);
  add_times(&out);
  add_linux(&out);
  add_journal(&out);
  add_lines(&out);
  add_sightings(&out);
  add_witnesses(&out);
  return out;
}

}  // namespace sil::tamper
