#include "flow/correlator.h"

#include "bytes/json_writer.h"
#include "report/correlation_summary.h"

namespace sil::flow {
namespace {

std::string field_names(const std::vector<hunt::GroupField>& fields) {
  std::string out;
  for (const hunt::GroupField& field : fields) out += (out.empty() ? "" : ", ") + field.name;
  return out;
}

// The object `correlation` of finding/1.
std::string correlation_json(const hunt::Correlation& rule, const hunt::Firing& firing, Timestamp stamp) {
  std::string out;
  JsonWriter json(&out);
  json.begin_object().field("type", hunt::correlation_name(rule.type)).key("group").begin_object();
  for (size_t i = 0; i < rule.group_by.size() && i < firing.group.size(); ++i)
    json.field(rule.group_by[i].name, firing.group[i]);
  json.end_object().key("value");
  std::string value = hunt::number_text(firing.value);
  value.empty() ? json.null() : json.raw(value);
  for (const auto& [name, ticks] : {std::pair("first", firing.first), std::pair("last", firing.last)}) {
    stamp.ticks = ticks;
    json.key(name);
    stamp.known() ? json.string(rfc3339(stamp)) : json.null();
  }
  json.key("update").number(firing.update).end_object();
  return out;
}

}  // namespace

Correlator::Correlator(const hunt::RuleSet& set, const std::string& folder, bool one_fact)
    : set_(set), plan_(set), engine_(plan_, [&] {
        hunt::EngineLimits limits;
        limits.folder = folder;
        limits.one_fact = one_fact;
        return limits;
      }()) {}
Correlator::~Correlator() = default;

Result<void> Correlator::add(uint32_t source, std::string_view entries) {
  return engine_.add(source, entries);
}

Result<Finding> Correlator::build(const hunt::Firing& firing) {
  const hunt::Correlation& rule = set_.correlations[firing.correlation];
  Finding finding;
  finding.kind = "correlation";
  finding.rule = &rule.info;
  finding.host = firing.host;
  hunt::MemberEntry begin;
  auto given = engine_.for_each_member(firing, kPrintedMembers, [&](const hunt::MemberEntry& entry) -> Result<bool> {
    if (finding.citations.empty()) begin = entry;
    finding.citations.push_back(entry.citation);
    return true;
  });
  if (!given) return tl::unexpected(given.error());
  finding.time = begin.time;  // for its precision and zone
  finding.time.ticks = firing.fired;
  if (firing.events > finding.citations.size()) finding.citations_total = firing.events;
  report::CorrelationFacts facts;
  facts.title = rule.info.title;
  facts.type = hunt::correlation_name(rule.type);
  facts.value = hunt::number_text(firing.value);
  facts.fields = field_names(rule.fields);
  facts.host = firing.host;
  facts.events = firing.events;
  facts.first = firing.first;
  facts.last = firing.last;
  std::string list;
  for (size_t i = 0; i < rule.group_by.size() && i < firing.group.size(); ++i) {
    hunt::append_text_of_list(firing.group[i], &list);
    facts.group.emplace_back(rule.group_by[i].name, firing.group[i]);
    finding.matched.push_back({rule.group_by[i].name, firing.group[i], "group-by"});
  }
  finding.summary = report::summarise_correlation(facts);
  finding.correlation = correlation_json(rule, firing, finding.time);
  finding.id = correlation_id(rule.info.sha256, list, begin.fact_text());
  return finding;
}

Result<void> Correlator::for_each_finding(const Visit& visit) {
  SIL_TRY(engine_.settle());
  return engine_.for_each_firing([&](const hunt::Firing& firing) -> Result<bool> {
    auto finding = build(firing);
    if (!finding) return tl::unexpected(finding.error());
    auto taken = visit(*finding, firing);
    if (!taken) return tl::unexpected(taken.error());
    return true;
  });
}

Result<void> Correlator::for_each_citation(const hunt::Firing& firing,
                                           const std::function<Result<void>(const Citation&)>& visit) {
  return engine_.for_each_member(firing, UINT64_MAX, [&](const hunt::MemberEntry& entry) -> Result<bool> {
    auto taken = visit(entry.citation);
    if (!taken) return tl::unexpected(taken.error());
    return true;
  });
}

}  // namespace sil::flow
