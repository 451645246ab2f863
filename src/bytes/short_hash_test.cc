#include "bytes/short_hash.h"

#include <gtest/gtest.h>

#include <vector>

#include "bytes/digest.h"

namespace sil {
namespace {

// Published: the driver of lookup3.c (hashlittle2 of "" and of its sentence, both starts 0), SipHash's own vectors.
TEST(ShortHash, AgreesWithWhatItsAuthorsPublished) {
  EXPECT_EQ(lookup3({}), 0xdeadbeefdeadbeefU);
  EXPECT_EQ(lookup3(as_bytes("Four score and seven years ago")), 0x17770551ce7226e6U);
  std::array<uint8_t, 16> key{};
  std::vector<uint8_t> text;
  for (uint8_t i = 0; i < 16; ++i) key[i] = i;
  EXPECT_EQ(siphash24(text, key), 0x726fdb47dd0e0e31U);
  for (uint8_t i = 0; i < 15; ++i) text.push_back(i);
  EXPECT_EQ(siphash24(text, key), 0xa129ca6149be45e5U);
}

TEST(ShortHash, EachLengthAndBitCounts) {
  std::vector<uint8_t> text(40, 0x5a);
  const std::array<uint8_t, 16> key{1};
  for (size_t size = 1; size <= text.size(); ++size) {
    const Bytes whole = Bytes(text).first(size);
    EXPECT_NE(lookup3(whole), lookup3(whole.first(size - 1)));
    const uint64_t jenkins = lookup3(whole), sip = siphash24(whole, key);
    text[size - 1] ^= 1;
    EXPECT_NE(lookup3(whole), jenkins) << size;
    EXPECT_NE(siphash24(whole, key), sip) << size;
    text[size - 1] ^= 1;
  }
}

}  // namespace
}  // namespace sil
