// report.html: histogram, hosts, anomalies, sources and rules.
#include <algorithm>
#include <cstdio>
#include <numeric>

#include "bytes/text.h"
#include "report/escape.h"
#include "report/html_page.h"

namespace sil::report {
namespace {

constexpr int kWidth = 1200, kHeight = 150;

std::string cell(std::string_view text, const char* kind = "") {
  std::string out = "<td class=\"" + std::string(kind) + "\">";
  append_html(text, &out);
  return out + "</td>";
}

std::string rect(const char* level, double x, double y, double width, double height, const std::string& title) {
  char place[120];
  std::snprintf(place, sizeof place, "\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">", x, y, width, height);
  return std::string("<rect class=\"") + level + place + "<title>" + title + "</title></rect>";
}

std::string width_word(const Page& page, uint64_t ticks) {
  uint64_t minutes = ticks / (60 * kTicksPerSecond);
  if (minutes % 1440 == 0) return std::to_string(minutes / 1440) + ' ' + page.say(Text::kDay);
  if (minutes % 60 == 0) return std::to_string(minutes / 60) + " h";
  return std::to_string(minutes) + " min";
}

std::string bars(const Page& page, const Histogram::View& view, uint64_t most) {
  std::string out;
  double step = static_cast<double>(kWidth) / static_cast<double>(view.bars.size());
  for (size_t i = 0; i < view.bars.size(); ++i) {
    const Histogram::Bar& bar = view.bars[i];
    double y = kHeight;
    Timestamp from;
    from.ticks = bar.from ? bar.from : 1;
    for (int level = 4; level >= 0; --level) {  // the highest stands on the axis, where it is seen first
      uint64_t count = bar.by_level[static_cast<size_t>(level)];
      if (!count) continue;
      double height = std::max(2.0, static_cast<double>(count) / static_cast<double>(most) * (kHeight - 10));
      y -= height;
      out += rect(level_name(static_cast<Level>(level)), static_cast<double>(i) * step + 0.5, std::max(y, 0.0),
                  std::max(step - 1, 1.0), height,
                  shown_time(from, page.options, 0) + ": " + page.number(count) + ' ' +
                      level_word(static_cast<Level>(level), page.options.language));
    }
  }
  return out + "\n";
}

// The labels are text beside the picture, so that they keep their size when the picture shrinks.
std::string axis(const Page& page, const Histogram::View& view) {
  size_t labels = view.bars.size() >= 6 ? 6 : view.bars.size() >= 2 ? 2 : 1;
  std::string out = "<div class=\"axis a" + std::to_string(labels) + "\">";
  for (size_t i = 0; i < labels; ++i) {
    uint64_t ticks = view.bars[view.bars.size() * i / labels].from;
    Timestamp from;
    from.ticks = ticks ? ticks : 1;
    out += "<span>" + shown_time(from, page.options, 0).substr(0, 16) + "</span>";
  }
  return out + "</div>";
}

struct HostLine {
  LevelCounts findings{};
  uint64_t tracks = 0;
};

// A host that only covered tracks are known of stands here too. A track's host that is a finding's but for case or its
// domain is that one.
std::map<std::string, HostLine> host_lines(const Investigation& from) {
  std::map<std::string, HostLine> out;
  std::map<std::string, std::string> known;  // folded, whole and without its domain -> as it stands
  for (const auto& [host, counts] : from.by_host) {
    out[host].findings = counts;
    const std::string name = folded(host);
    known.emplace(name, host);
    known.emplace(name.substr(0, name.find('.')), host);
  }
  for (const Track& track : from.tracks) {
    if (track.host.empty()) continue;
    const std::string name = folded(track.host);
    auto found = known.find(name);
    if (found == known.end()) {
      const auto bare = known.find(name.substr(0, name.find('.')));
      const bool one_has_no_domain =
          bare != known.end() && (name.find('.') == std::string::npos || bare->second.find('.') == std::string::npos);
      if (one_has_no_domain) found = bare;
    }
    if (found == known.end()) found = known.emplace(name, clipped(track.host, 64)).first;
    ++out[found->second].tracks;
  }
  return out;
}

}  // namespace

std::string histogram_section(const Page& page) {
  Histogram::View view = page.from.histogram.view(120);
  if (view.bars.empty()) return {};
  uint64_t most = 1;
  for (const Histogram::Bar& bar : view.bars) {
    most = std::max(most, std::accumulate(bar.by_level.begin(), bar.by_level.end(), uint64_t{0}));
  }
  std::string out = "<h2>" + std::string(page.say(Text::kOverTime)) +
                    "</h2>\n<div class=\"card pad\"><svg preserveAspectRatio=\"none\" viewBox=\"0 0 " +
                    std::to_string(kWidth) + ' ' + std::to_string(kHeight) + "\" role=\"img\" aria-label=\"" +
                    page.say(Text::kOverTime) + "\">\n" + bars(page, view, most) + "</svg>" + axis(page, view) +
                    "<p class=\"cite\">" + page.say(Text::kPerBar) + page.colon() + width_word(page, view.width) +
                    " \u00b7 " + page.say(Text::kHighestBar) + page.colon() + page.number(most);
  if (view.before + view.after)
    out += " \u00b7 " + page.number(view.before + view.after) + ' ' + page.say(Text::kOutside);
  if (view.timeless) out += " \u00b7 " + page.number(view.timeless) + ' ' + page.say(Text::kTimeless);
  return out + "</p></div>\n";
}

std::string hosts_section(const Page& page, Budget budget) {
  const std::map<std::string, HostLine> hosts = host_lines(page.from);
  if (hosts.empty()) return {};
  const bool french = page.options.language == Language::kFrench;
  const bool tracks = std::ranges::any_of(hosts, [](const auto& one) { return one.second.tracks != 0; });
  std::string out = "<h2>" + std::string(page.say(Text::kByHost)) +
                    "</h2>\n<div class=\"card\"><table class=\"sort\"><thead><tr><th>" + page.say(Text::kHost) +
                    "</th>";
  for (int i = 4; i >= 0; --i)
    out += "<th class=\"n\">" + std::string(level_word(static_cast<Level>(i), page.options.language)) + "</th>";
  if (tracks) out += std::string("<th class=\"n\">") + (french ? "traces effac\u00e9es" : "covered tracks") + "</th>";
  out += "</tr></thead><tbody>\n";
  for (const auto& [host, line] : hosts) {
    std::string row = "<tr><td class=\"w\">" + html(host) + "</td>";
    for (size_t i = 5; i-- > 0;) row += number_cell(page, line.findings[i]);
    if (tracks) row += number_cell(page, line.tracks);
    row += "</tr>\n";
    if (!budget.take(row.size())) break;
    out += row;
  }
  return out + "</tbody></table></div>\n";
}

std::string anomalies_section(const Page& page, Budget budget) {
  std::string out = "<h2>" + std::string(page.say(Text::kAnomalies)) + "</h2>\n<div class=\"card\">";
  if (page.from.anomalies == 0) return out + "<p class=\"note\">" + page.say(Text::kNoAnomalies) + "</p></div>\n";
  out +=
      "<table class=\"stack\"><colgroup><col class=\"cl\"><col><col><col><col class=\"cp\"></colgroup><thead><tr><th>" +
      std::string(page.say(Text::kKind)) + "</th><th>" + page.say(Text::kWhat) + "</th><th>" +
      page.say(Text::kExpected) + "</th><th>" + page.say(Text::kFound) + "</th><th>" + page.say(Text::kCitation) +
      "</th></tr></thead><tbody>\n";
  for (const auto& [kind, group] : page.from.anomaly_kinds) {
    std::string words = anomaly_word(kind, page.options.language);
    size_t shown = 0;
    for (const auto& [source, anomaly] : group.rows) {
      std::string row = "<tr>" + cell(words) + cell(anomaly.summary, "w") + cell(anomaly.expected, "w") +
                        cell(anomaly.found, "w") + "<td class=\"place\">" + page.source_name(source) + " @" +
                        std::to_string(anomaly.where.offset) + " +" + std::to_string(anomaly.where.length) +
                        "</td></tr>\n";
      // At most a third of what stands in one section for one kind, so that no kind hides the others.
      if (shown >= 60 || !budget.take(row.size())) break;
      ++shown;
      out += row;
    }
    if (shown < group.count) {
      out += "<tr>" + cell(words) + "<td colspan=\"4\" class=\"t\">" + page.number(shown) + ' ' +
             page.say(Text::kShownOf) + ' ' + page.number(group.count) + "</td></tr>\n";
    }
  }
  return out + "</tbody></table></div>\n";
}

constexpr size_t kNamedTexts = 20;

std::string sources_section(const Page& page, Budget budget) {
  std::string out = "<h2>" + std::string(page.say(Text::kSources)) +
                    "</h2>\n<div class=\"card\"><table class=\"sort\"><thead><tr><th>" + page.say(Text::kPath) +
                    "</th><th>" + page.say(Text::kHost) + "</th><th>" + page.say(Text::kFormat) +
                    "</th><th class=\"n\">" + page.say(Text::kSize) + "</th><th class=\"n\">" +
                    page.say(Text::kEvents) + "</th><th class=\"n\">" + page.say(Text::kAnomalies) +
                    "</th></tr></thead><tbody>\n";
  size_t shown = 0;
  for (const ReadSource& read : page.from.sources) {
    std::string path = read.source.path;
    for (const std::string& member : read.source.members) path += "!" + member;
    std::string row = "<tr><td class=\"w\">" + html(clipped(path, 300));
    if (!read.source.sha256.empty())
      row += "<br><code class=\"cite\">" + html(clipped(read.source.sha256, 64)) + "</code>";
    size_t places = 0;
    for (const std::string& place : read.places) {  // the first place is the path above
      if (place == path || ++places > 5) continue;
      row += "<br><span class=\"cite\">" + std::string(page.say(Text::kAlsoAt)) + ' ' + html(clipped(place, 300)) +
             "</span>";
    }
    row += "</td><td>" + host_name(clipped(read.source.host, 64)) + "</td>" + cell(clipped(read.source.format, 32)) +
           "<td class=\"n\" data-n=\"" + std::to_string(read.source.size) + "\">" + page.size(read.source.size) +
           "</td>" + number_cell(page, read.source.events) + number_cell(page, read.source.anomalies) + "</tr>\n";
    if (!budget.take(row.size())) break;
    out += row;
    ++shown;
  }
  out += "</tbody></table>";
  if (shown < page.from.sources.size()) {
    out += "<p class=\"note\">" + page.number(page.from.sources.size() - shown) + ' ' + page.say(Text::kMoreSources) +
           "</p>";
  }
  if (page.from.unknown_files)
    out += "<p class=\"note\">" + page.number(page.from.unknown_files) + ' ' + page.say(Text::kUnknownFiles) + "</p>";
  if (!page.from.passed_over.empty()) {
    out += "<p class=\"note\">" + page.number(page.from.passed_over.size()) + ' ' + page.say(Text::kUnknownTexts);
    for (size_t i = 0; i < std::min<size_t>(page.from.passed_over.size(), kNamedTexts); ++i) {
      std::string name = page.from.passed_over[i].path;
      for (const std::string& member : page.from.passed_over[i].members) name += "!" + member;
      out += "<br>" + html(clipped(name, 300));
    }
    out += page.from.passed_over.size() > kNamedTexts ? "<br>\u2026</p>" : "</p>";
  }
  if (page.from.unreadable)
    out += "<p class=\"note\">" + page.number(page.from.unreadable) + ' ' + page.say(Text::kUnreadable) + "</p>";
  return out + "</div>\n";
}

std::string rules_section(const Page& page, Budget budget) {
  std::string out = "<h2>" + std::string(page.say(Text::kRules)) + "</h2>\n<div class=\"card\"><p class=\"note\">" +
                    page.number(page.from.rules_loaded) + ' ' + page.say(Text::kLoaded) + ", " +
                    page.number(page.from.refused.size()) + ' ' + page.say(Text::kRefused) + "</p>";
  if (page.from.refused.empty()) return out + "</div>\n";
  out += "<table><tbody>\n";
  for (const Refusal& refusal : page.from.refused) {
    std::string row = "<tr><td class=\"w\">" + html(clipped(refusal.path, 200)) + ':' + std::to_string(refusal.line) +
                      "</td>" + cell(clipped(refusal.reason, 300), "w") + "</tr>\n";
    if (!budget.take(row.size())) break;
    out += row;
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace sil::report
