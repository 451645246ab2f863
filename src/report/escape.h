// Escaping at output: log text is hostile until it stands in the form that shows it.
#pragma once

#include <string>
#include <string_view>

namespace sil::report {

// Terminal: one line, nothing that moves the cursor or turns the text. C0, DEL, C1, bidirectional and
// zero-width controls (Unicode UAX #9) appear as \x1b or \u{202e}; tabs and line ends become one blank; bad
// UTF-8 U+FFFD.
void append_terminal(std::string_view text, std::string* out);
// One CSV cell (RFC 4180). A leading = + - @ TAB CR gets an apostrophe, so that no spreadsheet runs it.
void append_csv_cell(std::string_view text, std::string* out);
// HTML text and attribute values; controls that HTML forbids become U+FFFD, bidirectional controls are shown.
void append_html(std::string_view text, std::string* out);

// Surely fits: no character fills more columns than it has bytes.
inline bool is_narrow(std::string_view text, int columns) {
  return columns >= 0 && text.size() <= static_cast<size_t>(columns);
}
// Columns that `text` fills on a terminal: 2 for wide East Asian and emoji, 0 for combining marks.
int columns_of(std::string_view text);
// At most `columns` columns of `text`; what was cut is marked by "...".
std::string clipped(std::string_view text, int columns);
// Clipped and filled with blanks to exactly `columns`.
void append_padded(std::string_view text, int columns, std::string* out);

}  // namespace sil::report
