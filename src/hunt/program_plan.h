// What Program::compile makes of all rules that apply to one log kind (docs/design/matching.md).
//
// A leaf is the unit that is tested once an event: one field, any of some tests. Conditions are branch code over
// leaves. Thread rule: a Plan is immutable once made and shared by all workers; it views the rules.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hunt/compiled_test.h"
#include "hunt/program_event_id.h"
#include "hunt/program_forms.h"
#include "hunt/program_keywords.h"
#include "hunt/program_regex.h"
#include "hunt/program_text.h"
#include "hunt/regex.h"
#include "hunt/rule.h"
#include "model/event.h"
#include "model/taxonomy.h"

namespace sil::hunt {

class KeywordNeeds;  // program_needs.h

struct CompiledRegex {
  RegexGate gate;
  mutable std::atomic<const Regex*> engine{nullptr};  // asked for at first use (regex.h keeps it)
};

struct Leaf {
  enum class Space : uint8_t { kField, kPair, kKeyword } space = Space::kField;
  uint32_t field = 0;             // kField: plan field; kPair: index into pairs
  uint32_t local = 0;             // number among the leaves of its field (kKeyword: among keyword leaves)
  uint32_t first = 0, count = 0;  // tests
  bool absent_truth = false;      // its value where the field is absent
  float cost = 1;
};

struct PlanField {
  FieldSource source;
  uint32_t leaf_count = 0;
  std::vector<uint64_t> absent_truth;          // by local leaf number
  std::shared_ptr<struct FieldFilter> filter;  // program_filter.h
  std::shared_ptr<class LineIndexOnce> lines;  // program_lines.h
};

struct FieldPair {  // fieldref
  uint32_t field = 0, other = 0;
  const Test* test = nullptr;
};

constexpr uint32_t kAccept = 0xFFFFFFFF, kReject = 0xFFFFFFFE;
struct Instruction {
  // kField: leaf `limit` of field `counter`, so that a verdict that is known costs no look at the leaf.
  enum class Op : uint8_t { kLeaf, kField, kSetCounter, kCount } op = Op::kLeaf;
  uint8_t counter = 0;
  uint16_t limit = 0;  // kCount: jump `yes` when the counter reaches it
  uint32_t leaf = 0;
  uint32_t yes = 0, no = 0;
};

struct PlanRule {
  uint32_t rule = 0;                      // index into Program::rules()
  uint32_t start = 0;                     // into code
  uint32_t first_item = 0, item_end = 0;  // into items
};

// An item of a rule as leaves, before conditions are folded: what a match is explained by (program_explain.h).
struct PlanItem {
  uint32_t selection = 0, alternative = 0;  // indices into the rule
  const Item* item = nullptr;
  uint32_t first_leaf = 0, leaf_end = 0;  // into item_leaves: the leaves of each group, kEndOfGroup behind each
  int8_t settled = -1;                    // an EventID item whose verdict belongs to the plan: 0 or 1
  bool valued = false, exists = false;    // some test asks a value; some asks for presence
};
constexpr uint32_t kEndOfGroup = 0xFFFFFFFF;

struct Plan {
  std::vector<PlanField> fields;
  std::vector<Leaf> leaves;
  std::vector<const CompiledTest*> tests;  // of forms, or own
  std::deque<CompiledRegex> regexes;
  std::vector<FieldPair> pairs;
  std::vector<Instruction> code;
  std::vector<PlanRule> rules;  // by rule id text, then index
  std::vector<PlanItem> items;  // of one rule together, by selection, then alternative
  std::vector<uint32_t> item_leaves;
  std::vector<uint64_t> mixed;         // rules with a witness over several fields
  std::vector<uint32_t> filter_order;  // fields with witnesses, the best first
  uint32_t keyword_leaves = 0;
  std::shared_ptr<const KeywordGatePair> gates;     // of the keyword leaves
  std::shared_ptr<KeywordNeeds> needs, text_needs;  // rules that these gates rule out; program_needs.h
  bool event_id_settled = false;                    // holds only for events whose EventID is the kind's
  std::deque<Test> own_tests;                       // route guards
  std::deque<RuleForms> own_forms;                  // of these
  std::deque<CompiledTest> own_compiled;            // expressions, which name one of `regexes`
  // Appends a test that no form has.
  CompiledTest& own(const CompiledTest& test) {
    tests.push_back(&own_compiled.emplace_back(test));
    return own_compiled.back();
  }
};

// All rules of one logsource.
struct RuleGroup {
  Logsource logsource;
  std::vector<uint32_t> rules;
};

// What all plans are made of, and what making one finds out for the next. Thread rule: any thread may make a plan.
struct RuleBook {
  explicit RuleBook(std::span<const Rule> all);
  std::span<const Rule> rules;
  std::vector<RuleGroup> groups;
  std::vector<uint32_t> rank;  // by rule index: place in the order of output
  PossibleRules possible;
  FormsOfRules forms;
  mutable KeywordGates gates;
};

// The rules that apply to a log kind, in the order in which a plan takes them in.
struct PlanGroup {
  RouteGuard guard;
  bool asks_own_id = false;  // its rules' EventID is the event's own id
};
struct PlanUses {
  struct Use {
    uint32_t rule = 0, group = 0;
  };
  std::vector<Use> rules;
  std::vector<PlanGroup> groups;  // of rules of one logsource
};
PlanUses uses_of(const RuleBook& book, const LogKind& kind);
// As far as its EventID tells.
bool may_hold(const RuleBook& book, uint32_t rule, const PlanGroup& group, const LogKind& kind);

// How others may help with a plan (program_making.h).
class PlanSharing {
 public:
  virtual ~PlanSharing() = default;
  virtual void begin(size_t use) = 0;  // rules before this one need no help any more
  // Runs step(0) to step(count - 1), each once, in any order and on several threads; returns when all are done.
  virtual void share(size_t count, const std::function<void(size_t)>& step) = 0;
};

// `settle_event_id`: what rules ask of EventID is answered from the kind (program_event_id.h). Deterministic.
std::unique_ptr<Plan> make_plan(const RuleBook& book, const LogKind& kind, bool settle_event_id, const PlanUses& uses,
                                PlanSharing* sharing);

}  // namespace sil::hunt
