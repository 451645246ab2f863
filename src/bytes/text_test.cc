#include "bytes/text.h"

#include <gtest/gtest.h>

namespace sil {
namespace {

Bytes utf16(const std::u16string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size() * 2};
}

TEST(Text, Utf16PairsAndLoneSurrogates) {
  std::string out;
  append_utf8_from_utf16le(utf16(u"a\u00e9\u20ac\U0001F600"), &out);
  EXPECT_EQ(out, "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  out.clear();
  std::u16string lone = u"x";
  lone += static_cast<char16_t>(0xD83D);
  lone += u"y";
  append_utf8_from_utf16le(utf16(lone), &out);
  EXPECT_EQ(out, "x\xEF\xBF\xBDy");
}

TEST(Text, FoldingIsSimpleAndOneToOne) {
  EXPECT_EQ(folded("PowerShell.EXE"), "powershell.exe");
  EXPECT_EQ(folded("\xC3\x89"), "\xC3\xA9");              // É -> é
  EXPECT_EQ(folded("\xE2\x84\xAA"), "k");                 // KELVIN SIGN
  EXPECT_EQ(folded("\xC5\xBF"), "s");                     // LONG S
  EXPECT_EQ(folded("\xCE\xA3"), folded("\xCF\x82"));      // capital and final sigma
  EXPECT_EQ(folded("\xC3\x9F"), "\xC3\x9F");              // sharp s has no simple folding
  EXPECT_EQ(folded("\xC4\xB0"), "\xC4\xB0");              // dotted I: only under Turkic or full folding
  EXPECT_TRUE(equal_folded("\xE1\xBA\x9E", "\xC3\x9F"));  // capital sharp s folds to sharp s
}

TEST(Text, FoldedUtf16EqualsFoldedUtf8) {
  std::u16string all;
  for (char32_t c = 1; c < 0x2FFF; ++c) {
    if (c < 0xD800 || c > 0xDFFF) all += static_cast<char16_t>(c);
  }
  std::string direct, plain;
  EXPECT_FALSE(append_folded_from_utf16le(utf16(all), &direct));
  append_utf8_from_utf16le(utf16(all), &plain);
  EXPECT_EQ(direct, folded(plain));
}

TEST(Text, BadUtf8BytesAreReplacedOneByOne) {
  size_t at = 0;
  std::string_view bad = "\xC0\x80";
  EXPECT_EQ(next_scalar(bad, &at), kReplacement);
  EXPECT_EQ(at, 1u);
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));  // a surrogate
  EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));
  EXPECT_TRUE(is_valid_utf8("\xEF\xBF\xBD"));
}

}  // namespace
}  // namespace sil
