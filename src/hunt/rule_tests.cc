#include "hunt/rule_tests.h"

#include <algorithm>

#include "bytes/file.h"
#include "hunt/correlate_events.h"
#include "hunt/metadata.h"
#include "hunt/plain.h"
#include "hunt/program.h"
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
    std::vector<RuleText> texts{{report_.rule_path, std::move(*rule_text)}};
    if (!add_members(root, &texts)) return;
    LoadOptions options;
    options.lists_folder = lists_folder_;
    const RuleSet set = load_rules(texts, options);
    for (const Verdict& verdict : set.verdicts) {
      if (!verdict.loaded) {
        fail(name->line, verdict.path + ":" + std::to_string(verdict.line) + ":" + std::to_string(verdict.column) +
                             ": " + verdict.reason);
      }
    }
    const YamlNode* id = root.find("id");
    for (uint32_t i = 0; i < set.correlations.size(); ++i) {
      const Correlation& correlation = set.correlations[i];
      bool meant = id ? correlation.info.id == id->text : !correlation.silent;
      if (meant && correlation.info.path == report_.rule_path) return run_correlation(root, set, i);
    }
    const Rule* rule = nullptr;
    for (const Rule& candidate : set.rules) {
      if (!rule && (!id || candidate.info.id == id->text)) rule = &candidate;
    }
    if (!rule) return fail(name->line, "no rule was loaded");
    report_.rule_id = rule->info.id;
    const auto program = Program::compile({rule, 1}, {});
    for (const YamlEntry& entry : root.entries) {
      std::string_view key = entry.key->text;
      if (key == "match")
        run_events(*program, *entry.value, true);
      else if (key == "no_match")
        run_events(*program, *entry.value, false);
      else if (key != "rule" && key != "id")
        fail(entry.key->line, "unknown key '" + std::string(key) + "'");
    }
  }

  // `with`: files of the rules that a correlation counts.
  bool add_members(const YamlNode& root, std::vector<RuleText>* texts) {
    const YamlNode* with = root.find("with");
    if (!with) return true;
    std::vector<std::string> names;
    if (!read_texts(*with, &names)) return fail(with->line, "'with' must be paths of rule files"), false;
    for (const std::string& name : names) {
      std::string path = beside(report_.path, name);
      auto text = read_whole(path, kMaxYamlBytes);
      if (!text) return fail(with->line, text.error().text()), false;
      texts->push_back({path, std::move(*text)});
    }
    return true;
  }

  void run_correlation(const YamlNode& root, const RuleSet& set, uint32_t correlation) {
    report_.rule_id = set.correlations[correlation].info.id;
    for (const YamlEntry& entry : root.entries) {
      std::string_view key = entry.key->text;
      if (key == "match" || key == "no_match")
        run_sequences(set, correlation, *entry.value, key == "match");
      else if (key != "rule" && key != "id" && key != "with")
        fail(entry.key->line, "unknown key '" + std::string(key) + "'");
    }
  }

  void run_sequences(const RuleSet& set, uint32_t correlation, const YamlNode& list, bool expected) {
    if (!list.is_list()) return fail(list.line, "expected a list of sequences, each a list of timed events");
    for (const YamlEntry& sequence : list.entries) run_sequence(set, correlation, *sequence.value, expected);
  }

  void run_sequence(const RuleSet& set, uint32_t correlation, const YamlNode& sequence, bool expected) {
    if (!sequence.is_list()) return fail(sequence.line, "a correlation is tested with lists of timed events");
    std::vector<std::unique_ptr<const WrittenEvent>> kept;
    std::vector<const Event*> events;
    for (const YamlEntry& entry : sequence.entries) {
      auto event = WrittenEvent::make(*entry.value, {});
      if (!event) return fail(event.error().line, event.error().reason);
      kept.push_back(std::move(*event));
      events.push_back(&kept.back()->event());
    }
    auto plain = correlate_events(set, events, Evaluator::kPlain);
    auto compiled = correlate_events(set, events, Evaluator::kCompiled);
    if (!plain || !compiled) return fail(sequence.line, (plain ? compiled : plain).error().text());
    if (plain->firings != compiled->firings) return fail(sequence.line, "the two evaluators differ");
    bool fired = std::any_of(plain->firings.begin(), plain->firings.end(),
                             [&](const EventFiring& firing) { return firing.correlation == correlation; });
    if (fired != expected)
      fail(sequence.line, expected ? "must fire, but does not" : "must not fire, but does");
    else
      ++report_.passed;
  }

  void run_events(const Program& program, const YamlNode& list, bool expected) {
    const Rule& rule = program.rules().front();
    Matcher matcher(program);
    if (!list.is_list()) return fail(list.line, "expected a list of events");
    for (const YamlEntry& entry : list.entries) {
      auto event = WrittenEvent::make(*entry.value, rule.logsource);
      if (!event) {
        fail(event.error().line, event.error().reason);
        continue;
      }
      bool plain = plain_match(rule, (*event)->event());
      bool fast = !matcher.match((*event)->event()).empty();
      if (plain != fast)
        fail(entry.value->line, plain ? "the plain evaluator matches, the fast one does not: a defect of this program"
                                      : "the fast evaluator matches, the plain one does not: a defect of this program");
      else if (plain != expected)
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
