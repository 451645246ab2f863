// Five days of ordinary work at Nordhafen Terminal, Monday to Friday: people, machines, services, backups,
// and two administrators whose daily verbs are the very ones an intruder uses.
#pragma once

#include "evtx_writer/harbor_events.h"

namespace sil::harbor {

constexpr unsigned kDays = 5;
uint64_t first_midnight();  // Monday 2024-03-11 00:00 local time (UTC+1)

void plan_ordinary_work(World& world);
// Runs a command line in a session as cmd.exe or PowerShell would: the process and its end some seconds
// later.
Process command(World& world, Host& host, const Session& session, const Process& shell, const std::string& line,
                uint64_t lasts = 2 * kSecond, const std::string& directory = "C:\\Windows\\system32\\");
Process desktop(World& world, Host& host, const Session& session);  // userinit, explorer; returns explorer

}  // namespace sil::harbor
