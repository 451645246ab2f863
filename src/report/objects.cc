#include "report/objects.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "bytes/json_buffer.h"
#include "bytes/json_writer.h"
#include "bytes/text.h"
#include "report/secrets.h"

namespace sil::report {
namespace {

bool is_zero(const Sha256& digest) {
  return std::all_of(digest.begin(), digest.end(), [](uint8_t byte) { return byte == 0; });
}

void write_strings(JsonWriter& json, std::string_view key, const std::vector<std::string>& items) {
  json.key(key).begin_array();
  for (const std::string& item : items) json.string(item);
  json.end_array();
}

// The findings of one record, which follow each other, show the same texts: the last few are kept as they were written.
class ShownTexts {
 public:
  // Null where the text is not among them.
  [[nodiscard]] const std::string* find(std::string_view text) const {
    for (const Item& item : items_) {
      if (item.text == text) return &item.json;
    }
    return nullptr;
  }
  void keep(std::string_view text, std::string_view json) {
    Item& item = items_[next_++ % items_.size()];
    item.text = text;
    item.json = json;
  }

 private:
  struct Item {
    std::string text, json;
  };
  std::array<Item, 8> items_;
  size_t next_ = 0;
};

// Rules by the thousand are written again and again. A rule is known by its place and the digest of its document.
class RuleTexts {
 public:
  struct Item {
    Sha256 sha256{};
    std::string json;
  };
  Item& of(const RuleInfo& rule) {
    if (items_.size() >= kMost) items_.clear();
    Item& item = items_[&rule];
    if (item.sha256 != rule.sha256) item = {rule.sha256, {}};
    return item;
  }

 private:
  static constexpr size_t kMost = 20'000;
  std::unordered_map<const RuleInfo*, Item> items_;
};

// Findings are the bulk of all output: written piece by piece into a buffer, keys as they stand. Other objects take
// their rules and citations from here.
class FindingText {
 public:
  FindingText(const SourceSet& sources, bool show_secrets, JsonBuffer* out)
      : sources_(sources), show_secrets_(show_secrets), out_(*out) {}

  void write(const Finding& finding) {
    raw(R"({"schema":"silhouette/finding/1","id":)").string(finding.id);
    raw(R"(,"kind":)").string(finding.kind).raw(R"(,"summary":)").shown(finding.summary, finding.summary_masked);
    raw(R"(,"rule":)");
    known_rule(finding.rule);
    raw(R"(,"time":)");
    if (finding.time.known())
      raw("\"").text(rfc3339(finding.time)).raw("\"");
    else
      raw("null");
    raw(R"(,"host":)").string(finding.host).raw(R"(,"channel":)").string(finding.channel);
    raw(R"(,"event_id":)").number(finding.event_id).raw(R"(,"record_id":)");
    if (finding.record_id)
      raw("\"").number(finding.record_id).raw("\"");
    else
      raw("null");
    raw(R"(,"citations":[)");
    list(finding.citations, [this](const Citation& one) { citation(one); });
    raw("]");
    if (finding.citations_total) raw(R"(,"citations_total":)").number(finding.citations_total);
    raw(R"(,"matched":[)");
    list(finding.matched, [this](const MatchedField& one) {
      raw(R"({"field":)").string(one.field).raw(R"(,"value":)").shown(one.value);
      raw(R"(,"selection":)").string(one.selection).raw("}");
    });
    raw(R"(],"missing_fields":[)");
    list(finding.missing_fields, [this](const std::string& one) { string(one); });
    raw("]");
    if (!finding.joined.empty()) raw(R"(,"joined":)").string(finding.joined);
    if (!finding.recovered.empty()) raw(R"(,"recovered":)").string(finding.recovered);
    if (!finding.correlation.empty())
      raw(R"(,"correlation":)").text(show_secrets_ ? finding.correlation : masked_json(finding.correlation));
    if (!finding.event.empty()) raw(R"(,"event":)").text(show_secrets_ ? finding.event : masked_json(finding.event));
    raw("}");
  }

  void rule(const RuleInfo* rule) {
    static const RuleInfo kNone;
    const RuleInfo& info = rule ? *rule : kNone;
    raw(R"({"id":)").string(info.id).raw(R"(,"title":)").string(info.title);
    raw(R"(,"level":)").string(level_name(info.level)).raw(R"(,"status":)").string(info.status);
    raw(R"(,"tags":[)");
    list(info.tags, [this](const std::string& tag) { string(tag); });
    raw(R"(],"sha256":)").digest(info.sha256).raw("}");
  }

  void citation(const Citation& citation) {
    const Source* source = sources_.at(citation.source);
    raw(R"({"source":{"id":)").string(source ? source->id : "").raw(R"(,"path":)").string(source ? source->path : "");
    raw(R"(,"members":[)");
    if (source) list(source->members, [this](const std::string& one) { string(one); });
    raw(R"(]},"spans":[)");
    list(citation.spans, [this](const Span& one) {
      raw("{");
      span(one);
      raw("}");
    });
    raw(R"(],"sha256":)");
    if (is_zero(citation.sha256))
      raw("null");
    else
      digest(citation.sha256);
    raw(R"(,"deps":[)");
    list(citation.deps, [this](const Dependency& dep) {
      raw("{");
      if (!dep.source_id.empty()) raw(R"("source":)").string(dep.source_id).raw(",");
      span(dep.span);
      raw(R"(,"sha256":)").digest(dep.sha256).raw("}");
    });
    raw("]}");
  }

 private:
  template <size_t N>
  FindingText& raw(const char (&text)[N]) {
    out_.literal(text);
    return *this;
  }
  FindingText& text(std::string_view text) {
    out_.append(text);
    return *this;
  }
  FindingText& string(std::string_view text) {
    out_.string(text);
    return *this;
  }
  FindingText& shown(const std::string& text, bool safe = false) {
    safe = safe || show_secrets_;
    if (show_secrets_ || text.size() < kShort) return plainly(text, safe);
    thread_local ShownTexts last;
    if (const std::string* json = last.find(text)) return this->text(*json);
    const size_t before = out_.size();
    plainly(text, safe);
    last.keep(text, out_.view().substr(before));
    return *this;
  }
  FindingText& plainly(const std::string& text, bool safe) {
    return safe || !may_hold_secret(text) ? string(text) : string(masked(text));
  }
  void known_rule(const RuleInfo* info) {
    if (!info) return rule(info);
    thread_local RuleTexts texts;
    std::string& json = texts.of(*info).json;
    if (!json.empty()) {
      text(json);
      return;
    }
    const size_t before = out_.size();
    rule(info);
    json = out_.view().substr(before);
  }
  static constexpr size_t kShort = 16;  // is written as fast as it is found
  FindingText& number(uint64_t value) {
    out_.number(value);
    return *this;
  }
  FindingText& digest(const Sha256& digest) {
    raw("\"");
    out_.hex(digest);
    return raw("\"");
  }
  template <class T, class Write>
  void list(const std::vector<T>& items, Write write) {
    bool first = true;
    for (const T& item : items) {
      if (!first) raw(",");
      first = false;
      write(item);
    }
  }
  void span(const Span& span) { raw(R"("offset":)").number(span.offset).raw(R"(,"length":)").number(span.length); }

  const SourceSet& sources_;
  bool show_secrets_;
  JsonBuffer& out_;
};

JsonBuffer& empty_buffer() {  // one a thread: findings are short and many
  thread_local JsonBuffer buffer;
  buffer.clear();
  return buffer;
}

}  // namespace

void append_citation(JsonWriter& json, const Citation& citation, const SourceSet& sources) {
  JsonBuffer& buffer = empty_buffer();
  FindingText(sources, true, &buffer).citation(citation);
  json.raw(buffer.view());
}

void append_rule(JsonWriter& json, const RuleInfo* rule) {
  static const std::vector<Source> kNone;  // a rule cites nothing
  JsonBuffer& buffer = empty_buffer();
  FindingText(kNone, true, &buffer).rule(rule);
  json.key("rule").raw(buffer.view());
}

void append_finding_object(const Finding& finding, const SourceSet& sources, bool show_secrets, std::string* out) {
  JsonBuffer& buffer = empty_buffer();
  FindingText(sources, show_secrets, &buffer).write(finding);
  out->append(buffer.view());
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
  if (!source.year_from.empty()) json.field("year_from", source.year_from);
  json.key("events").number(source.events);
  if (source.recovered) json.key("recovered").number(source.recovered);
  json.key("anomalies").number(source.anomalies).end_object();
}

void append_passed_over_object(const PassedOver& text, std::string* out) {
  JsonWriter json(out);
  json.begin_object().field("schema", "silhouette/passed-over/1").field("path", text.path);
  if (!is_valid_utf8(text.path)) json.field("path_bytes", hex(as_bytes(text.path)));
  write_strings(json, "members", text.members);
  json.field("reason", "a text of no known format").field("hint", "--as lines reads it").end_object();
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
  append_citation(json, citation, sources);
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
