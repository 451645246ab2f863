#include "hunt/program_digests.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "bytes/digest.h"
#include "bytes/text.h"

namespace sil::hunt {
namespace {

constexpr std::string_view kKnown = "sha256=0123abcd89efffff0000111122223333444455556666777788889999aaaabbbb";

Bytes wide(std::u16string* text) {
  return {reinterpret_cast<const uint8_t*>(text->data()), text->size() * 2};
}

// In every place of the value, in any case, as UTF-16, UTF-8 and a JSON string.
TEST(DigestSigns, FindTheDigestWhereverItStands) {
  DigestSigns signs;
  EXPECT_FALSE(signs.may_hold(as_bytes(kKnown), ValueKind::kUtf8));  // no rule names any
  signs.add(kKnown);
  std::mt19937 random(7);
  for (size_t before = 0; before < 40; ++before) {
    std::string text;
    for (size_t i = 0; i < before; ++i) text += "=AF09,z"[random() % 7];
    text += "SHA256=0123ABCD89EFFFFF0000111122223333444455556666777788889999AAAABBBB";
    if (before % 2 == 0) text += ",IMPHASH=00000000000000000000000000000000";
    std::u16string units = to_utf16(text);
    EXPECT_TRUE(signs.may_hold(wide(&units), ValueKind::kUtf16)) << text;
    EXPECT_TRUE(signs.may_hold(as_bytes(text), ValueKind::kUtf8)) << text;
    EXPECT_TRUE(signs.may_hold(as_bytes(text), ValueKind::kJsonString)) << text;
  }
}

TEST(DigestSigns, SayNoToOthersAndYesToWhatTheyCannotRead) {
  DigestSigns signs;
  signs.add(kKnown);
  for (std::string_view text :
       {"", "=", "a=0123", "MD5=0123abce", "SHA1=9123ABCD89EF,MD5=1123ABCD89EF", "0123abcd89ef"}) {
    std::u16string units = to_utf16(text);
    EXPECT_FALSE(signs.may_hold(wide(&units), ValueKind::kUtf16)) << text;
    EXPECT_FALSE(signs.may_hold(as_bytes(text), ValueKind::kUtf8)) << text;
  }
  std::u16string beyond = to_utf16("md5=0123abcd");
  beyond[4] = 0x0130;  // its low byte is a digit's
  EXPECT_FALSE(signs.may_hold(wide(&beyond), ValueKind::kUtf16));
  EXPECT_TRUE(signs.may_hold(as_bytes(R"(SHA256\u003d0123)"), ValueKind::kJsonString));
  EXPECT_TRUE(signs.may_hold(as_bytes("7"), ValueKind::kJsonNumber));
}

}  // namespace
}  // namespace sil::hunt
