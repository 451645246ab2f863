// navigator: one ATT&CK Navigator layer (layer format 4.5). A technique's score is the weight of the highest
// level that fired on it; the comment counts findings and names rules. Techniques whose rules were all blind
// stand with score 0 and a comment, so that "not seen" and "could not be seen" look different.
//
// Each append_* gives lines "f<level><technique> <title>" or "b..." for blind rules; absorb() folds them.
#include <algorithm>
#include <map>
#include <set>

#include "bytes/json_writer.h"
#include "report/registry.h"

namespace sil::report {
namespace {

constexpr int kWeights[] = {5, 25, 50, 75, 100};  // by Level

// "attack.t1003.001" -> "T1003.001"; empty for tactics, groups and foreign tags.
std::string technique_of(std::string_view tag) {
  if (tag.substr(0, 7) != "attack.") return {};
  tag.remove_prefix(7);
  if (tag.size() < 5 || (tag[0] != 't' && tag[0] != 'T')) return {};
  for (char c : tag.substr(1)) {
    if ((c < '0' || c > '9') && c != '.') return {};
  }
  return "T" + std::string(tag.substr(1));
}

class NavigatorWriter : public FindingWriter {
 public:
  explicit NavigatorWriter(const ReportOptions& options) : version_(options.version) {}
  [[nodiscard]] bool aggregates() const override { return true; }

  void append_finding(const Finding& finding, const SourceSet&, std::string* out) const override {
    if (finding.rule) append_lines('f', *finding.rule, out);
  }
  void append_blind(const BlindRule& blind, std::string* out) const override {
    if (blind.rule) append_lines('b', *blind.rule, out);
  }
  void append_anomaly(const Anomaly&, uint32_t, const SourceSet&, std::string*) const override {}

  void absorb(std::string_view text) override {
    while (!text.empty()) {
      std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (line.size() < 3) continue;
      size_t name = line.find(' ', 2);
      if (name == std::string_view::npos) continue;
      Technique& technique = techniques_[std::string(line.substr(2, name - 2))];
      std::string title(line.substr(name + 1));
      if (line[0] == 'b') {
        technique.blind.insert(std::move(title));
        continue;
      }
      ++technique.findings;
      technique.level = std::max(technique.level, line[1] - '0');
      technique.fired.insert(std::move(title));
    }
  }

  void end(std::string* out) const override {
    JsonWriter json(out);
    json.begin_object().field("name", "silhouette").key("versions").begin_object();
    json.field("layer", "4.5").field("navigator", "5.1.0").end_object().field("domain", "enterprise-attack");
    json.field("description", "What fired and what could not have fired; made by silhouette " + version_);
    json.key("gradient").begin_object().key("colors").begin_array();
    json.string("#d9d9d9").string("#f4c95d").string("#b3202a").end_array();
    json.key("minValue").number(0).key("maxValue").number(100).end_object();
    json.key("techniques").begin_array();
    for (const auto& [id, technique] : techniques_) write(id, technique, json);
    json.end_array().end_object();
    *out += '\n';
  }

 private:
  struct Technique {
    uint64_t findings = 0;
    int level = -1;
    std::set<std::string> fired, blind;
  };

  static void append_lines(char what, const RuleInfo& rule, std::string* out) {
    for (const std::string& tag : rule.tags) {
      std::string technique = technique_of(tag);
      if (technique.empty()) continue;
      *out += what;
      *out += static_cast<char>('0' + static_cast<int>(rule.level));
      *out += technique + ' ';
      for (char c : rule.title) *out += c == '\n' || c == '\r' ? ' ' : c;
      *out += '\n';
    }
  }
  static void write(const std::string& id, const Technique& technique, JsonWriter& json) {
    std::string comment;
    if (technique.findings) {
      comment = std::to_string(technique.findings) + (technique.findings == 1 ? " finding: " : " findings: ");
      comment += listed(technique.fired);
    }
    if (!technique.blind.empty()) {
      if (!comment.empty()) comment += ". ";
      comment += "Blind: " + listed(technique.blind);
    }
    json.begin_object().field("techniqueID", id);
    json.key("score").number(technique.level < 0 ? 0 : kWeights[technique.level]);
    json.field("comment", comment).key("enabled").boolean(true).end_object();
  }
  static std::string listed(const std::set<std::string>& titles) {
    std::string out;
    size_t shown = 0;
    for (const std::string& title : titles) {
      if (shown == 10) return out + " and " + std::to_string(titles.size() - shown) + " more";
      out += (shown++ ? "; " : "") + title;
    }
    return out;
  }

  std::string version_;
  std::map<std::string, Technique> techniques_;
};

}  // namespace

std::unique_ptr<FindingWriter> make_navigator(const ReportOptions& options) {
  return std::make_unique<NavigatorWriter>(options);
}

}  // namespace sil::report
