#include "cli/options.h"

#include <cstdlib>

#include "bytes/file.h"
#include "bytes/output.h"
#include "cli/interrupt.h"

namespace sil::cli {
namespace {

const std::vector<std::string> kLevelNames = {"informational", "low", "medium", "high", "critical"};

Result<uint64_t> ticks_option(const char* name, const std::string& text) {
  Timestamp time;
  if (!parse_rfc3339(text, &time) && !parse_rfc3339(text + "T00:00:00Z", &time)) {
    return fail(ErrorCode::kUsage, name, "a time such as 2024-03-05T08:00:00Z or 2024-03-05", "'" + text + "'");
  }
  return time.ticks;
}

// One suppression a line: rule id, field, value, separated by tabs or commas; # starts a comment.
Result<std::vector<std::array<std::string, 3>>> read_suppressions(const std::string& path) {
  std::vector<std::array<std::string, 3>> out;
  auto text = read_whole(path, 16 << 20);
  if (!text) return tl::unexpected(text.error());
  size_t number = 0;
  for (size_t at = 0; at < text->size();) {
    size_t end = std::min(text->find('\n', at), text->size());
    std::string_view line(text->data() + at, end - at);
    at = end + 1;
    ++number;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line[0] == '#') continue;
    char separator = line.find('\t') != std::string_view::npos ? '\t' : ',';
    size_t first = line.find(separator);
    size_t second = first == std::string_view::npos ? first : line.find(separator, first + 1);
    if (second == std::string_view::npos) {
      return fail(ErrorCode::kUsage, path + ":" + std::to_string(number) + ":1",
                  "rule id, field and value, separated by tabs or commas", "'" + std::string(line) + "'");
    }
    out.push_back({std::string(line.substr(0, first)), std::string(line.substr(first + 1, second - first - 1)),
                   std::string(line.substr(second + 1))});
  }
  return out;
}

}  // namespace

void add_paths(CLI::App* app, Options* options) {
  app->add_option("PATH", options->paths, "files, folders (recursive) or - for standard input")->required();
}

void add_output_options(CLI::App* app, Options* options) {
  app->add_option("--format", options->format,
                  "ndjson, json, csv, table or timesketch (default: table on a terminal, else ndjson)");
  app->add_option("-o,--output", options->output, "write to FILE: beside it first, then renamed")->type_name("FILE");
  app->add_option("--tz", options->time_zone, "time zone for display, as +02:00 (default UTC)")->type_name("ZONE");
  app->add_option("--lang", options->language, "language of reports")->check(CLI::IsMember({"en", "fr"}));
  app->add_option("--color", options->color, "colours")->check(CLI::IsMember({"auto", "always", "never"}));
  app->add_flag("-q,--quiet", options->quiet, "no progress, no summary line");
  app->add_flag("--timings", options->timings, "load, scan and write times as one JSON line on standard error");
  app->add_flag("--show-secrets", options->show_secrets, "do not mask passwords found in command lines");
}

void add_reading_options(CLI::App* app, Options* options) {
  app->add_option("--threads", options->threads, "worker threads (default: all cores)")->check(CLI::Range(1, 256));
  app->add_option("--as", options->as_format, "read every PATH as this format (see: silhouette formats)")
      ->type_name("FORMAT");
  app->add_flag("--custody", options->custody, "SHA-256 of each source, over the bytes that were read");
  app->add_option("--from", options->from, "only events at or after this time")->type_name("TIME");
  app->add_option("--to", options->to, "only events at or before this time")->type_name("TIME");
  app->add_option("--host", options->host, "only events of this computer")->type_name("NAME");
  app->add_flag("--anomalies", options->anomalies, "also write what is wrong with the bytes");
}

void add_rule_options(CLI::App* app, Options* options) {
  app->add_option("--rules", options->rules, "rule file or folder instead of the built-in rules; 'builtin' adds those")
      ->type_name("P");
  app->add_option("--filters", options->filters, "global filter documents")->type_name("P");
  app->add_option("--lists", options->lists, "folder with NAME.txt for each %NAME% placeholder")->type_name("DIR");
  app->add_option("--level", options->levels, "only rules of exactly these levels")
      ->delimiter(',')
      ->check(CLI::IsMember(kLevelNames));
  app->add_option("--min-level", options->min_level, "only rules at or above this level")
      ->check(CLI::IsMember(kLevelNames));
  app->add_option("--status", options->statuses, "only rules of these statuses")->delimiter(',');
  app->add_option("--tag", options->tags, "only rules with one of these tags")->delimiter(',');
  app->add_option("--exclude-rule", options->exclude_rules, "file with one rule id a line")->type_name("FILE");
  app->add_option("--suppress", options->suppress, "file with 'rule id, field, value' a line")->type_name("FILE");
  app->add_flag("--no-cache", options->no_cache, "do not use or write the compiled rule cache");
  app->add_flag("--no-value-cache", options->no_value_cache,
                "match every value anew (for measurements; findings are the same)");
  app->add_flag("--verify-cache", options->verify_cache, "compare contents, not only size and times, with the cache");
}

void add_fail_on(CLI::App* app, Options* options) {
  app->add_option("--fail-on", options->fail_on, "exit code 1 when a finding is at or above this level")
      ->check(CLI::IsMember(kLevelNames));
}

Result<report::ReportOptions> display_options(const Options& options, bool terminal) {
  report::ReportOptions out;
  if (!parse_offset(options.time_zone, &out.zone_minutes)) {
    return fail(ErrorCode::kUsage, "--tz", "UTC or an offset such as +02:00", "'" + options.time_zone + "'");
  }
  out.zone_name = options.time_zone;
  out.color = use_color(options, terminal);
  out.width = terminal_columns();
  out.language = options.language == "fr" ? report::Language::kFrench : report::Language::kEnglish;
  out.show_secrets = options.show_secrets;
  return out;
}

void judge_findings(const Options& options, const std::array<uint64_t, 5>& by_level, Outcome* outcome) {
  Level threshold{};
  if (options.fail_on.empty() || !parse_level(options.fail_on, &threshold)) return;
  uint64_t at_or_above = 0;
  for (size_t i = static_cast<size_t>(threshold); i < by_level.size(); ++i) at_or_above += by_level[i];
  if (at_or_above > 0)
    outcome->add(Exit::kFound, std::to_string(at_or_above) + " findings at or above " + options.fail_on);
}

void report_rules(const hunt::RuleSet& set, const Options& options, Outcome* outcome) {
  size_t refused = 0;
  for (const hunt::Verdict& verdict : set.verdicts) refused += verdict.loaded ? 0 : 1;
  if (refused > 0 && !options.quiet) {
    print_error(std::to_string(refused) + " of " + std::to_string(set.verdicts.size()) +
                " rule documents were refused ('silhouette rules check' says why)");
  }
  if (set.rules.empty()) outcome->add(Exit::kNoRules, "no rule could be loaded");
}

Result<flow::RuleSelection> rule_selection(const Options& options) {
  flow::RuleSelection out;
  out.paths = options.rules;
  out.filters = options.filters;
  out.exclude_file = options.exclude_rules;
  out.load.lists_folder = options.lists;
  out.load.statuses = options.statuses;
  out.load.tags = options.tags;
  for (const std::string& name : options.levels) {
    Level level{};
    if (!parse_level(name, &level)) return fail(ErrorCode::kUsage, "--level", "a level word", name);
    out.load.levels.push_back(level);
  }
  if (!options.min_level.empty()) out.load.has_min_level = parse_level(options.min_level, &out.load.min_level);
  return out;
}

Result<flow::HuntStageOptions> hunt_options(const Options& options) {
  flow::HuntStageOptions out;
  out.finding.whole_event = options.event;
  out.window.host = options.host;
  if (!options.from.empty()) {
    auto ticks = ticks_option("--from", options.from);
    if (!ticks) return tl::unexpected(ticks.error());
    out.window.from_ticks = *ticks;
  }
  if (!options.to.empty()) {
    auto ticks = ticks_option("--to", options.to);
    if (!ticks) return tl::unexpected(ticks.error());
    out.window.to_ticks = *ticks;
  }
  if (!options.suppress.empty()) {
    auto list = read_suppressions(options.suppress);
    if (!list) return tl::unexpected(list.error());
    out.suppress = std::move(*list);
  }
  return out;
}

flow::PipelineOptions pipeline_options(const Options& options) {
  flow::PipelineOptions out;
  out.threads = options.threads;
  out.custody = options.custody;
  out.format = options.as_format;
  out.stop = interrupt_flag();
  return out;
}

bool use_color(const Options& options, bool terminal) {
  if (options.color == "always") return true;
  if (options.color == "never") return false;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return terminal && !(no_color && *no_color) && !(term && std::string_view(term) == "dumb");
}

}  // namespace sil::cli
