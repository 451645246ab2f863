// The made-up port operator whose logs are examples/harbor: hosts, accounts, sessions, processes, and a clock
// that runs activities in order of time, so that logon ids, process ids and record ids grow as they do on
// Windows.
//
// Everything is drawn from one seed by our own generator: the same seed gives the same bytes on every
// machine.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "evtx_writer/writer.h"

namespace sil::harbor {

using evtx_writer::Event;
using evtx_writer::Field;
using evtx_writer::Value;

constexpr uint64_t kSecond = 10'000'000;  // FILETIME ticks
constexpr uint64_t kMinute = 60 * kSecond;
constexpr uint64_t kHour = 60 * kMinute;
constexpr uint64_t kDay = 24 * kHour;
constexpr uint64_t kEpoch = 116'444'736'000'000'000;  // 1970-01-01

class Dice {  // splitmix64; no std distribution, whose results differ between libraries
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  uint64_t next();
  uint64_t below(uint64_t limit) { return limit == 0 ? 0 : next() % limit; }
  uint64_t between(uint64_t low, uint64_t high) { return low + below(high - low + 1); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  std::string guid();

 private:
  uint64_t state_;
};

struct Account {
  std::string name, sid, domain;     // domain as Windows prints it: NORDHAFEN, NT AUTHORITY
  std::string workstation, address;  // where this person sits
  bool admin = false;
};

struct Program {  // what Sysmon says about an image, by file name
  std::string path, version, description, product, company, original;
};

struct Session {
  const Account* account = nullptr;
  uint64_t logon_id = 0;
  uint32_t terminal = 0;  // 0 = services
  uint32_t type = 0;
  uint64_t begun = 0;
  std::string address;
};

struct Process {
  uint32_t pid = 0;
  std::string guid, image, command;
  Session session;
};

struct Kept {  // an emitted event on its way to a file
  Event event;
  std::string step;       // of the incident, empty for ordinary work
  uint64_t order = 0;     // when it was written in truth: a clock that is set wrong does not change the order
  bool taken_out = false;  // the intruder removes it from the finished file
};

struct Log {
  std::vector<Kept> kept;
  uint64_t next_id = 1;
  uint64_t cleared_records = 0;  // ids spent before the last clear
  bool cleared = false;
};

struct Host {
  std::string name, computer, address, role;
  Account machine;           // NH-DC01$
  uint32_t guid_prefix = 0;  // first part of Sysmon's process guids
  uint64_t next_logon_id = 0x41000;
  uint32_t sequence = 0x100;  // of process guids
  uint32_t next_terminal = 2;
  int64_t clock_error = 0;  // ticks; set by whoever changes the clock
  std::set<uint32_t> pids;
  Process services, wininit, winlogon, wmi_host, svchost, lsass, oracle;
  std::map<std::string, Log> logs;  // by channel
};

class World {
 public:
  explicit World(uint64_t seed) : dice(seed) {}
  bool load(const std::string& folder, std::string* problem);  // accounts.txt, programs.txt

  void at(uint64_t time, std::function<void()> activity);  // activities run in order of time, then of asking
  void run();
  void emit(Host& host, Event event);                  // computer, record id and nulls are filled in
  void clear(Host& host, const std::string& channel);  // drops what is there; ids go on

  Host& host(const std::string& name) { return *hosts.at(name); }
  const Account& account(const std::string& name) const { return accounts.at(name); }
  const Program* program(const std::string& path) const;

  Dice dice;
  uint64_t now = 0;  // of the running activity
  std::string step;  // set while the incident acts
  std::map<std::string, std::unique_ptr<Host>> hosts;
  std::map<std::string, Account> accounts;
  std::map<std::string, Program> programs;  // by lower-case file name
  const std::string domain_sid = "S-1-5-21-1402838471-2911640832-3077126405";

 private:
  struct Pending {
    uint64_t time, order;
    std::string step;  // of the activity that asked: what the incident sets going is the incident's
    std::function<void()> activity;
    bool operator<(const Pending& other) const { return time != other.time ? time > other.time : order > other.order; }
  };
  std::priority_queue<Pending> pending_;
  uint64_t asked_ = 0;
};

std::string utc_text(uint64_t ticks);         // "2024-03-13 15:52:07.123", as Sysmon writes it
uint64_t ticks_from(const std::string& utc);  // "2024-03-13T15:52:07"
std::string lower(std::string text);
std::vector<std::string> split(const std::string& line, const std::string& by);

// Field makers in the spelling Windows uses.
Field text(std::string name, std::string_view value);  // NUL-terminated, as manifest providers write
Field bare(std::string name, std::string_view value);  // without NUL: classic providers
Field sid(std::string name, std::string_view value);
Field hex64(std::string name, uint64_t value);
Field hex32(std::string name, uint32_t value);
Field u32(std::string name, uint32_t value);
Field u16(std::string name, uint16_t value);
Field pointer(std::string name, uint64_t value);  // declared size_t, stored hex64
Field guid(std::string name, std::string_view value);
Field truth(std::string name, bool value);
Field filetime(std::string name, uint64_t ticks);

}  // namespace sil::harbor
