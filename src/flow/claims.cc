#include "flow/claims.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "bytes/json_writer.h"
#include "ledger/base64.h"
#include "model/version.h"
#include "tracks/registry.h"

namespace sil::flow {
namespace {

using ledger::Json;
constexpr size_t kUsualCitation = 2048, kUsualClaim = 640;  // bytes, without growing; claims are kept, all of a run
constexpr size_t kCommitments = 8;                          // written out; the root covers all
constexpr size_t kOwnFields = 5;                            // of a finding, at most: beside what matched
constexpr char kTrack[] = "track";                          // Finding::kind

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

void write_spans(JsonWriter& json, const std::vector<Span>& spans) {
  json.begin_array();
  for (const Span& s : spans) json.begin_array().number(s.offset).number(s.length).end_array();
  json.end_array();
}

std::string field_text(std::string_view name, std::string_view value) {
  std::string out;  // canonical JSON
  out.reserve(name.size() + value.size() + value.size() / 8 + 24);
  JsonWriter(&out).begin_object().field("name", name).field("value", value).end_object();
  return out;
}

std::vector<Sha256> leaves_of(const std::vector<Salted>& items) {
  std::vector<Sha256> salts;
  std::vector<Bytes> contents;
  salts.reserve(items.size());
  contents.reserve(items.size());
  for (const Salted& item : items) {
    salts.push_back(item.salt);
    contents.push_back(as_bytes(item.content));
  }
  return ledger::salted_leaves(salts, contents);
}

Sha256 root_over(std::span<const Sha256> leaves) {
  ledger::CompactRange range;
  range.push(leaves);
  return range.root();
}

void write_listed(JsonWriter& json, std::span<const Sha256> leaves) {
  json.begin_object().key("count").number(uint64_t{leaves.size()});
  json.field("root", ledger::base64(root_over(leaves))).end_object();
}

// What a claim commits to: the finding's id, then its citations, then its fields, each under the salt of its label.
std::vector<Salted> items_of(const Finding& finding, const std::vector<const Source*>& sources,
                             const KeyedSha256& secret) {
  std::vector<Salted> out;
  std::vector<std::string> labels;
  const std::string key = finding.id + " " + sources.front()->sha256;
  const size_t citations = finding.citations.size();
  const size_t items = 1 + citations + kOwnFields + finding.matched.size();
  out.reserve(items);
  labels.reserve(items);
  auto add = [&](std::string content, std::string_view kind) -> std::string& {
    out.push_back({std::move(content), {}});
    std::string& label = labels.emplace_back();
    label.reserve(kind.size() + key.size() + 24);
    return label.append(kind).append(" ").append(key);
  };
  auto add_field = [&](std::string_view name, std::string_view value) {
    const size_t number = out.size() - 1 - citations;
    add(field_text(name, value), "field").append(" ").append(std::to_string(number));
  };
  add(finding.id, "finding");
  for (size_t i = 0; i < citations; ++i)
    add(cite_text(finding.citations[i], *sources[i], finding), "cite").append(" ").append(std::to_string(i));
  add_field("summary", finding.summary);
  add_field("time", rfc3339(finding.time));
  add_field("host", finding.host);
  add_field("channel", finding.channel);
  if (finding.kind != kTrack) add_field("event_id", std::to_string(finding.event_id));
  for (const MatchedField& field : finding.matched) add_field(field.field, field.value);
  DigestList salts;
  for (const std::string& label : labels) salts.messages.push_back(as_bytes(label));
  secret.of_all(&salts);
  for (size_t i = 0; i < out.size(); ++i) out[i].salt = salts.digests[i];
  return out;
}

}  // namespace

Sha256 leaf_of(const Salted& item) {
  return ledger::salted_leaf(item.salt, item.content);
}

// Members in the order of RFC 8785, here and in draft_claim(): a case has many claims, so they are written as text.
std::string cite_text(const Citation& citation, const Source& source, const Finding& finding) {
  std::string out;
  out.reserve(kUsualCitation);
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
  const ledger::Secret& first_secret = logged.front()->secret;
  const KeyedSha256 secret(Bytes(first_secret.data(), first_secret.size()));
  std::vector<Salted> items = items_of(finding, sources, secret);
  const std::vector<Sha256> leaves = leaves_of(items);
  const auto cited = std::span(leaves).subspan(1, finding.citations.size());
  out.commitment = ledger::base64(leaves.front());

  out.body.reserve(kUsualClaim);
  JsonWriter json(&out.body);
  json.begin_object().key("citations");
  write_listed(json, cited);
  json.key("commitments").begin_array();
  size_t commitments = 0;
  for (size_t i = 0; i < finding.citations.size() && commitments < kCommitments; ++i) {
    const Citation& citation = finding.citations[i];
    if (citation.spans.size() != 1) continue;
    ++commitments;
    const uint64_t offset = citation.spans.front().offset;
    const ledger::Secret& other = logged[i]->secret;
    const KeyedSha256& keyed = i == 0 ? secret : KeyedSha256(Bytes(other.data(), other.size()));
    json.begin_object().key("deposit").number(logged[i]->deposit);
    json.field("leaf", ledger::base64(record_leaf(keyed, offset, citation.sha256)));
    json.key("record").number(offset).end_object();
  }
  json.end_array().field("confidence", "observed");
  if (finding.kind == kTrack) {
    json.key("detector").begin_object().field("class", finding.matched.front().value);
    json.field("id", finding.rule->id).field("level", level_name(finding.rule->level)).end_object();
  }
  json.key("fields");
  write_listed(json, std::span(leaves).subspan(1 + finding.citations.size()));
  json.field("finding", out.commitment);
  if (!finding.recovered.empty()) json.key("recovered").boolean(true);
  if (finding.kind != kTrack) {
    json.key("rule").begin_object().field("id", finding.rule->id);
    json.field("level", level_name(finding.rule->level)).field("sha256", hex_of(finding.rule->sha256)).end_object();
  }
  std::string text = finding.rule->title.substr(0, 256);
  if (finding.kind == kTrack) text = "covered track (" + finding.matched.front().value + "): " + text;
  json.field("text", text).field("tlp", "amber").end_object();
  const auto fields = items.begin() + 1 + static_cast<std::ptrdiff_t>(finding.citations.size());
  out.finding = std::move(items.front());
  out.citations.assign(std::move_iterator(items.begin() + 1), std::move_iterator(fields));
  out.fields.assign(std::move_iterator(fields), std::move_iterator(items.end()));
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
