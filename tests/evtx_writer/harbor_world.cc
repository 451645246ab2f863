#include "evtx_writer/harbor_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

namespace sil::harbor {

using namespace evtx_writer;

uint64_t Dice::next() {
  uint64_t z = state_ += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::string Dice::guid() {
  uint64_t a = next();
  uint64_t b = next();
  return fmt::format("{{{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}}}", a >> 32, a >> 16 & 0xffff, a & 0xfff,
                     8 + (b >> 60) % 4, b >> 48 & 0xfff, b & 0xffffffffffff);
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::vector<std::string> split(const std::string& line, const std::string& by) {
  std::vector<std::string> out;
  for (size_t from = 0;;) {
    size_t end = line.find(by, from);
    out.push_back(line.substr(from, end == std::string::npos ? end : end - from));
    if (end == std::string::npos) return out;
    from = end + by.size();
  }
}

std::string utc_text(uint64_t ticks) {
  std::vector<uint8_t> parts = systemtime_value(ticks).bytes;
  auto part = [&parts](size_t i) { return parts[2 * i] | parts[2 * i + 1] << 8; };
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", part(0), part(1), part(3), part(4), part(5), part(6),
                     part(7));
}

uint64_t ticks_from(const std::string& utc) {
  auto number = [&utc](size_t at, size_t length) {
    int64_t out = 0;
    if (at + length <= utc.size()) std::from_chars(utc.data() + at, utc.data() + at + length, out);
    return out;
  };
  int64_t y = number(0, 4);
  int64_t m = number(5, 2);
  y -= m <= 2 ? 1 : 0;
  int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + number(8, 2) - 1;
  int64_t era = y / 400;
  int64_t yoe = y - era * 400;
  int64_t days = era * 146'097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719'468;
  int64_t seconds = days * 86'400 + number(11, 2) * 3600 + number(14, 2) * 60 + number(17, 2);
  return kEpoch + static_cast<uint64_t>(seconds) * kSecond;
}

namespace {

bool read_lines(const std::string& path, std::string* problem,
                const std::function<void(const std::vector<std::string>&)>& row) {
  std::ifstream in(path);
  if (!in) {
    *problem = "cannot read " + path;
    return false;
  }
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#') row(split(line, " | "));
  return true;
}

Process boot_process(Host& host, const std::string& image, const std::string& command, uint32_t pid) {
  Process out;
  out.pid = pid;
  out.image = image;
  out.command = command;
  out.session.account = &host.machine;
  out.session.logon_id = 0x3e7;
  out.guid = fmt::format("{{{:08x}-5a1f-65ec-{:02x}00-000000000900}}", host.guid_prefix, ++host.sequence & 0xff);
  host.pids.insert(pid);
  return out;
}

void boot_processes(Host& host) {
  const std::string system = "C:\\Windows\\System32\\";
  host.wininit = boot_process(host, system + "wininit.exe", "wininit.exe", 540);
  host.services = boot_process(host, system + "services.exe", "C:\\Windows\\system32\\services.exe", 672);
  host.lsass = boot_process(host, system + "lsass.exe", "C:\\Windows\\system32\\lsass.exe", 692);
  host.svchost = boot_process(host, system + "svchost.exe", "C:\\Windows\\system32\\svchost.exe -k netsvcs -p", 1104);
  host.wmi_host = boot_process(host, system + "wbem\\WmiPrvSE.exe",
                               "C:\\Windows\\system32\\wbem\\wmiprvse.exe -secured -Embedding", 3748);
  host.winlogon = boot_process(host, system + "winlogon.exe", "winlogon.exe", 612);
  host.oracle = boot_process(host, "D:\\oracle\\product\\19.0.0\\dbhome_1\\bin\\oracle.exe",
                             "D:\\oracle\\product\\19.0.0\\dbhome_1\\bin\\ORACLE.EXE NHTOS", 2888);
}

}  // namespace

bool World::load(const std::string& folder, std::string* problem) {
  uint32_t rid = 1100;
  bool ok = read_lines(folder + "/accounts.txt", problem, [&](const std::vector<std::string>& row) {
    if (row[0] == "host" && row.size() == 4) {
      auto out = std::make_unique<Host>();
      out->name = row[1];
      out->computer = row[1] + ".nordhafen.example";
      out->address = row[2];
      out->role = row[3];
      out->machine = {row[1] + "$", domain_sid + "-" + std::to_string(++rid), "NORDHAFEN", "", row[2], true};
      out->guid_prefix = static_cast<uint32_t>(dice.next());
      hosts.emplace(row[1], std::move(out));
    } else if (row[0] == "person" && row.size() == 5) {
      accounts[row[1]] = {row[1],           domain_sid + "-" + std::to_string(++rid), "NORDHAFEN", row[2], row[3],
                          row[4] == "admin"};
    } else if (row[0] == "local" && row.size() == 4) {
      accounts[row[1]] = {row[1], row[2], row[3], "", "", false};
    }
  });
  for (auto& [name, host] : hosts) boot_processes(*host);
  return ok && read_lines(folder + "/programs.txt", problem, [&](const std::vector<std::string>& row) {
           if (row.size() < 6) return;
           std::string file = row[0].substr(row[0].rfind('\\') + 1);
           programs[lower(file)] = {row[0], row[1], row[2], row[3], row[4], row[5]};
         });
}

const Program* World::program(const std::string& path) const {
  auto found = programs.find(lower(path.substr(path.rfind('\\') + 1)));
  return found == programs.end() ? nullptr : &found->second;
}

void World::at(uint64_t time, std::function<void()> activity) {
  pending_.push({std::max(time, now), asked_++, step, std::move(activity)});
}

void World::run() {
  while (!pending_.empty()) {
    Pending next = pending_.top();
    pending_.pop();
    now = next.time;
    step = next.step;
    next.activity();
  }
}

void World::emit(Host& host, Event event) {
  event.computer = host.computer;
  event.sized_nulls = true;
  if (event.time == 0) event.time = now;
  uint64_t order = event.time;
  event.time += static_cast<uint64_t>(host.clock_error);
  host.logs[event.channel].kept.push_back({std::move(event), step, order, false});
}

void World::clear(Host& host, const std::string& channel) {
  Log& log = host.logs[channel];
  log.cleared_records += log.kept.size();
  log.kept.clear();
  log.cleared = true;
}

Field text(std::string name, std::string_view value) {
  return {std::move(name), string_value(value, true)};
}
Field bare(std::string name, std::string_view value) {
  return {std::move(name), string_value(value)};
}
Field sid(std::string name, std::string_view value) {
  return {std::move(name), sid_value(value)};
}
Field hex64(std::string name, uint64_t value) {
  return {std::move(name), hex64_value(value)};
}
Field hex32(std::string name, uint32_t value) {
  return {std::move(name), hex32_value(value)};
}
Field u32(std::string name, uint32_t value) {
  return {std::move(name), int_value(kUInt32, value)};
}
Field u16(std::string name, uint16_t value) {
  return {std::move(name), int_value(kUInt16, value)};
}
Field pointer(std::string name, uint64_t value) {
  return {std::move(name), hex64_value(value), kSize};
}
Field guid(std::string name, std::string_view value) {
  return {std::move(name), guid_value(value)};
}
Field truth(std::string name, bool value) {
  return {std::move(name), bool_value(value)};
}
Field filetime(std::string name, uint64_t ticks) {
  return {std::move(name), filetime_value(ticks)};
}

}  // namespace sil::harbor
