// JSON logs: one object a line, arrays of objects (streamed by element), objects one after the other,
// {"Records":[..]} frames (docs/formats/json.md). Which log it is, a schema says (model/taxonomy/schema.h),
// chosen once a source.
#pragma once

#include <string_view>

#include "ingest/reader.h"

namespace sil::ingest {

constexpr size_t kMaxJsonRecord = size_t{16} << 20;  // a longer record is counted and passed over

Sniff sniff_json(Bytes head, std::string_view path);
std::unique_ptr<Reader> make_json_reader();

}  // namespace sil::ingest
