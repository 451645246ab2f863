#include "tracks/record_copies.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "bytes/text.h"

namespace sil::tracks {
namespace {

uint32_t hash32(std::string_view text) {  // FNV-1a, folded to 32 bits
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return static_cast<uint32_t>(hash ^ hash >> 32);
}

const uint32_t kBlank = hash32("");

bool digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "2024-03-14t10:38:57.123" of a folded time: forwarders cut or lengthen what follows.
bool cut_time(std::string_view text, std::string* out) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 't' && text[10] != ' ')) return false;
  std::string_view seconds = text.substr(0, 19), rest = text.substr(19);
  if (!rest.starts_with('.') && rest != "z") return false;
  std::string fraction;
  for (size_t i = 1; i < rest.size() && fraction.size() < 3 && digits(rest.substr(i, 1)); ++i) fraction += rest[i];
  fraction.resize(3, '0');
  *out = std::string(seconds) + '.' + fraction;
  (*out)[10] = ' ';
  return true;
}

constexpr uint64_t kMillisecond = kTicksPerSecond / 1000;

// One source's copies of a group, by id; an id that comes twice there says nothing.
struct Shelf {
  const SourceFacts* source = nullptr;
  std::vector<const RecordCopy*> copies;
  uint64_t lowest = 0, highest = 0;
};

std::vector<Shelf> shelves(const CopyGroup& group, const std::vector<SourceFacts>& sources) {
  std::vector<Shelf> out;
  for (size_t i = 0; i < group.copies.size();) {
    size_t next = i + 1;
    const RecordCopy& copy = group.copies[i];
    while (next < group.copies.size() && group.copies[next].source == copy.source && group.copies[next].id == copy.id)
      ++next;
    if (out.empty() || out.back().source->index != copy.source) {
      if (out.size() == kCopiesCompared) break;
      out.push_back({&sources[copy.source], {}, copy.id, copy.id});
    }
    out.back().highest = copy.id;
    if (next == i + 1) out.back().copies.push_back(&copy);
    i = next;
  }
  return out;
}

bool same_event(const RecordCopy& a, const RecordCopy& b) {
  return a.event_id == b.event_id && (a.provider == 0 || b.provider == 0 || a.provider == b.provider);
}

class Comparison {
 public:
  Comparison(const Shelf& here, const Shelf& there) : here_(here), there_(there) {
    out_.here = here.source;
    out_.there = there.source;
    both_evtx_ = here.source->about.format == "evtx" && there.source->about.format == "evtx";
    typed_ = both_evtx_ && here.source->what != FileClass::kForwarded && there.source->what != FileClass::kForwarded;
  }

  Pair run() {
    join();
    judge_fields();
    renumbered();
    replaced();
    absent();
    out_.same = anchors_.size();
    return std::move(out_);
  }

 private:
  struct Joined {
    const RecordCopy *a, *b;
    bool same_record;  // id, time and event agree
  };
  struct Trust {
    size_t agree = 0, differ = 0;
  };

  [[nodiscard]] bool same_time(const RecordCopy& a, const RecordCopy& b) const {
    uint64_t apart = a.ticks > b.ticks ? a.ticks - b.ticks : b.ticks - a.ticks;
    return both_evtx_ ? apart == 0 : apart < kMillisecond;
  }

  // Calls see(name, equal) for each field that both have, or where both are typed records: either.
  template <class See>
  void fields(const RecordCopy& a, const RecordCopy& b, See&& see) const {
    size_t i = 0, j = 0;
    while (i < a.prints.size() || j < b.prints.size()) {
      bool left = j == b.prints.size() || (i < a.prints.size() && a.prints[i].name < b.prints[j].name);
      bool right = !left && (i == a.prints.size() || b.prints[j].name < a.prints[i].name);
      if (left || right) {
        const FieldPrint& one = left ? a.prints[i++] : b.prints[j++];
        if (typed_ && one.value != kBlank) see(one.name, false);
        continue;
      }
      bool blank = !typed_ && (a.prints[i].value == kBlank || b.prints[j].value == kBlank);
      if (!blank) see(a.prints[i].name, a.prints[i].value == b.prints[j].value);
      ++i;
      ++j;
    }
  }

  void join() {
    for (size_t i = 0, j = 0; i < here_.copies.size() && j < there_.copies.size();) {
      const RecordCopy &a = *here_.copies[i], &b = *there_.copies[j];
      if (a.id != b.id) {
        ++(a.id < b.id ? i : j);
        continue;
      }
      bool same = same_event(a, b) && same_time(a, b);
      joined_.push_back({&a, &b, same});
      if (same) {
        fields(a, b, [&](uint32_t name, bool equal) { ++(equal ? trust_[name].agree : trust_[name].differ); });
      }
      ++i;
      ++j;
    }
  }

  // A forwarder that writes a field in its own way does so in every record: what else agrees can be trusted to.
  [[nodiscard]] bool trusted(uint32_t name) const {
    if (typed_) return true;
    auto it = trust_.find(name);
    return it != trust_.end() && it->second.agree >= 3 && it->second.agree >= 10 * it->second.differ;
  }

  void judge_fields() {
    for (const Joined& one : joined_) {
      if (!one.same_record) continue;
      Altered altered{one.a, one.b, {}};
      fields(*one.a, *one.b, [&](uint32_t name, bool equal) {
        if (!equal && trusted(name)) altered.fields.push_back(name);
      });
      if (altered.fields.empty())
        anchors_.push_back(one.a->id);
      else
        out_.altered.push_back(std::move(altered));
    }
  }

  // The very same record under two ids: a run of them with one shift.
  void renumbered() {
    auto key = [](const RecordCopy& copy) { return copy.ticks / kMillisecond * 0x9e3779b97f4a7c15 ^ copy.event_id; };
    using ByKey = std::unordered_map<uint64_t, const RecordCopy*>;  // null: several
    auto keyed = [&](const Shelf& shelf) {
      ByKey out;
      for (const RecordCopy* copy : shelf.copies) {
        auto [it, made] = out.emplace(key(*copy), copy);
        if (!made) it->second = nullptr;
      }
      return out;
    };
    const ByKey here = keyed(here_), there = keyed(there_);
    std::map<int64_t, Renumbered> by_shift;
    for (const RecordCopy* copy : here_.copies) {
      auto it = there.find(key(*copy));
      if (!here.at(key(*copy)) || it == there.end() || !it->second || it->second->id == copy->id) continue;
      const RecordCopy& other = *it->second;
      bool equal = same_event(*copy, other) && same_time(*copy, other);
      size_t compared = 0;
      fields(*copy, other, [&](uint32_t name, bool same) {
        ++compared;
        equal = equal && (same || (!typed_ && !trusted(name)));
      });
      if (!equal || compared == 0) continue;
      auto shift = static_cast<int64_t>(other.id) - static_cast<int64_t>(copy->id);
      Renumbered& run = by_shift[shift];
      if (run.records++ == 0) run = {copy, &other, shift, 1};
    }
    // Times to 100 ns and all values agree: one such record is enough where Windows wrote both.
    const size_t enough = both_evtx_ && anchors_.size() >= 3 ? 1 : 3;
    for (const auto& [shift, run] : by_shift) {
      if (run.records >= enough) out_.renumbered.push_back(run);
    }
  }

  [[nodiscard]] bool between_anchors(uint64_t id) const {
    return anchors_.size() >= 3 && anchors_.front() < id && id < anchors_.back();
  }

  void replaced() {
    if (!out_.renumbered.empty()) return;  // says the same of all of them
    for (const Joined& one : joined_) {
      if (!one.same_record && between_anchors(one.a->id)) out_.replaced.push_back({one.a, one.b, {}});
    }
  }

  void absent() {
    if (here_.source->what != FileClass::kChannel || !out_.renumbered.empty()) return;
    size_t i = 0;
    for (const RecordCopy* copy : there_.copies) {
      while (i < here_.copies.size() && here_.copies[i]->id < copy->id) ++i;
      if (i == here_.copies.size()) return;
      if (here_.copies[i]->id == copy->id || i == 0 || !between_anchors(copy->id)) continue;
      const auto& counted = here_.source->counted;
      bool held = std::any_of(counted.begin(), counted.end(),
                              [&](const auto& ids) { return ids.first <= copy->id && copy->id <= ids.second; });
      if (!out_.absent.empty() && out_.absent.back().after == here_.copies[i] && out_.absent.back().counted == held) {
        out_.absent.back().last = copy->id;
        ++out_.absent.back().records;
      } else {
        out_.absent.push_back({here_.copies[i - 1], here_.copies[i], copy, copy->id, 1, held});
      }
    }
  }

  const Shelf &here_, &there_;
  Pair out_;
  bool both_evtx_ = false;
  bool typed_ = false;  // both hold values of Windows' own types, written by Windows
  std::vector<Joined> joined_;
  std::map<uint32_t, Trust> trust_;
  std::vector<uint64_t> anchors_;  // ids under which both hold the same record, ascending
};

// Higher: further from the machine that an intruder held, so less in doubt.
int distance(const SourceFacts& source) {
  if (source.what == FileClass::kChannel || source.what == FileClass::kTorn) return 0;
  return source.about.format == "evtx" && source.what != FileClass::kForwarded ? 1 : 2;
}

}  // namespace

std::vector<CopyPlan> plan_copies(const std::vector<SourceFacts>& sources) {
  struct Held {
    const IdRange* ids;
    uint32_t source;
  };
  std::map<std::pair<std::string, std::string>, std::vector<Held>> logs;
  for (const SourceFacts& source : sources) {
    if (source.about.path == "-") continue;  // cannot be read again
    for (const IdRange& one : source.ids.all) {
      if (!one.host.empty()) logs[{folded(one.host), folded(one.channel)}].push_back({&one, source.index});
    }
  }
  std::vector<CopyPlan> out;
  for (const auto& [log, held] : logs) {
    if (held.size() < 2) continue;
    std::map<uint64_t, int> steps;  // how many sources more, or fewer, hold what begins there
    for (const Held& one : held) {
      ++steps[one.ids->first];
      --steps[one.ids->last + 1];
    }
    int depth = 0;
    uint64_t begin = 0;
    for (const auto& [at, step] : steps) {
      bool before = depth >= 2;
      depth += step;
      if (!before && depth >= 2) begin = at;
      if (!before || depth >= 2) continue;
      const uint64_t end = at - 1;
      CopyPlan plan{held.front().ids->host, held.front().ids->channel, log.first, log.second, begin, end, {}, 0};
      plan.first = begin > kIdMargin ? begin - kIdMargin : 0;
      plan.last = end < UINT64_MAX - kIdMargin ? end + kIdMargin : end;
      for (const Held& one : held) {
        uint64_t first = std::max(one.ids->first, plan.first), last = std::min(one.ids->last, plan.last);
        if (first > last) continue;
        plan.sources.push_back(one.source);
        plan.records += std::min(one.ids->count, last - first + 1);
      }
      out.push_back(std::move(plan));
    }
  }
  return out;
}

uint32_t name_print(std::string_view name) {
  return hash32(name);
}

uint32_t value_print(std::string_view text) {
  auto outside = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; };
  while (!text.empty() && outside(text.front())) text.remove_prefix(1);
  while (!text.empty() && outside(text.back())) text.remove_suffix(1);
  if (text == "-") return kBlank;
  std::string plain = folded(text), cut;
  if (plain.size() > 2 && plain.front() == '{' && plain.back() == '}') plain = plain.substr(1, plain.size() - 2);
  if (cut_time(plain, &cut)) return hash32(cut);
  if (plain.starts_with("0x") || digits(plain)) {
    Number number = parse_number(plain);
    if (number.kind == Number::Kind::kUnsigned) return hash32(std::to_string(number.u));
    if (number.kind == Number::Kind::kSigned) return hash32(std::to_string(number.i));
  }
  return hash32(plain);
}

void compared_fields(const Event& event, const std::function<void(std::string_view, std::string_view)>& see) {
  if (!event.layout) return;
  const bool evtx = event.kind && event.kind->schema == "evtx";
  std::string text, name;
  const auto& fields = event.layout->fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    const LayoutField& field = fields[i];
    // Outside of its data a rendered record carries the collector's own text.
    if (field.section == Section::kSystem || (evtx && field.section == Section::kOther)) continue;
    Value value = event.value(field);
    if (!value.present()) continue;
    text.clear();
    append_text(value, &text);
    auto before =
        std::count_if(fields.begin(), fields.begin() + static_cast<ptrdiff_t>(i),
                      [&](const LayoutField& one) { return one.section == field.section && one.name == field.name; });
    name = field.name;
    if (before > 0) name += ' ' + std::to_string(before + 1);
    see(name, text);
  }
}

RecordCopy copy_of(const Event& event) {
  RecordCopy out;
  out.source = event.source;
  out.id = event.record_id;
  out.ticks = event.time.ticks;
  out.where = event.where;
  out.event_id = event.kind->event_id;
  if (!event.kind->provider.empty()) out.provider = hash32(folded(event.kind->provider));
  compared_fields(event, [&](std::string_view name, std::string_view text) {
    out.prints.push_back({name_print(name), value_print(text)});
  });
  std::sort(out.prints.begin(), out.prints.end(),
            [](const FieldPrint& a, const FieldPrint& b) { return a.name < b.name; });
  return out;
}

void sort_copies(CopyGroup* group) {
  std::stable_sort(group->copies.begin(), group->copies.end(), [](const RecordCopy& a, const RecordCopy& b) {
    return a.source != b.source ? a.source < b.source : a.id < b.id;
  });
}

std::vector<Pair> compare_copies(const CopyGroup& group, const std::vector<SourceFacts>& sources) {
  std::vector<Shelf> all = shelves(group, sources);
  std::vector<Pair> out;
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = i + 1; j < all.size(); ++j) {
      bool swap = distance(*all[j].source) < distance(*all[i].source);
      out.push_back(Comparison(swap ? all[j] : all[i], swap ? all[i] : all[j]).run());
    }
  }
  return out;
}

}  // namespace sil::tracks
