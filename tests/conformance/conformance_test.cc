// Every row of the conformance table on the plain evaluator and on the fast path, value cache on, off and tiny, alone
// and among all other rules of the table; texts as UTF-8, as UTF-16 and as escaped JSON.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <map>

#include "bytes/text.h"
#include "hunt/plain.h"
#include "hunt/program.h"
#include "hunt/written_event.h"
#include "table.h"

namespace sil::conformance {
namespace {

constexpr size_t kLeastRows = 600;

enum class Encoding { kUtf8, kUtf16, kEscaped };
constexpr std::array kEncodings = {Encoding::kUtf8, Encoding::kUtf16, Encoding::kEscaped};
const char* name_of(Encoding encoding) {
  return encoding == Encoding::kUtf8 ? "UTF-8" : encoding == Encoding::kUtf16 ? "UTF-16" : "escaped JSON";
}

// The same event with its texts in another encoding.
struct Encoded {
  Event event;
  std::vector<Value> values;
  std::deque<std::string> bytes;
};

std::string utf16(const std::string& text) {
  std::u16string wide = to_utf16(text);
  return {reinterpret_cast<const char*>(wide.data()), wide.size() * 2};
}

// Every fourth unit as an escape, and whatever is not plain ASCII.
std::string escaped(const std::string& text) {
  std::string out;
  size_t number = 0;
  for (char16_t unit : to_utf16(text)) {
    bool plain = unit >= 0x20 && unit < 0x7F && unit != '"' && unit != '\\';
    if (plain && ++number % 4 != 0) {
      out += static_cast<char>(unit);
      continue;
    }
    std::array<char, 8> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "\\u%04X", static_cast<unsigned>(unit));
    out += buffer.data();
  }
  return out;
}

std::unique_ptr<Encoded> encoded(const Event& event, Encoding encoding) {
  auto out = std::make_unique<Encoded>();
  out->event = event;
  out->values.assign(event.values.begin(), event.values.end());
  for (Value& value : out->values) {
    if (value.kind != ValueKind::kUtf8 || encoding == Encoding::kUtf8) continue;
    std::string text(reinterpret_cast<const char*>(value.data), value.size);
    out->bytes.push_back(encoding == Encoding::kUtf16 ? utf16(text) : escaped(text));
    const std::string& kept = out->bytes.back();
    value.data = reinterpret_cast<const uint8_t*>(kept.data());
    value.size = static_cast<uint32_t>(kept.size());
    value.kind = encoding == Encoding::kUtf16 ? ValueKind::kUtf16 : ValueKind::kJsonString;
  }
  out->event.values = out->values;
  return out;
}

constexpr std::array kOptions = {hunt::ProgramOptions{true, 16384}, hunt::ProgramOptions{false, 0},
                                 hunt::ProgramOptions{true, 2}};

// One group's rules, loaded, and every way to run them.
struct Loaded {
  hunt::RuleSet set;
  std::vector<std::unique_ptr<const hunt::Program>> programs;
  std::vector<std::unique_ptr<hunt::Matcher>> matchers;
  uint32_t first = 0;  // of its rules among all rules
};

class ConformanceTable : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    table_ = std::make_unique<Table>(read_table(SIL_SIGMA_TABLE));
    hunt::LoadOptions options;
    options.lists_folder = std::string(SIL_SIGMA_TABLE) + "/lists";
    for (const Group& group : table_->groups) {
      Loaded& loaded = loaded_.emplace_back();
      loaded.set = hunt::load_rules({{group.file, group.rules}}, options);
      loaded.first = static_cast<uint32_t>(all_rules_.size());
      all_rules_.insert(all_rules_.end(), loaded.set.rules.begin(), loaded.set.rules.end());
      for (const hunt::ProgramOptions& option : kOptions) {
        loaded.programs.push_back(hunt::Program::compile(loaded.set.rules, option));
        loaded.matchers.push_back(std::make_unique<hunt::Matcher>(*loaded.programs.back()));
      }
    }
  }
  static void TearDownTestSuite() {
    loaded_.clear();
    all_rules_.clear();
    table_.reset();
  }

  static std::string where(const Group& group, uint32_t line) {
    return group.file + ":" + std::to_string(line) + " [" + group.section + "]: ";
  }

  // The verdict of the group is whether any of its rules matches.
  static bool plain(const Loaded& loaded, const Event& event) {
    return std::any_of(loaded.set.rules.begin(), loaded.set.rules.end(),
                       [&](const hunt::Rule& rule) { return hunt::plain_match(rule, event); });
  }

  // `visit` gets the group, its rules, the row and the event in each encoding.
  template <class Visit>
  static void for_each_event(Visit&& visit) {
    for (size_t i = 0; i < table_->groups.size(); ++i) {
      const Group& group = table_->groups[i];
      for (const Row& row : group.rows) {
        auto written = hunt::WrittenEvent::make(*row.event, group.usual);
        if (!written) {
          ADD_FAILURE() << where(group, row.line) << written.error().reason;
          continue;
        }
        for (Encoding encoding : kEncodings) {
          auto event = encoded((*written)->event(), encoding);
          visit(group, loaded_[i], row, event->event, encoding);
        }
      }
    }
  }

  static std::unique_ptr<Table> table_;
  static std::deque<Loaded> loaded_;
  static std::vector<hunt::Rule> all_rules_;
};
std::unique_ptr<Table> ConformanceTable::table_;
std::deque<Loaded> ConformanceTable::loaded_;
std::vector<hunt::Rule> ConformanceTable::all_rules_;

std::string shown(const Row& row) {
  std::string text = json_text(*row.event);
  return text.size() > 200 ? text.substr(0, 200) + "..." : text;
}

TEST_F(ConformanceTable, ReadsAndHasEnoughRows) {
  for (const std::string& fault : table_->faults) ADD_FAILURE() << fault;
  size_t rows = 0;
  std::map<std::string, size_t> files;
  for (const Group& group : table_->groups) {
    rows += group.row_count();
    files[group.file] += group.row_count();
  }
  for (const auto& [file, count] : files) std::printf("%6zu rows in %s\n", count, file.c_str());
  std::printf("%6zu rows in %zu groups\n", rows, table_->groups.size());
  EXPECT_GE(rows, kLeastRows);
}

TEST_F(ConformanceTable, RulesLoadOrAreRefusedWithTheReason) {
  for (size_t i = 0; i < table_->groups.size(); ++i) {
    const Group& group = table_->groups[i];
    const hunt::RuleSet& set = loaded_[i].set;
    std::string reasons, lints;
    for (const hunt::Verdict& verdict : set.verdicts) {
      for (const hunt::Lint& lint : verdict.lints) lints += lint.text + "\n";
      if (verdict.loaded || verdict.reason.empty()) continue;
      reasons += verdict.reason + "\n";
      EXPECT_TRUE(verdict.line >= 1 && verdict.column >= 1) << where(group, group.line) << verdict.reason;
    }
    bool as_wanted =
        group.is_refused ? !reasons.empty() && reasons.find(group.refused) != std::string::npos : reasons.empty();
    EXPECT_TRUE(as_wanted) << where(group, group.line)
                           << (group.is_refused ? "must be refused: " + group.refused : "must load")
                           << "\n  found: " << reasons;
    for (const std::string& lint : group.lints)
      EXPECT_NE(lints.find(lint), std::string::npos) << where(group, group.line) << lint << "\n  found: " << lints;
    for (const std::string& lint : group.no_lints)
      EXPECT_EQ(lints.find(lint), std::string::npos) << where(group, group.line) << "found: " << lints;
    int64_t rules = static_cast<int64_t>(set.rules.size() + set.correlations.size());
    bool nothing = group.is_refused && group.rows.empty() && group.loads < 0;  // a refused rule leaves nothing behind
    EXPECT_EQ(rules, nothing ? 0 : group.loads >= 0 ? group.loads : rules) << where(group, group.line);
  }
}

TEST_F(ConformanceTable, PlainEvaluatorGivesEveryVerdict) {
  for_each_event([](const Group& group, const Loaded& loaded, const Row& row, const Event& event, Encoding encoding) {
    EXPECT_EQ(plain(loaded, event), row.match) << where(group, row.line) << name_of(encoding) << " " << shown(row);
  });
}

TEST_F(ConformanceTable, FastPathGivesEveryVerdict) {
  for_each_event([](const Group& group, const Loaded& loaded, const Row& row, const Event& event, Encoding encoding) {
    for (size_t i = 0; i < kOptions.size(); ++i) {
      for (int round = 0; round < 2; ++round) {  // the second answer comes out of the value cache
        EXPECT_EQ(!loaded.matchers[i]->match(event).empty(), row.match)
            << where(group, row.line) << name_of(encoding) << " " << shown(row) << " cache "
            << kOptions[i].value_cache_entries << " round " << round;
      }
    }
  });
}

TEST_F(ConformanceTable, FastPathGivesEveryVerdictAmongAllOtherRules) {
  for (const hunt::ProgramOptions& option : kOptions) {
    auto program = hunt::Program::compile(all_rules_, option);
    hunt::Matcher matcher(*program);
    for_each_event(
        [&](const Group& group, const Loaded& loaded, const Row& row, const Event& event, Encoding encoding) {
          bool found = false;
          for (uint32_t rule : matcher.match(event))
            found = found || (rule >= loaded.first && rule - loaded.first < loaded.set.rules.size());
          EXPECT_EQ(found, row.match) << where(group, row.line) << name_of(encoding) << " " << shown(row) << " cache "
                                      << option.value_cache_entries;
        });
  }
}

TEST_F(ConformanceTable, MatchesSayWhichFieldsTheLogCannotCarry) {
  for_each_event([](const Group& group, const Loaded& loaded, const Row& row, const Event& event, Encoding encoding) {
    if (encoding != Encoding::kUtf8 || !row.match) return;
    for (const hunt::Rule& rule : loaded.set.rules) {
      if (!hunt::plain_match(rule, event)) continue;
      std::vector<MatchedField> matched;
      std::vector<std::string> missing, wanted = group.missing;
      hunt::explain_match(rule, event, &matched, &missing);
      std::sort(wanted.begin(), wanted.end());
      EXPECT_EQ(missing, wanted) << where(group, row.line) << shown(row);
    }
  });
}

}  // namespace
}  // namespace sil::conformance
