#include "report/html.h"

#include <algorithm>
#include <set>

#include "bytes/text.h"
#include "report/escape.h"
#include "report/html_assets.h"
#include "report/html_page.h"

namespace sil::report {
namespace {

std::string source_hash(std::string_view text) {
  Sha256 digest = sha256(text);
  return "'sha256-" + base64(Bytes(digest.data(), digest.size())) + "'";
}

std::string head(const Page& page) {
  const Investigation& from = page.from;
  std::string out = "<!doctype html>\n<html lang=\"";
  out += page.options.language == Language::kFrench ? "fr" : "en";
  out +=
      "\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src ";
  out += source_hash(html_style()) + "; script-src " + source_hash(html_script());
  out += "; base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
  out += html(from.name.empty() ? page.say(Text::kReport) : from.name + " - " + page.say(Text::kReport));
  out += "</title>\n<style>";
  out += html_style();
  out += "</style>\n</head>\n<body>\n<header class=\"top\">\n<h1>";
  out += html(from.name.empty() ? page.say(Text::kReport) : from.name);
  out += "</h1>\n<p class=\"sub\">";
  out += from.name.empty() ? "" : std::string(page.say(Text::kReport)) + " \u00b7 ";
  out += std::string(page.say(Text::kMadeBy)) + ' ' + html(page.options.version);
  if (!from.created.empty()) out += std::string(" \u00b7 ") + page.say(Text::kCreated) + ' ' + html(from.created);
  out += std::string(" \u00b7 ") + page.say(Text::kTimesIn) + ' ' + html(page.options.zone_name) + "</p>\n";
  return out;
}

std::string tile(std::string_view kind, const std::string& number, std::string_view word) {
  std::string out = "<div class=\"tile ";
  out += kind;
  out += "\"><b>" + number + "</b><span>";
  out += word;
  return out + "</span></div>\n";
}

// Hosts that anything is known of. A name alone and the same with its domain are one.
size_t count_hosts(const Investigation& from) {
  std::set<std::string> names;
  auto add = [&](const std::string& host) {
    if (!host.empty()) names.insert(folded(host));
  };
  for (const auto& [host, counts] : from.by_host) add(host);
  for (const Track& track : from.tracks) add(track.host);
  for (const ReadSource& read : from.sources) add(read.source.host);
  return static_cast<size_t>(std::count_if(names.begin(), names.end(), [&](const std::string& name) {
    auto next = names.lower_bound(name + '.');
    return next == names.end() || !next->starts_with(name + '.');
  }));
}

// Covered tracks weigh as findings of their level do: what is critical is seen first, whoever found it.
std::string tiles(const Page& page) {
  const Investigation& from = page.from;
  const bool french = page.options.language == Language::kFrench;
  LevelCounts tracks{};
  for (const Track& track : from.tracks) ++tracks[static_cast<size_t>(track.level)];
  std::string out = "<div class=\"totals\">\n<div class=\"tiles levels\">\n";
  for (size_t i = 5; i-- > 0;) {
    auto level = static_cast<Level>(i);
    std::string word = level_word(level, page.options.language);
    if (tracks[i] > 0) {
      word += "<br>" + page.number(tracks[i]);
      word += french ? (tracks[i] > 1 ? " traces effac\u00e9es" : " trace effac\u00e9e")
                     : (tracks[i] > 1 ? " covered tracks" : " covered track");
    }
    out += tile(level_name(level), page.number(from.by_level[i] + tracks[i]), word);
  }
  out += "</div>\n<div class=\"tiles facts\">\n";
  std::string kinds = french ? "traces effac\u00e9es" : "covered tracks";
  if (!from.tracks.empty()) kinds = "<a href=\"#tracks\">" + kinds + "</a>";
  out += tile("", page.number(from.tracks.size()), kinds);
  out += tile(
      "", page.number(from.events),
      std::string(page.say(Text::kEvents)) + ", " + page.size(from.bytes) +
          (from.remains ? "<br>" + page.number(from.remains) + ' ' + page.say(Text::kBroughtBack) : std::string()));
  out += tile("", page.number(from.sources.size()), page.say(Text::kSources));
  out += tile("", page.number(count_hosts(from)), page.say(Text::kHosts));
  out += tile("", page.number(from.anomalies), page.say(Text::kAnomalies));
  return out + "</div>\n</div>\n";
}

std::string period(const Page& page) {
  Timestamp first, last;
  for (const RuleGroup& group : page.from.groups) {
    if (group.first.known() && (!first.known() || group.first < first)) first = group.first;
    if (group.last.known() && (!last.known() || last < group.last)) last = group.last;
  }
  if (!first.known()) return {};
  return "<p class=\"sub\">" + std::string(page.say(Text::kPeriod)) + page.colon() + page.time(first, 0) + " \u2013 " +
         page.time(last, 0) + "</p>\n";
}

std::string checking(const Page& page) {
  return "<h2>" + std::string(page.say(Text::kHowToCheck)) + "</h2>\n<div class=\"card pad\"><p>" +
         page.say(Text::kCheckAbout) +
         "</p>\n<pre>tail -c +$((OFFSET + 1)) FILE | head -c LENGTH | sha256sum\n"
         "gzip -dc FILE.gz | tail -c +$((OFFSET + 1)) | head -c LENGTH | sha256sum</pre></div>\n";
}

}  // namespace

std::string html(std::string_view text) {
  std::string out;
  append_html(text, &out);
  return out;
}

std::string host_name(std::string_view host) {
  size_t dot = host.find('.');
  std::string out = "<span class=\"nb\">" + html(host.substr(0, dot)) + "</span>";
  if (dot != std::string_view::npos) out += "<span class=\"nb dom\">" + html(host.substr(dot)) + "</span>";
  return out;
}

std::string number_cell(const Page& page, uint64_t number) {
  return std::string("<td class=\"n") + (number ? "" : " z") + "\" data-n=\"" + std::to_string(number) + "\">" +
         page.number(number) + "</td>";
}

std::string base64(Bytes bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = uint32_t{bytes[i]} << 16;
    if (i + 1 < bytes.size()) group |= uint32_t{bytes[i + 1]} << 8;
    if (i + 2 < bytes.size()) group |= bytes[i + 2];
    out += kDigits[group >> 18];
    out += kDigits[group >> 12 & 63];
    out += i + 1 < bytes.size() ? kDigits[group >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? kDigits[group & 63] : '=';
  }
  return out;
}

std::string Page::badge(Level level) const {
  return std::string("<span class=\"badge ") + level_name(level) + "\">" + level_word(level, options.language) +
         "</span>";
}

std::string Page::time(const Timestamp& time, int digits) const {
  return time.known() ? shown_time(time, options, digits) : std::string(say(Text::kNoTime));
}

std::string Page::source_name(uint32_t source) const {
  if (source >= from.sources.size()) return "?";
  const Source& read = from.sources[source].source;
  std::string_view name = read.members.empty() ? std::string_view(read.path) : std::string_view(read.members.back());
  size_t slash = name.find_last_of("/\\");
  return html(clipped(slash == std::string_view::npos ? name : name.substr(slash + 1), 60));
}

std::string html_report(const Investigation& investigation, const ReportOptions& options) {
  Page page{investigation, options};
  std::string out = head(page) + tiles(page) + period(page) + "</header>\n<main>\n";
  out += tracks_section(page, Budget(500'000));  // whether the logs can be believed comes before what they say
  out += histogram_section(page);
  out += steps_section(page);
  std::string rest = hosts_section(page, Budget(250'000)) + anomalies_section(page, Budget(400'000)) +
                     sources_section(page, Budget(500'000)) + rules_section(page, Budget(200'000)) + checking(page);
  constexpr size_t kHeads = 1'200'000, kSlack = 120'000;
  size_t used = out.size() + rest.size() + kHeads + kSlack + html_script().size();
  const std::string findings = findings_section(page, Budget(kHeads), kHtmlLimit > used ? kHtmlLimit - used : 0);
  out.reserve(out.size() + findings.size() + rest.size() + html_script().size() + 1024);
  out += findings;
  out += rest;
  out +=
      "</main>\n<footer>" + std::string(page.say(Text::kMadeBy)) + ' ' + html(options.version) + "</footer>\n<script>";
  out += html_script();
  out += "</script>\n</body>\n</html>\n";
  return out;
}

}  // namespace sil::report
