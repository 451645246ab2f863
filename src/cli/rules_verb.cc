#include "cli/rules_verb.h"

#include <fmt/format.h>

#include "bytes/json_writer.h"
#include "bytes/output.h"
#include "cli/run_display.h"
#include "cli/verb.h"
#include "flow/rule_loading.h"

namespace sil::cli {
namespace {

const char* kind_name(hunt::DocumentKind kind) {
  return kind == hunt::DocumentKind::kCorrelation ? "correlation"
         : kind == hunt::DocumentKind::kFilter    ? "filter"
                                                  : "rule";
}

std::string verdict_json(const hunt::Verdict& verdict) {
  std::string line;
  JsonWriter json(&line);
  json.begin_object().field("schema", "silhouette/rule-verdict/1").field("path", verdict.path);
  json.field("id", verdict.id).field("title", verdict.title).field("verdict", verdict.loaded ? "loaded" : "refused");
  json.field("reason", verdict.reason).key("line").number(verdict.line).field("kind", kind_name(verdict.kind));
  if (verdict.column) json.key("column").number(verdict.column);
  if (!verdict.lints.empty()) {
    json.key("lints").begin_array();
    for (const hunt::Lint& lint : verdict.lints)
      json.begin_object().key("line").number(lint.line).field("text", lint.text).end_object();
    json.end_array();
  }
  json.end_object();
  return line + "\n";
}

// "4 correlations, 1 filter"; empty where there are none.
std::string others(size_t correlations, size_t filters) {
  std::string out;
  if (correlations) out += fmt::format("{} {}", correlations, correlations == 1 ? "correlation" : "correlations");
  if (filters) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", filters, filters == 1 ? "filter" : "filters");
  return out;
}

// What `rules list` says of a rule or a correlation.
std::string listed(const RuleInfo& info, hunt::DocumentKind kind, bool silent, bool ndjson) {
  if (!ndjson) {
    return fmt::format("{:<13} {:<36} {}{}{}\n", level_name(info.level), info.id, info.title,
                       kind == hunt::DocumentKind::kCorrelation ? " [correlation]" : "",
                       silent ? " [silent: counted by a correlation]" : "");
  }
  std::string line;
  JsonWriter json(&line);
  json.begin_object().field("schema", "silhouette/rule/1").field("id", info.id).field("title", info.title);
  json.field("level", level_name(info.level)).field("status", info.status).field("logsource", info.logsource);
  json.key("tags").begin_array();
  for (const std::string& tag : info.tags) json.string(tag);
  json.end_array().field("path", info.path).field("kind", kind_name(kind)).key("silent").boolean(silent).end_object();
  return line + "\n";
}

std::string verdict_text(const hunt::Verdict& verdict) {
  std::string out;
  if (!verdict.loaded) {
    out += fmt::format("refused  {}:{}:{}: {}\n", verdict.path, verdict.line, std::max(1u, verdict.column),
                       verdict.reason);
  }
  for (const hunt::Lint& lint : verdict.lints)
    out += fmt::format("note     {}:{}: {}\n", verdict.path, lint.line, lint.text);
  return out;
}

}  // namespace

bool wants_objects(const Options& options, const Output& output) {
  return options.format == "ndjson" || options.format == "json" || (options.format.empty() && !output.is_terminal());
}

bool plain_form(const Options& options, Outcome* outcome) {
  const std::string& form = options.format;
  if (form.empty() || form == "ndjson" || form == "json" || form == "table") return true;
  outcome->add(Exit::kUsage, "--format of this verb: expected ndjson, json or table, found '" + form + "'");
  return false;
}

std::string in_form(const Options& options, std::string objects) {
  if (options.format != "json") return objects;
  std::string out = "[\n";
  for (size_t at = 0; at < objects.size();) {  // one object a line
    size_t end = std::min(objects.find('\n', at), objects.size());
    if (at > 0) out += ",\n";
    out.append(objects, at, end - at);
    at = end + 1;
  }
  return out + "\n]\n";
}

void write_all(std::string_view text, Output* output, Outcome* outcome) {
  if (auto written = output->write(text); !written) return outcome->add(written.error());
  if (auto done = output->commit(); !done) outcome->add(done.error());
}

void check_rules(const Options& options, Outcome* outcome) {
  if (!plain_form(options, outcome)) return;
  StopWatch watch;
  Options loading = options;
  loading.rules = options.paths;
  auto selection = rule_selection(loading);
  if (!selection) return outcome->add(selection.error());
  selection->cache.use = flow::CacheUse::kOff;  // a check is of what stands in the files
  auto set = flow::load_rule_set(*selection);
  if (!set) return outcome->add(set.error());
  auto output = Output::open(options.output);
  if (!output) return outcome->add(output.error());
  bool ndjson = wants_objects(options, **output);
  size_t loaded = 0, refused = 0, notes = 0, passed_over = 0, kinds[3] = {};
  std::string text;
  for (const hunt::Verdict& verdict : set->set.verdicts) {
    if (verdict.passed_over) {
      ++passed_over;
      continue;
    }
    (verdict.loaded ? loaded : refused) += 1;
    notes += verdict.lints.size();
    if (verdict.loaded) ++kinds[static_cast<size_t>(verdict.kind)];
    text += ndjson ? verdict_json(verdict) : verdict_text(verdict);
  }
  double ms = watch.elapsed_ms();
  write_all(ndjson ? in_form(options, std::move(text)) : text, output->get(), outcome);
  if (!options.quiet) {
    std::string more = others(kinds[1], kinds[2]);
    print_error(fmt::format("{} documents: {} loaded{}, {} refused, {} notes{}", loaded + refused, loaded,
                            more.empty() ? more : " (" + more + ")", refused, notes,
                            passed_over ? fmt::format("; {} more not asked for", passed_over) : ""));
  }
  if (options.timings) print_error(timings_line({ms, 0, 0, {}}));
  if (options.strict && refused > 0) outcome->add(Exit::kFound, "refused rules, and --strict was given");
  if (loaded == 0) outcome->add(Exit::kNoRules, "no rule could be loaded");
}

void list_rules(const Options& options, Outcome* outcome) {
  if (!plain_form(options, outcome)) return;
  Options loading = options;
  loading.rules = options.paths;
  auto selection = rule_selection(loading);
  if (!selection) return outcome->add(selection.error());
  auto set = flow::load_rule_set(*selection);
  if (!set) return outcome->add(set.error());
  auto output = Output::open(options.output);
  if (!output) return outcome->add(output.error());
  bool ndjson = wants_objects(options, **output);
  std::string text;
  for (const hunt::Rule& rule : set->set.rules)
    text += listed(rule.info, hunt::DocumentKind::kRule, rule.silent, ndjson);
  for (const hunt::Correlation& rule : set->set.correlations)
    text += listed(rule.info, hunt::DocumentKind::kCorrelation, rule.silent, ndjson);
  write_all(ndjson ? in_form(options, std::move(text)) : text, output->get(), outcome);
  if (!options.quiet) {
    std::string more = others(set->set.correlations.size(), 0);
    print_error(fmt::format("{} rules{}", set->set.rules.size(), more.empty() ? more : ", " + more));
  }
  if (set->set.rules.empty()) outcome->add(Exit::kNoRules, "no rule could be loaded");
}

std::function<void(Outcome*)> declare_rules(CLI::App* app) {
  app->require_subcommand(1);
  auto options = std::make_shared<RulesOptions>();
  Options* common = &options->common;
  CLI::App* check =
      app->add_subcommand("check", "a verdict for every document: loaded, or refused with file, line and reason");
  CLI::App* list = app->add_subcommand("list", "the rules that would be used");
  CLI::App* test = app->add_subcommand("test", "run rule tests: events that must match, events that must not");
  CLI::App* blind = app->add_subcommand("blind", "which rules could not have fired on these logs, and why");
  CLI::App* explain = app->add_subcommand("explain", "why a rule matches a record, or the nearest miss");
  for (CLI::App* sub : {check, list})
    sub->add_option("P", common->paths, "rule files or folders, or 'builtin' (the default)")->type_name("");
  test->add_option("FILE", common->paths, "test files, or folders with such")->required()->type_name("");
  test->add_option("--lists", common->lists, "folder with NAME.txt for each %NAME% placeholder")->type_name("DIR");
  blind->add_option("P", options->rule_path, "rule file or folder, or 'builtin'; --rules P adds more")
      ->required()
      ->type_name("");
  explain->add_option("ID", options->rule_id, "the rule's id, or how only its id begins")->required()->type_name("");
  explain->add_option("--record", options->record_id, "the record with this EventRecordID")->type_name("N");
  explain->add_option("--offset", options->offset, "the record that begins at this offset of its source")
      ->type_name("N");
  for (CLI::App* sub : {blind, explain}) {
    add_paths(sub, common);
    add_reading_options(sub, common);
  }
  for (CLI::App* sub : {check, list, blind, explain}) add_rule_options(sub, common);
  constexpr const char* kForms = "table (default on a terminal), ndjson (default otherwise) or json";
  for (CLI::App* sub : {check, list, test, explain}) add_output_options(sub, common, kForms);
  add_output_options(blind, common, "table (default on a terminal), ndjson (default otherwise), json or navigator");
  for (CLI::App* sub : {blind, explain}) add_display_options(sub, common);
  check->footer("Examples:\n  silhouette rules check sigma/rules\n  silhouette rules check my.yml --strict");
  list->footer("Examples:\n  silhouette rules list\n  silhouette rules list sigma/rules --min-level high");
  test->footer("Examples:\n  silhouette rules test rules/tests");
  blind->footer("Examples:\n  silhouette rules blind builtin logs/");
  explain->footer("Examples:\n  silhouette rules explain e8ed9174 Security.evtx");
  check->add_flag("--strict", common->strict, "exit code 1 when a document is refused");
  return [=](Outcome* outcome) {
    if (check->parsed()) check_rules(*common, outcome);
    if (list->parsed()) list_rules(*common, outcome);
    if (test->parsed()) test_rules(*common, outcome);
    if (blind->parsed()) blind_rules(*options, outcome);
    if (explain->parsed()) explain_rule(*options, outcome);
  };
}

}  // namespace sil::cli
