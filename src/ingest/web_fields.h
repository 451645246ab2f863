// A request line and a URI in the names of W3C: cs-method, cs-uri, cs-uri-stem, query, cs-version. Where a URI holds
// percent signs its decoded form is a second value of the same field.
#pragma once

#include <string_view>

#include "ingest/line_record.h"

namespace sil::ingest {

// The next word, up to a blank; blanks before it are passed over.
std::string_view take_word(std::string_view* rest);
void add_request(std::string_view request, LineRecord* record);  // "GET /a?b HTTP/1.1"
// `name` as it stands and, where it differs, decoded ("%2e" -> ".", '+' -> ' ').
void add_uri(std::string_view name, std::string_view uri, LineRecord* record);
// Apache's escapes: \" \\ \xhh \n \t.
std::string_view unescaped_web(std::string_view text, LineRecord* record);

}  // namespace sil::ingest
