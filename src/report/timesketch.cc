// timesketch: JSON lines with the three fields that Timesketch demands (message, datetime, timestamp_desc)
// and ours beside them. Findings without a time cannot stand on a timeline and are left out.
#include <algorithm>

#include "bytes/json_writer.h"
#include "report/registry.h"
#include "report/secrets.h"

namespace sil::report {
namespace {

class TimesketchWriter : public FindingWriter {
 public:
  explicit TimesketchWriter(bool show_secrets) : show_secrets_(show_secrets) {}

  void append_finding(const Finding& finding, const SourceSet& sources, std::string* out) const override {
    if (!finding.time.known()) return;
    static const RuleInfo kNone;
    const RuleInfo& rule = finding.rule ? *finding.rule : kNone;
    auto shown = [&](const std::string& text) { return show_secrets_ ? text : masked(text); };
    Timestamp micro = finding.time;
    micro.precision = std::max(micro.precision, Precision::kMicrosecond);  // its parser takes no seventh digit
    JsonWriter json(out);
    json.begin_object().field("message", shown(finding.summary)).field("datetime", rfc3339(micro));
    json.field("timestamp_desc", finding.kind == "correlation" ? "Correlation Fired" : "Event Logged")
        .field("data_type", "silhouette:finding");
    json.key("tag").begin_array().string(level_name(rule.level));
    for (const std::string& tag : rule.tags) json.string(tag);
    if (!finding.recovered.empty()) json.string("recovered");
    json.end_array().field("hostname", finding.host).field("rule_title", rule.title).field("rule_id", rule.id);
    json.field("level", level_name(rule.level)).field("channel", finding.channel);
    json.key("event_id").number(finding.event_id).field("record_id", std::to_string(finding.record_id));
    std::string matched;
    for (const MatchedField& field : finding.matched) {
      if (!matched.empty()) matched += " | ";
      matched += field.field + "=" + shown(field.value);
    }
    json.field("matched", matched);
    if (!finding.missing_fields.empty()) {
      json.key("missing_fields").begin_array();
      for (const std::string& field : finding.missing_fields) json.string(field);
      json.end_array();
    }
    if (!finding.recovered.empty()) json.field("recovered", finding.recovered);
    if (!finding.citations.empty()) cite(finding.citations.front(), sources, json);
    json.field("finding_id", finding.id).end_object();
    *out += '\n';
  }
  void append_anomaly(const Anomaly&, uint32_t, const SourceSet&, std::string*) const override {}  // no time

 private:
  static void cite(const Citation& citation, const SourceSet& sources, JsonWriter& json) {
    const Source* source = sources.at(citation.source);
    json.field("source_path", source ? source->path : "");
    if (!citation.spans.empty()) {
      json.key("source_offset").number(citation.spans.front().offset);
      json.key("source_length").number(citation.spans.front().length);
    }
    json.field("source_sha256", hex(Bytes(citation.sha256.data(), citation.sha256.size())));
  }
  bool show_secrets_;
};

}  // namespace

std::unique_ptr<FindingWriter> make_timesketch(const ReportOptions& options) {
  return std::make_unique<TimesketchWriter>(options.show_secrets);
}

}  // namespace sil::report
