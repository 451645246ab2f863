// Flat fields (ingest/json_record.h) as the JSON object that they came from or would be: for readers whose records are
// no JSON themselves. Members of a nameless array are written as {"#text":[...]}, as evtx_dump does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/json_record.h"

namespace sil::ingest {

void append_fields_json(const std::vector<JsonField>& fields, std::string* out);

// A JSON text without blanks between its tokens and without a line break: one event is one line.
void append_json_line(std::string_view text, std::string* out);

}  // namespace sil::ingest
