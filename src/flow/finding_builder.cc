#include "flow/finding_builder.h"

#include "hunt/plain.h"
#include "report/summary.h"

namespace sil::flow {

Citation cite_event(const Event& event) {
  Citation citation;
  citation.source = event.source;
  if (!event.details) {
    citation.spans.push_back(event.where);
    return citation;
  }
  std::vector<Span> deps;
  event.details->cite(event, &citation.spans, &deps);
  Sha256Stream stream;
  for (const Span& span : citation.spans) stream.add(event.details->bytes(span));
  citation.sha256 = stream.finish();
  for (const Span& span : deps) citation.deps.push_back({"", span, sha256(event.details->bytes(span))});
  return citation;
}

Finding build_finding(const hunt::Rule& rule, const Event& event, const FindingOptions& options) {
  Finding finding;
  finding.rule = &rule.info;
  finding.time = event.time;
  finding.record_id = event.record_id;
  if (event.kind) {
    finding.channel = event.kind->channel;
    finding.provider = event.kind->provider;
    finding.event_id = event.kind->event_id;
  }
  finding.host = event.text("Computer");
  finding.citations.push_back(cite_event(event));
  const Citation& citation = finding.citations.front();
  finding.id =
      finding_id(rule.info.sha256, citation.sha256, citation.spans.empty() ? 0 : citation.spans.front().offset);
  hunt::explain_match(rule, event, &finding.matched, &finding.missing_fields);
  finding.summary = report::summarise(event, rule.info);
  if (options.whole_event && event.details) event.details->write_json(event, &finding.event);
  return finding;
}

}  // namespace sil::flow
