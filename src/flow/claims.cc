#include "flow/claims.h"

#include "bytes/json_writer.h"
#include "ledger/base64.h"
#include "model/version.h"

namespace sil::flow {
namespace {

using ledger::Json;
constexpr size_t kCommitments = 8;  // written out; the root covers all

std::string hex_of(const Sha256& digest) {
  return hex(Bytes(digest.data(), digest.size()));
}

// Digest of what the parser read: the finding's fields as they were matched.
std::string view_of(const Finding& finding) {
  std::string text;  // canonical JSON: [["field","value"],...]
  JsonWriter json(&text);
  json.begin_array();
  for (const MatchedField& field : finding.matched)
    json.begin_array().string(field.field).string(field.value).end_array();
  json.end_array();
  return hex_of(sha256(text));
}

Json listed(const std::vector<Salted>& items) {
  Json out;
  return out.set("count", uint64_t{items.size()}).set("root", ledger::base64(root_of(items)));
}

void add_field(const ledger::Secret& secret, const std::string& id, const char* name, const std::string& value,
               std::vector<Salted>* out) {
  std::string field;  // canonical JSON
  JsonWriter(&field).begin_object().field("name", name).field("value", value).end_object();
  const std::string label = "field " + id + " " + std::to_string(out->size());
  out->push_back({std::move(field), ledger::salt_of(secret, label)});
}

}  // namespace

Sha256 leaf_of(const Salted& item) {
  return ledger::salted_leaf(item.salt, item.content);
}

Sha256 root_of(const std::vector<Salted>& items) {
  ledger::CompactRange range;
  for (const Salted& item : items) range.push(leaf_of(item));
  return range.root();
}

Json cite_json(const Citation& citation, const Source& source, const Finding& finding) {
  Json file, span, locator, parser, rule, out;
  Json::Array members, spans, deps, fields;
  for (const std::string& member : source.members) members.emplace_back(member);
  for (const Span& s : citation.spans) spans.push_back(Json::Array{s.offset, uint64_t{s.length}});
  for (const Dependency& dep : citation.deps) {
    Json item;
    item.set("offset", dep.span.offset).set("length", uint64_t{dep.span.length}).set("sha256", hex_of(dep.sha256));
    if (!dep.source_id.empty()) item.set("source", dep.source_id);
    deps.push_back(std::move(item));
  }
  file.set("sha256", source.sha256).set("size", std::to_string(source.size)).set("name", source.path);
  if (!members.empty()) file.set("members", std::move(members));
  locator.set("channel", finding.channel).set("host", finding.host).set("record_id", std::to_string(finding.record_id));
  parser.set("name", "silhouette/" + source.format).set("version", kVersion);
  out.set("schema", "silhouette-cite/1").set("file", file).set("spans", std::move(spans));
  out.set("record", hex_of(citation.sha256)).set("deps", std::move(deps)).set("locator", locator).set("parser", parser);
  if (finding.rule) {
    for (const MatchedField& field : finding.matched) fields.emplace_back(field.field);
    rule.set("id", finding.rule->id).set("sha256", hex_of(finding.rule->sha256)).set("fields", std::move(fields));
    out.set("rule", rule);
  }
  return out.set("view", view_of(finding));
}

Salted file_commitment(const Source& source, const ledger::Secret& secret) {
  Json file;
  file.set("sha256", source.sha256).set("size", std::to_string(source.size)).set("name", source.path);
  return {file.canonical(), ledger::salt_of(secret, "file")};
}

ClaimDraft draft_claim(const Finding& finding, const std::vector<const Source*>& sources,
                       const std::vector<const LoggedSource*>& logged) {
  ClaimDraft out;
  const ledger::Secret& secret = logged.front()->secret;
  const std::string key = finding.id + " " + sources.front()->sha256;
  out.finding = {finding.id, ledger::salt_of(secret, "finding " + key)};
  Json::Array commitments;
  for (size_t i = 0; i < finding.citations.size(); ++i) {
    const Citation& citation = finding.citations[i];
    out.citations.push_back({cite_json(citation, *sources[i], finding).canonical(),
                             ledger::salt_of(secret, "cite " + key + " " + std::to_string(i))});
    if (citation.spans.size() != 1 || commitments.size() == kCommitments) continue;
    Json commitment;
    uint64_t offset = citation.spans.front().offset;
    commitment.set("deposit", logged[i]->deposit).set("record", offset);
    commitment.set("leaf", ledger::base64(record_leaf(logged[i]->secret, offset, citation.sha256)));
    commitments.push_back(std::move(commitment));
  }
  add_field(secret, key, "summary", finding.summary, &out.fields);
  add_field(secret, key, "time", rfc3339(finding.time), &out.fields);
  add_field(secret, key, "host", finding.host, &out.fields);
  add_field(secret, key, "channel", finding.channel, &out.fields);
  add_field(secret, key, "event_id", std::to_string(finding.event_id), &out.fields);
  for (const MatchedField& field : finding.matched)
    add_field(secret, key, field.field.c_str(), field.value, &out.fields);
  Json rule;
  rule.set("id", finding.rule->id).set("sha256", hex_of(finding.rule->sha256));
  rule.set("level", level_name(finding.rule->level));
  out.body.set("finding", ledger::base64(leaf_of(out.finding))).set("text", finding.rule->title.substr(0, 256));
  out.body.set("tlp", "amber").set("confidence", "observed").set("rule", rule);
  out.body.set("citations", listed(out.citations)).set("fields", listed(out.fields));
  out.body.set("commitments", std::move(commitments));
  return out;
}

}  // namespace sil::flow
