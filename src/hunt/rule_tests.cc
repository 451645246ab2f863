#include "hunt/rule_tests.h"

#include <algorithm>

#include "bytes/file.h"
#include "hunt/plain.h"
#include "hunt/rule.h"
#include "hunt/written_event.h"
#include "hunt/yaml.h"

namespace sil::hunt {
namespace {

class TestRunner {
 public:
  TestRunner(const std::string& path, std::string_view text, const std::string& lists_folder)
      : text_(text), lists_folder_(lists_folder) {
    report_.path = path;
  }

  RuleTestReport run() {
    for (const YamlDocument& document : read_yaml(text_, &arena_)) {
      if (document.fault)
        fail(document.fault->line, document.fault->reason);
      else
        run_document(*document.root);
    }
    if (report_.passed == 0 && report_.failures.empty()) fail(1, "no event in this file");
    return std::move(report_);
  }

 private:
  void fail(uint32_t line, std::string text) { report_.failures.push_back({line, std::move(text)}); }

  static std::string beside(const std::string& path, std::string_view name) {
    if (name.starts_with('/')) return std::string(name);
    size_t slash = path.rfind('/');
    return (slash == std::string::npos ? "" : path.substr(0, slash + 1)) + std::string(name);
  }

  void run_document(const YamlNode& root) {
    const YamlNode* name = root.find("rule");
    if (!name || !name->is_scalar()) return fail(root.line, "expected 'rule: PATH'");
    report_.rule_path = beside(report_.path, name->text);
    auto rule_text = read_whole(report_.rule_path, kMaxYamlBytes);
    if (!rule_text) return fail(name->line, rule_text.error().text());
    LoadOptions options;
    options.lists_folder = lists_folder_;
    const RuleSet set = load_rules({{report_.rule_path, std::move(*rule_text)}}, options);
    for (const Verdict& verdict : set.verdicts) {
      if (!verdict.loaded) {
        fail(name->line, verdict.path + ":" + std::to_string(verdict.line) + ":" + std::to_string(verdict.column) +
                             ": " + verdict.reason);
      }
    }
    const YamlNode* id = root.find("id");
    const Rule* rule = nullptr;
    for (const Rule& candidate : set.rules) {
      if (!rule && (!id || candidate.info.id == id->text)) rule = &candidate;
    }
    if (!rule) return fail(name->line, "no rule was loaded");
    report_.rule_id = rule->info.id;
    for (const YamlEntry& entry : root.entries) {
      std::string_view key = entry.key->text;
      if (key == "match")
        run_events(*rule, *entry.value, true);
      else if (key == "no_match")
        run_events(*rule, *entry.value, false);
      else if (key != "rule" && key != "id")
        fail(entry.key->line, "unknown key '" + std::string(key) + "'");
    }
  }

  void run_events(const Rule& rule, const YamlNode& list, bool expected) {
    if (!list.is_list()) return fail(list.line, "expected a list of events");
    for (const YamlEntry& entry : list.entries) {
      auto event = WrittenEvent::make(*entry.value, rule.logsource);
      if (!event) {
        fail(event.error().line, event.error().reason);
        continue;
      }
      bool plain = plain_match(rule, (*event)->event());
      if (plain != expected)
        fail(entry.value->line, expected ? "must match, but does not" : "must not match, but does");
      else
        ++report_.passed;
    }
  }

  std::string_view text_;
  const std::string& lists_folder_;
  YamlArena arena_;
  RuleTestReport report_;
};

}  // namespace

RuleTestReport run_rule_tests(const std::string& path, std::string_view text, const std::string& lists_folder) {
  return TestRunner(path, text, lists_folder).run();
}

}  // namespace sil::hunt
