#include "hunt/encode.h"

#include <gtest/gtest.h>

namespace sil::hunt {
namespace {

TEST(Base64, Rfc4648Vectors) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Base64Offset, EachVariantIsWithinEveryEmbeddingOfItsAlignment) {
  for (std::string value :
       {std::string("ab"), std::string("Test"), std::string("/bin/bash"), std::string("\xff\xfe\x00z", 4)}) {
    auto variants = base64_offsets(value);
    for (size_t before = 0; before < 9; ++before) {
      for (const char* behind : {"", "Z", "\xff\xff", "abc"}) {
        for (char filler : {'\0', 'x', '\xff'}) {
          std::string whole = base64(std::string(before, filler) + value + behind);
          EXPECT_NE(whole.find(variants[before % 3]), std::string::npos) << value << " at " << before;
        }
      }
    }
  }
}

TEST(Base64Offset, CutsEveryCharacterThatDependsOnANeighbour) {
  auto variants = base64_offsets("Test");
  EXPECT_EQ(variants[0], "VGVzd");
  EXPECT_EQ(variants[1], "Rlc3");
  EXPECT_EQ(variants[2], "UZXN0");
}

TEST(Base64Offset, OneByteLeavesNothingAtOneOffset) {
  EXPECT_EQ(base64_offsets("A")[1], "");
}

TEST(Utf16, Forms) {
  using namespace std::string_literals;
  EXPECT_EQ(utf16_bytes("aé", Utf16::kLittle), "a\0\xe9\0"s);
  EXPECT_EQ(utf16_bytes("aé", Utf16::kBig), "\0a\0\xe9"s);
  EXPECT_EQ(utf16_bytes("a", Utf16::kMarked), "\xff\xfe\x61\0"s);
  EXPECT_EQ(utf16_bytes("\U0001F600", Utf16::kLittle), "\x3d\xd8\x00\xde"s);
  EXPECT_EQ(latin1_text("a\0\xe9"s), "a\0é"s);
}

}  // namespace
}  // namespace sil::hunt
