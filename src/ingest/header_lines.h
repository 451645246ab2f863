// Logs whose columns a header line names, which may change in the middle of the file: W3C, Zeek, CSV with a header.
#pragma once

#include <string>
#include <vector>

#include "ingest/line_reader.h"

namespace sil::ingest {

// The header lines in force where a piece begins, as they stand in the log; a parser reads them before its lines.
struct HeaderInForce {
  std::vector<std::string> lines;
};

// Remembers lines that begin with one of `marks` ('\n' between them; "" = the first line of the source).
std::unique_ptr<LineSplitter> make_header_splitter(std::string_view marks);

}  // namespace sil::ingest
