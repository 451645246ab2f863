#define XXH_INLINE_ALL
#include "hunt/program.h"

#include <xxhash.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <unordered_map>

#include "hunt/plain.h"
#include "hunt/program_event_id.h"
#include "hunt/program_explain.h"
#include "hunt/program_making.h"
#include "hunt/program_needs.h"
#include "hunt/program_plan.h"
#include "hunt/program_state.h"
#include "model/field_names.h"

namespace sil::hunt {

// ---- Program
// -------------------------------------------------------------------------------------------------

namespace {

// Channels and services are compared without case (model/taxonomy.h), and logs do write them in several.
std::string plan_key(const LogKind& kind, bool settle_event_id) {
  std::string out(1, settle_event_id ? 's' : 'u');
  for (const std::string* word :
       {&kind.schema, &kind.product, &kind.category, &kind.service, &kind.channel, &kind.provider}) {
    out += *word;
    out += '\0';
  }
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out + std::to_string(kind.event_id);
}

}  // namespace

struct Program::Impl {
  Impl(std::span<const Rule> rules, const ProgramOptions& chosen) : book(rules), options(chosen) {}
  const RuleBook book;
  const ProgramOptions options;

  // Plans are made when a kind of event is first seen; rules of channels that never occur cost nothing. Several workers
  // make plans of different kinds at the same time. Kinds that mean the same to every rule share one.
  mutable std::mutex mutex;
  mutable std::unordered_map<std::string, std::unique_ptr<PlanMaking>> plans;  // by what decides them

  const Plan& plan_of(const LogKind& kind, bool settle_event_id) const {
    PlanMaking* making = nullptr;
    {
      std::lock_guard lock(mutex);
      std::unique_ptr<PlanMaking>& known = plans[plan_key(kind, settle_event_id)];
      if (!known) known = std::make_unique<PlanMaking>();
      making = known.get();
    }
    return making->get(book, kind, settle_event_id);
  }
};

Program::Program(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Program::~Program() = default;
std::span<const Rule> Program::rules() const {
  return impl_->book.rules;
}

std::unique_ptr<const Program> Program::compile(std::span<const Rule> rules, const ProgramOptions& options) {
  return std::unique_ptr<const Program>(new Program(std::make_unique<Impl>(rules, options)));
}

// ---- Matcher
// -------------------------------------------------------------------------------------------------

namespace {

constexpr size_t kMaxBindings = 20'000;  // hostile logs make layouts without end; then all are bound anew
constexpr size_t kMaxCounters = 256;
constexpr uint32_t kMostKeptKeywords = 63, kWorthASpan = 256;
const Layout kNoLayout;

}  // namespace

struct Matcher::Impl : LeafReader {
  explicit Impl(const Program& p) : program(p), options(p.impl().options) {}

  std::span<const uint32_t> match(const Event& event);
  void explain(size_t index, std::vector<MatchedField>* matched, std::vector<std::string>* missing);
  bool truth(uint32_t leaf) override { return leaf_truth(plan->leaves[leaf]); }
  Members& members(uint32_t field) override { return members_of(field); }
  bool keyword(const Leaf& leaf, uint32_t first, uint32_t count, std::string* field, std::string* text) override;
  [[nodiscard]] uint32_t event_id() const override { return event->kind->event_id; }
  PlanState& state_of(const LogKind& kind, bool settle_event_id);
  void choose_plan(const LogKind& kind, const Layout& layout);
  const Binding& bind(PlanState& state, const Layout& layout);
  bool run(uint32_t start, uint16_t* counters);
  bool leaf_truth(const Leaf& leaf) {
    if (leaf.space != Leaf::Space::kField) return other_truth(leaf);
    return field_truth(leaf.field, leaf.local, leaf);
  }
  // `leaf` is looked at only when it was not asked of this value before.
  bool field_truth(uint32_t field, uint32_t local, const Leaf& leaf) {
    const uint64_t bit = uint64_t{1} << local % 64;
    LeafWord& word = entry_of(field)->words()[local / 64];
    if (!(word.known & bit)) test_field(leaf, &word);
    return (word.truth & bit) != 0;
  }
  bool other_truth(const Leaf& leaf);                 // of a pair of fields or a keyword
  void test_field(const Leaf& leaf, LeafWord* word);  // writes the verdict to the value's entry
  Entry* entry_of(uint32_t index) {
    FieldState& state = *fields[index];
    if (state.epoch == epoch) return state.entry;
    state.entry = find_entry(index, state);
    state.epoch = epoch;
    return state.entry;
  }
  Entry* find_entry(uint32_t index, FieldState& state);
  void make_key(uint32_t index, FieldState& state);
  void settle(uint32_t index, FieldState& state);
  void settle_nothing(uint32_t index);
  bool settle_lines(uint32_t index, FieldState& state, uint64_t* keywords);
  void settle_eager(uint32_t index, FieldState& state);
  [[nodiscard]] bool to_cache(uint32_t index, const FieldState& state) const {
    return options.value_cache && state.key.size() <= kMaxCachedValue && !plan->fields[index].filter->cheap &&
           plan_state->caches[index].pays();
  }
  Members& members_of(uint32_t index);
  bool filter();
  void scan_keywords();
  uint64_t recall_keywords();
  bool keyword_truth(const Leaf& leaf);
  bool keyword_in(const Leaf& leaf, const Value& value);

  const Program& program;
  const ProgramOptions options;
  Statistics statistics;
  CacheBudget budget;
  std::unordered_map<const Plan*, std::unique_ptr<PlanState>> states;
  std::vector<PlanState*> by_kind;  // two a kind: EventID settled, and not
  size_t binding_count = 0;
  std::vector<std::unique_ptr<FieldState>> fields;
  std::vector<uint64_t> keyword_known, keyword_truths, keyword_maybe, one_maybe;
  std::vector<uint32_t> matches, matched_places;  // rules; their places in the plan
  std::vector<uint64_t> alive, any;
  std::vector<uint32_t> kept;
  KeywordsSettled keyword_settled;
  std::vector<uint64_t> pass_bits, any_bits;  // of the value being settled
  std::vector<uint32_t> line_targets;
  Settled settled;
  Members keyword_members;
  TextBuffer keyword_text;
  RegexCounter regex_counter;
  uint16_t rule_counters[kMaxCounters] = {}, part_counters[kMaxCounters] = {};  // an eager part may run inside a rule

  // The event at hand.
  uint64_t epoch = 0, keyword_epoch = 0;
  const Event* event = nullptr;
  const Plan* plan = nullptr;
  PlanState* plan_state = nullptr;
  const Binding* binding = nullptr;
};

PlanState& Matcher::Impl::state_of(const LogKind& kind, bool settle_event_id) {
  size_t place = size_t{kind.id} * 2 + !settle_event_id;
  if (place >= by_kind.size()) by_kind.resize((size_t{kind.id} + 1) * 2);
  if (!by_kind[place]) {
    const Plan& made = program.impl().plan_of(kind, settle_event_id);
    std::unique_ptr<PlanState>& state = states[&made];
    if (!state) {
      state = std::make_unique<PlanState>();
      state->plan = &made;
      make_caches(state.get(), options.value_cache_entries, &budget);
      while (fields.size() < made.fields.size()) fields.push_back(std::make_unique<FieldState>());
    }
    by_kind[place] = state.get();
  }
  return *by_kind[place];
}

const Binding& Matcher::Impl::bind(PlanState& state, const Layout& layout) {
  if (state.last_layout == &layout && layout.id != 0) return *state.last_binding;
  if (layout.id == 0) {
    fill_binding(state, layout, &state.unbound);
    return state.unbound;
  }
  if (binding_count >= kMaxBindings) {
    for (auto& [made, other] : states) {
      other->bindings.clear();
      other->last_layout = nullptr;
    }
    binding_count = 0;
  }
  std::unique_ptr<Binding>& made = state.bindings[layout.id];
  if (!made) {
    made = std::make_unique<Binding>();
    fill_binding(state, layout, made.get());
    ++binding_count;
  }
  state.last_layout = &layout;
  state.last_binding = made.get();
  return *made;
}

Members& Matcher::Impl::members_of(uint32_t index) {
  FieldState& state = *fields[index];
  if (state.gathered != epoch) {
    state.gathered = epoch;
    gather(*event, plan->fields[index].source, binding->fields[index], &state.members, &state.translated);
  }
  return state.members;
}

namespace {

// The bytes that decide everything about a field in several places or behind a translation.
void append_key(const Event& event, const BoundField& bound, std::vector<uint8_t>* key) {
  key->clear();
  for (const BoundPlace& place : bound.places) {
    Value value = event.value(event.layout->fields[place.field]);
    uint32_t head[2] = {static_cast<uint32_t>(value.kind) | static_cast<uint32_t>(value.element) << 8, value.size};
    auto bytes = reinterpret_cast<const uint8_t*>(head);
    key->insert(key->end(), bytes, bytes + sizeof head);
    if (value.size) key->insert(key->end(), value.data, value.data + value.size);
  }
}

}  // namespace

namespace {

bool has_lines(const Value& value) {
  const bool text =
      value.kind == ValueKind::kJsonString || value.kind == ValueKind::kUtf16 || value.kind == ValueKind::kUtf8;
  return text && value.size <= kMaxLineText;
}

uint64_t key_hash(const FieldState& state) {
  // The tag is mixed in behind: with a seed, XXH3 makes a secret of its own for every long value.
  constexpr uint64_t kMix = 0x9E3779B97F4A7C15U;
  return XXH3_64bits(state.key.data(), state.key.size()) ^ state.tag * kMix;
}

}  // namespace

void Matcher::Impl::make_key(uint32_t index, FieldState& state) {
  if (state.keyed == epoch) return;
  state.keyed = epoch;
  state.tag = kNoKey;
  state.by_lines = false;
  const BoundField& bound = binding->fields[index];
  if (bound.places.empty()) return;
  if (bound.simple) {
    Value value = event->value(event->layout->fields[bound.places[0].field]);
    if (!value.present()) return;
    state.key = value.bytes();
    state.tag = static_cast<uint32_t>(value.kind) | static_cast<uint32_t>(value.element) << 8;
    state.kind = value.kind;
    state.by_lines = options.value_cache && value.size > options.long_text && has_lines(value);
    state.cached = to_cache(index, state);
    if (state.by_lines) return;
  } else {
    append_key(*event, bound, &state.key_store);
    state.key = state.key_store;
    state.tag = kJoinedKey;
    state.cached = to_cache(index, state);
  }
  if (state.cached) state.hash = key_hash(state);
}

// What is known of the field's value: from the cache, or found out now.
Entry* Matcher::Impl::find_entry(uint32_t index, FieldState& state) {
  make_key(index, state);
  if (state.tag == kNoKey) return reinterpret_cast<Entry*>(plan_state->absent[index].data());
  if (state.by_lines) {
    uint64_t keywords = 0;
    if (settle_lines(index, state, &keywords)) {
      Entry* made = ValueCache::write(settled, {}, &state.entry_store);
      made->keywords = keywords | kKeywordsKnown;
      return made;
    }
    state.hash = key_hash(state);
  }
  if (!state.cached) {
    const FieldFilter& filter = *plan->fields[index].filter;
    if (filter.digests_alone && state.tag != kJoinedKey && !filter.index.signs().may_hold(state.key, state.kind))
      settle_nothing(index);
    else
      settle(index, state);
    return ValueCache::write(settled, {}, &state.entry_store);
  }
  ValueCache& cache = plan_state->caches[index];
  Entry* known = cache.find(state.hash, state.tag, state.key);
  cache.count(known != nullptr);
  if (known != nullptr) {
    ++statistics.cache_hits;
    return known;
  }
  ++statistics.cache_misses;
  settle(index, state);
  return cache.insert(state.hash, state.tag, state.key, settled);
}

// Asks the field's literal index which leaves hold and which rules go on. The answer is in `settled`.
void Matcher::Impl::settle(uint32_t index, FieldState& state) {
  const PlanField& field = plan->fields[index];
  const FieldFilter& filter = *field.filter;
  size_t words = (field.leaf_count + 63) / 64;
  settled.begin(words);
  if (!filter.witnesses) return;
  Members& members = members_of(index);
  if (!members.present()) {  // a translation may find nothing in what is there
    settled.pass = filter.absent_pass;
    settled.any = filter.absent_any;
    for (size_t w = 0; w < words; ++w) settled.words[w] = {~uint64_t{0}, field.absent_truth[w]};
    return;
  }
  settled.know(filter.exact);
  pass_bits.resize(plan_state->rule_words);
  any_bits.resize(plan_state->rule_words);
  bool hits = !filter.eager.empty();
  auto hit = [&](Target target, bool verified) {
    hits = true;
    uint64_t bit = uint64_t{1} << target.leaf % 64;
    if (verified) {
      LeafWord& word = settled.words[target.leaf / 64];
      if (word.truth & bit) return;
      word.known |= bit;
      word.truth |= bit;
    }
    set_bits(filter.pass_of(target.leaf), &pass_bits);
    set_bits(filter.any_of(target.leaf), &any_bits);
  };
  for (Target target : filter.field_level) {
    const CompiledTest& test = *plan->tests[target.test];
    bool holds = test.shape == CompiledTest::Shape::kNull ? members.has_null() : test.test->boolean;
    if (holds) hit(target, true);
  }
  for (size_t i = 0; i < members.size(); ++i) {
    if (members[i].value.kind != ValueKind::kJsonObject) filter.index.probe(*plan, members[i], &regex_counter, hit);
  }
  if (!filter.eager.empty()) settle_eager(index, state);
  if (!hits) return;
  take_bits(&pass_bits, &settled.pass);
  take_bits(&any_bits, &settled.any);
}

// What settle() finds where none of the index's tests holds.
void Matcher::Impl::settle_nothing(uint32_t index) {
  const FieldFilter& filter = *plan->fields[index].filter;
  settled.begin(filter.exact.size());
  settled.know(filter.exact);
}

// The same for a text of several lines, from what is remembered of them; false: it is not one, or a witness asks more.
bool Matcher::Impl::settle_lines(uint32_t index, FieldState& state, uint64_t* keywords) {
  const PlanField& field = plan->fields[index];
  const FieldFilter& filter = *field.filter;
  std::unique_ptr<LineMemory>& memory = plan_state->lines[index];
  if (!memory) {
    memory = std::make_unique<LineMemory>(field.lines->of(*plan, index), plan->gates->values,
                                          options.value_cache_entries, &budget);
  }
  const LineIndex& lines = memory->index();
  if (!lines.usable()) return false;
  line_targets.assign(lines.always().begin(), lines.always().end());
  const Value value{state.key.data(), static_cast<uint32_t>(state.key.size()), state.kind, ValueKind::kAbsent};
  if (!memory->look(value, &line_targets, keywords, &statistics.line_hits, &statistics.line_misses)) return false;
  const size_t words = (field.leaf_count + 63) / 64;
  settled.begin(words);
  settled.know(lines.decided());
  pass_bits.resize(plan_state->rule_words);
  any_bits.resize(plan_state->rule_words);
  for (uint32_t id : line_targets) {
    const LineIndex::Target& target = lines.target(id);
    const uint64_t bit = uint64_t{1} << target.leaf % 64;
    LeafWord& word = settled.words[target.leaf / 64];
    if (target.exact) {
      if (word.truth & bit) continue;
      word.truth |= bit;
    }
    word.known &= ~bit;
    set_bits(filter.pass_of(target.leaf), &pass_bits);
    set_bits(filter.any_of(target.leaf), &any_bits);
  }
  for (LeafWord& word : settled.words) word.known |= word.truth;
  if (!filter.eager.empty()) settle_eager(index, state);
  if (line_targets.empty() && filter.eager.empty()) return true;
  take_bits(&pass_bits, &settled.pass);
  take_bits(&any_bits, &settled.any);
  return true;
}

void Matcher::Impl::settle_eager(uint32_t index, FieldState& state) {
  state.entry = ValueCache::write(settled, {}, &state.entry_store);  // the parts ask this field alone
  state.epoch = epoch;
  for (const FieldFilter::Eager& eager : plan->fields[index].filter->eager) {
    uint64_t bit = uint64_t{1} << eager.rule % 64;
    uint64_t& word = pass_bits[eager.rule / 64];
    if (eager.has_clause && !(word & bit)) continue;
    word = run(eager.start, part_counters) ? word | bit : word & ~bit;
  }
  std::copy_n(state.entry->words(), settled.words.size(),
              settled.words.data());  // what was found out on the way
}

// Each member by itself: a keyword never spans two values.
bool Matcher::Impl::keyword_in(const Leaf& leaf, const Value& value) {
  keyword_members.clear();
  keyword_members.add_value(value);
  return test_leaf(*plan, leaf, keyword_members, &regex_counter);
}

bool Matcher::Impl::keyword_truth(const Leaf& leaf) {
  if (!event->raw.empty()) {
    return keyword_in(leaf, utf8_value(as_text(event->raw)));
  }
  if (!event->layout) return false;
  for (const LayoutField& one : event->layout->fields) {
    Value value = event->value(one);
    if (value.present() && keyword_in(leaf, value)) return true;
  }
  return false;
}

bool Matcher::Impl::keyword(const Leaf& leaf, uint32_t first, uint32_t count, std::string* field, std::string* text) {
  Leaf part = leaf;
  part.first = first;
  part.count = count;
  const auto found = [&](const std::string& name, const Value& value) {
    if (!keyword_in(part, value)) return false;
    for (size_t m = 0; m < keyword_members.size(); ++m) {
      for (uint32_t i = first; i < first + count; ++i) {
        if (!test_member(*plan, *plan->tests[i], keyword_members[m], &regex_counter)) continue;
        *field = name;
        *text = keyword_members[m].plain();
        return true;
      }
    }
    return false;
  };
  if (!event->raw.empty()) return found("", utf8_value(as_text(event->raw)));
  if (!event->layout) return false;
  for (const LayoutField& one : event->layout->fields) {
    const Value value = event->value(one);
    if (!value.present() || !plan->gates->values.may_hold(value, leaf.local, &keyword_text, &one_maybe)) continue;
    if (found(one.name, value)) return true;
  }
  return false;
}

// What the gate said of values that the cache knows, and which parts of the event need no look therefore.
uint64_t Matcher::Impl::recall_keywords() {
  uint64_t remembered = 0;
  if (plan->keyword_leaves == 0 || plan->keyword_leaves > kMostKeptKeywords) return remembered;
  for (uint32_t index : binding->order) {
    const FieldState& state = *fields[index];
    const BoundField& bound = binding->fields[index];
    if (state.epoch != epoch || state.tag == kNoKey || !bound.simple || !(state.cached || state.by_lines)) continue;
    const LayoutField& field = event->layout->fields[bound.places[0].field];
    const Value value = event->value(field);
    // A short string inside a record is faster swept with what stands around it.
    if (!event->json.empty() && (value.kind != ValueKind::kJsonString || value.size < kWorthASpan)) continue;
    if ((state.entry->keywords & kKeywordsKnown) == 0) {
      plan->gates->values.scan(value, &keyword_text, &one_maybe);
      state.entry->keywords = one_maybe[0] | kKeywordsKnown;
    }
    remembered |= state.entry->keywords & ~kKeywordsKnown;
    if (!event->json.empty()) {
      keyword_settled.spans.push_back(value.bytes());
      continue;
    }
    std::vector<uint8_t>& slots = keyword_settled.slots;
    if (slots.size() < event->values.size()) slots.resize(event->values.size());
    if (field.slot < slots.size()) slots[field.slot] = 1;
  }
  return remembered;
}

// What the gate rules out is false from the start.
void Matcher::Impl::scan_keywords() {
  if (keyword_epoch == epoch) return;
  keyword_epoch = epoch;
  keyword_settled.clear();
  uint64_t remembered = 0;
  if (event->raw.empty()) remembered = recall_keywords();
  const KeywordGate& gate = event->raw.empty() ? plan->gates->values : plan->gates->text;
  gate.scan(*event, &keyword_settled, &keyword_text, &keyword_maybe);
  if (remembered != 0) keyword_maybe[0] |= remembered;
  keyword_truths.assign(keyword_maybe.size(), 0);
  keyword_known.resize(keyword_maybe.size());
  for (size_t w = 0; w < keyword_maybe.size(); ++w) keyword_known[w] = ~keyword_maybe[w];
}

bool Matcher::Impl::other_truth(const Leaf& leaf) {
  if (leaf.space == Leaf::Space::kPair) {
    const FieldPair& pair = plan->pairs[leaf.field];
    return test_pair(*pair.test, members_of(pair.field), members_of(pair.other));
  }
  scan_keywords();
  const uint64_t bit = uint64_t{1} << leaf.local % 64;
  uint64_t& known = keyword_known[leaf.local / 64];
  uint64_t& truth = keyword_truths[leaf.local / 64];
  if (!(known & bit)) {
    known |= bit;
    truth = keyword_truth(leaf) ? truth | bit : truth & ~bit;
  }
  return (truth & bit) != 0;
}

void Matcher::Impl::test_field(const Leaf& leaf, LeafWord* word) {
  const uint64_t bit = uint64_t{1} << leaf.local % 64;
  word->known |= bit;
  const bool holds = test_leaf(*plan, leaf, members_of(leaf.field), &regex_counter);
  word->truth = holds ? word->truth | bit : word->truth & ~bit;
}

bool Matcher::Impl::run(uint32_t at, uint16_t* counters) {
  const Instruction* code = plan->code.data();
  while (at < kReject) {
    const Instruction& step = code[at];
    switch (step.op) {
      case Instruction::Op::kField:
        at = field_truth(step.counter, step.limit, plan->leaves[step.leaf]) ? step.yes : step.no;
        break;
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

// Leaves in `alive` the rules whose witnesses the event may meet; false: none.
bool Matcher::Impl::filter() {
  size_t words = plan_state->rule_words;
  alive.assign(binding->alive.begin(), binding->alive.end());
  any.assign(binding->any.begin(), binding->any.end());
  // Lookups wait for memory, not for each other: all slots are asked for first, then all entries.
  if (options.value_cache) {
    for (uint32_t index : binding->order) {
      make_key(index, *fields[index]);
      plan_state->caches[index].prefetch_slot(fields[index]->hash);
    }
    for (uint32_t index : binding->order) plan_state->caches[index].prefetch_entry(fields[index]->hash);
  }
  for (uint32_t index : binding->order) {
    const FieldFilter& one = *plan->fields[index].filter;
    if (std::none_of(one.need_words.begin(), one.need_words.end(), [&](uint32_t w) { return alive[w] & one.need[w]; }))
      continue;
    Entry* entry = entry_of(index);
    let_pass(one, entry->pass(), &alive, &kept);
    set_bits(entry->any(), &any);
  }
  uint64_t left = 0;
  for (size_t w = 0; w < words; ++w) {
    alive[w] &= any[w] | ~plan->mixed[w];
    left |= alive[w];
  }
  return left != 0;
}

void Matcher::Impl::choose_plan(const LogKind& kind, const Layout& layout) {
  plan_state = &state_of(kind, true);
  binding = &bind(*plan_state, layout);
  const auto other = [&](uint32_t field) { return !reads_as(event->value(layout.fields[field]), kind.event_id); };
  const std::vector<uint32_t>& ids = binding->event_ids;
  if (plan_state->plan->event_id_settled && (ids.empty() || std::any_of(ids.begin(), ids.end(), other))) {
    plan_state = &state_of(kind, false);
    binding = &bind(*plan_state, layout);
  }
  plan = plan_state->plan;
}

std::span<const uint32_t> Matcher::Impl::match(const Event& e) {
  ++statistics.events;
  if (!e.kind) return {};
  event = &e;
  if (budget.spent()) {
    for (auto& [made, state] : states) release_caches(state.get());
  }
  choose_plan(*e.kind, e.layout ? *e.layout : kNoLayout);
  if (plan->rules.empty()) return {};
  ++statistics.routed;
  ++epoch;
  matches.clear();
  matched_places.clear();
  if (binding->hopeless || !filter()) return {};
  const KeywordNeeds& needs = event->raw.empty() ? *plan->needs : *plan->text_needs;
  if (needs.concern(alive)) {
    scan_keywords();
    needs.narrow(keyword_maybe, &alive);
  }
  for (size_t w = 0; w < plan_state->rule_words; ++w) {
    for (uint64_t word = alive[w]; word; word &= word - 1) {
      size_t place = w * 64 + static_cast<size_t>(__builtin_ctzll(word));
      const PlanRule& rule = plan->rules[place];
      ++statistics.candidates;
      if (!run(rule.start, rule_counters)) continue;
      matches.push_back(rule.rule);
      matched_places.push_back(static_cast<uint32_t>(place));
    }
  }
  statistics.regex_calls = regex_counter.calls;
  return matches;
}

namespace {

std::vector<MissingField> missing_fields_of(const Rule& rule, const LogKind& kind) {
  std::map<std::string, FieldSource> found;
  for (const Selection& selection : rule.selections) {
    for (const auto& alternative : selection.alternatives) {
      for (const Item& item : alternative) {
        if (item.field.empty() || found.count(item.field)) continue;
        FieldSource source = field_source(rule.logsource, kind, item.field);
        if (source.missing) found.emplace(item.field, std::move(source));
      }
    }
  }
  std::vector<MissingField> out;
  for (auto& [name, source] : found) out.push_back({name, std::move(source)});
  return out;
}

bool lacks(MissingField* field, const Event& event) {
  const Layout& layout = event.layout ? *event.layout : kNoLayout;
  if (layout.id == 0 || field->layout != layout.id) {
    field->layout = layout.id;
    field->placed = std::any_of(field->source.names.begin(), field->source.names.end(),
                                [&](const std::string& name) { return !resolve_field(layout, name).empty(); });
  }
  return !field->placed || !has_field(field->source, event);
}

}  // namespace

void Matcher::Impl::explain(size_t index, std::vector<MatchedField>* matched, std::vector<std::string>* missing) {
  size_t place = matched_places[index];
  const PlanRule& rule = plan->rules[place];
  const Rule& whole = program.rules()[rule.rule];
  if (!explain_rule(*plan, rule, whole, *this, matched)) return explain_match(whole, *event, matched, missing);
  if (plan_state->missing.empty()) plan_state->missing.resize(plan->rules.size());
  std::unique_ptr<std::vector<MissingField>>& known = plan_state->missing[place];
  if (!known) known = std::make_unique<std::vector<MissingField>>(missing_fields_of(whole, *event->kind));
  missing->clear();
  for (MissingField& field : *known) {
    if (lacks(&field, *event)) missing->push_back(field.name);
  }
}

Matcher::Matcher(const Program& program) : impl_(std::make_unique<Impl>(program)) {}
Matcher::~Matcher() = default;
std::span<const uint32_t> Matcher::match(const Event& event) {
  return impl_->match(event);
}
void Matcher::explain(size_t index, std::vector<MatchedField>* matched, std::vector<std::string>* missing_fields) {
  impl_->explain(index, matched, missing_fields);
}
const Matcher::Statistics& Matcher::statistics() const {
  return impl_->statistics;
}

}  // namespace sil::hunt
