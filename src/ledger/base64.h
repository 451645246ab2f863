// Base64 with the standard alphabet and padding (RFC 4648 section 4), strict: one text for each value.
// Thread rule: stateless.
#pragma once

#include <string>
#include <string_view>

#include "bytes/cursor.h"
#include "bytes/digest.h"

namespace sil::ledger {

std::string base64(Bytes bytes);
std::string base64(const Sha256& digest);
// False for a wrong length, a foreign character, missing padding or bits behind the end that are not zero.
bool parse_base64(std::string_view text, std::string* out);
bool parse_base64(std::string_view text, Sha256* out);  // exactly 32 bytes

}  // namespace sil::ledger
