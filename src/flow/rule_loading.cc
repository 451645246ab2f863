#include "flow/rule_loading.h"

#include <algorithm>
#include <chrono>

#include "bytes/file.h"
#include "flow/builtin_rules.h"

namespace sil::flow {
namespace {

constexpr uint64_t kMaxRuleFile = 1 << 20;  // interface.md: a rule file 1 MiB

bool is_rule_file(std::string_view path) {
  return path.ends_with(".yml") || path.ends_with(".yaml");
}

void refuse(const std::string& path, const std::string& reason, std::vector<hunt::Verdict>* refused) {
  hunt::Verdict verdict;
  verdict.path = path;
  verdict.reason = reason;
  verdict.line = 1;
  verdict.column = 1;
  refused->push_back(std::move(verdict));
}

Result<void> add_path(const std::string& path, std::vector<hunt::RuleText>* texts,
                      std::vector<hunt::Verdict>* refused) {
  if (!path_exists(path)) return fail(ErrorCode::kNotFound, path, "no such rule file or folder");
  bool folder = is_directory(path);
  std::vector<Error> problems;
  for (const std::string& file : list_files(path, &problems)) {
    if (folder && !is_rule_file(file)) continue;
    auto text = read_whole(file, kMaxRuleFile);
    if (text)
      texts->push_back({file, std::move(*text)});
    else
      refuse(file,
             text.error().code == ErrorCode::kLimit ? "larger than 1 MiB: no rule is that long" : text.error().text(),
             refused);
  }
  for (const Error& problem : problems) refuse(problem.where, problem.expected, refused);
  return {};
}

Result<std::vector<std::string>> read_ids(const std::string& path) {
  std::vector<std::string> ids;
  auto text = read_whole(path, kMaxRuleFile);
  if (!text) return tl::unexpected(text.error());
  for (size_t at = 0; at < text->size();) {
    size_t end = std::min(text->find('\n', at), text->size());
    std::string line = text->substr(at, end - at);
    at = end + 1;
    line.erase(std::min(line.find('#'), line.size()));
    line.erase(0, std::min(line.find_first_not_of(" \t\r"), line.size()));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (!line.empty()) ids.push_back(line);
  }
  return ids;
}

}  // namespace

Result<std::vector<hunt::RuleText>> read_rule_texts(const RuleSelection& selection,
                                                    std::vector<hunt::Verdict>* refused) {
  std::vector<hunt::RuleText> texts;
  bool builtin = selection.paths.empty();
  for (const std::string& path : selection.paths) {
    if (path == "builtin")
      builtin = true;
    else
      SIL_TRY(add_path(path, &texts, refused));
  }
  for (const std::string& path : selection.filters) SIL_TRY(add_path(path, &texts, refused));
  if (builtin) {
    for (const BuiltinRule& rule : builtin_rules()) texts.push_back({rule.path, std::string(rule.text)});
  }
  std::stable_sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  // The same file reached by two paths given twice is one file.
  texts.erase(std::unique(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.path == b.path; }),
              texts.end());
  return texts;
}

Result<hunt::RuleSet> load_rule_set(const RuleSelection& selection) {
  std::vector<hunt::Verdict> refused;
  auto texts = read_rule_texts(selection, &refused);
  if (!texts) return tl::unexpected(texts.error());
  hunt::LoadOptions options = selection.load;
  if (!selection.exclude_file.empty()) {
    auto ids = read_ids(selection.exclude_file);
    if (!ids) return tl::unexpected(ids.error());
    options.excluded_ids.insert(options.excluded_ids.end(), ids->begin(), ids->end());
  }
  hunt::RuleSet set = hunt::load_rules(*texts, options);
  set.verdicts.insert(set.verdicts.end(), refused.begin(), refused.end());
  return set;
}

Result<std::unique_ptr<Rules>> load_program(const RuleSelection& selection, const hunt::ProgramOptions& options) {
  auto begun = std::chrono::steady_clock::now();
  auto set = load_rule_set(selection);
  if (!set) return tl::unexpected(set.error());
  auto rules = std::make_unique<Rules>();
  rules->set = std::move(*set);
  rules->program = hunt::Program::compile(rules->set.rules, options);
  rules->load_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  return rules;
}

}  // namespace sil::flow
