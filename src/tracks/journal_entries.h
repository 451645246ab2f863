// What entries of a systemd journal say about themselves (docs/formats/journal.md): numbers that count on, the clock of
// a boot that never goes back, and a hash over all of an entry's fields. Read of journal files, exports and JSON alike,
// from `__CURSOR` or from `__SEQNUM` and `__SEQNUM_ID`.
//
// Thread rule: values; one watcher a worker. Memory: bounded by kRunsKept (serials.h) and kListedEntries a source.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tracks/field_finder.h"
#include "tracks/notes.h"

namespace sil::tracks {

constexpr size_t kListedEntries = 64;

struct JournalPoint {
  uint64_t number = 0;     // __SEQNUM
  uint64_t monotonic = 0;  // microseconds since the boot
  uint64_t realtime = 0;   // microseconds since 1970
  uint32_t boot = 0;       // index into names
  Span where;
};
struct JournalRun {       // entries whose numbers follow on
  uint32_t sequence = 0;  // index into names: the id of the sequence
  JournalPoint first, last;
};
struct JournalStep {  // a later number with an earlier clock, in one boot
  JournalPoint before, after;
};
struct JournalMismatch {
  Span where;
  uint64_t ticks = 0;
  std::string expected, found;  // of its hash, or of its times
  bool times = false;
};

struct JournalFacts {
  std::vector<std::string> names;
  std::vector<JournalRun> runs;
  std::vector<JournalStep> back;
  std::vector<JournalMismatch> mismatches;
  uint64_t hashed = 0, differing = 0;  // entries whose hash could be compared; of these: is another
  bool people = false;                 // entries of accounts of people: users' own journals are among them
  bool crowded = false;                // more than is kept: nothing can be said of numbers
  void add(const JournalPoint& point, std::string_view sequence, std::string_view boot);
  void append(JournalFacts next);  // what follows in the source

 private:
  uint32_t name(std::string_view text);
};

class JournalWatcher {
 public:
  void add(const Event& event, JournalFacts* out);

 private:
  static void compare(const Event& event, uint64_t stated, JournalFacts* out);
  FieldFinder cursor_{"__CURSOR"}, number_{"__SEQNUM"}, sequence_{"__SEQNUM_ID"}, boot_{"_BOOT_ID", "__BOOT_ID"},
      monotonic_{"__MONOTONIC_TIMESTAMP"}, realtime_{"__REALTIME_TIMESTAMP"}, uid_{"_UID"};
};

}  // namespace sil::tracks
