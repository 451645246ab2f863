#include "hunt/correlation_engine.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <tuple>
#include <type_traits>

#include "bytes/digest.h"
#include "bytes/json_writer.h"

namespace sil::hunt {
namespace {

constexpr uint16_t kNoHost = 0, kSeveralHosts = UINT16_MAX;
constexpr size_t kFirstRead = 512;         // of an entry whose length is not known yet
constexpr size_t kFiringBytes = 2u << 20;  // of tuples of firings held, each counter

template <class T>
Bytes bytes_of(const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  return {reinterpret_cast<const uint8_t*>(&value), sizeof(T)};
}

uint16_t one_host(uint16_t a, uint16_t b) {
  return a == b ? a : kSeveralHosts;
}

tl::unexpected<Error> damaged() {
  return fail(ErrorCode::kFormat, "correlation members", "what a recorder wrote", "other bytes");
}

}  // namespace

// Writes members and firings of one correlation, and hands its firings to the correlations that count them.
class CorrelationEngine::Recorder : public EpisodeSink {
 public:
  Recorder(CorrelationEngine& engine, uint32_t correlation) : engine_(engine), correlation_(correlation) {}

  void begin_group() { last_first_ = 0; }
  void begin_episode() override {
    stored_ = {};
    stored_.correlation = correlation_;
    stored_.members_at = engine_.members_.size();
    host_ = kNoHost;
  }
  void add_member(const Tuple& tuple) override {
    Member member{tuple.ticks, tuple.record_id, tuple.identity, tuple.reference, tuple.host, tuple.member, 0};
    if (stored_.members++ == 0) {
      first_ = member;
      host_ = tuple.host;
    }
    host_ = one_host(host_, tuple.host);
    engine_.members_.append(bytes_of(member));
  }
  void held_at(uint64_t ticks, bool first) override {
    auto parents = engine_.plan_.parents(correlation_);
    if (parents.empty()) return;
    if (first) prepare(parents);
    for (Tuple tuple : for_parents_) {
      tuple.ticks = ticks;
      tuple.host = host_;
      tuple.update = !first;
      engine_.sorter_of_firings(tuple.correlation)->add(tuple);
    }
  }
  void end_episode(const Episode& episode) override {
    stored_.fired = episode.fired;
    stored_.first = episode.first;
    stored_.last = episode.last;
    stored_.value = episode.value;
    stored_.update = first_.identity == last_first_ ? last_update_ + 1 : 0;
    last_first_ = first_.identity;
    last_update_ = stored_.update;
    engine_.firings_.append(bytes_of(stored_));
    Tuple tuple;
    tuple.ticks = stored_.fired;
    tuple.record_id = engine_.rank_[correlation_];
    tuple.identity = tuple.reference = engine_.firing_count_++;
    if (!engine_.plan_.set().correlations[correlation_].silent) engine_.order_->add(tuple);
  }

 private:
  // What this firing looks like to each correlation that counts it.
  void prepare(std::span<const CorrelationPlan::Parent> parents) {
    for_parents_.clear();
    auto texts = engine_.group_texts(correlation_, first_);
    if (!texts) {
      engine_.failed_ = texts.error();
      return;
    }
    for (const CorrelationPlan::Parent& parent : parents) {
      Tuple tuple;
      tuple.correlation = parent.correlation;
      tuple.member = parent.member;
      tuple.identity = tuple.reference = kFiring | engine_.firing_count_;
      if (fill(parent, *texts, &tuple))
        for_parents_.push_back(tuple);
      else
        ++engine_.nested_without_field_;
    }
  }

  const std::string* text_of(const std::string& field, const std::vector<std::string>& texts) const {
    const auto& group = engine_.plan_.set().correlations[correlation_].group_by;
    for (size_t i = 0; i < group.size() && i < texts.size(); ++i) {
      if (group[i].name == field) return &texts[i];
    }
    return nullptr;
  }

  bool fill(const CorrelationPlan::Parent& parent, const std::vector<std::string>& texts, Tuple* tuple) const {
    const Correlation& counter = engine_.plan_.set().correlations[parent.correlation];
    std::string list;
    for (const GroupField& field : counter.group_by) {
      const std::string* text = text_of(field.fields[parent.member], texts);
      if (!text) return false;
      append_text_of_list(*text, &list);
    }
    tuple->group = text_key(list);
    if (counter.type == CorrelationType::kEventCount || counter.type == CorrelationType::kTemporal ||
        counter.type == CorrelationType::kTemporalOrdered)
      return true;
    list.clear();
    for (const GroupField& field : counter.fields) {
      const std::string* text = text_of(field.fields[parent.member], texts);
      if (!text) return false;
      if (counter.type != CorrelationType::kValueCount)
        return set_number(parse_number(*text), &tuple->kind, &tuple->value);
      append_text_of_list(*text, &list);
    }
    tuple->kind = Tuple::kText;
    tuple->value = text_key(list);
    return true;
  }

  CorrelationEngine& engine_;
  uint32_t correlation_;
  Stored stored_;
  Member first_;
  uint16_t host_ = kNoHost;
  std::vector<Tuple> for_parents_;
  uint64_t last_first_ = 0;
  uint32_t last_update_ = 0;
};

CorrelationEngine::CorrelationEngine(const CorrelationPlan& plan, EngineLimits limits)
    : plan_(plan),
      limits_(std::move(limits)),
      entries_(limits_.folder),
      members_(limits_.folder),
      firings_(limits_.folder),
      events_(limits_.sort_bytes, limits_.folder),
      by_counter_(plan.set().correlations.size()),
      order_(std::make_unique<TupleSorter>(std::min(limits_.sort_bytes, kFiringBytes), limits_.folder)) {
  const auto& correlations = plan.set().correlations;
  std::vector<uint32_t> sorted(correlations.size());
  std::iota(sorted.begin(), sorted.end(), 0);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](uint32_t a, uint32_t b) { return correlations[a].info.id < correlations[b].info.id; });
  rank_.resize(sorted.size());
  for (uint32_t i = 0; i < sorted.size(); ++i) rank_[sorted[i]] = i;
}
CorrelationEngine::~CorrelationEngine() = default;

uint16_t CorrelationEngine::number_of_host(const std::string& host) {
  if (host.empty()) return kNoHost;
  if (auto found = host_numbers_.find(host); found != host_numbers_.end()) return found->second;
  if (hosts_.size() + 1 >= kSeveralHosts) return kSeveralHosts;  // not told apart any more
  hosts_.push_back(host);
  return host_numbers_[host] = static_cast<uint16_t>(hosts_.size());
}

Result<void> CorrelationEngine::add(uint32_t source, std::string_view entries) {
  const auto& correlations = plan_.set().correlations;
  MemberEntry entry;
  std::string kept;
  while (!entries.empty()) {
    std::string_view whole = entries;
    if (!take_entry(&entries, &entry)) return damaged();
    kept.assign(reinterpret_cast<const char*>(&source), sizeof(source));
    kept.append(whole.substr(0, whole.size() - entries.size()));
    Tuple tuple;
    tuple.ticks = entry.time.ticks;
    tuple.record_id = entry.record_id;
    tuple.identity = limits_.one_fact ? entry.fact() : entry.identity();
    tuple.reference = entries_.append(as_bytes(kept));
    tuple.host = number_of_host(entry.host);
    for (const MemberUse& use : entry.uses) {
      if (use.correlation >= correlations.size() || use.member >= correlations[use.correlation].members.size())
        return damaged();
      tuple.correlation = use.correlation;
      tuple.member = use.member;
      tuple.group = text_key(use.group);
      tuple.kind = use.kind;
      tuple.value = use.value;
      events_.add(tuple);
    }
  }
  return check();
}

TupleSorter* CorrelationEngine::sorter_of_firings(uint32_t correlation) {
  auto& sorter = by_counter_[correlation];
  if (!sorter) sorter = std::make_unique<TupleSorter>(std::min(limits_.sort_bytes, kFiringBytes), limits_.folder);
  return sorter.get();
}

Result<void> CorrelationEngine::settle() {
  events_.sort();
  for (uint32_t i = 0; i < plan_.set().correlations.size(); ++i) settle_one(i);  // members stand first
  order_->sort();
  return check();
}

void CorrelationEngine::settle_one(uint32_t correlation) {
  TupleSorter* firings = by_counter_[correlation].get();
  if (firings) firings->sort();
  Recorder recorder(*this, correlation);
  GroupWindow window(plan_.set().correlations[correlation], limits_.equal_times, &recorder);
  std::optional<TextKey> group;
  while (!failed_) {
    const Tuple* event = events_.peek();
    if (event && event->correlation != correlation) event = nullptr;
    const Tuple* firing = firings ? firings->peek() : nullptr;
    if (!event && !firing) break;
    bool take_event = event && (!firing || before(*event, *firing));
    const Tuple& next = take_event ? *event : *firing;
    if (group != next.group) {
      if (group) window.end_group();
      group = next.group;
      recorder.begin_group();
    }
    window.add(next);
    take_event ? events_.next() : firings->next();
  }
  if (group) window.end_group();
  if (firings && firings->error() && !failed_) failed_ = firings->error();
  by_counter_[correlation].reset();
}

Result<void> CorrelationEngine::check() const {
  for (const std::optional<Error>* error :
       {&failed_, &entries_.error(), &members_.error(), &firings_.error(), &events_.error(), &order_->error()}) {
    if (*error) return tl::unexpected(**error);
  }
  return {};
}

Result<MemberEntry> CorrelationEngine::read_entry(uint64_t reference) {
  constexpr size_t kHead = 2 * sizeof(uint32_t);
  std::string bytes(std::min<uint64_t>(kFirstRead, entries_.size() - std::min(reference, entries_.size())), '\0');
  auto* data = reinterpret_cast<uint8_t*>(bytes.data());
  if (bytes.size() < kHead || !entries_.read(reference, data, bytes.size())) return damaged();
  size_t whole = kHead + load_le<uint32_t>(data + sizeof(uint32_t));
  if (whole > bytes.size()) {
    bytes.resize(whole);
    if (!entries_.read(reference, reinterpret_cast<uint8_t*>(bytes.data()), whole)) return damaged();
  }
  auto source = load_le<uint32_t>(reinterpret_cast<const uint8_t*>(bytes.data()));
  std::string_view rest = std::string_view(bytes).substr(sizeof(uint32_t), whole - sizeof(uint32_t));
  MemberEntry entry;
  if (!take_entry(&rest, &entry)) return damaged();
  entry.citation.source = source;
  return entry;
}

Result<CorrelationEngine::Stored> CorrelationEngine::read_firing(uint64_t index) {
  Stored stored;
  if (!firings_.read(index * sizeof(Stored), reinterpret_cast<uint8_t*>(&stored), sizeof(Stored))) return damaged();
  return stored;
}

Result<CorrelationEngine::Member> CorrelationEngine::read_member(uint64_t offset) {
  Member member;
  if (!members_.read(offset, reinterpret_cast<uint8_t*>(&member), sizeof(Member))) return damaged();
  return member;
}

// The group values of a firing, taken from its first member: an event, or a firing below whose own group has them.
Result<std::vector<std::string>> CorrelationEngine::group_texts(uint32_t correlation, const Member& first) {
  const Correlation& c = plan_.set().correlations[correlation];
  if (c.group_by.empty()) return std::vector<std::string>{};
  if ((first.reference & kFiring) == 0) {
    auto entry = read_entry(first.reference);
    if (!entry) return tl::unexpected(entry.error());
    for (const MemberUse& use : entry->uses) {
      if (use.correlation == correlation && use.member == first.member) return texts_of_list(use.group);
    }
    return damaged();
  }
  auto below = read_firing(first.reference & ~kFiring);
  if (!below) return tl::unexpected(below.error());
  auto start = read_member(below->members_at);
  if (!start) return tl::unexpected(start.error());
  auto texts = group_texts(below->correlation, *start);
  if (!texts) return texts;
  const auto& names = plan_.set().correlations[below->correlation].group_by;
  std::vector<std::string> out;
  for (const GroupField& field : c.group_by) {
    for (size_t i = 0; i < names.size() && i < texts->size(); ++i) {
      if (names[i].name != field.fields[first.member]) continue;
      out.push_back((*texts)[i]);
      break;
    }
  }
  return out;
}

bool CorrelationEngine::counts_firings(uint32_t correlation) const {
  const auto& members = plan_.set().correlations[correlation].members;
  return std::any_of(members.begin(), members.end(), [](const CorrelationMember& m) { return m.nested; });
}

// The distinct events of a firing that counts firings, by time.
Result<void> CorrelationEngine::collect(const Stored& top, std::vector<Member>* events) {
  std::vector<Stored> open{top};
  std::vector<uint64_t> met;  // firings, each taken once
  while (!open.empty()) {
    Stored firing = open.back();
    open.pop_back();
    for (uint64_t i = 0; i < firing.members; ++i) {
      auto member = read_member(firing.members_at + i * sizeof(Member));
      if (!member) return tl::unexpected(member.error());
      if ((member->reference & kFiring) == 0) {
        events->push_back(*member);
        continue;
      }
      uint64_t index = member->reference & ~kFiring;
      auto at = std::lower_bound(met.begin(), met.end(), index);
      if (at != met.end() && *at == index) continue;
      met.insert(at, index);
      auto below = read_firing(index);
      if (!below) return tl::unexpected(below.error());
      open.push_back(*below);
    }
  }
  auto place = [](const Member& m) { return std::tie(m.ticks, m.record_id, m.identity, m.reference); };
  std::sort(events->begin(), events->end(), [&](const Member& a, const Member& b) { return place(a) < place(b); });
  auto same = [](const Member& a, const Member& b) { return a.ticks == b.ticks && a.identity == b.identity; };
  events->erase(std::unique(events->begin(), events->end(), same), events->end());
  return {};
}

Result<void> CorrelationEngine::complete(Firing* firing, const Stored& stored) {
  firing->correlation = stored.correlation;
  firing->fired = stored.fired;
  firing->first = stored.first;
  firing->last = stored.last;
  firing->value = stored.value;
  firing->update = stored.update;
  auto first = read_member(stored.members_at);
  if (!first) return tl::unexpected(first.error());
  auto texts = group_texts(stored.correlation, *first);
  if (!texts) return tl::unexpected(texts.error());
  firing->group = std::move(*texts);
  uint16_t host = kNoHost;
  uint64_t last = 0;
  auto count = [&](const Member& member) {
    if (firing->events > 0 && member.identity == last) return;
    last = member.identity;
    host = firing->events++ == 0 ? member.host : one_host(host, member.host);
  };
  if (counts_firings(stored.correlation)) {
    std::vector<Member> events;
    SIL_TRY(collect(stored, &events));
    firing->first = events.empty() ? firing->first : events.front().ticks;
    firing->last = events.empty() ? firing->last : std::max(firing->last, events.back().ticks);
    std::for_each(events.begin(), events.end(), count);
  } else {
    for (uint64_t i = 0; i < stored.members; ++i) {
      auto member = read_member(stored.members_at + i * sizeof(Member));
      if (!member) return tl::unexpected(member.error());
      count(*member);
    }
  }
  if (host != kNoHost && host != kSeveralHosts) firing->host = hosts_[host - 1u];
  return {};
}

Result<void> CorrelationEngine::for_each_firing(const std::function<Result<bool>(const Firing&)>& visit) {
  for (; order_->peek(); order_->next()) {
    auto stored = read_firing(order_->peek()->reference);
    if (!stored) return tl::unexpected(stored.error());
    Firing firing;
    firing.index = order_->peek()->reference;
    SIL_TRY(complete(&firing, *stored));
    auto more = visit(firing);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
  }
  return check();
}

Result<void> CorrelationEngine::for_each_member(const Firing& firing, uint64_t limit,
                                                const std::function<Result<bool>(const MemberEntry&)>& visit) {
  auto stored = read_firing(firing.index);
  if (!stored) return tl::unexpected(stored.error());
  std::vector<Member> events;
  bool nested = counts_firings(stored->correlation);
  if (nested) SIL_TRY(collect(*stored, &events));
  uint64_t total = nested ? events.size() : stored->members, last = 0, given = 0;
  for (uint64_t i = 0; i < total && given < limit; ++i) {
    auto member = nested ? Result<Member>(events[i]) : read_member(stored->members_at + i * sizeof(Member));
    if (!member) return tl::unexpected(member.error());
    if (given > 0 && member->identity == last) continue;
    last = member->identity;
    ++given;
    auto entry = read_entry(member->reference);
    if (!entry) return tl::unexpected(entry.error());
    auto more = visit(*entry);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
  }
  return {};
}

std::string number_text(const Number& number) {
  std::string out;
  JsonWriter json(&out);
  switch (number.kind) {
    case Number::Kind::kNone: break;
    case Number::Kind::kUnsigned: json.number(number.u); break;
    case Number::Kind::kSigned: json.number(number.i); break;
    case Number::Kind::kReal: json.real(number.d); break;
  }
  return out;
}

}  // namespace sil::hunt
