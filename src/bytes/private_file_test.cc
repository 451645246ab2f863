#include "bytes/private_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "bytes/digest.h"
#include "bytes/file.h"

namespace sil {
namespace {

std::string fresh_folder(const char* name) {
  std::string folder = testing::TempDir() + "/sil_private_" + name + std::to_string(::getpid());
  EXPECT_TRUE(make_private_folder(folder + "/deep"));
  return folder + "/deep";
}

TEST(PrivateFile, WhatIsWrittenIsReadAndLeavesNothingBeside) {
  std::string folder = fresh_folder("round");
  ASSERT_TRUE(write_private(folder + "/a", "one"));
  ASSERT_TRUE(write_private(folder + "/a", "two"));
  auto text = read_private(folder + "/a", 10);
  ASSERT_TRUE(text);
  EXPECT_EQ(as_text(text->bytes()), "two");
  std::vector<Error> problems;
  EXPECT_EQ(list_files(folder, &problems), std::vector<std::string>{folder + "/a"});
  EXPECT_EQ(read_private(folder + "/a", 2).error().code, ErrorCode::kLimit);
  EXPECT_EQ(read_private(folder + "/none", 2).error().code, ErrorCode::kNotFound);
}

TEST(PrivateFile, WhatOthersCouldHaveWrittenIsRefused) {
  std::string folder = fresh_folder("others");
  ASSERT_TRUE(write_private(folder + "/a", "one"));
  ASSERT_EQ(::symlink((folder + "/a").c_str(), (folder + "/link").c_str()), 0);
  EXPECT_EQ(read_private(folder + "/link", 10).error().code, ErrorCode::kDenied);
  EXPECT_EQ(read_private(folder, 10).error().code, ErrorCode::kDenied);
  ASSERT_EQ(::chmod((folder + "/a").c_str(), 0622), 0);
  EXPECT_EQ(read_private(folder + "/a", 10).error().code, ErrorCode::kDenied);
}

TEST(PrivateFile, TwoWritersNeverMixTheirBytes) {
  std::string path = fresh_folder("two") + "/a";
  std::string first(300'000, '1'), second(200'000, '2');
  ASSERT_TRUE(write_private(path, first));
  auto write = [&](const std::string& text) {
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(write_private(path, text));
  };
  std::thread one(write, first), two(write, second);
  for (int i = 0; i < 200; ++i) {
    auto text = read_private(path, 1 << 20);
    ASSERT_TRUE(text);
    ASSERT_TRUE(as_text(text->bytes()) == first || as_text(text->bytes()) == second);
  }
  one.join();
  two.join();
}

TEST(PrivateFile, OnlyTheNewestAreKept) {
  std::string folder = fresh_folder("newest");
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(write_private(folder + "/rules-" + std::to_string(i), "x"));
    timespec times[2] = {{1000 + i, 0}, {1000 + i, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder + "/rules-" + std::to_string(i)).c_str(), times, 0), 0);
  }
  ASSERT_TRUE(write_private(folder + "/other", "x"));
  keep_newest(folder, "rules-", 2);
  std::vector<Error> problems;
  EXPECT_EQ(list_files(folder, &problems),
            (std::vector<std::string>{folder + "/other", folder + "/rules-3", folder + "/rules-4"}));
}

TEST(PrivateFile, CacheFolderFollowsTheSpecification) {
  const char* home = std::getenv("HOME");
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  std::string old_home = home ? home : "", old_xdg = xdg ? xdg : "";
  ::setenv("HOME", "/h", 1);
  ::setenv("XDG_CACHE_HOME", "/x", 1);
  EXPECT_EQ(cache_folder(), "/x/silhouette");
  ::setenv("XDG_CACHE_HOME", "relative", 1);
  EXPECT_EQ(cache_folder(), "/h/.cache/silhouette");
  ::unsetenv("HOME");
  EXPECT_EQ(cache_folder(), "");
  home ? ::setenv("HOME", old_home.c_str(), 1) : ::unsetenv("HOME");
  xdg ? ::setenv("XDG_CACHE_HOME", old_xdg.c_str(), 1) : ::unsetenv("XDG_CACHE_HOME");
}

TEST(LargePages, BuffersHoldWhatTheyPromise) {
  for (size_t size : {size_t{0}, size_t{1}, size_t{1 << 20}, size_t{5'000'001}}) {
    LargeBuffer buffer(size);
    ASSERT_EQ(buffer.bytes().size(), size);
    std::fill_n(buffer.data(), size, uint8_t{7});
    buffer.shrink(size / 2);
    EXPECT_EQ(buffer.bytes().size(), size / 2);
  }
  for (size_t wanted : {size_t{1}, kLargePage, 3 * kLargePage + 1}) {
    size_t size = wanted;
    uint8_t* at = map_large_pages(&size);
    ASSERT_NE(at, nullptr);
    EXPECT_GE(size, wanted);
    EXPECT_EQ(size % kLargePage, 0u);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(at) % kLargePage, 0u);
    at[0] = at[size - 1] = 7;
  }
  size_t too_much = SIZE_MAX;
  EXPECT_EQ(map_large_pages(&too_much), nullptr);
}

TEST(PrivateFile, TheProgramKnowsItsBuild) {
  EXPECT_GE(build_id().size(), 8u);
  EXPECT_EQ(build_id(), build_id());
}

}  // namespace
}  // namespace sil
