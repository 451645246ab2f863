// What the conformance table has to speak about: every modifier against every kind of value, every legal pair of
// modifiers. What is legal is asked of the loader, so that a new combination without rows fails here.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "hunt/rule.h"
#include "table.h"

namespace sil::conformance {
namespace {

using hunt::YamlEntry;
using hunt::YamlNode;

const char* const kModifiers[] = {"contains", "startswith", "endswith", "all",     "exists",       "cased", "neq",
                                  "re",       "i",          "m",        "s",       "cidr",         "gt",    "gte",
                                  "lt",       "lte",        "base64",   "windash", "base64offset", "wide",  "utf16le",
                                  "utf16be",  "utf16",      "fieldref", "expand",  "minute",       "hour",  "day",
                                  "week",     "month",      "year"};
const char* const kClasses[] = {"match",   "near miss", "absent",    "null", "empty",  "number",
                                "boolean", "array",     "non-ASCII", "NUL",  "64 KiB", "newline"};

std::string plain_name(const std::string& modifier) {
  return modifier == "ignorecase" ? "i" : modifier == "multiline" ? "m" : modifier == "dotall" ? "s" : modifier;
}

void classes_of_text(std::string_view text, std::set<std::string>* out) {
  if (text.empty()) out->insert("empty");
  if (text.find('\0') != std::string_view::npos) out->insert("NUL");
  if (text.find('\n') != std::string_view::npos) out->insert("newline");
  if (text.size() >= 65536) out->insert("64 KiB");
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7F; }))
    out->insert("non-ASCII");
}

std::set<std::string> classes_of(const Row& row) {
  std::set<std::string> out{row.match ? "match" : "near miss"};
  if (row.event->entries.empty()) out.insert("absent");
  for (const YamlEntry& entry : row.event->entries) {
    const YamlNode& value = *entry.value;
    bool yes = false;
    if (value.is_list()) out.insert("array");
    if (!value.is_scalar()) continue;
    if (value.is_null())
      out.insert("null");
    else if (value.is_number())
      out.insert("number");
    else if (value.is_boolean(&yes))
      out.insert("boolean");
    else
      classes_of_text(value.text, &out);
  }
  return out;
}

TEST(ConformanceCoverage, EveryModifierMeetsEveryKindOfValue) {
  Table table = read_table(SIL_SIGMA_TABLE);
  std::map<std::string, std::set<std::string>> seen;
  for (const Group& group : table.groups) {
    std::set<std::string> names;
    for (const auto& key : group.modifiers) {
      for (const std::string& modifier : key) names.insert(plain_name(modifier));
    }
    for (const Row& row : group.rows) {
      std::set<std::string> classes = classes_of(row);
      for (const std::string& name : names) seen[name].insert(classes.begin(), classes.end());
    }
  }
  for (const char* modifier : kModifiers) {
    for (const char* wanted : kClasses)
      EXPECT_TRUE(seen[modifier].contains(wanted)) << "no row for modifier " << modifier << " and " << wanted;
  }
}

bool loads(const std::string& modifiers) {
  hunt::LoadOptions options;
  options.lists_folder = std::string(SIL_SIGMA_TABLE) + "/lists";
  const char* const kValues[] = {"'ab'", "5", "true", "10.0.0.0/8", "'%words%'", "'%nets%'"};
  return std::any_of(std::begin(kValues), std::end(kValues), [&](const char* value) {
    std::string text = "title: T\nlogsource: {product: okta, service: okta}\ndetection: {s: {'A|" + modifiers +
                       "': " + value + "}, condition: s}\n";
    return !hunt::load_rules({{"r.yml", text}}, options).rules.empty();
  });
}

TEST(ConformanceCoverage, EveryLegalPairOfModifiersHasRowsOfBothKinds) {
  Table table = read_table(SIL_SIGMA_TABLE);
  using Pair = std::pair<std::string, std::string>;
  std::map<Pair, std::set<bool>> seen;
  for (const Group& group : table.groups) {
    for (const auto& key : group.modifiers) {
      for (const std::string& a : key) {
        for (const std::string& b : key) {
          for (const Row& row : group.rows) seen[{plain_name(a), plain_name(b)}].insert(row.match);
        }
      }
    }
  }
  size_t legal = 0;
  for (const std::string a : kModifiers) {
    for (const std::string b : kModifiers) {
      if (a >= b) continue;
      auto flag = [](const std::string& name) { return name == "i" || name == "m" || name == "s"; };
      std::string before = (flag(a) || flag(b)) && a != "re" && b != "re" ? "re|" : "";
      if (!loads(before + a + "|" + b) && !loads(before + b + "|" + a)) continue;
      ++legal;
      EXPECT_EQ((seen[{a, b}].size()), 2u) << "no matching and not matching row for " << before << a << "|" << b;
    }
  }
  std::printf("%6zu legal pairs of modifiers\n", legal);
  EXPECT_GE(legal, 150u);
}

}  // namespace
}  // namespace sil::conformance
