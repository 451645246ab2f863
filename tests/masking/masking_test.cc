#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "bytes/file.h"
#include "report/secrets.h"

namespace sil::report {
namespace {

struct Row {
  std::string pattern, in_log, shown;
};

// The cells of "| `a` | `b` | `c` |"; "\|" is a bar. Empty when the line is no such row.
std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out;
  bool inside = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '`') {
      inside = !inside;
      if (inside) out.emplace_back();
    } else if (inside) {
      if (line.compare(i, 2, "\\|") == 0) ++i;
      out.back() += line[i];
    }
  }
  return out;
}

std::vector<Row> rows() {
  std::vector<Row> out;
  std::string text = read_whole(SIL_MASKING, 1 << 20).value_or("");
  for (size_t at = text.find("\n| `"); at != std::string::npos; at = text.find("\n| `", at + 1)) {
    std::vector<std::string> found = cells(text.substr(at + 1, text.find('\n', at + 1) - at - 1));
    EXPECT_EQ(found.size(), 3u) << text.substr(at, 80);
    if (found.size() == 3) out.push_back({found[0], found[1], found[2]});
  }
  return out;
}

TEST(Masking, EveryRowOfTheDocumentIsShownAsItSays) {
  const std::vector<Row> all = rows();
  ASSERT_GE(all.size(), 90u);
  for (const Row& row : all) {
    EXPECT_EQ(masked(row.in_log), row.shown) << row.pattern;
    EXPECT_EQ(masked(row.shown), row.shown) << row.pattern << ", masking twice";
    EXPECT_NE(row.in_log, row.shown) << row.pattern;
  }
}

TEST(Masking, EveryPatternOfTheProgramHasARowAndNoRowInventsOne) {
  std::set<std::string> described, known;
  for (const Row& row : rows()) described.insert(row.pattern);
  for (const std::string& pattern : masked_patterns()) known.insert(pattern);
  EXPECT_EQ(described, known);
}

}  // namespace
}  // namespace sil::report
