#include "report/secret_signs.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "report/secrets.h"

namespace sil::report {
namespace {

SecretSigns example() {
  SecretSigns signs;
  for (const char* name : {"net", "7z", "at", "psloggedon", "crackmapexec", "schtasks", "reg-x"}) signs.add_word(name);
  for (const char* run : {"--password", "pwd", "://", "authorization: basic ", "/pd:"}) signs.add_run(run);
  return signs;
}

// Words and runs in all places, at ends and across the groups that are looked at together.
TEST(SecretSigns, BlocksFindWhatTheLoopFinds) {
  const SecretSigns signs = example();
  const std::string_view parts[] = {"net", "NET",    "Net1", "7z.exe", "psLoggedOn", "crackmapexec", "reg-x", "passw",
                                    "PWD", "http:/", "://",  "auth",   "/pD:",       "\xC3\xA9",     "_",     "-"};
  const std::string_view between = " \\/.\"'=@[`{~\x01\xFF";
  std::mt19937 random(3);
  size_t words = 0, runs = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    const size_t length = random() % 150;
    while (text.size() < length) {
      const auto kind = random() % 8;
      if (kind == 0)
        text += parts[random() % std::size(parts)];
      else if (kind < 3)
        text += between[random() % between.size()];
      else
        text += static_cast<char>("abcPASwWtT19zZ_-"[random() % 16]);
    }
    const auto fast = signs.find(text), plain = signs.find_plain(text);
    ASSERT_EQ(fast.words, plain.words) << text;
    ASSERT_EQ(fast.runs, plain.runs) << text;
    words += fast.words.size();
    runs += fast.runs != 0;
  }
  EXPECT_GT(words, 1000U);
  EXPECT_GT(runs, 1000U);
}

TEST(SecretSigns, EachRunHasItsBitAndThoseWithTheSameCharactersShareIt) {
  SecretSigns signs;
  const uint64_t url = signs.add_run("://"), password = signs.add_run("--password"), option = signs.add_run("/pd:");
  EXPECT_EQ(signs.add_run("passwd"), password);
  EXPECT_EQ(signs.find("http://x and /pd:y").runs, url | option);
  EXPECT_EQ(signs.find(std::string(100, 'x') + " passwd").runs, password);
  EXPECT_EQ(signs.find("nothing of the kind").runs, 0U);
}

TEST(SecretSigns, EveryCharacterIsOfAWordOrNot) {
  const SecretSigns signs = example();
  for (int c = 0; c < 256; ++c) {
    const std::string text = std::string(20, ' ') + static_cast<char>(c) + "net" + static_cast<char>(c) + " net";
    EXPECT_EQ(signs.find(text).words, signs.find_plain(text).words) << c;
  }
}

TEST(SecretSigns, OrdinaryTextsAreLeftAlone) {
  EXPECT_FALSE(may_hold_secret(R"(C:\Windows\System32\svchost.exe -k netsvcs -p -s Schedule)"));
  EXPECT_TRUE(may_hold_secret(R"(net use \\fs1\c$ P@ss /user:corp\adm)"));
  EXPECT_TRUE(may_hold_secret("https://user:X@host"));
}

}  // namespace
}  // namespace sil::report
