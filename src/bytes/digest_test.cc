#include "bytes/digest.h"

#include <gtest/gtest.h>

#include "bytes/keyed_digest.h"

namespace sil {
namespace {

TEST(Digest, KnownAnswers) {
  EXPECT_EQ(hex(sha256(std::string_view("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(crc32(as_bytes("123456789")), 0xCBF43926u);  // IEEE, not Castagnoli
  EXPECT_EQ(crc32_of_both(crc32(as_bytes("1234")), crc32(as_bytes("56789")), 5), 0xCBF43926u);
  EXPECT_EQ(crc32_of_both(0xCBF43926u, 0, 0), 0xCBF43926u);
  EXPECT_EQ(crc32_of_both(0, 0xCBF43926u, 9), 0xCBF43926u);
  Sha256Stream stream;
  stream.add(std::string_view("a"));
  stream.add(std::string_view("bc"));
  EXPECT_EQ(stream.finish(), sha256(std::string_view("abc")));
}

TEST(KeyedDigest, Rfc4231AndUseAfterUse) {
  const KeyedSha256 key(as_bytes("Jefe"));  // test case 2
  const std::string expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  EXPECT_EQ(hex(key.of(as_bytes("what do ya want for nothing?"))), expected);
  EXPECT_NE(hex(key.of({})), expected);
  EXPECT_EQ(hex(key.of(as_bytes("what do ya want for nothing?"))), expected);
}

TEST(Digest, HexRoundTripAndRefusal) {
  Sha256 digest = sha256(std::string_view("x")), back{};
  EXPECT_TRUE(parse_hex(hex(digest), &back));
  EXPECT_EQ(digest, back);
  EXPECT_FALSE(parse_hex("zz", &back));
  EXPECT_FALSE(parse_hex(std::string(63, 'a') + "g", &back));
}

}  // namespace
}  // namespace sil
