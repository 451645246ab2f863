// Every log of lines: one constant a format, defined in its own file, listed in ingest/registry.cc.
#pragma once

#include "ingest/line_reader.h"
#include "ingest/syslog_header.h"

namespace sil::ingest {

extern const LineFormat kSyslogLines;                                               // syslog_lines.cc
extern const LineFormat kFortigateLines, kPanosLines, kCiscoLines;                  // NAME_lines.cc each
extern const LineFormat kCefLines, kLeefLines, kCheckpointLines, kIvantiLines;      //
extern const LineFormat kFilterlogLines, kHaproxyLines, kSquidLines, kAccessLines;  //
extern const LineFormat kErrorLogLines, kW3cLines, kZeekLines, kNfdumpLines;        //
extern const LineFormat kTextLines;                                                 // text_lines.cc

}  // namespace sil::ingest
