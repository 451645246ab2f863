// Sessions and logins as different logs saw them: the network's sensors, a host's Security log, sshd's lines in the
// system log and in the journal, login records. What one saw and another, which sees the like at other times, did not
// is a sign (W3, L5).
//
// Thread rule: values. Memory: kSightings a source; beyond that the source is no longer a witness.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"
#include "tracks/field_finder.h"

namespace sil::tracks {

enum class SeenBy : uint8_t { kNetwork, kSecurity, kSshLines, kSshJournal, kLoginRecords };
const char* seen_by_name(SeenBy by);

struct Sighting {
  SeenBy by = SeenBy::kNetwork;
  bool login = false;  // someone got in; else only a contact
  uint32_t place = 0;  // index into names: the host of a log, "10.0.0.5 port 445" of the network
  uint64_t ticks = 0;
  uint64_t from = 0;  // hash of the client's address and port; 0 = not known
  uint64_t who = 0;   // hash of the account and the client's address
  Span where;
  std::string about;  // "anna from 10.0.0.7"
};

constexpr size_t kSightings = 1 << 17;

struct Sightings {
  std::vector<Sighting> all;
  std::vector<std::string> names;
  bool crowded = false;
  uint32_t name(std::string_view text);  // its index
  void append(Sightings next);
};

class SightingMaker {  // one a worker
 public:
  void network(const Event& event, Sightings* out);  // Zeek conn, Suricata flow: sessions to services people log on to
  void logon(const Event& event, Sightings* out);    // 4624, 4625
  void sshd(const Event& event, Sightings* out);     // a line of sshd
  void login_record(const Event& event, Sightings* out);

 private:
  std::string text(FieldFinder& field, const Event& event);
  FieldFinder from_{"id.orig_h", "id_orig_h", "src_ip"}, from_port_{"id.orig_p", "id_orig_p", "src_port"},
      to_{"id.resp_h", "id_resp_h", "dest_ip"}, to_port_{"id.resp_p", "id_resp_p", "dest_port"},
      back_{"resp_bytes", "flow.bytes_toclient"}, state_{"conn_state"}, message_{"message", "MESSAGE"},
      host_{"host", "_HOSTNAME"}, type_{"type"}, user_{"user"}, client_{"src_ip", "host"};
};

}  // namespace sil::tracks
