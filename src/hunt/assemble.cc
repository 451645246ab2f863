#include "hunt/assemble.h"

#include <algorithm>
#include <map>
#include <set>

#include "hunt/condition.h"
#include "hunt/detection.h"

namespace sil::hunt {
namespace {

constexpr size_t kMaxFilterParts = 1'000'000;  // that all filters together may add to all rules

class Assembler {
 public:
  Assembler(Drafts* drafts, RuleSet* set) : drafts_(*drafts), set_(*set) {}

  void run() {
    index_names();
    for (const FilterDraft& filter : drafts_.filters) apply(filter);
    state_.resize(drafts_.correlations.size());
    place_.resize(drafts_.correlations.size());
    uses_.resize(drafts_.rules.size());
    for (size_t i = 0; i < drafts_.correlations.size(); ++i) resolve(i);
    keep_rules();
    keep_correlations();
  }

 private:
  struct Target {
    bool correlation = false;
    size_t index = 0;
    bool ambiguous = false;  // two documents of one name
  };
  enum class State : uint8_t { kNew, kOpen, kGood, kBad };
  struct Use {
    bool used = false, generated = false;
  };

  // ---- names ----
  void add_name(const std::string& name, Target target, bool is_id) {
    if (name.empty()) return;
    auto [it, fresh] = names_.emplace(name, target);
    if (!fresh && !is_id) it->second.ambiguous = true;  // an id met twice is a copy of the same rule
  }
  void index_names() {
    for (size_t i = 0; i < drafts_.correlations.size(); ++i) {
      const Correlation& c = drafts_.correlations[i].draft.correlation;
      add_name(c.info.id, {true, i}, true);
      add_name(c.name, {true, i}, false);
    }
    for (size_t i = 0; i < drafts_.rules.size(); ++i) {
      add_name(drafts_.rules[i].rule.info.id, {false, i}, true);
      add_name(drafts_.rules[i].rule.name, {false, i}, false);
    }
  }
  static std::string lower(std::string text) {
    for (char& c : text) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
  }
  const Target* target(const std::string& name) const {
    auto it = names_.find(name);
    if (it == names_.end()) it = names_.find(lower(name));  // ids in any case
    return it == names_.end() ? nullptr : &it->second;
  }

  // ---- filters ----
  static bool covers(const Logsource& filter, const Logsource& rule) {
    auto agrees = [](const std::string& wanted, const std::string& have) { return wanted.empty() || wanted == have; };
    return agrees(filter.product, rule.product) && agrees(filter.category, rule.category) &&
           agrees(filter.service, rule.service);
  }

  static size_t parts(const FilterDraft& filter) {
    size_t count = filter.condition.size();
    for (const Selection& selection : filter.selections) {
      for (const auto& alternative : selection.alternatives) {
        for (const Item& item : alternative) {
          for (const auto& group : item.groups) count += group.size();
        }
      }
    }
    return count;
  }

  std::vector<Rule*> met_by(const FilterDraft& filter) {
    std::set<std::string> names(filter.rules.begin(), filter.rules.end()), ids;
    for (const std::string& name : filter.rules) ids.insert(lower(name));
    const bool all = filter.rules.empty() || ids.contains("any");
    std::vector<Rule*> out;
    for (RuleDraft& draft : drafts_.rules) {
      Rule& rule = draft.rule;
      const bool named = all || (!rule.name.empty() && names.contains(rule.name)) ||
                         (!rule.info.id.empty() && ids.contains(rule.info.id));
      if (named && covers(filter.logsource, rule.logsource)) out.push_back(&rule);
    }
    return out;
  }

  void apply(const FilterDraft& filter) {
    Verdict& verdict = set_.verdicts[filter.verdict];
    const std::vector<Rule*> rules = met_by(filter);
    filter_parts_ += rules.size() * parts(filter);
    verdict.line = std::max(filter.line, 1u);
    verdict.column = std::max(filter.column, 1u);
    if (filter_parts_ > kMaxFilterParts) {
      verdict.reason = "the filters add more than " + std::to_string(kMaxFilterParts) + " parts to the rules";
      return;
    }
    verdict.loaded = true;
    if (rules.empty()) verdict.lints.push_back({verdict.line, verdict.column, "the filter meets no rule"});
    for (Rule* rule : rules) {
      auto shift = static_cast<uint32_t>(rule->selections.size());
      for (const Selection& selection : filter.selections) {
        rule->selections.push_back(selection);
        rule->selections.back().name = filter.title + "/" + selection.name;
      }
      and_condition(&rule->condition, filter.condition, shift);
    }
  }

  // ---- correlations ----
  bool refuse(size_t index, uint32_t line, uint32_t column, std::string reason) {
    Verdict& verdict = set_.verdicts[drafts_.correlations[index].verdict];
    verdict.reason = std::move(reason);
    verdict.passed_over = false;
    verdict.line = std::max(line, 1u);
    verdict.column = std::max(column, 1u);
    state_[index] = State::kBad;
    return false;
  }

  bool resolve(size_t index) {
    if (state_[index] == State::kGood) return true;
    CorrelationEntry& entry = drafts_.correlations[index];
    CorrelationDraft& draft = entry.draft;
    if (state_[index] == State::kBad) return false;
    if (state_[index] == State::kOpen)
      return refuse(index, draft.line, draft.column, "correlations that count each other");
    if (depth_ > kMaxNesting)
      return refuse(index, draft.line, draft.column, "correlations nested deeper than 64 levels");
    state_[index] = State::kOpen;
    ++depth_;
    bool good = entry.base >= 0 ? add_base(&entry) : add_members(index);
    --depth_;
    if (!good || state_[index] == State::kBad) return state_[index] = State::kBad, false;
    name_fields(&draft);
    if (!draft.expression.empty() && !read_expression(index)) return false;
    if (order_.size() >= kMaxCorrelations)
      return refuse(index, draft.line, draft.column, "more than 60,000 correlations in one set");
    note_missing_groups(index);
    state_[index] = State::kGood;
    order_.push_back(index);
    return true;
  }

  static bool add_base(CorrelationEntry* entry) {
    entry->draft.refers = {"base"};
    entry->draft.correlation.members.push_back({false, static_cast<uint32_t>(entry->base), "base"});
    return true;
  }

  bool add_members(size_t index) {
    CorrelationDraft& draft = drafts_.correlations[index].draft;
    for (const std::string& name : draft.refers) {
      const Target* found = target(name);
      if (!found) return refuse(index, draft.line, draft.column, "no rule is called '" + name + "'");
      if (found->ambiguous) return refuse(index, draft.line, draft.column, "two rules are called '" + name + "'");
      if (found->correlation && !resolve(found->index)) {
        if (state_[index] == State::kBad) return false;
        return refuse(index, draft.line, draft.column, "needs '" + name + "', which was refused");
      }
      draft.correlation.members.push_back({found->correlation, static_cast<uint32_t>(found->index), name});
    }
    return true;
  }

  // Which field each member is read by, aliases resolved.
  static void name_fields(CorrelationDraft* draft) {
    for (auto* list : {&draft->correlation.group_by, &draft->correlation.fields}) {
      for (GroupField& field : *list) {
        auto alias = draft->aliases.find(field.name);
        for (const CorrelationMember& member : draft->correlation.members) {
          std::string own = field.name;
          if (alias != draft->aliases.end()) {
            if (auto mapped = alias->second.find(member.name); mapped != alias->second.end()) own = mapped->second;
          }
          field.fields.push_back(std::move(own));
        }
      }
    }
  }

  // A firing carries the group values of its correlation and nothing else.
  void note_missing_groups(size_t index) {
    const CorrelationDraft& draft = drafts_.correlations[index].draft;
    for (size_t m = 0; m < draft.correlation.members.size(); ++m) {
      const CorrelationMember& member = draft.correlation.members[m];
      if (!member.nested) continue;
      const auto& carried = drafts_.correlations[member.index].draft.correlation.group_by;
      for (const auto* list : {&draft.correlation.group_by, &draft.correlation.fields}) {
        for (const GroupField& field : *list) {
          bool known = std::any_of(carried.begin(), carried.end(),
                                   [&](const GroupField& other) { return other.name == field.fields[m]; });
          if (known) continue;
          set_.verdicts[drafts_.correlations[index].verdict].lints.push_back(
              {std::max(draft.line, 1u), std::max(draft.column, 1u),
               "correlation '" + member.name + "' is not grouped by '" + field.fields[m] + "': it never counts here"});
        }
      }
    }
  }

  bool read_expression(size_t index) {
    CorrelationDraft& draft = drafts_.correlations[index].draft;
    size_t pipe = std::string::npos;
    auto root = parse_condition(draft.expression, draft.refers, &draft.correlation.seen, &pipe);
    if (!root) {
      return refuse(index, draft.expression_line, draft.expression_column + root.error().column,
                    std::move(root.error().reason));
    }
    if (pipe != std::string::npos)
      return refuse(index, draft.expression_line, draft.expression_column, "'|' in a correlation's condition");
    return true;
  }

  // ---- what is kept ----
  void mark(size_t index, std::vector<bool>* kept, std::vector<Use>* nested) {
    const Correlation& c = drafts_.correlations[index].draft.correlation;
    if ((*kept)[index]) return;
    (*kept)[index] = true;
    for (const CorrelationMember& member : c.members) {
      Use& use = member.nested ? (*nested)[member.index] : uses_[member.index];
      use.used = true;
      use.generated = use.generated || c.generate;
      if (member.nested) mark(member.index, kept, nested);
    }
  }

  void keep_rules() {
    kept_.resize(drafts_.correlations.size());
    nested_.resize(drafts_.correlations.size());
    for (size_t index : order_) {
      if (drafts_.correlations[index].wanted) mark(index, &kept_, &nested_);
    }
    rule_place_.resize(drafts_.rules.size());
    for (size_t i = 0; i < drafts_.rules.size(); ++i) {
      RuleDraft& draft = drafts_.rules[i];
      Verdict& verdict = set_.verdicts[draft.verdict];
      if (!draft.wanted && !uses_[i].used) continue;
      if (draft.wanted) {
        verdict.loaded = true;
      } else if (verdict.passed_over) {
        verdict.reason += "; kept for a correlation";
      }
      draft.rule.silent = !draft.wanted || (uses_[i].used && !uses_[i].generated);
      rule_place_[i] = static_cast<uint32_t>(set_.rules.size());
      set_.rules.push_back(std::move(draft.rule));
    }
  }

  void keep_correlations() {
    for (size_t index : order_) {
      if (!kept_[index]) continue;
      CorrelationEntry& entry = drafts_.correlations[index];
      Correlation& c = entry.draft.correlation;
      for (CorrelationMember& member : c.members)
        member.index = member.nested ? place_[member.index] : rule_place_[member.index];
      c.silent = !entry.wanted || (nested_[index].used && !nested_[index].generated);
      set_.verdicts[entry.verdict].loaded = entry.wanted;
      place_[index] = static_cast<uint32_t>(set_.correlations.size());
      set_.correlations.push_back(std::move(c));
    }
  }

  static constexpr size_t kMaxNesting = 64;
  Drafts& drafts_;
  RuleSet& set_;
  std::map<std::string, Target> names_;
  std::vector<State> state_;
  std::vector<size_t> order_;  // resolved correlations, members first
  std::vector<uint32_t> place_, rule_place_;
  size_t filter_parts_ = 0;
  std::vector<Use> uses_, nested_;
  std::vector<bool> kept_;
  size_t depth_ = 0;
};

}  // namespace

void assemble(Drafts* drafts, RuleSet* set) {
  Assembler(drafts, set).run();
}

}  // namespace sil::hunt
