// Encodings of the Sigma modifiers: base64, base64offset, wide/utf16 (sigma reference 1.4). Bytes in, text
// out.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace sil::hunt {

std::string base64(std::string_view bytes);  // RFC 4648 section 4, with padding
// What of base64(bytes) is certain when 0, 1 or 2 unknown bytes stand before it: the characters that depend
// on a neighbour are cut at both ends. One byte gives an empty variant.
std::array<std::string, 3> base64_offsets(std::string_view bytes);

enum class Utf16 : unsigned char { kLittle, kBig, kMarked };  // kMarked: byte order mark, then little-endian
std::string utf16_bytes(std::string_view utf8, Utf16 form);
// Bytes as text: byte b becomes the scalar of that number, as a log shows wide text that it took for 8-bit
// text.
std::string latin1_text(std::string_view bytes);

}  // namespace sil::hunt
