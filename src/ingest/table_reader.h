// Comma-separated exports of services that otherwise speak JSON: the Microsoft 365 unified audit log (a JSON object in
// the column AuditData) and tables whose header names the fields of a known schema. RFC 4180; docs/formats/csv.md.
#pragma once

#include "ingest/reader.h"

namespace sil::ingest {

Sniff sniff_table(Bytes head, std::string_view path);
std::unique_ptr<Reader> make_table_reader();

}  // namespace sil::ingest
