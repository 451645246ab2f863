#include "ledger/merkle.h"

#include <gtest/gtest.h>

namespace sil::ledger {
namespace {

std::vector<Sha256> leaves_of(size_t count) {
  std::vector<Sha256> out;
  for (size_t i = 0; i < count; ++i) out.push_back(leaf_hash("entry " + std::to_string(i)));
  return out;
}

// The eight leaves and roots that Certificate Transparency implementations share.
TEST(Merkle, RootsOfTheCertificateTransparencyVectors) {
  const std::string leaves[] = {"",         std::string(1, '\0'), "\x10", "\x20\x21", "01", "@ABC",
                                "PQRSTUVW", "`abcdefghijklmno"};
  const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  CompactRange range;
  EXPECT_EQ(hex(Bytes(range.root().data(), 32)), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (size_t i = 0; i < 8; ++i) {
    range.push(leaf_hash(leaves[i]));
    EXPECT_EQ(hex(Bytes(range.root().data(), 32)), roots[i]);
  }
}

TEST(Merkle, EveryProofUpTo130LeavesHoldsAndItsNeighboursDoNot) {
  const std::vector<Sha256> all = leaves_of(130);
  CompactRange range;
  std::vector<TreeHead> heads{range.head()};
  for (size_t n = 1; n <= all.size(); ++n) {
    range.push(all[n - 1]);
    heads.push_back(range.head());
    std::span<const Sha256> leaves(all.data(), n);
    ASSERT_EQ(plain_root(leaves), range.root());
    NodeReader nodes = nodes_of(leaves);
    for (uint64_t i = 0; i < n; ++i) {
      auto path = inclusion_proof(i, n, nodes);
      ASSERT_TRUE(path);
      ASSERT_TRUE(verify_inclusion(i, heads[n], all[i], *path)) << i << " of " << n;
      ASSERT_FALSE(verify_inclusion(i + 1, heads[n], all[i], *path));
      path->push_back(all[0]);
      ASSERT_FALSE(verify_inclusion(i, heads[n], all[i], *path));
    }
    for (uint64_t m = 0; m <= n; ++m) {
      auto path = consistency_proof(m, n, nodes);
      ASSERT_TRUE(path);
      ASSERT_TRUE(verify_consistency(heads[m], heads[n], *path)) << m << " of " << n;
      if (m > 1 && m < n) {
        ASSERT_FALSE(verify_consistency({m, all[0]}, heads[n], *path));
      }
      path->push_back(all[0]);
      ASSERT_FALSE(verify_consistency(heads[m], heads[n], *path));
    }
  }
}

// Paths of one tree after each other, forwards, backwards and mixed, some of them bent: the trail answers as the plain
// way does, whatever it saw before.
TEST(Merkle, ATrailOfPathsAnswersAsEachPathByItself) {
  const std::vector<Sha256> all = leaves_of(130);
  uint64_t dice = 8;
  auto roll = [&](uint64_t below) {
    dice = dice * 6364136223846793005 + 1442695040888963407;
    return (dice >> 33) % below;
  };
  InclusionTrail trail;
  uint64_t held = 0, refused = 0;
  for (size_t n : {1, 2, 3, 64, 65, 97, 127, 130}) {
    std::span<const Sha256> leaves(all.data(), n);
    const TreeHead head{n, plain_root(leaves)};
    NodeReader nodes = nodes_of(leaves);
    for (uint64_t turn = 0; turn < 3 * n; ++turn) {
      const uint64_t index = turn < n ? turn : turn < 2 * n ? 2 * n - 1 - turn : roll(n);
      auto path = *inclusion_proof(index, n, nodes);
      Sha256 leaf = all[index];
      switch (roll(4)) {
        case 0:
          if (!path.empty()) path[roll(path.size())][roll(32)] ^= 1;
          break;
        case 1:
          if (roll(2) == 0) path.push_back(all[0]);
          if (!path.empty() && roll(2) == 0) path.pop_back();
          leaf[0] = static_cast<uint8_t>(leaf[0] ^ roll(2));
          break;
        default: break;
      }
      const bool expected = verify_inclusion(index, head, leaf, path);
      ASSERT_EQ(trail.verify(index, head, leaf, path), expected) << index << " of " << n;
      (expected ? held : refused)++;
    }
  }
  EXPECT_GT(held, 800u);
  EXPECT_GT(refused, 300u);
}

TEST(Merkle, ARangeOpenedFromNodesGrowsLikeOneThatWasFilled) {
  const std::vector<Sha256> all = leaves_of(77);
  CompactRange filled;
  for (const Sha256& leaf : all) filled.push(leaf);
  auto opened = CompactRange::over(77, nodes_of(all));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->root(), filled.root());
  opened->push(all[0]);
  filled.push(all[0]);
  EXPECT_EQ(opened->head(), filled.head());
}

TEST(Merkle, ManyLeavesAtOnceAreAsOneByOne) {
  const std::vector<Sha256> all = leaves_of(700);
  for (const size_t first : {0, 1, 2, 3, 7, 64, 100, 511}) {
    for (size_t count = 0; first + count <= all.size(); count += 1 + count / 8) {
      CompactRange one, many;
      many.push(std::span(all).first(first));
      many.push(std::span(all).subspan(first, count));
      for (size_t i = 0; i < first + count; ++i) one.push(all[i]);
      ASSERT_EQ(one.head(), many.head()) << first << " " << count;
    }
  }
  for (size_t count = 1; count < 140; ++count) {
    std::vector<Sha256> level = leaves_of(count);
    const Sha256 root = plain_root(level);
    while (level.size() > 1) level = level_above(level);
    EXPECT_EQ(level.front(), root) << count;
  }
}

TEST(Merkle, AFlippedBitAnywhereInAProofIsSeen) {
  const std::vector<Sha256> all = leaves_of(70);
  CompactRange range;
  for (const Sha256& leaf : all) range.push(leaf);
  auto path = inclusion_proof(33, 70, nodes_of(all));
  for (size_t i = 0; i < path->size(); ++i) {
    for (size_t bit = 0; bit < 256; ++bit) {
      auto bent = *path;
      bent[i][bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
      ASSERT_FALSE(verify_inclusion(33, range.head(), all[33], bent));
    }
  }
}

}  // namespace
}  // namespace sil::ledger
