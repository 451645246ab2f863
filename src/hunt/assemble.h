// What only the whole set can decide: which filters meet which rules, whom a correlation means, which rules
// are kept.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hunt/correlation_reader.h"
#include "hunt/rule.h"

namespace sil::hunt {

constexpr size_t kMaxCorrelations = 60'000;  // in one set

struct RuleDraft {
  Rule rule;
  size_t verdict = 0;
  bool wanted = true;  // by level, status, tag; a rule that a wanted correlation counts is kept silently
};
struct CorrelationEntry {
  CorrelationDraft draft;
  size_t verdict = 0;
  bool wanted = true;
  std::ptrdiff_t base = -1;  // aggregation of Sigma 1: index of its own rule draft
};
struct FilterDraft {
  std::string title;
  Logsource logsource;
  std::vector<std::string> rules;  // ids or names; empty or "any": all
  std::vector<Selection> selections;
  std::vector<ConditionNode> condition;
  size_t verdict = 0;
  uint32_t line = 0, column = 0;
};
struct Drafts {
  std::vector<RuleDraft> rules;
  std::vector<CorrelationEntry> correlations;
  std::vector<FilterDraft> filters;
};

// Fills set->rules, set->correlations and what is still open in set->verdicts.
void assemble(Drafts* drafts, RuleSet* set);

}  // namespace sil::hunt
