// report.html: histogram, hosts, anomalies, sources and rules.
#include <algorithm>
#include <cstdio>
#include <numeric>

#include "report/display.h"
#include "report/escape.h"
#include "report/html_page.h"

namespace sil::report {
namespace {

constexpr int kWidth = 1180, kHeight = 190, kBase = 160, kLeft = 46;

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

std::string width_word(uint64_t ticks) {
  uint64_t minutes = ticks / (60 * kTicksPerSecond);
  if (minutes % 1440 == 0) return std::to_string(minutes / 1440) + " d";
  if (minutes % 60 == 0) return std::to_string(minutes / 60) + " h";
  return std::to_string(minutes) + " min";
}

std::string bars(const Page& page, const Histogram::View& view, uint64_t most) {
  std::string out;
  double step = static_cast<double>(kWidth - kLeft) / static_cast<double>(view.bars.size());
  for (size_t i = 0; i < view.bars.size(); ++i) {
    const Histogram::Bar& bar = view.bars[i];
    double y = kBase;
    Timestamp from;
    from.ticks = bar.from ? bar.from : 1;
    for (int level = 4; level >= 0; --level) {  // the highest stands on the axis, where it is seen first
      uint64_t count = bar.by_level[static_cast<size_t>(level)];
      if (!count) continue;
      double height = std::max(1.5, static_cast<double>(count) / static_cast<double>(most) * (kBase - 14));
      y -= height;
      out += rect(level_name(static_cast<Level>(level)), kLeft + static_cast<double>(i) * step + 0.5, std::max(y, 0.0),
                  std::max(step - 1, 1.0), height,
                  shown_time(from, page.options, 0) + ": " + grouped(count) + ' ' +
                      level_word(static_cast<Level>(level), page.options.language));
    }
  }
  return out + "\n";
}

std::string axis(const Page& page, const Histogram::View& view, uint64_t most) {
  std::string out = "<line class=\"axis\" x1=\"" + std::to_string(kLeft) + "\" y1=\"" + std::to_string(kBase) +
                    "\" x2=\"" + std::to_string(kWidth) + "\" y2=\"" + std::to_string(kBase) + "\"/><text x=\"" +
                    std::to_string(kLeft - 6) + "\" y=\"16\" text-anchor=\"end\">" + grouped(most) + "</text>";
  constexpr int kLabels = 6;
  for (int i = 0; i < kLabels; ++i) {
    size_t at = view.bars.size() * static_cast<size_t>(i) / kLabels;
    if (i && at == view.bars.size() * static_cast<size_t>(i - 1) / kLabels) continue;
    int x = kLeft + static_cast<int>(static_cast<double>(kWidth - kLeft) * static_cast<double>(at) /
                                     static_cast<double>(view.bars.size()));
    Timestamp from;
    from.ticks = view.bars[at].from ? view.bars[at].from : 1;
    out += "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(kBase + 18) + "\">" +
           shown_time(from, page.options, 0).substr(0, 16) + "</text>";
  }
  return out + "\n";
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
                    "</h2>\n<div class=\"card pad\"><svg viewBox=\"0 0 " + std::to_string(kWidth) + ' ' +
                    std::to_string(kHeight) + "\" role=\"img\" aria-label=\"" + page.say(Text::kOverTime) + "\">\n" +
                    bars(page, view, most) + axis(page, view, most) + "</svg><p class=\"cite\">" +
                    width_word(view.width) + ' ' + page.say(Text::kPerBar);
  if (view.before + view.after) out += " \u00b7 " + grouped(view.before + view.after) + ' ' + page.say(Text::kOutside);
  if (view.timeless) out += " \u00b7 " + grouped(view.timeless) + ' ' + page.say(Text::kTimeless);
  return out + "</p></div>\n";
}

std::string hosts_section(const Page& page, Budget budget) {
  if (page.from.by_host.empty()) return {};
  std::string out = "<h2>" + std::string(page.say(Text::kByHost)) +
                    "</h2>\n<div class=\"card\"><table class=\"sort\"><thead><tr><th>" + page.say(Text::kHost) +
                    "</th>";
  for (int i = 4; i >= 0; --i)
    out += "<th class=\"n\">" + std::string(level_word(static_cast<Level>(i), page.options.language)) + "</th>";
  out += "</tr></thead><tbody>\n";
  for (const auto& [host, counts] : page.from.by_host) {
    std::string row = "<tr>" + cell(host, "w");
    for (size_t i = 5; i-- > 0;) row += number_cell(counts[i]);
    row += "</tr>\n";
    if (!budget.take(row.size())) break;
    out += row;
  }
  return out + "</tbody></table></div>\n";
}

std::string anomalies_section(const Page& page, Budget budget) {
  std::string out = "<h2>" + std::string(page.say(Text::kAnomalies)) + "</h2>\n<div class=\"card\">";
  if (page.from.anomalies == 0) return out + "<p class=\"note\">" + page.say(Text::kNoAnomalies) + "</p></div>\n";
  out += "<table><thead><tr><th>" + std::string(page.say(Text::kKind)) + "</th><th>" + page.say(Text::kWhat) +
         "</th><th>" + page.say(Text::kExpected) + "</th><th>" + page.say(Text::kFound) + "</th><th>" +
         page.say(Text::kCitation) + "</th></tr></thead><tbody>\n";
  for (const auto& [kind, group] : page.from.anomaly_kinds) {
    size_t shown = 0;
    for (const auto& [source, anomaly] : group.rows) {
      std::string row = "<tr>" + cell(kind) + cell(anomaly.summary, "w") + cell(anomaly.expected, "w") +
                        cell(anomaly.found, "w") + "<td class=\"place\">" + page.source_name(source) + " @" +
                        std::to_string(anomaly.where.offset) + " +" + std::to_string(anomaly.where.length) +
                        "</td></tr>\n";
      // At most a third of what stands in one section for one kind, so that no kind hides the others.
      if (shown >= 60 || !budget.take(row.size())) break;
      ++shown;
      out += row;
    }
    if (shown < group.count) {
      out += "<tr>" + cell(kind) + "<td colspan=\"4\" class=\"t\">" + grouped(shown) + ' ' + page.say(Text::kShownOf) +
             ' ' + grouped(group.count) + "</td></tr>\n";
    }
  }
  return out + "</tbody></table></div>\n";
}

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
    for (size_t i = 0; i < read.places.size() && i < 5; ++i) {
      row += "<br><span class=\"cite\">" + std::string(page.say(Text::kAlsoAt)) + ' ' +
             html(clipped(read.places[i], 300)) + "</span>";
    }
    row += "</td>" + cell(clipped(read.source.host, 64)) + cell(clipped(read.source.format, 32)) +
           "<td class=\"n\" data-n=\"" + std::to_string(read.source.size) + "\">" + shown_size(read.source.size) +
           "</td>" + number_cell(read.source.events) + number_cell(read.source.anomalies) + "</tr>\n";
    if (!budget.take(row.size())) break;
    out += row;
    ++shown;
  }
  out += "</tbody></table>";
  if (shown < page.from.sources.size()) {
    out +=
        "<p class=\"note\">" + grouped(page.from.sources.size() - shown) + ' ' + page.say(Text::kMoreSources) + "</p>";
  }
  if (page.from.unknown_files)
    out += "<p class=\"note\">" + grouped(page.from.unknown_files) + ' ' + page.say(Text::kUnknownFiles) + "</p>";
  if (page.from.unreadable)
    out += "<p class=\"note\">" + grouped(page.from.unreadable) + ' ' + page.say(Text::kUnreadable) + "</p>";
  return out + "</div>\n";
}

std::string rules_section(const Page& page, Budget budget) {
  std::string out = "<h2>" + std::string(page.say(Text::kRules)) + "</h2>\n<div class=\"card\"><p class=\"note\">" +
                    grouped(page.from.rules_loaded) + ' ' + page.say(Text::kLoaded) + ", " +
                    grouped(page.from.refused.size()) + ' ' + page.say(Text::kRefused) + "</p>";
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
