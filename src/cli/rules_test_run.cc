// `rules test FILE...`: rule tests (docs/rules/tests.md).
#include <fmt/format.h>

#include "bytes/file.h"
#include "bytes/json_writer.h"
#include "cli/rules_verb.h"
#include "cli/run_display.h"
#include "flow/rule_test_run.h"

namespace sil::cli {
namespace {

std::string report_json(const hunt::RuleTestReport& report) {
  std::string line;
  JsonWriter json(&line);
  json.begin_object().field("schema", "silhouette/rule-test/1").field("path", report.path);
  json.field("rule_path", report.rule_path).field("rule_id", report.rule_id);
  json.field("verdict", report.ok() ? "passed" : "failed").key("passed").number(report.passed);
  json.key("failures").begin_array();
  for (const hunt::RuleTestFailure& failure : report.failures)
    json.begin_object().key("line").number(failure.line).field("text", failure.text).end_object();
  json.end_array().end_object();
  return line + "\n";
}

std::string report_text(const hunt::RuleTestReport& report) {
  std::string out;
  for (const hunt::RuleTestFailure& failure : report.failures)
    out += fmt::format("failed   {}:{}: {}\n", report.path, failure.line, failure.text);
  if (report.ok()) out += fmt::format("passed   {} ({} events)\n", report.path, report.passed);
  return out;
}

// Folders are searched for .yml, .yaml and .json; a file that is named is a test whatever it is called.
bool collect(const std::string& path, std::vector<std::string>* files, Outcome* outcome) {
  if (!path_exists(path)) {
    outcome->add(Exit::kUsage, path + ": no such test file or folder");
    return false;
  }
  bool folder = is_directory(path);
  std::vector<Error> problems;
  for (std::string& file : list_files(path, &problems)) {
    bool test = file.ends_with(".yml") || file.ends_with(".yaml") || file.ends_with(".json");
    if (!folder || test) files->push_back(std::move(file));
  }
  for (const Error& problem : problems) outcome->add(problem);
  return true;
}

}  // namespace

void test_rules(const Options& options, Outcome* outcome) {
  if (!plain_form(options, outcome)) return;
  std::vector<std::string> files;
  for (const std::string& path : options.paths) {
    if (!collect(path, &files, outcome)) return;
  }
  if (files.empty()) return outcome->add(Exit::kUsage, "no test file (.yml, .yaml, .json) in " + options.paths.front());
  auto output = Output::open(options.output);
  if (!output) return outcome->add(output.error());
  bool objects = wants_objects(options, **output);
  size_t failed = 0, events = 0;
  std::string text;
  for (const std::string& file : files) {
    hunt::RuleTestReport report = flow::run_rule_test_file(file, options.lists);
    failed += report.ok() ? 0 : 1;
    events += report.passed + report.failures.size();
    text += objects ? report_json(report) : report_text(report);
  }
  write_all(objects ? in_form(options, std::move(text)) : text, output->get(), outcome);
  if (!options.quiet)
    print_error(fmt::format("{} test files, {} events: {} files failed", files.size(), events, failed));
  if (failed > 0) outcome->add(Exit::kFound, fmt::format("{} of {} test files failed", failed, files.size()));
}

}  // namespace sil::cli
