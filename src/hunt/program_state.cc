#include "hunt/program_state.h"

#include <algorithm>
#include <cstring>

namespace sil::hunt {

void make_caches(PlanState* state, size_t max_entries, CacheBudget* budget) {
  const Plan& plan = *state->plan;
  state->rule_words = (plan.rules.size() + 63) / 64;
  state->lines.resize(plan.fields.size());
  for (const PlanField& field : plan.fields) {
    state->caches.emplace_back(max_entries, budget);
    Settled absent{field.filter->absent_pass, field.filter->absent_any, {}};
    for (uint64_t truth : field.absent_truth) absent.words.push_back({~uint64_t{0}, truth});
    ValueCache::write(absent, {}, &state->absent.emplace_back());
  }
}

void release_caches(PlanState* state) {
  for (ValueCache& cache : state->caches) cache.release();
  for (std::unique_ptr<LineMemory>& lines : state->lines) {
    if (lines) lines->release();
  }
}

void set_bits(std::span<const uint32_t> bits, std::vector<uint64_t>* words) {
  for (uint32_t bit : bits) (*words)[bit / 64] |= uint64_t{1} << bit % 64;
}

void take_bits(std::vector<uint64_t>* words, std::vector<uint32_t>* out) {
  out->clear();
  for (size_t w = 0; w < words->size(); ++w) {
    for (uint64_t word = (*words)[w]; word; word &= word - 1) {
      out->push_back(static_cast<uint32_t>(w * 64 + static_cast<size_t>(__builtin_ctzll(word))));
    }
    (*words)[w] = 0;
  }
}

namespace {

// Of a plan of up to this many words all are met with `base_pass`, two at a time: fewer steps than by a list of those
// that say something.
constexpr size_t kFewWords = 64;

void keep_common(const std::vector<uint64_t>& mask, std::vector<uint64_t>* words) {
  using Pair = uint64_t __attribute__((vector_size(16)));
  uint64_t* to = words->data();
  const uint64_t* with = mask.data();
  size_t w = 0;
  for (const size_t pairs = words->size() & ~size_t{1}; w < pairs; w += 2) {
    Pair a, b;
    std::memcpy(&a, to + w, sizeof a);
    std::memcpy(&b, with + w, sizeof b);
    a &= b;
    std::memcpy(to + w, &a, sizeof a);
  }
  if (w < words->size()) to[w] &= with[w];
}

}  // namespace

void let_pass(const FieldFilter& filter, std::span<const uint32_t> pass, std::vector<uint64_t>* alive,
              std::vector<uint32_t>* kept) {
  if (kept->size() < pass.size()) kept->resize(std::max<size_t>(64, 2 * pass.size()));
  const uint64_t* before = alive->data();
  size_t count = 0;
  for (uint32_t rule : pass) {  // without a jump: nobody can guess which
    (*kept)[count] = rule;
    count += before[rule / 64] >> rule % 64 & 1;
  }
  if (alive->size() <= kFewWords) {
    keep_common(filter.base_pass, alive);
  } else {
    for (uint32_t w : filter.need_words) (*alive)[w] &= filter.base_pass[w];
  }
  set_bits({kept->data(), count}, alive);
}

void fill_binding(const PlanState& state, const Layout& layout, Binding* made) {
  const Plan& plan = *state.plan;
  *made = {};
  made->alive.assign(state.rule_words, ~uint64_t{0});
  made->any.assign(state.rule_words, 0);
  if (plan.rules.size() % 64 != 0) made->alive.back() = (uint64_t{1} << plan.rules.size() % 64) - 1;
  for (const PlanField& field : plan.fields) {
    made->fields.push_back(bind_field(field.source, layout));
    if (!made->fields.back().places.empty()) continue;
    std::vector<uint32_t> kept;
    let_pass(*field.filter, field.filter->absent_pass, &made->alive, &kept);
    set_bits(field.filter->absent_any, &made->any);
  }
  for (uint32_t index : plan.filter_order) {
    if (!made->fields[index].places.empty()) made->order.push_back(index);
  }
  for (uint64_t word : made->alive) made->hopeless = made->hopeless && word == 0;
  if (!plan.event_id_settled) return;
  FieldSource event_id;
  event_id.names.emplace_back("EventID");
  BoundField bound = bind_field(event_id, layout);
  for (const BoundPlace& place : bound.places) made->event_ids.push_back(place.field);
}

}  // namespace sil::hunt
