#include "report/objects.h"

#include <algorithm>

#include "bytes/json_writer.h"
#include "bytes/text.h"
#include "report/secrets.h"

namespace sil::report {
namespace {

std::string hex_of(const Sha256& digest) {
  return hex(Bytes(digest.data(), digest.size()));
}

bool is_zero(const Sha256& digest) {
  return std::all_of(digest.begin(), digest.end(), [](uint8_t byte) { return byte == 0; });
}

void write_strings(JsonWriter& json, std::string_view key, const std::vector<std::string>& items) {
  json.key(key).begin_array();
  for (const std::string& item : items) json.string(item);
  json.end_array();
}

void write_span(JsonWriter& json, const Span& span) {
  json.key("offset").number(span.offset).key("length").number(span.length);
}

void write_citation(JsonWriter& json, const Citation& citation, const SourceSet& sources) {
  const Source* source = sources.at(citation.source);
  json.begin_object().key("source").begin_object();
  json.field("id", source ? source->id : "").field("path", source ? source->path : "");
  write_strings(json, "members", source ? source->members : std::vector<std::string>{});
  json.end_object().key("spans").begin_array();
  for (const Span& span : citation.spans) {
    json.begin_object();
    write_span(json, span);
    json.end_object();
  }
  json.end_array().key("sha256");
  if (is_zero(citation.sha256))
    json.null();  // an anomaly whose bytes could not be read
  else
    json.string(hex_of(citation.sha256));
  json.key("deps").begin_array();
  for (const Dependency& dep : citation.deps) {
    json.begin_object();
    if (!dep.source_id.empty()) json.field("source", dep.source_id);
    write_span(json, dep.span);
    json.field("sha256", hex_of(dep.sha256)).end_object();
  }
  json.end_array().end_object();
}

void write_rule(JsonWriter& json, const RuleInfo* rule) {
  static const RuleInfo kNone;
  const RuleInfo& info = rule ? *rule : kNone;
  json.key("rule").begin_object().field("id", info.id).field("title", info.title);
  json.field("level", level_name(info.level)).field("status", info.status);
  write_strings(json, "tags", info.tags);
  json.field("sha256", hex_of(info.sha256)).end_object();
}

}  // namespace

void append_finding_object(const Finding& finding, const SourceSet& sources, bool show_secrets, std::string* out) {
  JsonWriter json(out);
  auto shown = [&](std::string_view key, const std::string& text) {
    json.key(key);
    if (show_secrets)
      json.string(text);
    else
      json.string(masked(text));
  };
  json.begin_object().field("schema", "silhouette/finding/1").field("id", finding.id).field("kind", finding.kind);
  shown("summary", finding.summary);
  write_rule(json, finding.rule);
  json.key("time");
  if (finding.time.known())
    json.string(rfc3339(finding.time));
  else
    json.null();
  json.field("host", finding.host).field("channel", finding.channel).key("event_id").number(finding.event_id);
  json.key("record_id");
  if (finding.record_id)
    json.string(std::to_string(finding.record_id));
  else
    json.null();
  json.key("citations").begin_array();
  for (const Citation& citation : finding.citations) write_citation(json, citation, sources);
  json.end_array();
  if (finding.citations_total) json.key("citations_total").number(finding.citations_total);
  json.key("matched").begin_array();
  for (const MatchedField& matched : finding.matched) {
    json.begin_object().field("field", matched.field);
    shown("value", matched.value);
    json.field("selection", matched.selection).end_object();
  }
  json.end_array();
  write_strings(json, "missing_fields", finding.missing_fields);
  if (!finding.joined.empty()) json.field("joined", finding.joined);
  if (!finding.correlation.empty()) json.key("correlation").raw(finding.correlation);
  if (!finding.event.empty()) {
    json.key("event").raw(show_secrets ? finding.event : masked_json(finding.event));
  }
  json.end_object();
}

void append_source_object(const Source& source, std::string* out) {
  JsonWriter json(out);
  json.begin_object().field("schema", "silhouette/source/1").field("id", source.id).field("path", source.path);
  if (!is_valid_utf8(source.path)) json.field("path_bytes", hex(as_bytes(source.path)));
  write_strings(json, "members", source.members);
  json.key("size").number(source.size);
  if (!source.sha256.empty()) json.field("sha256", source.sha256);
  json.field("format", source.format).field("confidence", source.confidence);
  if (!source.host.empty()) json.field("host", source.host);
  json.key("events").number(source.events).key("anomalies").number(source.anomalies).end_object();
}

std::string anomaly_id(const Anomaly& anomaly) {
  Sha256Stream stream;
  std::string key = anomaly_name(anomaly.kind);
  for (const std::string& part :
       {std::to_string(anomaly.where.offset), std::to_string(anomaly.where.length), anomaly.expected, anomaly.found}) {
    key += '\0';
    key += part;
  }
  stream.add(key);
  stream.add(Bytes(anomaly.sha256.data(), anomaly.sha256.size()));
  return hex(Bytes(stream.finish().data(), 8));
}

void append_anomaly_object(const Anomaly& anomaly, uint32_t index, const SourceSet& sources, std::string* out) {
  JsonWriter json(out);
  json.begin_object().field("schema", "silhouette/anomaly/1").field("id", anomaly_id(anomaly));
  json.field("kind", anomaly_name(anomaly.kind)).field("level", level_name(anomaly.level));
  json.field("summary", anomaly.summary).field("expected", anomaly.expected).field("found", anomaly.found);
  Citation citation;
  citation.source = index;
  citation.spans.push_back(anomaly.where);
  citation.sha256 = anomaly.sha256;
  json.key("citations").begin_array();
  write_citation(json, citation, sources);
  json.end_array().end_object();
}

void append_verdict_object(const RuleVerdict& verdict, std::string* out) {
  JsonWriter json(out);
  json.begin_object().field("schema", "silhouette/rule-verdict/1").field("path", verdict.path);
  json.field("id", verdict.id).field("title", verdict.title);
  json.field("verdict", verdict.loaded ? "loaded" : "refused").field("reason", verdict.reason);
  json.key("line").number(verdict.line).end_object();
}

void append_blind_object(const BlindRule& blind, std::string* out) {
  JsonWriter json(out);
  json.begin_object().field("schema", "silhouette/blind/1").field("rule_id", blind.rule ? blind.rule->id : "");
  json.field("title", blind.rule ? blind.rule->title : "").field("reason", blind.reason);
  json.field("detail", blind.detail).end_object();
}

}  // namespace sil::report
