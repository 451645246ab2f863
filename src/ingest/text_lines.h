// Text of no known format, by lines: no fields, searched by the keyword rules of every log of lines
// (model/taxonomy/plain_lines.cc). Never chosen by content among formats; taken where a file was named and none claims
// it, or where it is stated (--as lines).
#pragma once

#include "bytes/cursor.h"

namespace sil::ingest {

// Is that the beginning of a text (no NUL, hardly any control characters)? Empty: no.
bool is_text(Bytes head);

}  // namespace sil::ingest
