// An address in binary as text: "192.0.2.1", "2001:db8::7" (RFC 5952, 4), so that it equals what other logs write.
//
// `bytes`: 4 or 16 of them, in network order; "" else. Thread rule: pure.
#pragma once

#include <string>

#include "bytes/text.h"

namespace sil::ingest {

std::string address_text(Bytes bytes);

}  // namespace sil::ingest
