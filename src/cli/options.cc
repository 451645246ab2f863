#include "cli/options.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "bytes/file.h"
#include "bytes/output.h"
#include "bytes/time_zone.h"
#include "cli/interrupt.h"

namespace sil::cli {
namespace {

const std::vector<std::string> kLevelNames = {"informational", "low", "medium", "high", "critical"};
constexpr char kOutput[] = "Output", kReading[] = "Reading", kRules[] = "Rules";  // headings of --help

// The choices stand in the option's text; the library would repeat them in its type.
CLI::Validator one_of(const std::vector<std::string>& words) {
  CLI::Validator check = CLI::IsMember(words);
  check.description("");
  return check;
}

// A time as our own tables show it is taken too: blank for T, seconds and zone left out, a day alone. `last`: of a day
// alone the end is meant.
Result<uint64_t> ticks_option(const char* name, const std::string& text, bool last) {
  std::string full = text;
  if (full.size() == 10) full += last ? "T23:59:59.9999999Z" : "T00:00:00Z";
  if (full.size() == 16) full += ":00";
  Timestamp time;
  if (!parse_rfc3339(full, &time)) {
    return fail(ErrorCode::kUsage, name, "a time such as 2024-03-05T08:00:00Z, 2024-03-05 08:00 (UTC) or 2024-03-05",
                "'" + text + "'");
  }
  return time.ticks;
}

// Bytes, or with K, M, G, T behind it: powers of 1,024.
bool parse_size(std::string_view text, uint64_t* out) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number == 0) return false;
  const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  constexpr std::string_view kUnits = "KMGT";
  uint64_t scale = 1;
  if (!unit.empty()) {
    const size_t place = kUnits.find(unit.front() & ~0x20);
    if (unit.size() > 1 || place == std::string_view::npos) return false;
    scale = uint64_t{1} << (10 * (place + 1));
  }
  if (number > (~uint64_t{0} >> 1) / scale) return false;
  *out = number * scale;
  return true;
}

}  // namespace

void add_paths(CLI::App* app, Options* options) {
  app->add_option("PATH", options->paths, "files, folders (recursive) or - for standard input")
      ->required()
      ->type_name("");
}

void add_output_options(CLI::App* app, Options* options, const char* formats) {
  if (*formats) app->add_option("--format", options->format, formats)->type_name("FORMAT")->group(kOutput);
  app->add_option("-o,--output", options->output, "write to FILE: beside it first, then renamed")
      ->type_name("FILE")
      ->group(kOutput);
  app->add_flag("-q,--quiet", options->quiet, "no progress, no summary line")->group(kOutput);
  app->add_flag("--timings", options->timings, "load, scan and write times as one JSON line on standard error")
      ->group(kOutput);
}

void add_display_options(CLI::App* app, Options* options) {
  app->add_option("--tz", options->time_zone,
                  "zone of the times shown: UTC (default), +02:00 or a name such as Europe/Paris")
      ->type_name("ZONE")
      ->group(kOutput);
  app->add_option("--lang", options->language, "language of what is shown: en (default) or fr")
      ->check(one_of({"en", "fr"}))
      ->type_name("LANG")
      ->group(kOutput);
  app->add_option("--color", options->color, "colours: auto (default), always or never")
      ->check(one_of({"auto", "always", "never"}))
      ->type_name("WHEN")
      ->group(kOutput);
  app->add_flag("--show-secrets", options->show_secrets, "do not mask passwords found in command lines")
      ->group(kOutput);
}

void add_reading_options(CLI::App* app, Options* options) {
  app->add_option("--from", options->from, "only events at or after this time: 2024-03-05T08:00:00Z, or a day")
      ->type_name("TIME")
      ->group(kReading);
  app->add_option("--to", options->to, "only events at or before this time; a day is meant to its end")
      ->type_name("TIME")
      ->group(kReading);
  app->add_option("--host", options->host, "only events of this computer")->type_name("NAME")->group(kReading);
  app->add_option("--host-zone", options->host_zones,
                  "HOST=ZONE: the zone of a host whose log states none (* = every other host)")
      ->type_name("HOST=ZONE")
      ->check([](const std::string& text) {
        auto zones = flow::HostZones::parse({text});
        return zones ? std::string() : zones.error().text();
      })
      ->group(kReading);
  app->add_option("--as", options->as_format, "read every PATH as this format (see: silhouette formats)")
      ->type_name("FORMAT")
      ->group(kReading);
  app->add_option("--password-file", options->password_file, "passwords of archives, one a line; all are tried")
      ->type_name("FILE")
      ->group(kReading);
  app->add_option("--max-unpacked", options->max_unpacked,
                  "bytes that one archive may unpack to, such as 10G (default: 64G)")
      ->type_name("SIZE")
      ->group(kReading);
  app->add_option("--threads", options->threads, "worker threads, 1 to 256 (default: all cores)")
      ->check(CLI::Range(1, 256).description(""))
      ->type_name("N")
      ->group(kReading);
  app->add_flag("--custody", options->custody, "SHA-256 of each source, over the bytes that were read")
      ->group(kReading);
  app->add_flag("--anomalies", options->anomalies, "also write what is wrong with the bytes")->group(kReading);
}

void add_rule_options(CLI::App* app, Options* options) {
  auto option = [app](const char* name, auto& value, const char* about, const char* type) {
    return app->add_option(name, value, about)->type_name(type)->group(kRules);
  };
  option("--rules", options->rules, "rule file or folder instead of the built-in rules; 'builtin' adds those", "P")
      ->allow_extra_args(false);
  option("--filters", options->filters, "global filter documents", "P")->allow_extra_args(false);
  option("--lists", options->lists, "folder with NAME.txt for each %NAME% placeholder", "DIR");
  option("--level", options->levels, "only rules of exactly these levels: informational, low, medium, high, critical",
         "LEVEL")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(kLevelNames));
  option("--min-level", options->min_level, "only rules at or above this level", "LEVEL")->check(one_of(kLevelNames));
  option("--status", options->statuses, "only rules of these statuses", "STATUS")
      ->delimiter(',')
      ->allow_extra_args(false);
  option("--tag", options->tags, "only rules with one of these tags", "TAG")->delimiter(',')->allow_extra_args(false);
  option("--exclude-rule", options->exclude_rules, "file with one rule id a line", "FILE");
  app->add_flag("--no-cache", options->no_cache, "do not use or write the compiled rule cache")->group(kRules);
  app->add_flag("--verify-cache", options->verify_cache, "compare contents, not only size and times, with the cache")
      ->group(kRules);
}

void add_judging_options(CLI::App* app, Options* options) {
  app->add_option("--fail-on", options->fail_on, "exit code 1 when a finding is at or above this level")
      ->check(one_of(kLevelNames))
      ->type_name("LEVEL")
      ->group(kRules);
  app->add_option("--suppress", options->suppress, "file with 'rule id, field, value' a line: findings left out")
      ->type_name("FILE")
      ->group(kRules);
  app->add_flag("--no-value-cache", options->no_value_cache,
                "match every value anew (for measurements; findings are the same)")
      ->group("");  // not in --help
}

Result<report::ReportOptions> display_options(const Options& options, bool terminal, int wide) {
  report::ReportOptions out;
  bool offset = parse_offset(options.time_zone, &out.zone_minutes);
  if (!offset && !use_time_zone(options.time_zone)) {
    return fail(ErrorCode::kUsage, "--tz", "UTC, an offset such as +02:00, or a zone that this machine knows (tzdata)",
                "'" + options.time_zone + "'");
  }
  if (!offset) {
    out.zone_at = [](uint64_t ticks) {
      constexpr int64_t kFrom1601To1970 = 11'644'473'600;  // seconds
      return minutes_east_of_utc(static_cast<int64_t>(ticks / kTicksPerSecond) - kFrom1601To1970);
    };
  }
  out.zone_name = options.time_zone;
  out.color = use_color(options, terminal);
  out.width = terminal ? terminal_columns() : wide;
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

void report_rules(const flow::Rules& rules, const Options& options, Outcome* outcome) {
  const hunt::RuleSet& set = rules.set;
  for (const std::string& path : rules.cache.changed) {
    print_error("rule cache: " + path +
                ": other content than when it was cached, under the same size and times; parsed anew");
  }
  size_t refused = 0, asked_for = set.loaded_unlisted;
  for (const hunt::Verdict& verdict : set.verdicts) {
    if (verdict.passed_over) continue;  // left out by --level and the like: the user's choice, no fault
    ++asked_for;
    refused += verdict.loaded ? 0 : 1;
  }
  if (refused > 0 && !options.quiet) {
    print_error(std::to_string(refused) + " of " + std::to_string(asked_for) +
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
  out.cache.use = options.no_cache       ? flow::CacheUse::kOff
                  : options.verify_cache ? flow::CacheUse::kVerify
                                         : flow::CacheUse::kUse;
  if (!options.min_level.empty()) out.load.has_min_level = parse_level(options.min_level, &out.load.min_level);
  return out;
}

Result<flow::HuntStageOptions> hunt_options(const Options& options) {
  flow::HuntStageOptions out;
  out.finding.whole_event = options.event;
  out.finding.show_secrets = options.show_secrets;
  out.window.host = options.host;
  if (!options.from.empty()) {
    auto ticks = ticks_option("--from", options.from, false);
    if (!ticks) return tl::unexpected(ticks.error());
    out.window.from_ticks = *ticks;
  }
  if (!options.to.empty()) {
    auto ticks = ticks_option("--to", options.to, true);
    if (!ticks) return tl::unexpected(ticks.error());
    out.window.to_ticks = *ticks;
  }
  if (!options.suppress.empty()) {
    auto list = flow::read_suppressions(options.suppress);
    if (!list) return tl::unexpected(list.error());
    out.suppress = std::move(*list);
  }
  return out;
}

Result<flow::PipelineOptions> pipeline_options(const Options& options) {
  flow::PipelineOptions out;
  out.threads = options.threads;
  out.custody = options.custody;
  out.format = options.as_format;
  auto zones = flow::HostZones::parse(options.host_zones);
  if (zones && !zones->empty()) out.host_zones = std::make_shared<const flow::HostZones>(std::move(*zones));
  out.stop = interrupt_flag();
  if (!options.as_format.empty()) {
    std::string known;
    bool there = false;
    for (const auto& [name, title] : flow::known_formats()) {
      there = there || name == options.as_format;
      known += (known.empty() ? "" : ", ") + name;
    }
    if (!there) return fail(ErrorCode::kUsage, "--as", "one of " + known, "'" + options.as_format + "'");
  }
  if (!options.password_file.empty()) {
    auto text = read_whole(options.password_file, uint64_t{1} << 20);
    if (!text) return tl::unexpected(text.error());
    for (size_t at = 0; at < text->size();) {
      const size_t end = std::min(text->find('\n', at), text->size());
      std::string line = text->substr(at, end - at);
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (!line.empty()) out.open.passwords.push_back(std::move(line));
      at = end + 1;
    }
  }
  if (!options.max_unpacked.empty() && !parse_size(options.max_unpacked, &out.open.max_unpacked)) {
    return fail(ErrorCode::kUsage, "--max-unpacked", "a size such as 500M, 10G or a number of bytes",
                "'" + options.max_unpacked + "'");
  }
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
