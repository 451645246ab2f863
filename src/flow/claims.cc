#include "flow/claims.h"

#include "bytes/json_writer.h"
#include "ledger/base64.h"
#include "model/version.h"
#include "tracks/registry.h"

namespace sil::flow {
namespace {

using ledger::Json;
constexpr size_t kCommitments = 8;  // written out; the root covers all
constexpr char kTrack[] = "track";  // Finding::kind

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

void write_listed(JsonWriter& json, const std::vector<Salted>& items) {
  json.begin_object().key("count").number(uint64_t{items.size()});
  json.field("root", ledger::base64(root_of(items))).end_object();
}

void write_spans(JsonWriter& json, const std::vector<Span>& spans) {
  json.begin_array();
  for (const Span& s : spans) json.begin_array().number(s.offset).number(s.length).end_array();
  json.end_array();
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

// Members in the order of RFC 8785, here and in draft_claim(): a case has many claims, so they are written as text.
std::string cite_text(const Citation& citation, const Source& source, const Finding& finding) {
  std::string out;
  JsonWriter json(&out);
  const bool track = finding.kind == kTrack;
  json.begin_object().key("deps").begin_array();
  for (const Dependency& dep : citation.deps) {
    json.begin_object().key("length").number(dep.span.length).key("offset").number(dep.span.offset);
    json.field("sha256", hex_of(dep.sha256));
    if (!dep.source_id.empty()) json.field("source", dep.source_id);
    json.end_object();
  }
  json.end_array();
  if (track) json.field("detector", finding.rule->id);
  json.key("file").begin_object();
  if (!source.members.empty()) {
    json.key("members").begin_array();
    for (const std::string& member : source.members) json.string(member);
    json.end_array();
  }
  json.field("name", source.path).field("sha256", source.sha256).field("size", std::to_string(source.size));
  json.end_object().key("locator").begin_object().field("channel", finding.channel).field("host", finding.host);
  json.field("record_id", std::to_string(finding.record_id)).end_object().key("parser").begin_object();
  json.field("name", "silhouette/" + source.format).field("version", kVersion).end_object();
  json.field("record", hex_of(citation.sha256));
  if (!finding.recovered.empty()) json.field("recovered", finding.recovered);
  if (finding.rule && !track) {
    json.key("rule").begin_object().key("fields").begin_array();
    for (const MatchedField& field : finding.matched) json.string(field.field);
    json.end_array().field("id", finding.rule->id).field("sha256", hex_of(finding.rule->sha256)).end_object();
  }
  json.field("schema", "silhouette-cite/1").key("spans");
  write_spans(json, citation.spans);
  json.field("view", view_of(finding)).end_object();
  return out;
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
  out.commitment = ledger::base64(leaf_of(out.finding));
  for (size_t i = 0; i < finding.citations.size(); ++i)
    out.citations.push_back({cite_text(finding.citations[i], *sources[i], finding),
                             ledger::salt_of(secret, "cite " + key + " " + std::to_string(i))});
  add_field(secret, key, "summary", finding.summary, &out.fields);
  add_field(secret, key, "time", rfc3339(finding.time), &out.fields);
  add_field(secret, key, "host", finding.host, &out.fields);
  add_field(secret, key, "channel", finding.channel, &out.fields);
  if (finding.kind != kTrack) add_field(secret, key, "event_id", std::to_string(finding.event_id), &out.fields);
  for (const MatchedField& field : finding.matched)
    add_field(secret, key, field.field.c_str(), field.value, &out.fields);

  JsonWriter json(&out.body);
  json.begin_object().key("citations");
  write_listed(json, out.citations);
  json.key("commitments").begin_array();
  size_t commitments = 0;
  for (size_t i = 0; i < finding.citations.size() && commitments < kCommitments; ++i) {
    const Citation& citation = finding.citations[i];
    if (citation.spans.size() != 1) continue;
    ++commitments;
    const uint64_t offset = citation.spans.front().offset;
    const Bytes secret_bytes(logged[i]->secret.data(), logged[i]->secret.size());
    json.begin_object().key("deposit").number(logged[i]->deposit);
    json.field("leaf", ledger::base64(record_leaf(KeyedSha256(secret_bytes), offset, citation.sha256)));
    json.key("record").number(offset).end_object();
  }
  json.end_array().field("confidence", "observed");
  if (finding.kind == kTrack) {
    json.key("detector").begin_object().field("class", finding.matched.front().value);
    json.field("id", finding.rule->id).field("level", level_name(finding.rule->level)).end_object();
  }
  json.key("fields");
  write_listed(json, out.fields);
  json.field("finding", out.commitment);
  if (!finding.recovered.empty()) json.key("recovered").boolean(true);
  if (finding.kind != kTrack) {
    json.key("rule").begin_object().field("id", finding.rule->id);
    json.field("level", level_name(finding.rule->level)).field("sha256", hex_of(finding.rule->sha256)).end_object();
  }
  std::string text = finding.rule->title.substr(0, 256);
  if (finding.kind == kTrack) text = "covered track (" + finding.matched.front().value + "): " + text;
  json.field("text", text).field("tlp", "amber").end_object();
  return out;
}

std::unique_ptr<TrackSubject> subject_of(const Track& track) {
  auto out = std::make_unique<TrackSubject>();
  out->detector.id = out->detector.title = track.detector;
  out->detector.level = track.level;
  for (const tracks::StructureDetector& row : tracks::structure_detectors()) {
    if (row.info.name != track.detector) continue;
    out->detector.title = row.info.title;
    out->of_one_source = true;
  }
  for (const tracks::SceneDetector& row : tracks::scene_detectors())
    if (row.info.name == track.detector) out->detector.title = row.info.title;
  for (const tracks::WitnessDetector& row : tracks::witness_detectors())
    if (row.info.name == track.detector) out->detector.title = row.info.title;
  Finding& finding = out->finding;
  finding.id = track.id;
  finding.kind = kTrack;
  finding.rule = &out->detector;
  finding.summary = track.summary;
  finding.time = track.time;
  finding.host = track.host;
  finding.channel = track.channel;
  finding.citations = track.citations;
  finding.matched = {
      {"class", track_class_name(track.kind), ""}, {"expected", track.expected, ""}, {"found", track.found, ""}};
  return out;
}

}  // namespace sil::flow
