#include "report/explanation.h"

#include <algorithm>

#include "bytes/json_writer.h"
#include "report/display.h"
#include "report/escape.h"
#include "report/objects.h"
#include "report/secrets.h"

namespace sil::report {
namespace {

constexpr size_t kShownMisses = 6;
constexpr size_t kShownValues = 8;
constexpr int kValueColumns = 400;

const char* verdict_of(const Explanation& explanation) {
  if (!explanation.has_record) return "no record";
  if (explanation.matched) return "match";
  return explanation.applies ? "miss" : "another log";
}

void write_strings(JsonWriter& json, std::string_view key, const std::vector<std::string>& items) {
  json.key(key).begin_array();
  for (const std::string& item : items) json.string(item);
  json.end_array();
}

void write_item(JsonWriter& json, const ExplainedItem& item, bool show_secrets) {
  json.begin_object().field("field", item.field).key("held").boolean(item.held);
  json.key("all").boolean(item.all).key("negated").boolean(item.negated);
  write_strings(json, "log_fields", item.log_fields);
  json.key("present").boolean(item.present).key("log_lacks").boolean(item.log_lacks);
  json.key("values").begin_array();
  for (const std::string& value : item.values) json.string(show_secrets ? value : masked(value));
  json.end_array().key("tests").begin_array();
  for (const ExplainedTest& test : item.tests)
    json.begin_object().field("wanted", test.wanted).key("held").boolean(test.held).end_object();
  json.end_array().end_object();
}

void write_selection(JsonWriter& json, const ExplainedSelection& selection, bool show_secrets) {
  json.begin_object().field("name", selection.name).key("line").number(selection.line);
  json.key("filter").boolean(selection.filter).key("held").boolean(selection.held);
  json.key("alternatives").begin_array();
  for (const auto& alternative : selection.alternatives) {
    json.begin_array();
    for (const ExplainedItem& item : alternative) write_item(json, item, show_secrets);
    json.end_array();
  }
  json.end_array().end_object();
}

void write_record(JsonWriter& json, const Explanation& explanation, const SourceSet& sources) {
  json.key("record").begin_object().key("time");
  if (explanation.time.known())
    json.string(rfc3339(explanation.time));
  else
    json.null();
  json.field("host", explanation.host).field("channel", explanation.channel);
  json.key("event_id").number(explanation.event_id).key("record_id");
  if (explanation.record_id)
    json.string(std::to_string(explanation.record_id));
  else
    json.null();
  json.key("citations").begin_array();
  append_citation(json, explanation.citation, sources);
  json.end_array().end_object();
}

class TextWriter {
 public:
  TextWriter(const Explanation& explanation, const ReportOptions& options, std::string* out)
      : explanation_(explanation), options_(options), out_(out) {}

  void run(const SourceSet& sources) {
    const RuleInfo& rule = *explanation_.rule;
    line(0, "rule       " + shown(rule.title) + " (" + shown(rule.id) + ", " + level_name(rule.level) + ")");
    line(0, "condition  " + shown(explanation_.condition));
    if (!explanation_.has_record) {
      line(0, "verdict    no record of the logs that the rule means: " + shown(explanation_.looked_for));
      return;
    }
    record(sources);
    verdict();
    for (const ExplainedSelection& selection : explanation_.selections) this->selection(selection);
    if (explanation_.missing_fields.empty()) return;
    std::string fields;
    for (const std::string& field : explanation_.missing_fields) fields += (fields.empty() ? "" : ", ") + shown(field);
    line(0, "not in this log: " + fields);
  }

 private:
  static std::string shown(std::string_view text) {
    std::string out;
    append_terminal(text, &out);
    return out;
  }
  std::string value(const std::string& text) const {
    return clipped(shown(options_.show_secrets ? text : masked(text)), kValueColumns);
  }
  void line(int depth, std::string_view text) {
    out_->append(static_cast<size_t>(depth) * 2, ' ');
    *out_ += text;
    *out_ += '\n';
  }
  std::string mark(bool held) const { return held ? colored("yes", "32", options_.color) : "no "; }

  void record(const SourceSet& sources) {
    const Citation& citation = explanation_.citation;
    std::string text = "record     " + shown_time(explanation_.time, options_) + " " + shown(explanation_.host) + " " +
                       shown(explanation_.channel);
    if (explanation_.event_id) text += " " + std::to_string(explanation_.event_id);
    if (explanation_.record_id) text += ", record " + std::to_string(explanation_.record_id);
    line(0, text);
    const Source* source = sources.at(citation.source);
    std::string path = source ? source->path : "";
    for (const std::string& member : source ? source->members : std::vector<std::string>{}) path += "!" + member;
    for (const Span& span : citation.spans) {
      line(0, "bytes      " + shown(path) + " offset " + std::to_string(span.offset) + ", length " +
                  std::to_string(span.length));
    }
    line(0, "sha256     " + hex(Bytes(citation.sha256.data(), citation.sha256.size())));
  }
  void verdict() {
    if (explanation_.matched)
      line(0, "verdict    matches");
    else if (!explanation_.applies)
      line(0, "verdict    does not match: the rule's log source does not mean this log");
    else
      line(0, "verdict    does not match");
  }

  void selection(const ExplainedSelection& selection) {
    line(0, "");
    line(0, mark(selection.held) + " " + shown(selection.name) + (selection.filter ? " (filter)" : ""));
    for (size_t i = 0; i < selection.alternatives.size(); ++i) {
      int depth = 2;
      if (selection.alternatives.size() > 1) line(depth++, (i ? "or entry " : "entry ") + std::to_string(i + 1));
      for (const ExplainedItem& item : selection.alternatives[i]) this->item(depth, item);
    }
  }
  void item(int depth, const ExplainedItem& item) {
    std::string head = mark(item.held) + " " + (item.field.empty() ? "keywords" : shown(item.field));
    if (item.negated) head += ", none of";
    if (item.all) head += ", all of";
    bool renamed = !item.log_fields.empty() && item.log_fields.front() != item.field;
    if (renamed) {
      head += " (from";
      for (const std::string& name : item.log_fields) head += " " + shown(name);
      head += ")";
    }
    line(depth, head);
    values(depth + 2, item);
    size_t misses = 0;
    for (const ExplainedTest& test : item.tests) {
      if (!test.held && ++misses > kShownMisses) continue;
      line(depth + 2, "wanted " + mark(test.held) + " " + clipped(shown(test.wanted), kValueColumns));
    }
    if (misses > kShownMisses)
      line(depth + 2, "and " + std::to_string(misses - kShownMisses) + " more that do not hold");
  }
  void values(int depth, const ExplainedItem& item) {
    if (item.field.empty()) return;
    if (!item.present)
      line(depth, item.log_lacks ? "value  absent: this log cannot carry the field" : "value  absent");
    else if (item.values.empty())
      line(depth, "value  null");
    for (size_t i = 0; i < std::min(item.values.size(), kShownValues); ++i)
      line(depth, "value  '" + value(item.values[i]) + "'");
    if (item.values.size() > kShownValues)
      line(depth, "and " + std::to_string(item.values.size() - kShownValues) + " more values");
  }

  const Explanation& explanation_;
  const ReportOptions& options_;
  std::string* out_;
};

}  // namespace

void append_explanation_object(const Explanation& explanation, const SourceSet& sources, bool show_secrets,
                               std::string* out) {
  JsonWriter json(out);
  json.begin_object().field("schema", "silhouette/explanation/1").field("verdict", verdict_of(explanation));
  append_rule(json, explanation.rule);
  json.field("condition", explanation.condition);
  if (explanation.has_record)
    write_record(json, explanation, sources);
  else
    json.key("record").null().field("looked_for", explanation.looked_for);
  json.key("selections").begin_array();
  for (const ExplainedSelection& selection : explanation.selections) write_selection(json, selection, show_secrets);
  json.end_array();
  write_strings(json, "missing_fields", explanation.missing_fields);
  // Reading stops at a match, so that the number would depend on the threads.
  if (!explanation.matched) json.key("searched").number(explanation.searched);
  json.end_object();
}

void append_explanation_text(const Explanation& explanation, const SourceSet& sources, const ReportOptions& options,
                             std::string* out) {
  TextWriter(explanation, options, out).run(sources);
}

}  // namespace sil::report
