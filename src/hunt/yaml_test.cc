#include "hunt/yaml.h"

#include <gtest/gtest.h>

#include <string>

namespace sil::hunt {
namespace {

TEST(Yaml, KeepsLineColumnAndQuoting) {
  YamlArena arena;
  auto docs = read_yaml("a: 4688\nb:\n  - 'x'\n  - yes\n", &arena);
  ASSERT_EQ(docs.size(), 1u);
  const YamlNode* a = docs[0].root->find("a");
  ASSERT_TRUE(a);
  EXPECT_TRUE(a->is_number());
  const YamlNode* b = docs[0].root->find("b");
  ASSERT_EQ(b->entries.size(), 2u);
  EXPECT_FALSE(b->entries[0].value->plain);
  EXPECT_EQ(b->entries[1].value->line, 4u);
  EXPECT_EQ(b->entries[1].value->column, 5u);
  bool unused = false;
  EXPECT_FALSE(b->entries[1].value->is_boolean(&unused)) << "yes stays text";
}

TEST(Yaml, ScalarTypes) {
  YamlArena arena;
  auto docs =
      read_yaml("[0777, 0x10, 2023-01-01, 1_000, +5, -3, 1.5, 1e3, ~, null, true, False, '4688', !!str 12]", &arena);
  ASSERT_EQ(docs.size(), 1u);
  ASSERT_TRUE(docs[0].root);
  std::string seen;
  for (const YamlEntry& e : docs[0].root->entries) {
    bool b = false;
    seen += e.value->is_null() ? 'n' : e.value->is_boolean(&b) ? 'b' : e.value->is_number() ? '#' : 't';
  }
  EXPECT_EQ(seen, "ttttt###nnbbtt");
}

TEST(Yaml, DuplicateKeyIsAFaultNamingBothLines) {
  YamlArena arena;
  auto docs = read_yaml("x:\n  a|contains: 1\n  b: 2\n  a|contains: 3\n", &arena);
  ASSERT_EQ(docs.size(), 1u);
  ASSERT_TRUE(docs[0].fault);
  EXPECT_EQ(docs[0].fault->line, 4u);
  EXPECT_EQ(docs[0].fault->column, 3u);
  EXPECT_NE(docs[0].fault->reason.find("line 2"), std::string::npos);
}

TEST(Yaml, DuplicateKeyIsFoundInALargeMap) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "k" + std::to_string(i) + ": 1\n";
  YamlArena arena;
  EXPECT_FALSE(read_yaml(text, &arena)[0].fault);
  auto docs = read_yaml(text + "k3: 2\n", &arena);
  ASSERT_TRUE(docs[0].fault);
  EXPECT_EQ(docs[0].fault->line, 101u);
}

TEST(Yaml, AliasBombIsAFault) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 20; ++i) {
    std::string p = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + p + ", " + p + ", " + p + ", " + p + ", " +
            p + ", " + p + "]\n";
  }
  YamlArena arena;
  auto docs = read_yaml(text, &arena);
  ASSERT_EQ(docs.size(), 1u);
  ASSERT_TRUE(docs[0].fault);
  EXPECT_NE(docs[0].fault->reason.find("aliases"), std::string::npos);
}

TEST(Yaml, AliasInsideItsOwnAnchorIsAFault) {
  YamlArena arena;
  auto docs = read_yaml("a: &x [1, *x]\n", &arena);
  ASSERT_TRUE(docs[0].fault);
}

TEST(Yaml, NestingIsBounded) {
  YamlArena arena;
  auto docs = read_yaml(std::string(5000, '['), &arena);
  ASSERT_TRUE(docs[0].fault);
  EXPECT_NE(docs[0].fault->reason.find("64"), std::string::npos);
}

TEST(Yaml, LargeTextIsRefused) {
  YamlArena arena;
  auto docs = read_yaml(std::string(kMaxYamlBytes + 1, 'a'), &arena);
  ASSERT_TRUE(docs[0].fault);
}

TEST(Yaml, DamageInOneDocumentLeavesTheOthers) {
  YamlArena arena;
  auto docs = read_yaml("a: 1\n---\nb: [1,\n---\nc: 3\n", &arena);
  ASSERT_EQ(docs.size(), 3u);
  EXPECT_TRUE(docs[0].root);
  EXPECT_TRUE(docs[1].fault);
  ASSERT_TRUE(docs[2].root);
  EXPECT_EQ(docs[2].root->find("c")->line, 5u);
  EXPECT_EQ(docs[2].text, "---\nc: 3\n");
}

TEST(Yaml, BomCrLfDirectivesAndEmptyDocuments) {
  YamlArena arena;
  auto docs = read_yaml("\xEF\xBB\xBF# note\r\n%YAML 1.1\r\n---\r\na: 1\r\n---\r\n---\r\nb: 2\r\n...\r\n", &arena);
  ASSERT_EQ(docs.size(), 2u);
  EXPECT_EQ(docs[0].root->find("a")->text, "1");
  EXPECT_EQ(docs[1].root->find("b")->text, "2");
}

TEST(Yaml, MergeKeyBringsWhatIsMissing) {
  YamlArena arena;
  auto docs = read_yaml("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\n", &arena);
  ASSERT_TRUE(docs[0].root);
  EXPECT_EQ(docs[0].root->find("b")->find("x")->text, "1");
  EXPECT_EQ(docs[0].root->find("b")->find("y")->text, "3");
}

TEST(Yaml, ControlBytesNameTheirPlace) {
  YamlArena arena;
  auto docs = read_yaml(std::string("a: 1\nb: x\x01y\n"), &arena);
  ASSERT_TRUE(docs[0].fault);
  EXPECT_EQ(docs[0].fault->line, 2u);
  EXPECT_EQ(docs[0].fault->column, 5u);
}

}  // namespace
}  // namespace sil::hunt
