// Numbers that a source gives its lines before they are sent: RFC 5424 `meta sequenceId`, the sequence numbers of Cisco
// IOS, `seqno` of PAN-OS. What is missing among them was counted and did not arrive, or was taken out afterwards.
//
// Thread rule: values; one numberer a worker. Memory: bounded by kRunsKept (serials.h) and kKeys a source.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tracks/field_finder.h"
#include "tracks/notes.h"
#include "tracks/serials.h"

namespace sil::tracks {

struct NumberedRun : SerialRun {  // lines of one counter whose numbers follow on
  uint32_t key = 0;               // index into keys
};
struct LineNumbers {
  std::vector<std::string> keys;  // whose counter: "rtr1", "PA-HQ TRAFFIC"
  std::vector<NumberedRun> runs;
  bool crowded = false;  // more than is kept: nothing can be said
  void add(std::string_view key, const Moment& now);
  void append(LineNumbers next);  // what follows in the source

 private:
  uint32_t key(std::string_view text);
};

class LineNumberer {
 public:
  static bool numbered(const LogKind& kind);  // of a schema whose lines may have numbers
  void add(const Event& event, LineNumbers* out);

 private:
  FieldFinder structured_{"structured"}, sequence_{"sequence"}, seqno_{"seqno"}, type_{"type"}, host_{"host"},
      device_{"device_name"};
};

}  // namespace sil::tracks
