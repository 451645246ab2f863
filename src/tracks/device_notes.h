// What firewalls, gateways and routers say about their own logs (docs/formats/devices.md): commands and settings that
// clear logs or end logging, and logins that tell from where their account came.
//
// Facts: Cisco ASA syslog messages (111008, 111010, 605005), IOS system messages (PARSER, SYS, SEC_LOGIN), NX-OS
// accounting; FortiOS log message reference (32001, 32028, 32029, 32044, 44546, 44547); PAN-OS field descriptions of
// system and config logs; Ivanti's ADM20599. The wording of PAN-OS, pfSense and of Ivanti's other messages is matched
// by words. Thread rule: one a worker.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tracks/field_finder.h"
#include "tracks/notes.h"

namespace sil::tracks {

class DeviceNotes {
 public:
  // Does the schema ("cisco", "fortigate", ..) belong to a device?
  static bool of_device(const LogKind& kind);
  // Notes of kDevice: fields `command` (of a login `login`, empty), `user`, `src_ip`.
  void add(const Event& event, const std::function<Citation(const Event&)>& cite, std::vector<Note>* notes);
  // A line of pfSense's or OPNsense's pages in the system log.
  void add_page(const Event& event, const std::string& message, const std::function<Citation(const Event&)>& cite,
                std::vector<Note>* notes);

 private:
  struct Said {
    std::string command;  // as the device writes it
    std::string user, address;
    bool login = false, restart = false;
  };
  bool cisco(const Event& event, Said* said);
  bool fortigate(const Event& event, Said* said);
  bool panos(const Event& event, Said* said);
  bool ivanti(const Event& event, Said* said);
  static void note(const Event& event, const Said& said, const std::function<Citation(const Event&)>& cite,
                   std::vector<Note>* notes);
  FieldFinder mnemonic_{"mnemonic"}, command_{"command"}, message_{"message"}, logid_{"logid", "log_id"}, type_{"type"},
      opaque_{"opaque"}, path_{"path"}, cfgpath_{"cfgpath"}, code_{"code"}, msg_{"msg"};
};

}  // namespace sil::tracks
