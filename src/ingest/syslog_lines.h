// Lines of syslog, and the logs of devices that come in them: each line is offered to the format's own payload, then to
// all others (ingest/registry.cc), so that a collector's mixed file is read line by line.
#pragma once

#include "ingest/line_reader.h"
#include "ingest/syslog_header.h"

namespace sil::ingest {

// Parser for a format with a payload; null: plain syslog.
std::unique_ptr<LineParser> make_syslog_parser(LinePayload own);
std::unique_ptr<LineSplitter> make_year_splitter();

}  // namespace sil::ingest
