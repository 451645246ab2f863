// "Field|modifier|...: values" into an Item: the one place where modifiers get their meaning (Sigma 2.1
// modifiers appendix; decisions: docs/decisions/sigma.md). Modifiers apply from left to right; contains,
// startswith and endswith open the ends of the finished pattern, wherever they stand. Thread rule:
// Placeholders belongs to one loader.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hunt/fault.h"
#include "hunt/rule.h"
#include "hunt/yaml.h"

namespace sil::hunt {

// Lists for `expand`: FOLDER/NAME.txt, one value a line; '#' at the start of a line and blank lines are
// passed over.
class Placeholders {
 public:
  explicit Placeholders(std::string folder) : folder_(std::move(folder)) {}
  // Null: no such list, `why` says where it was looked for.
  const std::vector<std::string>* find(const std::string& name, std::string* why);

 private:
  std::string folder_;
  std::map<std::string, std::optional<std::vector<std::string>>> lists_;
};

constexpr size_t kMaxUnfoldedRegexes = 1'000'000;  // steps (regex.h) of all expressions of a file

struct ItemContext {
  Placeholders* placeholders = nullptr;
  std::vector<Lint>* lints = nullptr;
  size_t* unfolded_regexes = nullptr;  // of the file so far; null: not counted
};

// `values`: a scalar or a list of scalars. An empty field name makes a keyword item.
Parsed<Item> read_item(const YamlNode& key, const YamlNode& values, const ItemContext& context);
// Scalars of a selection without a key: keywords, any of them.
Parsed<Item> read_keywords(const YamlNode& where, const std::vector<const YamlNode*>& values,
                           const ItemContext& context);

}  // namespace sil::hunt
