// The conformance table of tests/golden/sigma (its README has the format) as rows that can be run: which rule texts,
// which event, which answer. Lifetime: a Table owns its nodes; rows view them. Thread rule: immutable once read.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "hunt/rule.h"
#include "hunt/yaml.h"

namespace sil::conformance {

struct Row {  // one event and the answer
  const hunt::YamlNode* event = nullptr;
  bool match = false;
  bool decided = false;  // stands on a decision of ours, whatever the section says
  uint32_t line = 0;
};
struct Group {
  std::string file, section;
  uint32_t line = 0;
  std::string rules;  // a rule file as text: one or several documents
  Logsource usual;    // of an event that names none
  std::vector<Row> rows;
  bool is_refused = false;
  std::string refused;                              // the reason holds this text
  std::vector<std::string> lints;                   // each stands in a lint of some document
  std::vector<std::string> no_lints;                // none stands in a lint
  std::vector<std::string> missing;                 // missing_fields of every match
  int64_t loads = -1;                               // how many rules the documents give; -1 = not asked
  std::vector<std::vector<std::string>> modifiers;  // of each key that has some, as written
  [[nodiscard]] size_t row_count() const { return rows.size() + (is_refused || !lints.empty() || loads >= 0 ? 1 : 0); }
};

struct Table {
  std::deque<hunt::YamlArena> arenas;
  std::deque<std::string> texts;
  std::vector<Group> groups;
  std::vector<std::string> faults;  // what is wrong with the table itself
};

// Reads the single-event files "N-*.yml" of the folder in order of their names.
Table read_table(const std::string& folder);
// The node as YAML flow text on one line. Words that YAML types (4688, true, null, 0777) stay as they were written.
std::string flow_text(const hunt::YamlNode& node);
// The node as JSON, as a log would hold it.
std::string json_text(const hunt::YamlNode& node);
// The same node with the token for 64 KiB of text replaced.
const hunt::YamlNode* expanded(const hunt::YamlNode& node, hunt::YamlArena* arena);
// The .yml files of a folder in order of their names.
std::vector<std::string> table_files(const std::string& folder, bool correlations);

}  // namespace sil::conformance
