// report.html: the steps that stand out, the histogram, and the findings by rule.
#include <algorithm>

#include "report/escape.h"
#include "report/html_page.h"
#include "report/steps.h"

namespace sil::report {
namespace {

constexpr size_t kHtmlSteps = 60;

// A grid, not a table: the value takes what the other two columns leave, and wraps.
std::string matched_grid(const Page& page, const Row& row) {
  auto line = [](const std::string& name, const std::string& value, const std::string& selection) {
    return "<b>" + name + "</b><span class=\"v\">" + value + "</span><i>" + selection + "</i>";
  };
  std::string out = "<div class=\"kv\">";
  for (size_t i = 0; i < row.matched.size(); ++i) {  // one line a value, however many selections read it
    const MatchedField& field = row.matched[i];
    auto same = [&](const MatchedField& other) { return other.field == field.field && other.value == field.value; };
    auto begin = row.matched.begin(), here = begin + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(begin, here, same)) continue;
    std::string selections = html(field.selection);
    for (auto later = here + 1; later != row.matched.end(); ++later) {
      if (same(*later) && later->selection != field.selection) selections += ", " + html(later->selection);
    }
    out += line(html(field.field), html(field.value), selections);
  }
  if (!row.missing_fields.empty()) {
    std::string names;
    for (const std::string& field : row.missing_fields) names += (names.empty() ? "" : ", ") + html(field);
    out += line(page.say(Text::kMissing), names, "");
  }
  if (!row.joined.empty()) out += line(page.say(Text::kJoined), html(row.joined), "");
  if (!row.recovered.empty()) out += line(page.say(Text::kRecovered), html(row.recovered), "");
  return out + "</div>";
}

std::string recovered_mark(const Page& page, bool recovered) {
  return recovered ? " <span class=\"rec\">" + std::string(page.say(Text::kRecovered)) + "</span>" : std::string();
}

std::string row_html(const Page& page, const RuleGroup& group, const Row& row) {
  std::string out = "<tr class=\"f\" data-host=\"" + html(row.host) + "\"><td class=\"t\">" + page.time(row.time, 3) +
                    "</td><td>" + host_name(row.host) + "</td><td class=\"w\"><details class=\"hit\"><summary>" +
                    html(row.summary) + recovered_mark(page, !row.recovered.empty()) +
                    "</summary><div class=\"more\">" + matched_grid(page, row) + "<p class=\"cite\">" +
                    page.badge(group.rule->level) + ' ' + html(group.rule->title) + "</p>";
  if (!row.channel.empty() || row.event_id || row.record_id) {  // a correlation has none of them
    out += "<p class=\"cite\">" + html(row.channel) + ' ' + std::to_string(row.event_id) + ", " +
           page.say(Text::kRecord) + ' ' + std::to_string(row.record_id) + "</p>";
  }
  out += "<p class=\"cite\">";
  if (row.source < page.from.sources.size()) {
    const Source& source = page.from.sources[row.source].source;
    std::string path = source.path;
    for (const std::string& member : source.members) path += "!" + member;
    out += html(clipped(path, 200)) + "<br>";
  }
  out += std::string(page.say(Text::kOffset)) + ' ' + std::to_string(row.span.offset) + " \u00b7 " +
         page.say(Text::kLength) + ' ' + std::to_string(row.span.length) + " \u00b7 SHA-256 " + row.sha256;
  if (row.citations > 1) out += " \u00b7 +" + page.number(row.citations - 1);
  out += "</p></div></details></td><td class=\"place\">" + page.source_name(row.source) + " @" +
         std::to_string(row.span.offset) + "</td></tr>\n";
  return out;
}

std::string hosts_of(const Page& page, const RuleGroup& group) {
  if (group.hosts.size() < 2) return {};
  std::string out = "<p class=\"chips\">";
  size_t shown = 0;
  for (const auto& [host, counted] : group.hosts) {
    if (++shown > 20) {
      out += "<span>+" + page.number(group.hosts.size() - 20) + ' ' + page.say(Text::kHosts) + "</span>";
      break;
    }
    out += "<span>" + html(host) + " \u00d7" + page.number(counted.count) + "<em>" + page.time(counted.first, 0);
    if (counted.first < counted.last) out += " \u2013 " + page.time(counted.last, 0);
    out += "</em></span>";
  }
  return out + "</p>";
}

std::string group_head(const Page& page, const RuleGroup& group, size_t index) {
  const RuleInfo& rule = *group.rule;
  std::string out = "<details class=\"rule " + std::string(level_name(rule.level)) + "\" data-level=\"" +
                    level_name(rule.level) + "\" id=\"r" + std::to_string(index) + "\"><summary>" +
                    page.badge(rule.level) + "<span class=\"name\">" + html(clipped(rule.title, 160)) +
                    "</span><span class=\"when\">";
  bool one_host = group.hosts.size() == 1;
  out += one_host ? html(group.hosts.begin()->first) : page.number(group.hosts.size()) + ' ' + page.say(Text::kHosts);
  out += " \u00b7 " + page.time(group.first, 0);
  if (group.first < group.last) out += " \u2013 " + page.time(group.last, 0);
  out += "</span><span class=\"num\">" + page.number(group.count) + "</span></summary>\n<div class=\"about\"><p>" +
         html(clipped(rule.description, 600)) + "</p><p class=\"chips\">";
  for (size_t i = 0; i < rule.tags.size() && i < 12; ++i) out += "<span>" + html(clipped(rule.tags[i], 60)) + "</span>";
  out += "</p>" + hosts_of(page, group);
  if (!rule.references.empty()) out += "<p>";
  for (size_t i = 0; i < rule.references.size() && i < 4; ++i)
    out += (i ? " \u00b7 " : "") + html(clipped(rule.references[i], 160));
  if (!rule.references.empty()) out += "</p>";
  out += "<p class=\"cite\">" + html(clipped(rule.id, 80)) + " \u00b7 " + html(clipped(rule.status, 40)) + " \u00b7 " +
         html(clipped(rule.logsource, 80)) + "</p></div>\n";
  return out;
}

std::string table_head(const Page& page) {
  return "<table class=\"stack\"><colgroup><col class=\"ct\"><col class=\"ch\"><col><col class=\"cp\"></colgroup>"
         "<thead><tr><th>" +
         std::string(page.say(Text::kTime)) + "</th><th>" + page.say(Text::kHost) + "</th><th>" +
         page.say(Text::kWhat) + "</th><th>" + page.say(Text::kCitation) + "</th></tr></thead><tbody>\n";
}

std::string filter_bar(const Page& page) {
  std::string out = "<div class=\"bar\"><input type=\"search\" id=\"q\" placeholder=\"" +
                    std::string(page.say(Text::kFilter)) + "\" aria-label=\"" + page.say(Text::kFilter) +
                    "\"><select id=\"h\" aria-label=\"" + page.say(Text::kHost) + "\"><option value=\"\">" +
                    page.say(Text::kAllHosts) + "</option>";
  size_t shown = 0;
  for (const auto& [host, counts] : page.from.by_host) {
    if (++shown > 300) break;
    out += "<option value=\"" + html(host) + "\">" + html(host) + "</option>";
  }
  out += "</select>";
  for (int i = 4; i >= 0; --i) {
    auto level = static_cast<Level>(i);
    out += "<label><input type=\"checkbox\" data-level=\"" + std::string(level_name(level)) + "\" checked> " +
           level_word(level, page.options.language) + "</label>";
  }
  return out + "</div>\n";
}

// The largest number of rows a rule with which all groups fit: 200, or fewer when there is much to show. Makes them,
// and hardly one more.
size_t rows_that_fit(const Page& page, size_t groups, size_t room, std::vector<std::vector<std::string>>* rows) {
  rows->resize(groups);
  size_t bytes = 0;
  for (size_t most = 0; most < kRowsPerRule; ++most) {
    for (size_t g = 0; g < groups; ++g) {
      const RuleGroup& group = page.from.groups[g];
      if (group.rows.size() <= most) continue;
      bytes += (*rows)[g].emplace_back(row_html(page, group, group.rows[most])).size();
      if (bytes > room) return most;
    }
  }
  return kRowsPerRule;
}

// About as many bytes as heads and rows will take, so that the page is not copied while it grows.
size_t size_of(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows, size_t most) {
  size_t out = 0;
  for (size_t g = 0; g < heads.size(); ++g) {
    out += heads[g].size() + 512;
    for (size_t i = 0; i < std::min(most, rows[g].size()); ++i) out += rows[g][i].size();
  }
  return out;
}

}  // namespace

std::string steps_section(const Page& page) {
  size_t left_out = 0;
  std::vector<Step> steps = key_steps(page.from, kHtmlSteps, &left_out);
  std::string out = "<h2>" + std::string(page.say(Text::kSteps)) + "</h2>\n";
  if (steps.empty())
    return out + "<div class=\"card\"><p class=\"note\">" + page.say(Text::kNoFindings) + "</p></div>\n";
  out +=
      "<div class=\"card\"><table class=\"stack steps\"><colgroup><col class=\"ct\"><col class=\"cl\"><col "
      "class=\"ch\">"
      "<col><col class=\"cn\"></colgroup><thead><tr><th>" +
      std::string(page.say(Text::kTime)) + "</th><th>" + page.say(Text::kLevel) + "</th><th>" + page.say(Text::kHost) +
      "</th><th>" + page.say(Text::kWhat) + "</th><th class=\"n\">" + page.say(Text::kCount) +
      "</th></tr></thead><tbody>\n";
  for (const Step& step : steps) {
    out += "<tr><td class=\"t\">" + page.time(step.time, 0) + "</td><td>" + page.badge(step.level) + "</td><td>" +
           host_name(step.host) + "</td><td class=\"w\">" + html(step.summary) + recovered_mark(page, step.recovered) +
           "<br>";
    for (size_t i = 0; i < step.groups.size() && i < 4; ++i) {
      size_t group = step.groups[i];
      out += (i ? " \u00b7 " : "") + std::string("<a href=\"#r") + std::to_string(group) + "\">" +
             html(clipped(page.from.groups[group].rule->title, 70)) + "</a>";
    }
    if (step.groups.size() > 4) out += " \u00b7 +" + std::to_string(step.groups.size() - 4);
    out += "</td>" + (step.count ? number_cell(page, step.count) : "<td></td>") + "</tr>\n";
  }
  out += "</tbody></table><p class=\"note\">" + std::string(page.say(Text::kStepsAbout));
  if (left_out) out += " +" + page.number(left_out);
  return out + "</p></div>\n";
}

std::string findings_section(const Page& page, Budget heads, size_t room) {
  if (page.from.groups.empty()) return {};
  std::vector<std::string> shown;
  std::vector<std::vector<std::string>> rows;
  for (const RuleGroup& group : page.from.groups) {
    std::string head = group_head(page, group, shown.size());
    if (!heads.take(head.size() + 300)) break;
    shown.push_back(std::move(head));
  }
  const size_t most = rows_that_fit(page, shown.size(), room, &rows);
  std::string out = "<h2>" + std::string(page.say(Text::kByRule)) + "</h2>\n" + filter_bar(page);
  out.reserve(out.size() + size_of(shown, rows, most));
  for (size_t g = 0; g < shown.size(); ++g) {
    out += shown[g];
    size_t count = std::min(most, rows[g].size());
    if (count) out += table_head(page);
    for (size_t i = 0; i < count; ++i) out += rows[g][i];
    if (count) out += "</tbody></table>";
    if (count < page.from.groups[g].count) {
      out += "<p class=\"note\">" + page.number(count) + ' ' + page.say(Text::kShownOf) + ' ' +
             page.number(page.from.groups[g].count) + "</p>";
    }
    out += "</details>\n";
  }
  if (shown.size() < page.from.groups.size()) {
    uint64_t left = 0;
    for (size_t g = shown.size(); g < page.from.groups.size(); ++g) left += page.from.groups[g].count;
    out += "<p class=\"note\">" + std::string(page.say(Text::kMoreRules)) + ": " +
           page.number(page.from.groups.size() - shown.size()) + " (" + page.number(left) + ' ' +
           page.say(Text::kFindings) + ")</p>\n";
  }
  return out;
}

}  // namespace sil::report
