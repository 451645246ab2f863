// What is kept of events: a note for each event that a detector may speak about, the processes and logons that tell who
// acted, and each channel's rhythm in time. Everything else passes by.
//
// Thread rule: note_event is a pure function of its arguments. Lifetime: notes own their text.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "model/event.h"

namespace sil::tracks {

enum class Interest : uint8_t {
  kNone,
  kCleared,       // Security 1102, System 104 of the event log service
  kLandmark,      // start, stop, sleep, service control: System and Security events that explain silence and clocks
  kClock,         // Security 4616, Kernel-General 1
  kAuditPolicy,   // 4719, 4912, 4906, 4902, 4885, 4907
  kRegistry,      // Sysmon 12-14, 4657: keys that decide what is logged
  kProcess,       // Sysmon 1, 4688: processes whose command line speaks of logs; all others: processes.h
  kSysmonState,   // Sysmon 4, 16, 255
  kFileTime,      // Sysmon 2
  kLogon,         // 4624
  kCmdlet,        // PowerShell 4103: cmdlets about the services of the event log
  kLinuxCommand,  // Linux audit: programs that can remove logs or stop what writes them
  kLogDaemon,     // what writes the system log and the journal, about itself: started, stopped, lines dropped
  kHostState,     // a Linux host boots, or goes down
  kDevice,        // network devices about their own logs, and who logged in there (device_notes.h)
  kAudit,         // Linux audit: what the daemon and the kernel say about auditing itself (serials.h)
};

struct Note {
  Interest interest = Interest::kNone;
  bool telling = true;  // false: kept only to say who acted
  uint32_t source = 0;
  Timestamp time;
  std::string host, channel, provider;
  uint32_t event_id = 0;
  uint64_t record_id = 0;
  std::vector<std::pair<std::string, std::string>> fields;              // as named in the log
  Citation citation;                                                    // only where telling
  Span where;                                                           // the (first) record
  [[nodiscard]] const std::string& field(std::string_view name) const;  // "" when absent
};

struct Moment {
  uint64_t ticks = 0, record_id = 0;
  Span where;
};
struct Step {
  Moment before, after;
};
constexpr uint64_t kStepBack = 60 * kTicksPerSecond;  // smaller ones are jitter
constexpr uint64_t kGap = 600 * kTicksPerSecond;
constexpr size_t kGapsKept = 256;  // the longest of a piece

struct Rhythm {  // of one event log file, in file order
  Moment first, last;
  std::vector<Step> back;                            // the time of a later record is earlier
  std::vector<Step> gaps;                            // nothing for kGap or longer
  std::vector<std::pair<uint64_t, uint32_t>> hours;  // hour since 1601, events in it; unordered where clocks jump
  void add(const Event& event) {
    Moment now{event.time.ticks, event.record_id, event.where};
    if (now.ticks == 0) return;
    if (first.ticks == 0)
      first = now;
    else
      compare(last, now);
    last = now;
    uint64_t hour = now.ticks / (3600 * kTicksPerSecond);
    if (hours.empty() || hours.back().first != hour) hours.emplace_back(hour, 0);
    ++hours.back().second;
  }
  void append(Rhythm next);  // what follows in the file

 private:
  void compare(const Moment& before, const Moment& after) {
    if (after.ticks + kStepBack < before.ticks) {
      if (after.record_id > before.record_id) back.push_back({before, after});
    } else if (after.ticks > before.ticks + kGap) {
      gap(before, after);
    }
  }
  void gap(const Moment& before, const Moment& after);
};

constexpr size_t kTextKept = 400;  // bytes of a field; the citation leads to the whole
// Cuts what stands from `begin` on to kTextKept bytes, between characters.
void clip_text(size_t begin, std::string* text);
uint8_t interest_in(const LogKind& kind);  // of Interest
// What an audit event says about auditing itself; `state` is of audit_state().
Note note_audit(const Event& event, std::string_view state, const std::function<Citation(const Event&)>& cite);
// What a log daemon says of itself.
Note note_daemon(const Event& event, std::string host, std::string program, std::string message,
                 const std::function<Citation(const Event&)>& cite);
// Programs whose arguments speak of logs; false: nothing to note.
bool note_command(const Event& event, const std::function<Citation(const Event&)>& cite, std::vector<Note>* notes);
// A watched log that a program removed or emptied which does not write it: field `file` beside a command's.
bool note_log_file(const Event& event, const std::function<Citation(const Event&)>& cite, std::vector<Note>* notes);
void note_event(const Event& event, uint8_t interest, const std::function<Citation(const Event&)>& cite,
                std::vector<Note>* notes);

}  // namespace sil::tracks
