// The correlation rows of the conformance table (tests/golden/sigma/correlations-*.yml): events with times, and every
// firing that must come of them. Each row runs on both evaluators and in three orders of reading.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "bytes/file.h"
#include "hunt/correlate_events.h"
#include "hunt/written_event.h"
#include "table.h"

namespace sil::conformance {
namespace {

using hunt::YamlEntry;
using hunt::YamlNode;

constexpr size_t kLeastRows = 120;
constexpr std::string_view kHead = "level: low\nlogsource: {product: okta, service: okta}\n";

std::string word(const YamlNode& map, std::string_view key) {
  const YamlNode* node = map.find(key);
  return node && node->is_scalar() ? std::string(node->text) : std::string();
}

uint64_t base_ticks() {
  Timestamp base;
  parse_rfc3339("2026-01-01T00:00:00Z", &base);
  return base.ticks;
}

// "12.5" -> ticks; exact, no floating point.
uint64_t ticks_of_seconds(std::string_view text) {
  size_t dot = std::min(text.find('.'), text.size());
  uint64_t ticks = parse_number(text.substr(0, dot)).u * kTicksPerSecond, scale = kTicksPerSecond;
  for (size_t i = dot + 1; i < text.size(); ++i) ticks += static_cast<uint64_t>(text[i] - '0') * (scale /= 10);
  return base_ticks() + ticks;
}
std::string seconds_of_ticks(uint64_t ticks) {
  ticks -= base_ticks();
  std::string out = std::to_string(ticks / kTicksPerSecond), part = std::to_string(ticks % kTicksPerSecond);
  part.insert(0, 7 - part.size(), '0');
  while (!part.empty() && part.back() == '0') part.pop_back();
  return part.empty() ? out : out + "." + part;
}

// "3.5 x U=u1 V=5" -> {_time: ..., A: x, U: u1, V: 5}: the first word is the time ('-' none), a word without '=' is A.
std::string event_text(std::string_view notation) {
  std::string out = "{";
  bool first = true;
  for (size_t at = 0; at < notation.size();) {
    size_t end = std::min(notation.find(' ', at), notation.size());
    std::string piece(notation.substr(at, end - at));
    at = end + 1;
    if (piece.empty()) continue;
    if (first) {
      std::string time;
      if (piece != "-") append_rfc3339(ticks_of_seconds(piece), 7, &time);
      out += piece == "-" ? "Z: z" : "_time: '" + time + "'";
    } else {
      size_t sign = piece.find('=');
      out += ", " + (sign == std::string::npos ? "A: " + piece : piece.substr(0, sign) + ": " + piece.substr(sign + 1));
    }
    first = false;
  }
  return out + "}";
}

// One firing as a line, only the parts that the row speaks of.
std::string wanted_text(const YamlNode& map) {
  std::string out;
  for (const char* key : {"name", "at", "by", "value", "from", "to", "update", "of"}) {
    const YamlNode* node = map.find(key);
    if (!node) continue;
    out += std::string(key) + " ";
    if (node->is_scalar()) out += std::string(node->text) + " ";
    for (const YamlEntry& entry : node->entries) out += std::string(entry.value->text) + " ";
  }
  return out;
}

std::string found_text(const YamlNode& keys, const hunt::RuleSet& set, const hunt::EventFiring& firing,
                       const std::vector<uint32_t>& places) {
  std::string out;
  auto part = [&](const char* key, const std::string& text) {
    if (keys.find(key)) out += std::string(key) + " " + text + (text.empty() ? "" : " ");
  };
  std::string group, members;
  for (const auto& [name, text] : firing.group) group += (group.empty() ? "" : " ") + text;
  std::vector<uint32_t> given;
  for (uint32_t member : firing.members) given.push_back(places[member]);
  std::sort(given.begin(), given.end());
  for (uint32_t member : given) members += (members.empty() ? "" : " ") + std::to_string(member);
  part("name", set.correlations[firing.correlation].info.title);
  part("at", seconds_of_ticks(firing.fired));
  part("by", group);
  part("value", firing.value);
  part("from", seconds_of_ticks(firing.first));
  part("to", seconds_of_ticks(firing.last));
  part("update", std::to_string(firing.update));
  part("of", members);
  return out;
}

class Runner {
 public:
  void run_file(const std::string& path) {
    file_ = path.substr(path.rfind('/') + 1);
    auto text = read_whole(path, hunt::kMaxYamlBytes);
    ASSERT_TRUE(text) << path;
    for (const hunt::YamlDocument& document : hunt::read_yaml(*text, &arena_)) {
      ASSERT_FALSE(document.fault) << file_ << ":" << document.fault->line << ": " << document.fault->reason;
      for (const YamlEntry& entry : document.root->entries) run_group(*entry.value);
    }
  }
  [[nodiscard]] size_t rows() const { return rows_; }
  [[nodiscard]] size_t firings() const { return firings_; }

 private:
  std::string where(uint32_t line) const { return file_ + ":" + std::to_string(line) + " [" + section_ + "] "; }

  static std::string rules_text(const YamlNode& group) {
    std::string out;
    const YamlNode* rules = group.find("rules");
    for (const YamlEntry& rule : rules ? rules->entries : std::span<const YamlEntry>()) {
      std::string name(rule.key->text);
      out += "---\ntitle: " + name + "\nname: " + name + "\n" + std::string(kHead) +
             "detection: {s: " + flow_text(*rule.value) + ", condition: s}\n";
    }
    const YamlNode* correlations = group.find("correlations");
    for (const YamlEntry& entry : correlations ? correlations->entries : std::span<const YamlEntry>()) {
      std::string name(entry.key->text);
      out += "---\ntitle: " + name + "\nname: " + name + "\nlevel: low\ncorrelation: " + flow_text(*entry.value) + "\n";
    }
    const YamlNode* detection = group.find("detection");
    if (detection) out += "---\ntitle: d\n" + std::string(kHead) + "detection: " + flow_text(*detection) + "\n";
    return out;
  }

  void run_group(const YamlNode& group) {
    section_ = word(group, "section");
    EXPECT_NE(section_, "") << file_ << ":" << group.line;
    for (const YamlEntry& entry : group.entries) {
      static const char* const kKeys[] = {"section", "rules",   "correlations", "detection",
                                          "cases",   "refused", "lint",         "alerts"};
      EXPECT_TRUE(
          std::any_of(std::begin(kKeys), std::end(kKeys), [&](const char* key) { return key == entry.key->text; }))
          << where(entry.key->line) << "unknown key " << entry.key->text;
    }
    hunt::RuleSet set = hunt::load_rules({{file_, rules_text(group)}}, {});
    check_loading(group, set);
    const YamlNode* cases = group.find("cases");
    for (const YamlEntry& entry : cases ? cases->entries : std::span<const YamlEntry>()) run_case(*entry.value, set);
    if (!cases) ++rows_;  // a refusal
    EXPECT_TRUE(cases || group.find("refused") || group.find("lint")) << where(group.line) << "no row";
  }

  void check_loading(const YamlNode& group, const hunt::RuleSet& set) {
    std::string reasons, lints, alerts;
    for (const hunt::Verdict& verdict : set.verdicts) {
      reasons += verdict.reason.empty() ? "" : verdict.reason + "\n";
      for (const hunt::Lint& lint : verdict.lints) lints += lint.text + "\n";
      EXPECT_TRUE(verdict.loaded || (verdict.line >= 1 && verdict.column >= 1)) << where(group.line);
    }
    const YamlNode* refused = group.find("refused");
    bool as_wanted = refused ? !reasons.empty() && reasons.find(refused->text) != std::string::npos : reasons.empty();
    EXPECT_TRUE(as_wanted) << where(group.line) << "reasons: " << reasons;
    bool nothing = refused && !group.find("cases");  // a refused correlation leaves nothing behind
    EXPECT_TRUE(!nothing || set.correlations.empty()) << where(group.line);
    EXPECT_NE(lints.find(word(group, "lint")), std::string::npos) << where(group.line) << "lints: " << lints;
    const YamlNode* wanted = group.find("alerts");
    if (!wanted) return;
    std::string speaks;
    for (const YamlEntry& entry : wanted->entries) alerts += std::string(entry.value->text) + " ";
    for (const hunt::Rule& rule : set.rules) speaks += rule.silent ? "" : rule.info.title + " ";
    for (const hunt::Correlation& c : set.correlations) speaks += c.silent ? "" : c.info.title + " ";
    EXPECT_EQ(speaks, alerts) << where(group.line) << "what alerts on its own";
  }

  void run_case(const YamlNode& row, const hunt::RuleSet& set) {
    ++rows_;
    const YamlNode* events = row.find("events");
    const YamlNode* fires = row.find("fires");
    ASSERT_TRUE(events && fires && events->is_list() && fires->is_list()) << where(row.line) << "events and fires";
    std::vector<std::unique_ptr<const hunt::WrittenEvent>> written;
    for (const YamlEntry& entry : events->entries) {
      auto documents = hunt::read_yaml(arena_.keep(event_text(entry.value->text)), &arena_);
      ASSERT_TRUE(documents.size() == 1 && documents[0].root) << where(entry.value->line) << entry.value->text;
      auto event = hunt::WrittenEvent::make(*documents[0].root, {"okta", "", "okta"});
      ASSERT_TRUE(event) << where(entry.value->line) << event.error().reason;
      written.push_back(std::move(*event));
    }
    std::vector<uint32_t> order(written.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    run_order(row, *fires, set, written, order);
    std::reverse(order.begin(), order.end());
    run_order(row, *fires, set, written, order);
    std::shuffle(order.begin(), order.end(), std::mt19937(row.line));
    run_order(row, *fires, set, written, order);
  }

  void run_order(const YamlNode& row, const YamlNode& fires, const hunt::RuleSet& set,
                 const std::vector<std::unique_ptr<const hunt::WrittenEvent>>& written,
                 const std::vector<uint32_t>& order) {
    std::vector<const Event*> events;
    for (uint32_t place : order) events.push_back(&written[place]->event());
    for (hunt::Evaluator evaluator : {hunt::Evaluator::kPlain, hunt::Evaluator::kCompiled}) {
      auto result = hunt::correlate_events(set, events, evaluator);
      ASSERT_TRUE(result) << where(row.line);
      std::string found, wanted;
      for (size_t i = 0; i < result->firings.size(); ++i) {
        static const YamlNode kNothing;
        const YamlNode& keys = i < fires.entries.size() ? *fires.entries[i].value : kNothing;
        found += found_text(keys, set, result->firings[i], order) + "\n";
      }
      for (const YamlEntry& entry : fires.entries) wanted += wanted_text(*entry.value) + "\n";
      EXPECT_EQ(found, wanted) << where(row.line) << "first event of this reading: " << (order.empty() ? 0 : order[0]);
      firings_ += result->firings.size();
    }
  }

  hunt::YamlArena arena_;
  std::string file_, section_;
  size_t rows_ = 0, firings_ = 0;
};

TEST(CorrelationTable, EveryRowFiresAsItMustOnBothEvaluatorsInAnyOrder) {
  Runner runner;
  for (const std::string& path : table_files(SIL_SIGMA_TABLE, true)) runner.run_file(path);
  std::printf("%6zu correlation rows, %zu firings\n", runner.rows(), runner.firings());
  EXPECT_GE(runner.rows(), kLeastRows);
}

}  // namespace
}  // namespace sil::conformance
