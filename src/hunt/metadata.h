// What every Sigma document says about itself: title, id, level, tags, logsource (Sigma 2.1, rule
// attributes).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hunt/fault.h"
#include "hunt/rule.h"
#include "hunt/yaml.h"

namespace sil::hunt {

struct Metadata {
  RuleInfo info;  // without path, digest and logsource
  std::string name, author, date, modified;
  std::vector<std::string> falsepositives;
  std::vector<std::pair<std::string, std::string>> related, custom;
};
Parsed<Metadata> read_metadata(const YamlNode& root, std::vector<Lint>* lints);

struct LogsourceText {
  Logsource logsource;  // lower case
  std::string definition;
};
Parsed<LogsourceText> read_logsource(const YamlNode& node);
std::string logsource_text(const Logsource& logsource);  // "windows/process_creation"

// Scalar or list of scalars; false: something else.
bool read_texts(const YamlNode& node, std::vector<std::string>* out);

}  // namespace sil::hunt
