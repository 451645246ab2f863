// csv: one row a finding or anomaly. Sources have no row; the source's path stands in each. Times are UTC.
#include "report/escape.h"
#include "report/objects.h"
#include "report/registry.h"
#include "report/secrets.h"

namespace sil::report {
namespace {

constexpr const char* kColumns[] = {"time",     "level",     "host",   "summary", "rule_title", "channel",
                                    "event_id", "record_id", "source", "offset",  "length",     "sha256",
                                    "matched",  "missing",   "tags",   "rule_id", "id",         "recovered"};

std::string joined(const std::vector<std::string>& items, std::string_view separator) {
  std::string out;
  for (const std::string& item : items) {
    if (!out.empty()) out += separator;
    out += item;
  }
  return out;
}

std::string place_of(const Source* source) {
  std::string path = source ? source->path : "";
  if (source) {
    for (const std::string& member : source->members) path += "!" + member;
  }
  return path;
}

class Row {
 public:
  explicit Row(std::string* out) : out_(out) {}
  Row& cell(std::string_view text) {
    if (!first_) *out_ += ',';
    first_ = false;
    append_csv_cell(text, out_);
    return *this;
  }
  Row& cell(uint64_t number) { return cell(std::string_view(std::to_string(number))); }
  void end() { *out_ += "\r\n"; }

 private:
  std::string* out_;
  bool first_ = true;
};

class CsvWriter : public FindingWriter {
 public:
  explicit CsvWriter(bool show_secrets) : show_secrets_(show_secrets) {}

  void begin(std::string* out) const override {
    Row row(out);
    for (const char* column : kColumns) row.cell(std::string_view(column));
    row.end();
  }

  void append_finding(const Finding& finding, const SourceSet& sources, std::string* out) const override {
    static const RuleInfo kNone;
    const RuleInfo& rule = finding.rule ? *finding.rule : kNone;
    auto shown = [&](const std::string& text) { return show_secrets_ ? text : masked(text); };
    std::string matched;
    for (const MatchedField& field : finding.matched) {
      if (!matched.empty()) matched += " | ";
      matched += field.field + "=" + shown(field.value);
    }
    Row row(out);
    row.cell(finding.time.known() ? rfc3339(finding.time) : "").cell(level_name(rule.level)).cell(finding.host);
    row.cell(shown(finding.summary)).cell(rule.title).cell(finding.channel).cell(finding.event_id);
    row.cell(finding.record_id ? std::to_string(finding.record_id) : "");
    cite(finding.citations.empty() ? Citation{} : finding.citations.front(), sources, row);
    row.cell(matched).cell(joined(finding.missing_fields, " ")).cell(joined(rule.tags, " "));
    row.cell(rule.id).cell(finding.id).cell(finding.recovered).end();
  }

  void append_anomaly(const Anomaly& anomaly, uint32_t index, const SourceSet& sources,
                      std::string* out) const override {
    Row row(out);
    row.cell("").cell(level_name(anomaly.level)).cell("").cell(anomaly.summary);
    row.cell(std::string("anomaly: ") + anomaly_name(anomaly.kind)).cell("").cell("").cell("");
    Citation citation;
    citation.source = index;
    citation.spans.push_back(anomaly.where);
    citation.sha256 = anomaly.sha256;
    cite(citation, sources, row);
    row.cell("expected=" + anomaly.expected + " | found=" + anomaly.found).cell("").cell("").cell("");
    row.cell(anomaly_id(anomaly)).cell("").end();
  }

 private:
  static void cite(const Citation& citation, const SourceSet& sources, Row& row) {
    Span span = citation.spans.empty() ? Span{} : citation.spans.front();
    row.cell(place_of(sources.at(citation.source))).cell(span.offset).cell(span.length);
    row.cell(citation.sha256 == Sha256{} ? std::string() : hex(Bytes(citation.sha256.data(), citation.sha256.size())));
  }
  bool show_secrets_;
};

}  // namespace

std::unique_ptr<FindingWriter> make_csv(const ReportOptions& options) {
  return std::make_unique<CsvWriter>(options.show_secrets);
}

}  // namespace sil::report
