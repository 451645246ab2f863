// Pairs in a line: key=value, key="value", parted by blanks (FortiGate, WELF) or by another character (LEEF, Check
// Point). Keys are letters, digits, '_', '-', '.', '@', '/' and begin with a letter or '_'.
#pragma once

#include <string_view>

#include "ingest/line_record.h"

namespace sil::ingest {

// Appends pairs to `record`; escaped quotes inside values are unescaped. Returns how many.
size_t add_key_values(std::string_view text, char separator, char assign, LineRecord* record);

// Appends one value per name to the record, split at `separator`; a value in double quotes may hold it, and "" for
// a quote (RFC 4180). Empty values are left out, values beyond the names are named `column_N`. Returns how many.
size_t add_columns(std::string_view line, char separator, std::string_view names, LineRecord* record);
// The n-th column (from 0), without quotes; "" beyond the end.
std::string_view column(std::string_view line, char separator, size_t n);

}  // namespace sil::ingest
