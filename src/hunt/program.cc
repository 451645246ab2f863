#include "hunt/program.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>
#include <unordered_map>

#include "hunt/program_field.h"
#include "hunt/program_plan.h"

namespace sil::hunt {

// ---- Program -------------------------------------------------------------------------------------------------

struct Program::Impl {
  std::span<const Rule> rules;
  ProgramOptions options;
  std::vector<RuleGroup> groups;
  std::vector<uint32_t> rank;  // by rule index: place in the order of output

  // Plans are made when a kind of event is first seen; rules of channels that never occur cost nothing.
  mutable std::mutex mutex;
  mutable std::unordered_map<uint32_t, std::unique_ptr<const Plan>> plans;  // by log kind id

  const Plan& plan_of(const LogKind& kind) const {
    std::lock_guard lock(mutex);
    std::unique_ptr<const Plan>& plan = plans[kind.id];
    if (!plan) plan = make_plan(rules, groups, rank, kind);
    return *plan;
  }
};

Program::Program() : impl_(std::make_unique<Impl>()) {}
Program::~Program() = default;
std::span<const Rule> Program::rules() const { return impl_->rules; }

std::unique_ptr<const Program> Program::compile(std::span<const Rule> rules, const ProgramOptions& options) {
  std::unique_ptr<Program> program(new Program);
  Impl& impl = *program->impl_;
  impl.rules = rules;
  impl.options = options;
  std::vector<uint32_t> order(rules.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return rules[a].info.id < rules[b].info.id; });
  impl.rank.resize(rules.size());
  for (uint32_t i = 0; i < order.size(); ++i) impl.rank[order[i]] = i;
  std::map<std::string, size_t> seen;
  for (uint32_t i = 0; i < rules.size(); ++i) {
    const Logsource& source = rules[i].logsource;
    auto [it, fresh] = seen.try_emplace(source.product + '\0' + source.category + '\0' + source.service, impl.groups.size());
    if (fresh) impl.groups.push_back({source, {}});
    impl.groups[it->second].rules.push_back(i);
  }
  return program;
}

// ---- Matcher -------------------------------------------------------------------------------------------------

namespace {

struct FieldState {
  uint64_t epoch = 0;  // event number for which the rest holds
  bool gathered = false;
  Members members;
  std::string translated;
  std::vector<uint64_t> known, truth;  // by local leaf number
};

struct Binding {
  std::vector<BoundField> fields;  // by plan field
};

struct PlanState {
  const Plan* plan = nullptr;
  const Layout* last_layout = nullptr;
  const Binding* last_binding = nullptr;
  std::unordered_map<uint32_t, std::unique_ptr<Binding>> bindings;  // by layout id
  Binding unbound;                                                  // of a layout without id
};

constexpr size_t kMaxBindings = 20'000;  // hostile logs make layouts without end; then all are bound anew
constexpr size_t kMaxCounters = 256;
const Layout kNoLayout;

}  // namespace

struct Matcher::Impl {
  explicit Impl(const Program& p) : program(p) {}

  std::span<const uint32_t> match(const Event& event);
  PlanState& state_of(const LogKind& kind);
  const Binding& bind(PlanState& state, const Layout& layout);
  bool run(uint32_t start);
  bool leaf_truth(const Leaf& leaf);
  FieldState& field(uint32_t index);
  Members& members_of(uint32_t index);
  bool keyword_truth(const Leaf& leaf);
  bool keyword_in(const Leaf& leaf, const Value& value);

  const Program& program;
  Statistics statistics;
  std::vector<std::unique_ptr<PlanState>> by_kind;
  size_t binding_count = 0;
  std::vector<std::unique_ptr<FieldState>> fields;
  std::vector<uint64_t> keyword_known, keyword_truths;
  std::vector<uint32_t> matches;
  Members keyword_members;
  RegexCounter regex_counter;
  uint16_t counters[kMaxCounters] = {};

  // The event at hand.
  uint64_t epoch = 0;
  const Event* event = nullptr;
  const Plan* plan = nullptr;
  const Binding* binding = nullptr;
};

PlanState& Matcher::Impl::state_of(const LogKind& kind) {
  if (kind.id >= by_kind.size()) by_kind.resize(kind.id + 1);
  std::unique_ptr<PlanState>& state = by_kind[kind.id];
  if (!state) {
    state = std::make_unique<PlanState>();
    state->plan = &program.impl().plan_of(kind);
    while (fields.size() < state->plan->fields.size()) fields.push_back(std::make_unique<FieldState>());
    size_t words = (state->plan->keyword_leaves + 63) / 64;
    if (keyword_known.size() < words) {
      keyword_known.resize(words);
      keyword_truths.resize(words);
    }
  }
  return *state;
}

const Binding& Matcher::Impl::bind(PlanState& state, const Layout& layout) {
  if (state.last_layout == &layout && layout.id != 0) return *state.last_binding;
  auto fill = [&](Binding* made) {
    made->fields.clear();
    for (const PlanField& one : state.plan->fields) made->fields.push_back(bind_field(one.source, layout));
  };
  if (layout.id == 0) {
    fill(&state.unbound);
    return state.unbound;
  }
  if (binding_count >= kMaxBindings) {
    for (auto& other : by_kind) {
      if (!other) continue;
      other->bindings.clear();
      other->last_layout = nullptr;
    }
    binding_count = 0;
  }
  std::unique_ptr<Binding>& made = state.bindings[layout.id];
  if (!made) {
    made = std::make_unique<Binding>();
    fill(made.get());
    ++binding_count;
  }
  state.last_layout = &layout;
  state.last_binding = made.get();
  return *made;
}

FieldState& Matcher::Impl::field(uint32_t index) {
  FieldState& state = *fields[index];
  if (state.epoch == epoch) return state;
  state.epoch = epoch;
  state.gathered = false;
  size_t words = (plan->fields[index].leaf_count + 63) / 64;
  state.known.assign(words, 0);
  state.truth.assign(words, 0);
  return state;
}

Members& Matcher::Impl::members_of(uint32_t index) {
  FieldState& state = field(index);
  if (!state.gathered) {
    state.gathered = true;
    gather(*event, plan->fields[index].source, binding->fields[index], &state.members, &state.translated);
  }
  return state.members;
}

// Each member by itself: a keyword never spans two values.
bool Matcher::Impl::keyword_in(const Leaf& leaf, const Value& value) {
  keyword_members.clear();
  keyword_members.add_value(value);
  return test_leaf(*plan, leaf, keyword_members, &regex_counter);
}

bool Matcher::Impl::keyword_truth(const Leaf& leaf) {
  if (!event->raw.empty()) {
    return keyword_in(leaf, utf8_value({reinterpret_cast<const char*>(event->raw.data()), event->raw.size()}));
  }
  if (!event->layout) return false;
  for (const LayoutField& one : event->layout->fields) {
    Value value = event->value(one);
    if (value.present() && keyword_in(leaf, value)) return true;
  }
  return false;
}

bool Matcher::Impl::leaf_truth(const Leaf& leaf) {
  if (leaf.space == Leaf::Space::kPair) {
    const FieldPair& pair = plan->pairs[leaf.field];
    return test_pair(*pair.test, members_of(pair.field), members_of(pair.other));
  }
  uint64_t bit = uint64_t{1} << leaf.local % 64;
  if (leaf.space == Leaf::Space::kKeyword) {
    uint64_t& known = keyword_known[leaf.local / 64];
    uint64_t& truth = keyword_truths[leaf.local / 64];
    if (!(known & bit)) {
      known |= bit;
      truth = keyword_truth(leaf) ? truth | bit : truth & ~bit;
    }
    return (truth & bit) != 0;
  }
  if (binding->fields[leaf.field].places.empty()) return leaf.absent_truth;
  FieldState& state = field(leaf.field);
  uint64_t& known = state.known[leaf.local / 64];
  uint64_t& truth = state.truth[leaf.local / 64];
  if (!(known & bit)) {
    known |= bit;
    if (test_leaf(*plan, leaf, members_of(leaf.field), &regex_counter)) truth |= bit;
  }
  return (truth & bit) != 0;
}

bool Matcher::Impl::run(uint32_t at) {
  while (at < kReject) {
    const Instruction& step = plan->code[at];
    switch (step.op) {
      case Instruction::Op::kLeaf: at = leaf_truth(plan->leaves[step.leaf]) ? step.yes : step.no; break;
      case Instruction::Op::kSetCounter:
        counters[step.counter] = 0;
        at = step.yes;
        break;
      case Instruction::Op::kCount: at = ++counters[step.counter] >= step.limit ? step.yes : step.no; break;
    }
  }
  return at == kAccept;
}

std::span<const uint32_t> Matcher::Impl::match(const Event& e) {
  ++statistics.events;
  matches.clear();
  if (!e.kind) return {};
  PlanState& state = state_of(*e.kind);
  if (state.plan->rules.empty()) return {};
  ++statistics.routed;
  ++epoch;
  event = &e;
  plan = state.plan;
  binding = &bind(state, e.layout ? *e.layout : kNoLayout);
  std::fill(keyword_known.begin(), keyword_known.end(), 0);
  for (const PlanRule& rule : plan->rules) {
    ++statistics.candidates;
    if (run(rule.start)) matches.push_back(rule.rule);
  }
  statistics.regex_calls = regex_counter.calls;
  return matches;
}

Matcher::Matcher(const Program& program) : impl_(std::make_unique<Impl>(program)) {}
Matcher::~Matcher() = default;
std::span<const uint32_t> Matcher::match(const Event& event) { return impl_->match(event); }
const Matcher::Statistics& Matcher::statistics() const { return impl_->statistics; }

}  // namespace sil::hunt
