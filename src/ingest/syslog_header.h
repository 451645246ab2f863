// The header of a line of syslog: RFC 5424, RFC 3164 and what relays and devices make of it (docs/formats/syslog.md).
// Lifetime: views of the line. Thread rule: pure.
#pragma once

#include <string_view>

#include "ingest/line_time.h"

namespace sil::ingest {

// What dates a line without a year: a year, and a day in it (month * 32 + day). 0 = not known.
struct YearInForce {
  int64_t year = 0;
  unsigned near = 0;
};

struct SyslogHeader {
  int priority = -1;  // facility * 8 + severity, -1 = not stated
  std::string_view priority_text;
  Timestamp time;
  bool timed = false;         // a time stands in the line, known or not
  std::string_view sequence;  // a number before the time, as Cisco IOS writes it: the last one where there are two
  std::string_view host, program, pid, msgid, structured;
  std::string_view clock_mark;  // Cisco, before the time: "*" the clock was never set, "." it has lost its source
  std::string_view zone_name;   // Cisco, behind the time: "EDT"; free text of the device, and no offset
  std::string_view after_time;  // everything behind the time
  std::string_view after_host;  // everything behind the host
  std::string_view message;
};
// False: no header (the whole line is then `message`).
bool parse_syslog_header(std::string_view line, const YearInForce& year, SyslogHeader* header);

}  // namespace sil::ingest
