// The systemd journal's own files (systemd.io/JOURNAL_FILE_FORMAT, "Journal File Format"), read by ourselves so that
// every event cites the bytes of its entry and of the data objects that it points to. docs/formats/journal.md.
//
// Memory: a file is held whole, up to 256 MiB (journald's own end at 128); what is behind that is told and not read.
#pragma once

#include <memory>
#include <string_view>

#include "ingest/reader.h"

namespace sil::ingest {

Sniff sniff_journal_file(Bytes head, std::string_view path);
std::unique_ptr<Reader> make_journal_file_reader();

}  // namespace sil::ingest
