#include <fmt/format.h>

#include "bytes/json_writer.h"
#include "bytes/output.h"
#include "cli/run_display.h"
#include "cli/verb.h"
#include "flow/rule_loading.h"

namespace sil::cli {
namespace {

struct RulesOptions {
  Options common;
};

bool want_ndjson(const Options& options, const Output& output) {
  return options.format == "ndjson" || options.format == "json" || (options.format.empty() && !output.is_terminal());
}

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

void check(const Options& options, Outcome* outcome) {
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
  bool ndjson = want_ndjson(options, **output);
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
  if (auto written = (*output)->write(text); !written) return outcome->add(written.error());
  if (auto done = (*output)->commit(); !done) return outcome->add(done.error());
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

void list(const Options& options, Outcome* outcome) {
  Options loading = options;
  loading.rules = options.paths;
  auto selection = rule_selection(loading);
  if (!selection) return outcome->add(selection.error());
  auto set = flow::load_rule_set(*selection);
  if (!set) return outcome->add(set.error());
  auto output = Output::open(options.output);
  if (!output) return outcome->add(output.error());
  bool ndjson = want_ndjson(options, **output);
  std::string text;
  for (const hunt::Rule& rule : set->set.rules)
    text += listed(rule.info, hunt::DocumentKind::kRule, rule.silent, ndjson);
  for (const hunt::Correlation& rule : set->set.correlations)
    text += listed(rule.info, hunt::DocumentKind::kCorrelation, rule.silent, ndjson);
  if (auto written = (*output)->write(text); !written) return outcome->add(written.error());
  if (auto done = (*output)->commit(); !done) return outcome->add(done.error());
  if (!options.quiet) {
    std::string more = others(set->set.correlations.size(), 0);
    print_error(fmt::format("{} rules{}", set->set.rules.size(), more.empty() ? more : ", " + more));
  }
  if (set->set.rules.empty()) outcome->add(Exit::kNoRules, "no rule could be loaded");
}

void add_rule_paths(CLI::App* app, Options* options) {
  app->add_option("P", options->paths, "rule files or folders, or 'builtin' (the default)")->type_name("");
}

}  // namespace

std::function<void(Outcome*)> declare_rules(CLI::App* app) {
  app->require_subcommand(1);
  auto options = std::make_shared<Options>();
  CLI::App* check_app =
      app->add_subcommand("check", "a verdict for every document: loaded, or refused with file, line and reason");
  CLI::App* list_app = app->add_subcommand("list", "the rules that would be used");
  for (CLI::App* sub : {check_app, list_app}) {
    add_rule_paths(sub, options.get());
    add_output_options(sub, options.get(), "table (default on a terminal) or ndjson (default otherwise)");
    add_rule_options(sub, options.get());
  }
  check_app->footer("Examples:\n  silhouette rules check sigma/rules\n  silhouette rules check my.yml --strict");
  list_app->footer("Examples:\n  silhouette rules list\n  silhouette rules list sigma/rules --min-level high");
  check_app->add_flag("--strict", options->strict, "exit code 1 when a document is refused");
  return [options, check_app](Outcome* outcome) {
    check_app->parsed() ? check(*options, outcome) : list(*options, outcome);
  };
}

}  // namespace sil::cli
