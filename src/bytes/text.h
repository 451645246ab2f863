// Text: UTF-16LE and UTF-8, Unicode simple case folding (Unicode CaseFolding.txt, statuses C and S).
//
// Damage: an unpaired surrogate or a bad UTF-8 byte becomes U+FFFD when text is shown; matching sees the same
// replacement on both sides, so nothing is lost silently (the raw bytes stay in the citation).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bytes/cursor.h"

namespace sil {

constexpr char32_t kReplacement = 0xFFFD;

// Appends UTF-8. An odd trailing byte is dropped.
void append_utf8_from_utf16le(Bytes utf16, std::string* out);
// Same, already folded: the text every caseless comparison uses. Returns false if a non-ASCII unit occurred.
bool append_folded_from_utf16le(Bytes utf16, std::string* out);
void append_utf8(char32_t code, std::string* out);

// Decodes one scalar at *position (< text.size()), moves on; bad bytes give kReplacement and move one byte.
char32_t next_scalar(std::string_view text, size_t* position);

char32_t fold_scalar(char32_t code);  // simple (1:1) folding
void append_folded(std::string_view utf8, std::string* out);
std::string folded(std::string_view utf8);
bool equal_folded(std::string_view a, std::string_view b);  // caseless comparison of two UTF-8 texts
// Where `needle` (ASCII, folded, not empty) stands in `text` from `from` on, ASCII letters without case; npos: nowhere.
size_t find_folded_ascii(std::string_view text, std::string_view needle, size_t from = 0);
bool is_ascii(std::string_view text);
bool is_valid_utf8(std::string_view text);

std::u16string to_utf16(std::string_view utf8);

}  // namespace sil
