// The journal in export format (systemd.io/JOURNAL_EXPORT_FORMATS, "Journal Export Format"): fields a line each,
// binary ones with a 64-bit length, entries parted by an empty line. docs/formats/journal.md.
#pragma once

#include <memory>
#include <string_view>

#include "ingest/reader.h"

namespace sil::ingest {

Sniff sniff_journal_export(Bytes head, std::string_view path);
std::unique_ptr<Reader> make_journal_export_reader();

}  // namespace sil::ingest
