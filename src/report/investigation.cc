#include "report/investigation.h"

#include <algorithm>
#include <tuple>

#include "report/escape.h"
#include "report/secrets.h"

namespace sil::report {
namespace {

constexpr int kValueColumns = 400;  // of a matched value; the citation leads to the whole
constexpr size_t kMatchedLimit = 12;
constexpr size_t kSamples = 3;
constexpr char kOthers[] = "(others)";

template <class Count>
Count& of_host(std::map<std::string, Count>& hosts, const std::string& host) {
  if (auto it = hosts.find(host); it != hosts.end()) return it->second;
  return hosts[hosts.size() < kHostLimit ? clipped(host, 64) : kOthers];
}

template <class Group>
void count_in(Group& group, const Timestamp& time) {
  ++group.count;
  if (!time.known()) return;
  if (!group.first.known() || time < group.first) group.first = time;
  if (!group.last.known() || group.last < time) group.last = time;
}

const RuleInfo* rule_of(const Finding& finding) {
  static const RuleInfo kNone;
  return finding.rule ? finding.rule : &kNone;
}

bool earlier(const Row& a, const Row& b) {
  auto place = [](const Row& row) {
    // A finding without a time comes last; the rest decides ties whatever the order of arrival.
    return std::make_tuple(!row.time.known(), row.time.ticks, row.source, row.span.offset, std::string_view(row.id));
  };
  return place(a) < place(b);
}

// The program or object a line is about: its first word.
std::string_view subject(std::string_view summary) {
  return summary.substr(0, summary.find(' '));
}

// Summaries as they stand; finish() masks the few that stay.
void sample(HostCount& host, const Finding& finding) {
  const std::string& summary = finding.summary;
  auto known = std::find_if(host.samples.begin(), host.samples.end(), [&](const Sample& s) {
    return s.recovered == !finding.recovered.empty() && subject(s.summary) == subject(summary);
  });
  auto before = [](const Sample& a, const Sample& b) {
    return std::make_tuple(!a.time.known(), a.time.ticks, std::string_view(a.summary)) <
           std::make_tuple(!b.time.known(), b.time.ticks, std::string_view(b.summary));
  };
  auto place = [](const Timestamp& time) { return std::make_pair(!time.known(), time.ticks); };
  if (known != host.samples.end() && place(known->time) < place(finding.time)) return;  // most: nothing is copied
  Sample made{finding.time, summary, !finding.recovered.empty()};
  if (known != host.samples.end()) {
    if (!before(made, *known)) return;
    *known = std::move(made);
  } else {
    host.samples.push_back(std::move(made));
  }
  std::sort(host.samples.begin(), host.samples.end(), before);
  if (host.samples.size() > kSamples) host.samples.resize(kSamples);
}

}  // namespace

size_t Row::size() const {
  size_t bytes = sizeof(Row) + summary.size() + host.size() + channel.size() + sha256.size() + recovered.size();
  for (const MatchedField& field : matched)
    bytes += 96 + field.field.size() + field.value.size() + field.selection.size();
  for (const std::string& field : missing_fields) bytes += 32 + field.size();
  return bytes;
}

void InvestigationBuilder::add_source(Source source, std::vector<std::string> places) {
  out_.bytes += source.size;
  out_.events += source.events;
  out_.remains += source.recovered;
  out_.unreadable += source.unreadable;
  out_.sources.push_back({std::move(source), std::move(places)});
}

bool InvestigationBuilder::wants_row(const Finding& finding) const {
  auto group = groups_.find(rule_of(finding));
  if (group == groups_.end()) return true;
  const std::vector<Row>& rows = group->second.rows;
  if (rows.size() < rows_per_rule_ || rows.empty()) return true;
  auto place = [](const Timestamp& time) { return std::make_pair(!time.known(), time.ticks); };
  return place(finding.time) <= place(rows.front().time);  // full: the latest gives way
}

void InvestigationBuilder::add(const Finding& finding) {
  const RuleInfo* rule = rule_of(finding);
  ++out_.findings;
  if (!finding.joined.empty()) ++out_.joined;
  if (!finding.recovered.empty()) ++out_.recovered;
  ++out_.by_level[static_cast<size_t>(rule->level)];
  ++of_host(out_.by_host, finding.host)[static_cast<size_t>(rule->level)];
  out_.histogram.add(finding.time, rule->level);
  RuleGroup& group = groups_[rule];
  group.rule = rule;
  count_in(group, finding.time);
  HostCount& host = of_host(group.hosts, finding.host);
  count_in(host, finding.time);
  sample(host, finding);
  keep_row(group, finding);
}

void InvestigationBuilder::keep_row(RuleGroup& group, const Finding& finding) {
  if (!wants_row(finding)) return;
  Row row;
  row.id = finding.id;
  row.time = finding.time;
  if (!finding.citations.empty()) {
    row.source = finding.citations.front().source;
    if (!finding.citations.front().spans.empty()) row.span = finding.citations.front().spans.front();
  }
  const bool full = group.rows.size() >= rows_per_rule_ && !group.rows.empty();
  if (full && !earlier(row, group.rows.front())) return;  // before any text is made
  auto shown = [&](const std::string& text) { return show_secrets_ ? text : masked(text); };
  row.summary = finding.summary_masked ? finding.summary : shown(finding.summary);
  row.host = clipped(finding.host, 64);
  row.channel = clipped(finding.channel, 100);
  row.joined = finding.joined;
  row.recovered = finding.recovered;
  row.event_id = finding.event_id;
  row.record_id = finding.record_id;
  for (const MatchedField& field : finding.matched) {
    if (row.matched.size() == kMatchedLimit) break;
    row.matched.push_back(
        {clipped(field.field, 100), clipped(shown(field.value), kValueColumns), clipped(field.selection, 60)});
  }
  for (const std::string& field : finding.missing_fields) {
    if (row.missing_fields.size() < kMatchedLimit) row.missing_fields.push_back(clipped(field, 60));
  }
  row.citations = finding.citations_total ? finding.citations_total : finding.citations.size();
  if (!finding.citations.empty()) {
    const Citation& citation = finding.citations.front();
    row.sha256 = hex(Bytes(citation.sha256.data(), citation.sha256.size()));
  }
  if (full) {  // the latest gives way (heap by `earlier`)
    held_ -= group.rows.front().size();
    std::pop_heap(group.rows.begin(), group.rows.end(), earlier);
    group.rows.pop_back();
  }
  held_ += row.size();
  group.rows.push_back(std::move(row));
  std::push_heap(group.rows.begin(), group.rows.end(), earlier);
  while (held_ > kRowBudget && rows_per_rule_ > 1) trim();
}

void InvestigationBuilder::trim() {
  rows_per_rule_ = rows_per_rule_ * 3 / 4;
  for (auto& [rule, group] : groups_) {
    while (group.rows.size() > rows_per_rule_) {
      held_ -= group.rows.front().size();
      std::pop_heap(group.rows.begin(), group.rows.end(), earlier);
      group.rows.pop_back();
    }
  }
}

void InvestigationBuilder::add(uint32_t source, const Anomaly& anomaly) {
  ++out_.anomalies;
  AnomalyGroup& group = out_.anomaly_kinds[anomaly_name(anomaly.kind)];
  ++group.count;
  if (group.rows.size() >= kRowsPerRule) return;
  Anomaly kept = anomaly;
  for (std::string* text : {&kept.summary, &kept.expected, &kept.found}) *text = clipped(*text, 200);
  group.rows.emplace_back(source, std::move(kept));
}

Investigation InvestigationBuilder::finish() {
  for (auto& [rule, group] : groups_) {
    std::sort(group.rows.begin(), group.rows.end(), earlier);
    for (auto& [name, host] : group.hosts) {
      for (Sample& shown : host.samples) {
        if (!show_secrets_) shown.summary = masked(shown.summary);
      }
    }
    out_.groups.push_back(std::move(group));
  }
  groups_.clear();
  std::sort(out_.groups.begin(), out_.groups.end(), [](const RuleGroup& a, const RuleGroup& b) {
    auto place = [](const RuleGroup& g) {
      return std::make_tuple(-static_cast<int>(g.rule->level), !g.first.known(), g.first.ticks,
                             std::string_view(g.rule->id), std::string_view(g.rule->title));
    };
    return place(a) < place(b);
  });
  return std::move(out_);
}

}  // namespace sil::report
