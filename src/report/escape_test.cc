#include "report/escape.h"

#include <gtest/gtest.h>

namespace sil::report {
namespace {

template <class Append>
std::string with(Append append, std::string_view text) {
  std::string out;
  append(text, &out);
  return out;
}

TEST(Escape, TerminalTextCannotMoveTheCursorOrTurnTheLine) {
  EXPECT_EQ(with(append_terminal, "a\x1b[31mb\x07"), "a\\x1b[31mb\\x07");
  EXPECT_EQ(with(append_terminal,
                 "\xC2\x9B"
                 "2J\x7f"),
            "\\x9b2J\\x7f");
  EXPECT_EQ(with(append_terminal, "\xE2\x80\xAEgpj.exe\xE2\x81\xA6"), "\\u{202e}gpj.exe\\u{2066}");
  EXPECT_EQ(with(append_terminal, "a\r\n\tb"), "a b");
  EXPECT_EQ(with(append_terminal, "\xff\xC3\xA9"), "\xEF\xBF\xBD\xC3\xA9");
  EXPECT_EQ(with(append_terminal, std::string_view("\0", 1)), "\\x00");
}

TEST(Escape, CsvFormulasGetAnApostrophe) {
  for (const char* text : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"}) {
    EXPECT_EQ(with(append_csv_cell, text), "\"'" + std::string(text) + "\"");
  }
  EXPECT_EQ(with(append_csv_cell, "plain-text"), "plain-text");
  EXPECT_EQ(with(append_csv_cell, "say \"x\"\n"), "\"say \"\"x\"\"\n\"");
}

TEST(Escape, HtmlHasNoWayOut) {
  EXPECT_EQ(with(append_html, "</script><img src=x onerror='a&b' \">"),
            "&lt;/script&gt;&lt;img src=x onerror=&#39;a&amp;b&#39; &quot;&gt;");
  EXPECT_EQ(with(append_html, std::string_view("\0\x1b\xC2\x85", 4)), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(with(append_html, "\xE2\x80\xAE"), "\\u{202e}");
}

TEST(Escape, ClippingCountsColumns) {
  EXPECT_EQ(columns_of("\xE6\xBC\xA2\xE5\xAD\x97"), 4);  // two Han characters
  EXPECT_EQ(columns_of("e\xCC\x81"), 1);                 // combining accent
  EXPECT_EQ(clipped("abcdef", 6), "abcdef");
  EXPECT_EQ(clipped("abcdefg", 6), "abc...");
  EXPECT_EQ(clipped("a ..defgh", 7), "a...");  // what is cut already ends in dots
  EXPECT_EQ(clipped("\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2", 5), "\xE6\xBC\xA2...");
  EXPECT_EQ(clipped("abcdef", 2), "..");
  std::string out;
  append_padded("ab", 4, &out);
  EXPECT_EQ(out, "ab  ");
}

}  // namespace
}  // namespace sil::report
