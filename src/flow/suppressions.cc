#include "flow/suppressions.h"

#include <algorithm>

#include "bytes/file.h"
#include "bytes/text.h"
#include "hunt/pattern.h"
#include "hunt/plain.h"

namespace sil::flow {
namespace {

constexpr uint64_t kMaxFile = 16 << 20;

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \r"), text.size()));
  return text.substr(0, text.find_last_not_of(" \r") + 1);
}

// '*' alone is special: values are paths, in which a backslash is itself.
hunt::Pattern value_pattern(std::string_view value) {
  hunt::Parts parts;
  std::string literal;
  auto flush = [&] {
    if (!literal.empty()) parts.push_back({hunt::PatternPart::Kind::kLiteral, literal});
    literal.clear();
  };
  for (char c : value) {
    if (c != '*') {
      literal += c;
      continue;
    }
    flush();
    parts.push_back({hunt::PatternPart::Kind::kAnyRun, {}});
  }
  flush();
  return hunt::finish(std::move(parts), {}, false);
}

}  // namespace

void Suppressions::add(const std::string& rule, const std::string& field, const std::string& value) {
  by_rule_[folded(rule)].push_back({field, value_pattern(value)});
}

bool Suppressions::any_holds(const std::vector<Entry>& entries, const hunt::Rule& rule, const Event& event) {
  for (const Entry& entry : entries) {
    std::vector<std::string> values;
    hunt::plain_values(rule.logsource, event, entry.field, &values);
    if (std::string own = event.text(entry.field); !own.empty()) values.push_back(std::move(own));
    for (const std::string& value : values) {
      if (hunt::pattern_matches(entry.value, folded(value))) return true;
    }
  }
  return false;
}

bool Suppressions::holds(const hunt::Rule& rule, const Event& event) const {
  if (by_rule_.empty()) return false;
  for (const std::string& id : {folded(rule.info.id), std::string("*")}) {
    auto found = by_rule_.find(id);
    if (found != by_rule_.end() && any_holds(found->second, rule, event)) return true;
  }
  return false;
}

bool Suppressions::holds(const Finding& finding) const {
  if (by_rule_.empty() || !finding.rule) return false;
  for (const std::string& id : {folded(finding.rule->id), std::string("*")}) {
    auto found = by_rule_.find(id);
    if (found == by_rule_.end()) continue;
    for (const Entry& entry : found->second) {
      for (const MatchedField& field : finding.matched) {
        if (equal_folded(field.field, entry.field) && hunt::pattern_matches(entry.value, folded(field.value)))
          return true;
      }
    }
  }
  return false;
}

Result<Suppressions> read_suppressions(const std::string& path) {
  Suppressions out;
  auto text = read_whole(path, kMaxFile);
  if (!text) return tl::unexpected(text.error());
  size_t number = 0;
  for (size_t at = 0; at < text->size();) {
    size_t end = std::min(text->find('\n', at), text->size());
    std::string_view line = trimmed(std::string_view(*text).substr(at, end - at));
    at = end + 1;
    ++number;
    if (line.empty() || line[0] == '#') continue;
    char separator = line.find('\t') != std::string_view::npos ? '\t' : ',';
    size_t first = line.find(separator);
    size_t second = first == std::string_view::npos ? first : line.find(separator, first + 1);
    if (second != std::string_view::npos) {
      std::string rule(trimmed(line.substr(0, first)));
      std::string field(trimmed(line.substr(first + 1, second - first - 1)));
      std::string value(trimmed(line.substr(second + 1)));
      if (!rule.empty() && !field.empty() && !value.empty()) {
        out.add(rule, field, value);
        continue;
      }
    }
    return fail(ErrorCode::kUsage, path + ":" + std::to_string(number) + ":1",
                "rule id, field and value, separated by tabs or commas", "'" + std::string(line) + "'");
  }
  return out;
}

}  // namespace sil::flow
