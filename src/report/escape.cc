#include "report/escape.h"

#include <cstdint>
#include <cstdio>

#include "bytes/text.h"

namespace sil::report {
namespace {

// Characters that change how other characters are shown (UAX #9) or show nothing at all.
bool is_format_control(char32_t c) {
  return (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0x061C ||
         c == 0xFEFF || c == 0x00AD || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

int columns_of_scalar(char32_t c) {
  if (c >= 0x0300 && c <= 0x036F) return 0;
  bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
              (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
              (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

void append_visible(char32_t c, std::string* out) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, c < 0x100 ? "\\x%02x" : "\\u{%x}", static_cast<unsigned>(c));
  *out += buffer;
}

}  // namespace

void append_terminal(std::string_view text, std::string* out) {
  for (size_t at = 0; at < text.size();) {
    char32_t c = next_scalar(text, &at);
    if (c == '\t' || c == '\n' || c == '\r') {
      if (out->empty() || out->back() != ' ') *out += ' ';
    } else if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || is_format_control(c)) {
      append_visible(c, out);
    } else {
      append_utf8(c, out);
    }
  }
}

void append_csv_cell(std::string_view text, std::string* out) {
  bool formula = !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  if (!formula && text.find_first_of("\",\r\n\t;'") == std::string_view::npos && is_valid_utf8(text)) {
    *out += text;
    return;
  }
  *out += '"';
  if (formula) *out += '\'';
  for (size_t at = 0; at < text.size();) {
    char32_t c = next_scalar(text, &at);
    if (c == '"')
      *out += "\"\"";
    else if (c != 0)
      append_utf8(c, out);
  }
  *out += '"';
}

void append_html(std::string_view text, std::string* out) {
  for (size_t at = 0; at < text.size();) {
    char32_t c = next_scalar(text, &at);
    switch (c) {
      case '&': *out += "&amp;"; break;
      case '<': *out += "&lt;"; break;
      case '>': *out += "&gt;"; break;
      case '"': *out += "&quot;"; break;
      case '\'': *out += "&#39;"; break;
      case '\t':
      case '\n':
      case '\r': *out += static_cast<char>(c); break;
      default:
        if (c < 0x20 || (c >= 0x7F && c <= 0x9F))
          append_utf8(kReplacement, out);
        else if (is_format_control(c))
          append_visible(c, out);
        else
          append_utf8(c, out);
    }
  }
}

int columns_of(std::string_view text) {
  if (is_ascii(text)) return static_cast<int>(text.size());
  int columns = 0;
  for (size_t at = 0; at < text.size();) columns += columns_of_scalar(next_scalar(text, &at));
  return columns;
}

std::string clipped(std::string_view text, int columns) {
  if (is_narrow(text, columns) || columns_of(text) <= columns) return std::string(text);
  int room = columns - 3, used = 0;
  size_t at = 0, end = 0;
  bool plain = columns >= 3 && is_ascii(text);
  if (plain) end = static_cast<size_t>(room);
  while (!plain && at < text.size()) {
    int wide = columns_of_scalar(next_scalar(text, &at));
    if (used + wide > room) break;
    used += wide;
    end = at;
  }
  while (columns > 3 && end > 0 && (text[end - 1] == '.' || text[end - 1] == ' ')) --end;  // no fourth dot
  return std::string(text.substr(0, end)) + std::string(static_cast<size_t>(columns < 3 ? columns : 3), '.');
}

void append_padded(std::string_view text, int columns, std::string* out) {
  std::string shown = clipped(text, columns);
  int used = columns_of(shown);
  *out += shown;
  if (used < columns) out->append(static_cast<size_t>(columns - used), ' ');
}

}  // namespace sil::report
