// table: one line a finding for people: time, level, host, what happened, rule. Column widths follow from the
// terminal's width alone, so lines can be made by several workers and do not depend on one another.
#include <algorithm>

#include "report/display.h"
#include "report/escape.h"
#include "report/registry.h"
#include "report/secrets.h"
#include "report/texts.h"

namespace sil::report {
namespace {

constexpr int kTime = 19, kLevel = 4, kGap = 2;

class TableWriter : public FindingWriter {
 public:
  explicit TableWriter(const ReportOptions& options) : options_(options) {
    int width = std::clamp(options.width, 60, 400);
    int rest = width - kTime - kLevel - 2 * kGap;
    host_ = width >= 110 ? 16 : width >= 80 ? 12 : 8;
    rule_ = width >= 110 ? std::min(40, width / 4) : 0;  // narrow terminals: the summary matters more
    summary_ = rest - host_ - kGap - (rule_ ? rule_ + kGap : 0);
  }

  void begin(std::string* out) const override {
    std::string line;
    bool french = options_.language == Language::kFrench;
    append_padded(std::string(french ? "heure " : "time ") + options_.zone_name, kTime + kGap, &line);
    append_padded(french ? "niv" : "lvl", kLevel + kGap, &line);
    append_padded(french ? "machine" : "host", host_ + kGap, &line);
    append_padded(french ? "quoi" : "what", rule_ ? summary_ + kGap : 4, &line);
    if (rule_) line += french ? "r\u00e8gle" : "rule";
    *out += colored(line, "1", options_.color);
    *out += '\n';
  }

  void append_finding(const Finding& finding, const SourceSet&, std::string* out) const override {
    std::string what = options_.show_secrets ? finding.summary : masked(finding.summary);
    Level level = finding.rule ? finding.rule->level : Level::kInformational;
    line(shown_time(finding.time, options_, 0), level, finding.host, what, marks(finding),
         finding.rule ? finding.rule->title : "", out);
  }

  // Without a host: which one a log is of is known when it was read.
  void append_anomaly(const Anomaly& anomaly, uint32_t, const SourceSet&, std::string* out) const override {
    std::string what = anomaly.summary + " (offset " + std::to_string(anomaly.where.offset) + ")";
    line("anomaly", anomaly.level, "", what, "", anomaly_name(anomaly.kind), out);
  }

 private:
  // Fields that the rule reads and this log cannot carry: the hit rests on less than the rule meant.
  [[nodiscard]] std::string marks(const Finding& finding) const {
    std::string out;
    if (!finding.recovered.empty()) out = std::string(" [") + text(Text::kRecovered, options_.language) + ']';
    size_t count = finding.missing_fields.size();
    if (count != 0) out += " [without " + std::to_string(count) + (count == 1 ? " field]" : " fields]");
    return out;
  }
  void cell(std::string_view text, int columns, std::string* out) const {
    std::string safe;
    append_terminal(text, &safe);
    append_padded(safe, columns, out);
  }
  void line(std::string_view when, Level level, std::string_view host, std::string_view what, std::string_view mark,
            std::string_view rule, std::string* out) const {
    std::string_view gap("  ");
    append_padded(when, kTime, out);
    *out += gap;
    *out += level_tag(level, options_.color, options_.language);
    out->append(static_cast<size_t>(kLevel) - level_tag(level, false, options_.language).size(), ' ');
    *out += gap;
    // The first label of a full name tells hosts apart; the domain would only take room.
    cell(host.substr(0, host.find('.')), host_, out);
    *out += gap;
    cell(what, summary_ - columns_of(mark), out);
    *out += mark;
    if (rule_) {
      *out += gap;
      cell(rule, rule_, out);
    }
    while (!out->empty() && out->back() == ' ') out->pop_back();
    *out += '\n';
  }

  ReportOptions options_;
  int host_, rule_, summary_;
};

}  // namespace

std::unique_ptr<FindingWriter> make_table(const ReportOptions& options) {
  return std::make_unique<TableWriter>(options);
}

}  // namespace sil::report
