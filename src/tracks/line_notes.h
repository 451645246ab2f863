// What lines of a system log and entries of a journal say about logging itself: the log daemons, services that write
// logs, commands of sudo, cron and shells, boots and shutdowns, pages of pfSense.
//
// Thread rule: one a worker.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tracks/device_notes.h"
#include "tracks/field_finder.h"
#include "tracks/notes.h"

namespace sil::tracks {

class LineNotes {
 public:
  using Cite = std::function<Citation(const Event&)>;
  void add(const Event& event, const Cite& cite, std::vector<Note>* notes);

 private:
  enum class Speaker : uint8_t { kNobody, kDaemon, kSystemd, kLogind, kKernel, kSudo, kCron, kShell, kPage };
  static Speaker speaker_of(std::string_view program);
  void say(const Event& event, Interest interest, const Cite& cite, std::vector<Note>* notes);
  void command(const Event& event, Speaker speaker, const Cite& cite, std::vector<Note>* notes);

  FieldFinder program_{"program", "SYSLOG_IDENTIFIER"}, message_{"message", "MESSAGE"}, host_{"host", "_HOSTNAME"};
  DeviceNotes pages_;
  std::string name_, text_;  // of the line at hand
};

// A command of a Linux host that shell_deeds.h knows: fields CommandLine, `deed`, `level`. False: it is none.
bool deed_note(std::string_view command, Note* note);

}  // namespace sil::tracks
