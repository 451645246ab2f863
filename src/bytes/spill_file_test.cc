#include "bytes/spill_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bytes/digest.h"

namespace sil {
namespace {

TEST(SpillFile, GivesBackWhatItWasGivenAtAnyOffset) {
  auto file = SpillFile::make("");
  ASSERT_TRUE(file);
  std::string big(300'000, 'x');
  EXPECT_EQ(*(*file)->append(as_bytes("abc")), 0u);
  EXPECT_EQ(*(*file)->append(as_bytes(big)), 3u);
  EXPECT_EQ(*(*file)->append(as_bytes("xyz")), 300'003u);
  std::vector<uint8_t> got(4);
  ASSERT_TRUE((*file)->read_at(300'002, got.data(), 4));
  EXPECT_EQ(as_text(Bytes(got.data(), 4)), "xxyz");
}

TEST(SpillFile, ReadingBehindTheEndIsAnError) {
  auto file = SpillFile::make("");
  ASSERT_TRUE(file);
  uint8_t byte = 0;
  EXPECT_FALSE((*file)->read_at(0, &byte, 1));
}

TEST(SpillFile, AFolderThatIsNotThereIsAnError) {
  auto file = SpillFile::make("/nonexistent/folder");
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().text().find("temporary file"), std::string::npos);
}

}  // namespace
}  // namespace sil
