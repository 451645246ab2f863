#include "bytes/file.h"

#include <gtest/gtest.h>

namespace sil {
namespace {

TEST(File, WritesBesideAndRenames) {
  std::string path = testing::TempDir() + "/sil_file_test";
  ASSERT_TRUE(write_whole(path, "hello"));
  EXPECT_FALSE(path_exists(path + ".part"));
  auto text = read_whole(path, 100);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "hello");
  auto limited = read_whole(path, 4);
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().code, ErrorCode::kLimit);
}

TEST(File, MissingPathAndFolderAreErrorsWithPath) {
  auto missing = InputFile::open("/no/such/file");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_NE(missing.error().text().find("/no/such/file"), std::string::npos);
  EXPECT_FALSE(InputFile::open(testing::TempDir()));
}

TEST(File, ListsBytewiseAndDeep) {
  std::string root = testing::TempDir() + "/sil_list";
  ASSERT_TRUE(make_directory(root + "/b/c"));
  ASSERT_TRUE(write_whole(root + "/b/c/1", ""));
  ASSERT_TRUE(write_whole(root + "/b.x", ""));
  ASSERT_TRUE(write_whole(root + "/a", ""));
  std::vector<Error> problems;
  auto files = list_files(root, &problems);
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0], root + "/a");
  EXPECT_EQ(files[1], root + "/b.x");  // '.' sorts before '/'
  EXPECT_EQ(files[2], root + "/b/c/1");
}

}  // namespace
}  // namespace sil
