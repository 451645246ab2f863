#include "tracks/sightings.h"

#include <algorithm>
#include <utility>

#include "bytes/text.h"

namespace sil::tracks {
namespace {

uint64_t hash_of(std::string_view a, std::string_view b) {
  uint64_t hash = 0xcbf29ce484222325;
  auto mix = [&](std::string_view text) {
    for (char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
    hash = (hash ^ 0xff) * 0x100000001b3;
  };
  mix(a);
  mix(b);
  return hash == 0 ? 1 : hash;
}

// IPv4 in IPv6 clothes is the same client.
std::string address(std::string text) {
  text = folded(text);
  return text.starts_with("::ffff:") && text.find('.') != std::string::npos ? text.substr(7) : text;
}

bool is_address(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF.:") == std::string_view::npos &&
         text.find_first_of(".:") != std::string_view::npos;
}

// Services whose sessions a host logs, where it logs them.
bool logged_on_to(std::string_view port) {
  constexpr std::string_view kPorts[] = {"22", "139", "445", "3389", "5985", "5986"};
  return std::find(std::begin(kPorts), std::end(kPorts), port) != std::end(kPorts);
}

std::string_view word_behind(std::string_view text, std::string_view mark) {
  size_t at = text.rfind(mark);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + mark.size());
  return text.substr(0, text.find_first_of(" \n"));
}

void keep(Sighting sighting, Sightings* out) {
  if (out->all.size() < kSightings)
    out->all.push_back(std::move(sighting));
  else
    out->crowded = true;
}

}  // namespace

const char* seen_by_name(SeenBy by) {
  constexpr const char* kNames[] = {"network", "Security log", "system log", "journal", "login records"};
  return kNames[static_cast<size_t>(by)];
}

uint32_t Sightings::name(std::string_view text) {
  auto found = std::find(names.rbegin(), names.rend(), text);
  if (found != names.rend()) return static_cast<uint32_t>(names.rend() - found - 1);
  names.emplace_back(text);
  return static_cast<uint32_t>(names.size() - 1);
}

void Sightings::append(Sightings next) {
  crowded = crowded || next.crowded;
  std::vector<uint32_t> places;
  for (const std::string& one : next.names) places.push_back(name(one));
  for (Sighting& one : next.all) {
    one.place = places[one.place];
    if (all.size() == kSightings) {
      crowded = true;
      return;
    }
    all.push_back(std::move(one));
  }
}

std::string SightingMaker::text(FieldFinder& field, const Event& event) {
  std::string out;
  append_text(field.in(event), &out);
  return out;
}

void SightingMaker::network(const Event& event, Sightings* out) {
  const std::string port = text(to_port_, event);
  if (!logged_on_to(port)) return;
  const std::string state = text(state_, event), back = text(back_, event);
  const bool refused = state == "S0" || state == "REJ" || state == "RSTOS0" || state == "RSTRH" || state == "SH" ||
                       state == "SHR" || state == "OTH";
  if (refused || back.empty() || back == "0" || back == "-") return;
  const std::string from = address(text(from_, event));
  Sighting one;
  one.ticks = event.time.ticks;
  one.where = event.where;
  one.from = hash_of(from, text(from_port_, event));
  one.place = out->name(address(text(to_, event)) + " port " + port);
  one.about = from;
  keep(std::move(one), out);
}

void SightingMaker::logon(const Event& event, Sightings* out) {
  const std::string from = event.text("IpAddress"), port = event.text("IpPort");
  if (!is_address(from) || port.empty() || port == "0" || port == "-") return;
  Sighting one;
  one.by = SeenBy::kSecurity;
  one.login = event.kind->event_id == 4624;
  one.ticks = event.time.ticks;
  one.where = event.where;
  one.from = hash_of(address(from), port);
  one.place = out->name(event.text("Computer"));
  one.about = event.text("TargetUserName") + " from " + address(from);
  keep(std::move(one), out);
}

void SightingMaker::sshd(const Event& event, Sightings* out) {
  const std::string message = text(message_, event);
  const std::string_view from = word_behind(message, " from "), port = word_behind(message, " port ");
  if (!is_address(from) || port.empty()) return;
  Sighting one;
  one.by = event.kind->schema == "journald" ? SeenBy::kSshJournal : SeenBy::kSshLines;
  one.login = message.starts_with("Accepted ");
  one.ticks = event.time.ticks;
  one.where = event.where;
  const std::string client = address(std::string(from));
  one.from = hash_of(client, port);
  std::string_view user;
  if (one.login) user = word_behind(std::string_view(message).substr(0, message.rfind(" from ")), " for ");
  one.who = hash_of(user, client);
  one.about = std::string(user) + " from " + client;
  one.place = out->name(text(host_, event));
  keep(std::move(one), out);
}

void SightingMaker::login_record(const Event& event, Sightings* out) {
  if (text(type_, event) != "USER_PROCESS") return;
  const std::string client = address(text(client_, event)), user = text(user_, event);
  if (!is_address(client)) return;
  Sighting one;
  one.by = SeenBy::kLoginRecords;
  one.login = true;
  one.ticks = event.time.ticks;
  one.where = event.where;
  one.who = hash_of(user, client);
  one.about = user + " from " + client;
  one.place = out->name("");  // they name no host: the source's is taken
  keep(std::move(one), out);
}

}  // namespace sil::tracks
