// Serials of the Linux audit log (docs/formats/auditd.md): one kernel counter a boot, so what is missing in it was
// counted and is not there. Kept as runs of consecutive numbers, in file order.
//
// Thread rule: values. Memory: bounded by kRunsKept a source.
#pragma once

#include <cstdint>
#include <vector>

#include "tracks/notes.h"

namespace sil::tracks {

constexpr size_t kRunsKept = 1 << 14;

struct SerialRun {
  Moment first, last;  // `record_id` is the serial
  // Does it lie inside the run, or follow on and become its end?
  bool takes(const Moment& now);
};

struct Serials {
  std::vector<SerialRun> runs;
  bool crowded = false;  // more runs than are kept: nothing can be said
  void add(const Moment& now);
  void append(Serials next);  // what follows in the file
};

// What the daemon and the kernel say about auditing itself: its type ("DAEMON_END", "CONFIG_CHANGE", "SYSTEM_BOOT",
// "SYSTEM_SHUTDOWN"), empty for all else. Kernel serials are those of all but DAEMON_*.
std::string_view audit_state(const Layout& layout);

}  // namespace sil::tracks
