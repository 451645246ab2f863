#include "ingest/gzip_trailers.h"

#include <gtest/gtest.h>

#include "bytes/digest.h"

namespace sil::ingest {
namespace {

std::string number(uint32_t value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}
// What matters of a member: header and trailer; the packed bytes between them say nothing here.
std::string member(const std::string& holds, const std::string& packed = "....") {
  return std::string("\x1F\x8B\x08\0\0\0\0\0\0\x03", 10) + packed + number(crc32(as_bytes(holds))) +
         number(static_cast<uint32_t>(holds.size()));
}
bool hold(const std::string& bytes, const std::string& unpacked, size_t block) {
  GzipTrailers trailers;
  for (size_t at = 0; at < bytes.size(); at += block)
    trailers.add(as_bytes(bytes).subspan(at).first(std::min(block, bytes.size() - at)));
  return trailers.hold(unpacked.size(), crc32(as_bytes(unpacked)));
}

TEST(GzipTrailers, MembersAreFoundWhereverBlocksEnd) {
  const std::string two = member("one\n") + member("and two\n", std::string(40, 'z')) + member("");
  for (size_t block = 1; block <= two.size(); ++block) {
    SCOPED_TRACE(block);
    EXPECT_TRUE(hold(two, "one\nand two\n", block));
    EXPECT_FALSE(hold(two, "one\nand tvo\n", block));
    EXPECT_FALSE(hold(two, "one\n", block));
    EXPECT_TRUE(hold(two + std::string(700, '\0'), "one\nand two\n", block));
    EXPECT_TRUE(hold(member("", std::string(30, '\0')), "", block));
  }
}

TEST(GzipTrailers, ShortAndForeignBytesHoldNothing) {
  EXPECT_FALSE(hold("", "", 1));
  EXPECT_FALSE(hold("abc", "", 1));
  EXPECT_FALSE(hold(member("x") + "behind", "x", 100));
  EXPECT_FALSE(hold(std::string(5, '\0'), "", 5));
}

TEST(GzipTrailers, ByChanceTheFirstBytesOfAHeaderInPackedDataAreNoMember) {
  EXPECT_TRUE(hold(member("text", std::string("\x1F\x8B\x08\xFFmore data", 13)), "text", 100));
}

}  // namespace
}  // namespace sil::ingest
