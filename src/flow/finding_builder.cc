#include "flow/finding_builder.h"

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

// `digest_of` gives the digest of a span that the record needs to be decoded.
template <class DigestOf>
void cite_with(const Event& event, DigestOf digest_of, Citation* citation) {
  *citation = {};
  citation->source = event.source;
  if (!event.details) {
    citation->spans.push_back(event.where);
    return;
  }
  std::vector<Span> needed;
  event.details->cite(event, &citation->spans, &needed);
  if (citation->spans.size() == 1 && event.digest && citation->spans.front() == event.where) {
    citation->sha256 = event.digest->value();
  } else if (citation->spans.size() == 1) {
    citation->sha256 = sha256(event.details->bytes(citation->spans.front()));
  } else {
    Sha256Stream stream;
    for (const Span& span : citation->spans) stream.add(event.details->bytes(span));
    citation->sha256 = stream.finish();
  }
  for (const Span& span : needed) citation->deps.push_back({"", span, digest_of(span)});
}

}  // namespace

Citation cite_event(const Event& event) {
  Citation citation;
  cite_with(
      event, [&](const Span& span) { return sha256(event.details->bytes(span)); }, &citation);
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

void FindingBuilder::cite(const Event& event, Citation* citation) {
  auto kept = [&](const Span& span) {
    auto& [length, digest] = digests_[span.offset];
    if (length != span.length) {
      length = span.length;
      digest = sha256(event.details->bytes(span));
    }
    return digest;
  };
  cite_with(event, kept, citation);
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
  return finding_;
}

}  // namespace sil::flow
