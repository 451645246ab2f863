#include "flow/finding_builder.h"

#include <optional>

#include "hunt/plain.h"
#include "report/summary.h"

namespace sil::flow {
namespace {

void describe(const Event& event, Finding* finding) {
  finding->time = event.time;
  finding->record_id = event.record_id;
  if (event.kind) {
    finding->channel = event.kind->channel;
    finding->provider = event.kind->provider;
    finding->event_id = event.kind->event_id;
  }
  finding->host = event.text("Computer");
  finding->recovered.clear();
  if (!event.recovered) return;
  finding->recovered = event.recovered->how;
  if (!event.recovered->mended.empty()) finding->recovered += "; mended: " + event.recovered->mended;
}

std::string id_of(const RuleInfo& rule, const Citation& citation) {
  return finding_id(rule.sha256, citation.sha256, citation.spans.empty() ? 0 : citation.spans.front().offset);
}

// All of a citation but its digests; false: nobody can say what the bytes are.
bool cite_places(const Event& event, Citation* citation, std::vector<Span>* needed) {
  *citation = {};
  citation->source = event.source;
  needed->clear();
  if (!event.details) {
    citation->spans.push_back(event.where);
    return false;
  }
  event.details->cite(event, &citation->spans, needed);
  return true;
}

// The record's digest, where it need not be taken from the bytes of one span.
std::optional<Sha256> known_digest(const Event& event, const std::vector<Span>& spans) {
  if (spans.size() == 1 && event.digest && spans.front() == event.where) return event.digest->value();
  if (spans.size() == 1) return std::nullopt;
  Sha256Stream stream;
  for (const Span& span : spans) stream.add(event.details->bytes(span));
  return stream.finish();
}

}  // namespace

Citation cite_event(const Event& event) {
  Citation citation;
  std::vector<Span> needed;
  if (!cite_places(event, &citation, &needed)) return citation;
  const std::optional<Sha256> known = known_digest(event, citation.spans);
  citation.sha256 = known ? *known : sha256(event.details->bytes(citation.spans.front()));
  for (const Span& span : needed) citation.deps.push_back({"", span, sha256(event.details->bytes(span))});
  return citation;
}

Finding build_finding(const hunt::Rule& rule, const Event& event, const FindingOptions& options) {
  Finding finding;
  finding.rule = &rule.info;
  describe(event, &finding);
  finding.citations.push_back(cite_event(event));
  finding.id = id_of(rule.info, finding.citations.front());
  hunt::explain_match(rule, event, &finding.matched, &finding.missing_fields);
  finding.summary = report::summarise(event, rule.info, options.show_secrets);
  if (options.whole_event && event.details) event.details->write_json(event, &finding.event);
  return finding;
}

// The record and what the piece's records before it did not need yet are hashed together: two messages at a time.
void FindingBuilder::cite(const Event& event, Citation* citation) {
  if (!cite_places(event, citation, &needed_)) return;
  fresh_.messages.clear();
  fresh_digests_.clear();
  if (std::optional<Sha256> known = known_digest(event, citation->spans)) {
    citation->sha256 = *known;
  } else {
    fresh_.messages.push_back(event.details->bytes(citation->spans.front()));
    fresh_digests_.push_back(&citation->sha256);
  }
  needed_digests_.clear();
  for (const Span& span : needed_) {
    const auto [kept, fresh] = digests_.try_emplace(span);
    needed_digests_.push_back(&kept->second);
    if (!fresh) continue;
    fresh_.messages.push_back(event.details->bytes(span));
    fresh_digests_.push_back(&kept->second);
  }
  digest_all(&fresh_);
  for (size_t i = 0; i < fresh_digests_.size(); ++i) *fresh_digests_[i] = fresh_.digests[i];
  for (size_t i = 0; i < needed_.size(); ++i) citation->deps.push_back({"", needed_[i], *needed_digests_[i]});
}

void FindingBuilder::begin_event(const Event& event) {
  describe(event, &finding_);
  if (finding_.citations.empty()) finding_.citations.emplace_back();
  cite(event, &finding_.citations.front());
  line_ = report::summary_of(event, options_.show_secrets);
  finding_.event.clear();
  if (options_.whole_event && event.details) event.details->write_json(event, &finding_.event);
}

const Finding& FindingBuilder::build(const hunt::Rule& rule, const Event& event, hunt::Matcher& matcher, size_t index) {
  finding_.rule = &rule.info;
  finding_.id = id_of(rule.info, finding_.citations.front());
  finding_.matched.clear();
  matcher.explain(index, &finding_.matched, &finding_.missing_fields);
  finding_.summary = line_.empty() ? report::summarise(event, rule.info, options_.show_secrets) : line_;
  finding_.summary_masked = !options_.show_secrets && !line_.empty();
  return finding_;
}

}  // namespace sil::flow
