#include "evtx_writer/harbor_incident.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <memory>

#include "bytes/json_writer.h"
#include "bytes/text.h"
#include "evtx_writer/harbor_routine.h"

namespace sil::harbor {
namespace {

// The script's own names: sessions it opened, processes it started.
struct Stage {
  struct Desk {
    Host* host = nullptr;
    Session session;
    Process explorer;
  };
  std::map<std::string, Desk> desks;
  std::map<std::string, Process> processes;
  std::map<std::string, std::string> desk_of;  // process -> desk
};

struct Line {
  std::vector<std::string> words;  // of the part before the first " | "
  std::vector<std::string> parts;  // the parts behind it
  unsigned number = 0;
};

std::string with_pids(const Stage& stage, std::string in) {
  for (size_t at = 0; (at = in.find("{pid:", at)) != std::string::npos;) {
    size_t end = in.find('}', at);
    auto found = stage.processes.find(in.substr(at + 5, end - at - 5));
    std::string pid = found == stage.processes.end() ? "?" : std::to_string(found->second.pid);
    in.replace(at, end - at + 1, pid);
  }
  return in;
}

uint16_t number16(const std::string& text) {
  uint16_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

class Player {
 public:
  Player(World& world, std::shared_ptr<Stage> stage) : world_(world), stage_(std::move(stage)) {}

  // false: no such verb or too few words.
  bool play(const Line& line) {
    using Verb = bool (Player::*)(const Line&);
    static const std::map<std::string, std::pair<Verb, size_t>> kVerbs = {
        {"kerberos", {&Player::kerberos_line, 3}},
        {"rdp", {&Player::rdp_line, 6}},
        {"disconnect", {&Player::leave_line, 2}},
        {"leave", {&Player::leave_line, 2}},
        {"reconnect", {&Player::leave_line, 2}},
        {"type", {&Player::type_line, 2}},
        {"shell", {&Player::shell_line, 4}},
        {"script", {&Player::script_line, 2}},
        {"cmdlet", {&Player::cmdlet_line, 3}},
        {"file", {&Player::trace_line, 2}},
        {"value", {&Player::trace_line, 2}},
        {"key", {&Player::trace_line, 2}},
        {"connect", {&Player::trace_line, 2}},
        {"load", {&Player::trace_line, 2}},
        {"network", {&Player::network_line, 5}},
        {"share", {&Player::share_line, 2}},
        {"remote", {&Player::remote_line, 4}},
        {"provider", {&Player::host_line, 2}},
        {"service", {&Player::host_line, 2}},
        {"classic", {&Player::classic_line, 2}},
        {"clear", {&Player::clear_line, 2}},
        {"clock", {&Player::clock_line, 2}},
        {"hide", {&Player::hide_line, 4}},
        {"end", {&Player::end_line, 2}},
        {"credentials", {&Player::credentials_line, 4}}};
    auto found = kVerbs.find(line.words[0]);
    if (found == kVerbs.end() || line.words.size() < found->second.second) return false;
    return (this->*found->second.first)(line);
  }

 private:
  Stage::Desk& desk(const std::string& name) { return stage_->desks[name]; }
  Process& process(const std::string& name) { return stage_->processes[name]; }
  Stage::Desk& desk_of(const std::string& name) { return desk(stage_->desk_of[name]); }
  std::string part(const Line& line, size_t i) const {
    return i < line.parts.size() ? with_pids(*stage_, line.parts[i]) : "";
  }

  bool kerberos_line(const Line& line) {  // kerberos ACCOUNT ADDRESS
    kerberos(world_, world_.host("NH-DC01"), world_.account(line.words[1]), line.words[2]);
    return true;
  }
  bool rdp_line(const Line& line) {  // rdp DESK HOST ACCOUNT ADDRESS STATION
    Stage::Desk& out = desk(line.words[1]);
    out.host = &world_.host(line.words[2]);
    const Account& who = world_.account(line.words[3]);
    ntlm_check(world_, world_.host("NH-DC01"), who, line.words[5]);
    out.session = rdp(world_, *out.host, who, line.words[4], line.words[5]);
    out.explorer = desktop(world_, *out.host, out.session);
    return true;
  }
  bool leave_line(const Line& line) {  // disconnect|reconnect|leave DESK
    Stage::Desk& at = desk(line.words[1]);
    if (at.host == nullptr) return false;
    if (line.words[0] == "disconnect")
      rdp_disconnect(world_, *at.host, at.session);
    else if (line.words[0] == "reconnect")
      rdp_reconnect(world_, *at.host, at.session);
    else
      rdp_logoff(world_, *at.host, at.session);
    return true;
  }
  bool shell_line(const Line& line) {  // shell NAME DESK cmd|powershell
    Stage::Desk& at = desk(line.words[2]);
    if (at.host == nullptr) return false;
    bool power = line.words[3] == "powershell";
    const char* image =
        power ? "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe" : "C:\\Windows\\System32\\cmd.exe";
    process(line.words[1]) = start(world_, *at.host, at.session, at.explorer, image, fmt::format("\"{}\" ", image),
                                   "C:\\Users\\" + at.session.account->name + "\\");
    stage_->desk_of[line.words[1]] = line.words[2];
    if (power) powershell_start(world_, *at.host, process(line.words[1]));
    return true;
  }
  bool type_line(const Line& line) {  // type SHELL [NAME] | COMMAND LINE
    Stage::Desk& at = desk_of(line.words[1]);
    if (at.host == nullptr || line.parts.empty()) return false;
    Process ran = command(world_, *at.host, at.session, process(line.words[1]), part(line, 0), 3 * kSecond,
                          "C:\\Users\\" + at.session.account->name + "\\");
    if (line.words.size() > 2) {
      process(line.words[2]) = ran;
      stage_->desk_of[line.words[2]] = stage_->desk_of[line.words[1]];
    }
    return true;
  }
  bool script_line(const Line& line) {  // script SHELL | TEXT
    script_block(world_, *desk_of(line.words[1]).host, process(line.words[1]), part(line, 0));
    return true;
  }
  bool cmdlet_line(const Line& line) {  // cmdlet SHELL NAME | PAYLOAD
    cmdlet(world_, *desk_of(line.words[1]).host, process(line.words[1]), line.words[2], part(line, 0) + "\r\n");
    return true;
  }
  bool trace_line(const Line& line) {  // file|value|key|connect|load PROCESS | ..
    Stage::Desk& at = desk_of(line.words[1]);
    if (at.host == nullptr || line.parts.empty()) return false;
    Process by = process(line.words[1]);
    const std::string& verb = line.words[0];
    if (verb == "file") file_created(world_, *at.host, by, part(line, 0));
    if (verb == "value") registry_value(world_, *at.host, by, part(line, 0), part(line, 1));
    if (verb == "key") registry_key(world_, *at.host, by, part(line, 0), part(line, 1));
    if (verb == "load") image_load(world_, *at.host, by, part(line, 0));
    if (verb == "connect") {  // SOURCE:PORT | TARGET:PORT; the process `svchost` is the host's own
      std::vector<std::string> source = split(part(line, 0), ":");
      std::vector<std::string> target = split(part(line, 1), ":");
      connection(world_, *at.host, line.words.size() > 2 ? at.host->svchost : by, source[0] == at.host->address,
                 source[0], number16(source[1]), target[0], number16(target[1]));
    }
    return true;
  }
  bool network_line(const Line& line) {  // network DESK HOST ACCOUNT ADDRESS
    Stage::Desk& out = desk(line.words[1]);
    out.host = &world_.host(line.words[2]);
    const Account& who = world_.account(line.words[3]);
    service_ticket(world_, world_.host("NH-DC01"), who, line.words[4], line.words[2] + "$", out.host->machine.sid);
    out.session = logon(world_, *out.host, {&who, 3, line.words[4], "-", false, 0});
    return true;
  }
  bool share_line(const Line& line) {  // share DESK | \\*\C$ | \??\C:\ .
    Stage::Desk& at = desk(line.words[1]);
    share_access(world_, *at.host, at.session, part(line, 0), part(line, 1), 1);
    return true;
  }
  bool remote_line(const Line& line) {  // remote DESK NAME PARENT|wmi | COMMAND LINE
    Stage::Desk& at = desk(line.words[1]);
    if (at.host == nullptr) return false;
    Process parent = line.words[3] == "wmi" ? at.host->wmi_host : process(line.words[3]);
    process(line.words[2]) = command(world_, *at.host, at.session, parent, part(line, 0), 40 * kSecond);
    stage_->desk_of[line.words[2]] = line.words[1];
    return true;
  }
  bool host_line(const Line& line) {  // provider|service HOST | ..
    Host& host = world_.host(line.words[1]);
    if (line.words[0] == "provider")
      wmi_provider(world_, host, part(line, 0), part(line, 1));
    else
      service_state(world_, host, part(line, 0), part(line, 1), part(line, 2));
    return true;
  }
  bool classic_line(const Line& line) {  // classic HOST | CHANNEL | PROVIDER | ID | TASK | DATA..
    std::vector<std::string> data;
    for (size_t i = 4; i < line.parts.size(); ++i) data.push_back(part(line, i));
    classic(world_, world_.host(line.words[1]), part(line, 0), part(line, 1), number16(part(line, 2)), 0,
            number16(part(line, 3)), data);
    return true;
  }
  bool clear_line(const Line& line) {  // clear DESK | CHANNEL
    Stage::Desk& at = desk(line.words[1]);
    world_.clear(*at.host, part(line, 0));
    cleared_event(world_, *at.host, part(line, 0), at.session);
    return true;
  }
  // clock SHELL | TIME or "home": typed at the prompt, so that no program is started for it.
  bool clock_line(const Line& line) {
    Stage::Desk& at = desk_of(line.words[1]);
    if (at.host == nullptr || line.parts.empty()) return false;
    Dice kept = world_.dice;  // what all others do stays as it was without this
    bool home = part(line, 0) == "home";
    clock_set(world_, *at.host, at.session, process(line.words[1]), home ? world_.now : ticks_from(part(line, 0)));
    world_.dice = kept;
    return true;
  }
  // hide HOST ACCOUNT ADDRESS: a logon over the network whose record is removed from the file later.
  bool hide_line(const Line& line) {
    Dice kept = world_.dice;
    Host& host = world_.host(line.words[1]);
    logon(world_, host, {&world_.account(line.words[2]), 3, line.words[3], "-", false, 0});
    world_.dice = kept;
    auto& records = host.logs["Security"].kept;
    for (size_t i = records.size(); i-- > 0;) {
      if (records[i].event.event_id != 4624) continue;
      records[i].taken_out = true;
      return true;
    }
    return false;
  }
  bool end_line(const Line& line) {  // end PROCESS
    stop(world_, *desk_of(line.words[1]).host, process(line.words[1]));
    return true;
  }
  bool credentials_line(const Line& line) {  // credentials DESK ACCOUNT SERVER PROCESS
    Stage::Desk& at = desk(line.words[1]);
    explicit_credentials(world_, *at.host, at.session, world_.account(line.words[2]), line.words[3],
                         line.words.size() > 4 ? process(line.words[4]) : at.explorer);
    return true;
  }

  World& world_;
  std::shared_ptr<Stage> stage_;
};

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out;
  for (const std::string& word : split(text, " "))
    if (!word.empty()) out.push_back(word);
  return out;
}

bool holds(const Event& event, const std::string& needle) {
  std::u16string units = to_utf16(needle);
  std::vector<uint8_t> bytes;
  for (char16_t unit : units) {
    bytes.push_back(static_cast<uint8_t>(unit));
    bytes.push_back(static_cast<uint8_t>(unit >> 8));
  }
  return std::any_of(event.fields.begin(), event.fields.end(), [&bytes](const Field& field) {
    const auto& value = field.value.bytes;
    return std::search(value.begin(), value.end(), bytes.begin(), bytes.end()) != value.end();
  });
}

// `show HOST | CHANNEL | ID | TEXT | NAME, NAME`
bool parse_show(const Line& line, Step* step) {
  if (line.words.size() != 2 || line.parts.size() != 4) return false;
  step->shown.push_back(
      {line.words[1], line.parts[0], number16(line.parts[1]), line.parts[2], split(line.parts[3], ", ")});
  return true;
}

}  // namespace

bool plan_incident(World& world, const std::string& path, std::vector<Step>* steps, std::string* problem) {
  std::ifstream in(path);
  auto stage = std::make_shared<Stage>();
  auto player = std::make_shared<Player>(world, stage);
  uint64_t time = 0;
  unsigned number = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    if (text.empty() || text[0] == '#') continue;
    Line line;
    line.parts = split(text, " | ");
    line.words = words_of(line.parts[0]);
    line.parts.erase(line.parts.begin());
    line.number = number;
    bool good = !line.words.empty();
    if (good && line.words[0] == "step") {
      good = line.words.size() == 2 && line.parts.size() == 3;
      if (good) steps->push_back({line.words[1], line.parts[1], line.parts[2], ticks_from(line.parts[0]), {}});
      bool exact = good && line.parts[0].ends_with('!');  // draws nothing: what was there before stays as it was
      if (good) time = std::max(steps->back().time + (exact ? 0 : world.dice.below(kSecond)), time + 2 * kSecond);
    } else if (good && line.words[0] == "show") {
      good = !steps->empty() && parse_show(line, &steps->back());
    } else if (good && line.words[0] == "wait") {
      time += uint64_t{number16(line.words.at(1))} * kSecond;
    } else if (good) {
      if (line.words[0] == "type") time += world.dice.between(4, 24) * kSecond;  // a human hand
      std::string step = steps->empty() ? "" : steps->back().id;
      world.at(time, [&world, player, line, step, problem] {
        world.step = step;
        if (!player->play(line) && problem->empty())
          *problem = fmt::format("incident line {}: not understood", line.number);
        world.step.clear();
      });
      time += kSecond / 4;
    }
    if (!good) {
      *problem = fmt::format("{}:{}: not understood", path, number);
      return false;
    }
  }
  if (steps->empty()) *problem = path + ": no steps";
  return !steps->empty();
}

bool write_expected(const World& world, const std::vector<Step>& steps, std::string* json, std::string* table,
                    std::string* problem) {
  JsonWriter out(json);
  out.begin_object().field("story", "examples/harbor").key("steps").begin_array();
  for (const Step& step : steps) {
    for (const Shown& shown : step.shown) {
      const Event* found = nullptr;
      const Log& log = world.hosts.at(shown.host)->logs.at(shown.channel);
      for (const Kept& kept : log.kept)
        if (found == nullptr && kept.step == step.id && kept.event.event_id == shown.event_id &&
            holds(kept.event, shown.holds))
          found = &kept.event;
      if (found == nullptr) {
        *problem = fmt::format("step {}: no event {} in {} of {} holds \"{}\"", step.id, shown.event_id, shown.channel,
                               shown.host, shown.holds);
        return false;
      }
      std::string stamp = utc_text(found->time);
      stamp[10] = 'T';
      *json += "\n";
      out.begin_object().field("step", step.id).field("title", step.title).field("techniques", step.techniques);
      out.field("time", stamp + "Z").field("host", shown.host).field("channel", shown.channel);
      out.key("event_id").number(uint32_t{shown.event_id}).key("record_id").number(found->record_id);
      out.key("names").begin_array();
      for (const std::string& name : shown.names) out.string(name);
      out.end_array().end_object();
      *table += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", step.id, stamp.substr(5, 14), shown.host,
                            shown.channel, shown.event_id, found->record_id, fmt::join(shown.names, ", "));
    }
  }
  out.end_array().end_object();
  *json += "\n";
  return true;
}

std::string incident_records(const World& world) {
  std::string json;
  JsonWriter out(&json);
  out.begin_object().field("story", "examples/harbor").key("incident").begin_array();
  for (const auto& [name, host] : world.hosts) {
    for (const auto& [channel, log] : host->logs) {
      std::map<std::string, std::vector<uint64_t>> by_step;
      for (const Kept& kept : log.kept)
        if (!kept.step.empty()) by_step[kept.step].push_back(kept.event.record_id);
      for (const auto& [step, ids] : by_step) {
        json += "\n";
        out.begin_object().field("host", name).field("channel", channel).field("step", step);
        out.key("records").begin_array();
        for (uint64_t id : ids) out.number(id);
        out.end_array().end_object();
      }
    }
  }
  out.end_array().end_object();
  return json + "\n";
}

}  // namespace sil::harbor
