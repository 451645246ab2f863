// One function for each thing that happens on a Windows host; each writes the events Windows and Sysmon write
// for it, in their channels, with their field names, types and spellings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evtx_writer/harbor_world.h"

namespace sil::harbor {

// ---- who is there (harbor_identity.cc)
// -----------------------------------------------------------------------
struct Arrival {
  const Account* account = nullptr;
  uint32_t type = 3;  // 2 3 4 5 7 10
  std::string address = "-";
  std::string workstation = "-";
  bool ntlm = false;
  uint32_t terminal = 0;
};
Session logon(World& world, Host& host, const Arrival& arrival);      // 4624, and 4672 for administrators
void logoff(World& world, Host& host, const Session& session);        // 4634, 4647 where a person logs off
void failed_logon(World& world, Host& host, const Arrival& arrival);  // 4625
void explicit_credentials(World& world, Host& host, const Session& by, const Account& as, const std::string& server,
                          const Process& process);                                          // 4648
void kerberos(World& world, Host& dc, const Account& account, const std::string& address);  // 4768
void service_ticket(World& world, Host& dc, const Account& account, const std::string& address,
                    const std::string& service, const std::string& service_sid);                  // 4769
void ntlm_check(World& world, Host& dc, const Account& account, const std::string& workstation);  // 4776
void share_access(World& world, Host& host, const Session& session, const std::string& share,
                  const std::string& local_path, uint32_t mask);  // 5140
Session rdp(World& world, Host& host, const Account& account, const std::string& address,
            const std::string& workstation);                            // 261 1149, 4624/3 4624/10 4672, 21 22, 41 42
void rdp_disconnect(World& world, Host& host, const Session& session);  // 40 24, 4779
void rdp_reconnect(World& world, Host& host, const Session& session);   // 25, 4778
void rdp_logoff(World& world, Host& host, const Session& session);      // 23, 4647 4634

// ---- what runs (harbor_process.cc)
// ---------------------------------------------------------------------------
Process start(World& world, Host& host, const Session& session, const Process& parent, const std::string& image,
              const std::string& command,
              const std::string& directory = "C:\\Windows\\system32\\");         // Sysmon 1, 4688
void stop(World& world, Host& host, const Process& process);                     // Sysmon 5
void run_for(World& world, Host& host, const Process& process, uint64_t ticks);  // stop() later
void connection(World& world, Host& host, const Process& process, bool initiated, const std::string& source,
                uint16_t source_port, const std::string& target, uint16_t target_port);        // Sysmon 3
void image_load(World& world, Host& host, const Process& process, const std::string& image);   // Sysmon 7
void file_created(World& world, Host& host, const Process& process, const std::string& file);  // Sysmon 11
void registry_key(World& world, Host& host, const Process& process, const std::string& type,
                  const std::string& target);  // Sysmon 12: CreateKey, DeleteValue ..
void registry_value(World& world, Host& host, const Process& process, const std::string& target,
                    const std::string& details);  // Sysmon 13
void dns_query(World& world, Host& host, const Process& process, const std::string& name,
               const std::string& results);                               // Sysmon 22
void powershell_start(World& world, Host& host, const Process& process);  // 40961 53504 40962, 400 600
void powershell_stop(World& world, Host& host, const Process& process);   // 403
void script_block(World& world, Host& host, const Process& process, const std::string& script);  // 4104
void cmdlet(World& world, Host& host, const Process& process, const std::string& name,
            const std::string& payload);         // 4103
std::string hashes_of(const std::string& path);  // SHA1=..,MD5=..,SHA256=..,IMPHASH=..
std::string user_of(const Session& session);     // NORDHAFEN\name

// ---- what the machine does by itself (harbor_service.cc)
// ------------------------------------------------------
void service_state(World& world, Host& host, const std::string& display, const std::string& name,
                   const std::string& state);  // 7036
void service_start_type(World& world, Host& host, const std::string& display, const std::string& name,
                        const std::string& from, const std::string& to);  // 7040
void task_run(World& world, Host& host, const std::string& task, const std::string& image, const std::string& command,
              const Account& account,
              uint64_t lasts);  // 107 129 100 200, later 201 102
void wmi_provider(World& world, Host& host, const std::string& provider, const std::string& path);     // 5857
void wmi_temporary_query(World& world, Host& host, const std::string& query, const Session& session);  // 5860
void wmi_failure(World& world, Host& host, const std::string& operation, uint32_t code);               // 5858
void esent(World& world, Host& host, uint16_t id, const std::string& process, uint32_t pid, uint16_t task,
           const std::vector<std::string>& rest);  // Application, classic Data array
void classic(World& world, Host& host, const std::string& channel, const std::string& provider, uint16_t id,
             uint16_t qualifiers, uint16_t task, const std::vector<std::string>& data,
             std::vector<uint8_t> binary = {});
void defender(World& world, Host& host, uint16_t id, const std::vector<Field>& fields);
void defender_scan(World& world, Host& host);                  // 1000, later 1001
void defender_update(World& world, Host& host, unsigned day);  // 2000, 19 43
void defender_health(World& world, Host& host, unsigned day);  // 1151
void group_policy(World& world, Host& host);                   // 1500
// Security 4616 and Kernel-General 1; from then on what the host writes bears the new time.
void clock_set(World& world, Host& host, const Session& session, const Process& process, uint64_t time);
void kernel(World& world, Host& host, uint16_t id, std::vector<Field> fields);  // Kernel-General, System
void time_sync(World& world, Host& host);                      // 37
void uptime(World& world, Host& host, uint64_t seconds);       // 6013
void reboot(World& world, Host& host, const Session& by);      // 1074 1100 6006 13, then boot()
void boot(World& world, Host& host);                           // 12 4608 4902 6009 6005 6013
void cleared_event(World& world, Host& host, const std::string& channel, const Session& by);  // 1102 or 104

}  // namespace sil::harbor
