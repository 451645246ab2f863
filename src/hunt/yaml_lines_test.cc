#include "hunt/yaml_lines.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "bytes/file.h"
#include "bytes/sanitized.h"

namespace sil::hunt {
namespace {

void describe(const YamlNode& node, std::string* out) {
  *out += std::to_string(static_cast<int>(node.kind)) + (node.plain ? "p" : "-") + (node.one_line ? "1" : "-") + "@" +
          std::to_string(node.line) + ":" + std::to_string(node.column) + "w" + std::to_string(node.weight) + "'" +
          std::string(node.text) + "'(";
  for (const YamlEntry& entry : node.entries) {
    if (entry.key) describe(*entry.key, out);
    *out += "=";
    describe(*entry.value, out);
  }
  *out += ")";
}

std::string described(const std::vector<YamlDocument>& documents) {
  std::string out;
  for (const YamlDocument& document : documents) {
    out += "document " + std::to_string(document.line) + " of " + std::to_string(document.text.size()) + ": ";
    if (document.fault) out += std::to_string(document.fault->line) + document.fault->reason;
    if (document.root) describe(*document.root, &out);
    out += "\n";
  }
  return out;
}

// What both ways make of the text; false: the shortcut left it to libyaml.
bool agree(const std::string& text, size_t* differences) {
  YamlArena fast, slow, probe;
  YamlDocument ignored;
  std::string a = described(read_yaml(text, &fast)), b = described(read_yaml_plainly(text, &slow));
  if (a != b && (*differences)++ < 3) ADD_FAILURE() << text << "\n--- shortcut\n" << a << "\n--- libyaml\n" << b;
  return read_yaml_lines(text, 1, &probe, &ignored);
}

constexpr const char* kRule = R"(# a comment
title: A title with: no
title2: It's a title # comment
id: 5f0c1d7e-0000-4000-8000-000000000001
references:
    - https://example.org/a#b
    - 'it''s quoted: yes'   # why
    - "double"
tags:
- attack.t1059
- attack.execution

description: |
  First line
    deeper
  # no comment

  last

author: someone
empty:
number: -3
detection:
    selection_img:
        - Image|endswith: '\x.exe'
          OriginalFileName: X.EXE
        - Image:
            - '\y.exe'
            -
            - null
    # in between
    selection_cli:
        CommandLine|contains|all:
            - ' -a'
            - -b
    stripped: |-
        one

        two
    condition: all of selection_*
falsepositives:
    - Unknown
level: high
)";

TEST(YamlLines, OrdinaryRulesGoThisWay) {
  size_t differences = 0;
  std::string text = kRule;
  text.replace(text.find("title with: no"), 14, "title with no");
  EXPECT_TRUE(agree(text, &differences));
  EXPECT_TRUE(agree("---\n" + text, &differences));
  EXPECT_TRUE(agree("a: 1\nb:\n  - x\n", &differences));
  EXPECT_TRUE(agree("- a: 1\n  b: 2\n- c\n", &differences));
  EXPECT_TRUE(agree("a: |\n  text\nb: |-\n  text", &differences));
  EXPECT_TRUE(agree("", &differences));
  EXPECT_TRUE(agree("# only this\n\n", &differences));
}

TEST(YamlLines, TheRestIsLeftToLibyaml) {
  size_t differences = 0;
  for (const char* text : {"a: {b: c}",
                           "a: [b]",
                           "a: &x 1\nb: *x",
                           "a: !!str 1",
                           "a: >\n  folded\n",
                           "a: one\n  two",
                           "a:\tb",
                           "a: \xC3\xA9",
                           "a: 1\na: 2",
                           "a:\n  - b\n c: d",
                           "a: b: c",
                           "? a\n: b",
                           "a\n",
                           "...\n",
                           "a: 'b\n  c'",
                           "a: \"b\\n\"",
                           "a: |\n\n  b\n",
                           "a: |2\n   b\n",
                           "a: |+\n  b\n\n",
                           "<<: a",
                           "a: 'b'c",
                           "a: @b",
                           "- - a",
                           "a: 1\r\n",
                           "...: 1",
                           "a: 1\n...\n",
                           "%YAML 1.1\n---\na: 1",
                           "a : 1",
                           "'a''b': 1"}) {
    EXPECT_FALSE(agree(text, &differences)) << text;
  }
}

// Whatever a hand or a fault makes of a rule: if the shortcut reads it, libyaml reads the same.
TEST(YamlLines, BothWaysAgreeOnMutations) {
  std::minstd_rand random(11);
  const std::string pieces[] = {" ",    "  ", "\n", "-",  "- ",   ":",   ": ",    "#",   " #",
                                "'",    "\"", "|",  "|-", "\n\n", "...", "---\n", "a: ", "\n  ",
                                "\n- ", "x",  "?",  "*",  "    ", "''",  "~",     ">",   "\\"};
  size_t differences = 0, taken = 0;
  std::string whole = kRule;
  whole.replace(whole.find("title with: no"), 14, "title with no");
  for (int round = 0; round < random_rounds(60'000); ++round) {
    std::string text = whole.substr(0, 60 + random() % (whole.size() - 60));
    if (random() % 2) text = text.substr(text.size() - 60 - random() % (text.size() - 59));
    for (size_t edits = 1 + random() % 3; edits > 0; --edits) {
      size_t at = random() % text.size();
      if (random() % 3 == 0)
        text.erase(at, 1 + random() % 4);
      else
        text.insert(at, pieces[random() % std::size(pieces)]);
      if (text.empty()) text = "a";
    }
    taken += agree(text, &differences) ? 1 : 0;
  }
  EXPECT_EQ(differences, 0u);
  EXPECT_GT(taken, static_cast<size_t>(random_rounds(5000)));
}

TEST(YamlLines, BothWaysAgreeOnEveryPublicRule) {
  const char* named = std::getenv("SIL_SHARED");
  std::string here = __FILE__;
  std::string folder = named ? named : here.substr(0, here.rfind("src/hunt/")) + "../shared";
  folder += "/data/sigmahq";
  if (!is_directory(folder)) GTEST_SKIP() << "no shared rules beside the project";
  std::vector<Error> problems;
  size_t differences = 0, files = 0, taken = 0;
  for (const std::string& path : list_files(folder, &problems)) {
    if (!path.ends_with(".yml")) continue;
    auto text = read_whole(path, 1 << 20);
    ASSERT_TRUE(text);
    ++files;
    taken += agree(*text, &differences) ? 1 : 0;
  }
  EXPECT_EQ(differences, 0u);
  EXPECT_GT(taken * 10, files * 8) << taken << " of " << files;
}

}  // namespace
}  // namespace sil::hunt
