// Both ways of hashing blocks: this file is also run with the SHA instructions hidden (tests/cpu_paths).
#include "bytes/sha256_lanes.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "bytes/keyed_digest.h"

namespace sil {
namespace {

std::string random_text(size_t length, std::mt19937* random) {
  std::string out(length, '\0');
  for (char& c : out) c = static_cast<char>((*random)());
  return out;
}

TEST(Sha256Lanes, EveryLengthInEveryCompany) {
  std::mt19937 random(7);
  std::vector<std::string> texts;
  for (size_t length = 0; length < 300; ++length) texts.push_back(random_text(length, &random));
  for (int i = 0; i < 200; ++i) texts.push_back(random_text(random() % 5000, &random));
  for (int round = 0; round < 20; ++round) {
    std::shuffle(texts.begin(), texts.end(), random);
    DigestList list;
    for (const std::string& text : texts) list.messages.push_back(as_bytes(text));
    digest_all(&list);
    ASSERT_EQ(list.digests.size(), texts.size());
    for (size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(list.digests[i], sha256(texts[i])) << texts[i].size();
  }
  DigestList none;
  digest_all(&none);
  EXPECT_TRUE(none.digests.empty());
}

TEST(Sha256Lanes, ALongMessageWithOthersBesideIt) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    LongSha256 one;
    Sha256Stream twin;
    const int parts = static_cast<int>(random() % 8);
    for (int part = 0; part < parts; ++part) {
      const std::string text = random_text(random() % (part % 2 ? 200 : 20'000), &random);
      twin.add(text);
      DigestList list;
      for (size_t at = 0; at < text.size(); at += 1 + random() % 3000)
        list.messages.push_back(as_bytes(std::string_view(text).substr(at, random() % 2500)));
      one.add(as_bytes(text), random() % 4 ? &list : nullptr);
      for (size_t i = 0; i < list.digests.size(); ++i) ASSERT_EQ(list.digests[i], sha256(list.messages[i]));
      ASSERT_TRUE(list.digests.empty() || list.digests.size() == list.messages.size());
    }
    ASSERT_EQ(one.finish(), twin.finish());
  }
}

TEST(Sha256Lanes, KeyedDigestsOfMany) {
  std::mt19937 random(13);
  for (const size_t key_length : {0, 4, 32, 64, 65, 200}) {
    const std::string text = random_text(key_length, &random);
    const KeyedSha256 key(as_bytes(text));
    std::vector<std::string> texts;
    for (size_t length = 0; length < 200; ++length) texts.push_back(random_text(length, &random));
    DigestList list;
    for (const std::string& message : texts) list.messages.push_back(as_bytes(message));
    key.of_all(&list);
    for (size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(list.digests[i], key.of(as_bytes(texts[i])));
    for (const size_t count : {0, 1, 2, 55, 56, 57}) {  // all of them short, or nearly
      DigestList few;
      for (size_t i = 0; i < count; ++i) few.messages.push_back(list.messages[i]);
      key.of_all(&few);
      ASSERT_EQ(few.digests, std::vector(list.digests.begin(), list.digests.begin() + static_cast<ptrdiff_t>(count)));
    }
  }
}

// RFC 4231, test cases 1, 2 and 6; FIPS 180-4's example of two blocks.
TEST(Sha256Lanes, KnownAnswers) {
  const std::string key(20, '\x0b'), long_key(131, '\xaa');
  EXPECT_EQ(hex(KeyedSha256(as_bytes(key)).of(as_bytes("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(KeyedSha256(as_bytes("Jefe")).of(as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(KeyedSha256(as_bytes(long_key)).of(as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  LongSha256 stream;
  stream.add(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
  EXPECT_EQ(hex(stream.finish()), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace sil
