#define XXH_INLINE_ALL
#include "hunt/program_lines.h"

#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "bytes/text.h"
#include "hunt/program_filter.h"

namespace sil::hunt {

using Shape = CompiledTest::Shape;

// ---- index ---------------------------------------------------------------------------------------

bool LineIndex::add(std::string_view literal, Target target, bool cased) {
  if (cased) {
    if (!is_valid_utf8(literal)) return false;
    literal = folded_.emplace_back(folded(literal));
    target.exact = false;
  }
  if (literal.empty() || literal.find('\n') != std::string_view::npos) return false;
  target.size = static_cast<uint32_t>(literal.size());
  const auto id = static_cast<uint32_t>(targets_.size());
  targets_.push_back(target);
  const bool ascii = is_ascii(literal);
  if (literal.size() < 4)
    shorts_.push_back({literal, id, ascii});
  else
    (ascii ? narrow_ : wide_).add(literal, id);
  return true;
}

bool LineIndex::add_test(const Plan& plan, const CompiledTest& test, uint32_t leaf) {
  Target target{leaf, 0, Place::kAnywhere, true};
  switch (test.shape) {
    case Shape::kExists:
      if (!test.test->boolean) return true;
      [[fallthrough]];
    case Shape::kAny:
      always_.push_back(static_cast<uint32_t>(targets_.size()));
      targets_.push_back(target);
      return true;
    case Shape::kNull: return true;  // the field has a text
    case Shape::kEqual:              // blanks behind a value may be overlooked, a line break never is
      return test.literal.find('\n') == std::string_view::npos;
    case Shape::kContains: return add(test.literal, target, test.cased);
    case Shape::kStartsWith: target.place = Place::kStart; return add(test.literal, target, test.cased);
    case Shape::kEndsWith: target.place = Place::kEnd; return add(test.literal, target, test.cased);
    case Shape::kGlob: {
      std::string_view best;
      for (const PatternPart& part : test.test->pattern.parts) {
        const bool whole = part.kind == PatternPart::Kind::kLiteral && part.literal.find('\n') == std::string::npos;
        if (whole && part.literal.size() > best.size()) best = part.literal;
      }
      target.exact = false;
      return add(best, target, test.cased);
    }
    case Shape::kRegex: {
      target.exact = false;
      const std::vector<std::string>& literals = plan.regexes[test.gate].gate.literals;
      return !literals.empty() && std::all_of(literals.begin(), literals.end(),
                                              [&](const std::string& literal) { return add(literal, target, false); });
    }
    default: return false;
  }
}

LineIndex::LineIndex(const Plan& plan, uint32_t field) {
  const FieldFilter& filter = *plan.fields[field].filter;
  decided_.assign((plan.fields[field].leaf_count + 63) / 64, 0);
  for (const Leaf& leaf : plan.leaves) {
    if (leaf.space != Leaf::Space::kField || leaf.field != field) continue;
    bool decided = true;
    for (uint32_t i = leaf.first; i < leaf.first + leaf.count; ++i)
      decided = add_test(plan, *plan.tests[i], leaf.local) && decided;
    if (decided) decided_[leaf.local / 64] |= uint64_t{1} << leaf.local % 64;
    const bool witness = filter.pass_first[leaf.local] != filter.pass_first[leaf.local + 1] ||
                         filter.any_first[leaf.local] != filter.any_first[leaf.local + 1];
    usable_ = usable_ && (decided || !witness);
  }
  if (!usable_) return;
  narrow_.build();
  wide_.build();
}

void LineIndex::find(MemberText& line, bool first, bool last, std::vector<uint32_t>* out) const {
  out->clear();
  const std::string_view text = line.folded();
  const auto hit = [&](uint32_t id, size_t start) {
    const Target& target = targets_[id];
    if (target.place == Place::kStart && !(first && start == 0)) return;
    if (target.place == Place::kEnd && !(last && start + target.size == text.size())) return;
    out->push_back(id);
  };
  narrow_.scan(text, hit);
  if (!line.ascii) wide_.scan(text, hit);
  for (const Short& one : shorts_) {
    if (!one.ascii && line.ascii) continue;
    if (targets_[one.target].place == Place::kEnd) {
      if (text.ends_with(one.literal)) hit(one.target, text.size() - one.literal.size());
      continue;
    }
    const size_t at = find_literal(text, one.literal);
    if (at != std::string_view::npos) hit(one.target, at);
  }
  std::sort(out->begin(), out->end());
  out->erase(std::unique(out->begin(), out->end()), out->end());
}

// ---- memory --------------------------------------------------------------------------------------

struct LineMemory::Line {
  uint64_t hash = 0;
  Line* next = nullptr;  // followed it last
  uint32_t size = 0;     // of the key: the line with its break
  uint32_t count = 0;    // targets, behind the header; then the key
  uint8_t flags = 0;
  uint64_t keywords = 0;  // what the gate says of it

  [[nodiscard]] uint32_t* targets() { return reinterpret_cast<uint32_t*>(this + 1); }
  [[nodiscard]] const uint8_t* key() { return reinterpret_cast<const uint8_t*>(targets() + count); }
  [[nodiscard]] bool is(Bytes bytes, uint8_t with) {
    return size == bytes.size() && flags == with && (size == 0 || std::memcmp(key(), bytes.data(), size) == 0);
  }
};

namespace {

constexpr size_t kChunk = size_t{64} << 10;
constexpr size_t kMaxLineBytes = size_t{6} << 20;  // a field and worker
constexpr size_t kMaxAlike = 8;                    // lines of one hash that are compared
constexpr uint8_t kFirst = 1, kLast = 2, kWide = 4, kEscaped = 8;

uint8_t form_of(ValueKind kind) {
  if (kind == ValueKind::kUtf16) return kWide;
  return kind == ValueKind::kJsonString ? kEscaped : 0;
}

// Long lines are told apart by their ends: every byte is compared anyhow.
uint64_t hash_of(Bytes bytes, uint8_t flags) {
  constexpr size_t kEnd = 120;
  const uint64_t seed = bytes.size() << 8 | flags;
  if (bytes.size() <= 2 * kEnd) return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
  return XXH3_64bits_withSeed(bytes.data(), kEnd, seed) ^
         XXH3_64bits_withSeed(bytes.data() + bytes.size() - kEnd, kEnd, ~seed) * 3;
}

// Behind the first line break; npos: there is none. A JSON text begins where no escape is open.
size_t behind_break(Bytes bytes, ValueKind kind) {
  const std::string_view text = as_text(bytes);
  if (kind == ValueKind::kUtf8) {
    const size_t at = text.find('\n');
    return at == std::string_view::npos ? at : at + 1;
  }
  if (kind == ValueKind::kUtf16) {
    for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
      if (at % 2 == 0 && at + 1 < text.size() && text[at + 1] == '\0') return at + 2;
    }
    return std::string_view::npos;
  }
  for (size_t at = find_literal(text, "\\n"); at != std::string_view::npos;) {
    size_t first = at;
    while (first > 0 && text[first - 1] == '\\') --first;
    if ((at - first) % 2 == 0) return at + 2;
    const size_t further = find_literal(text.substr(at + 1), "\\n");
    at = further == std::string_view::npos ? further : at + 1 + further;
  }
  return std::string_view::npos;
}

size_t break_size(ValueKind kind) {
  return kind == ValueKind::kUtf8 ? 1 : 2;
}

}  // namespace

uint8_t* LineMemory::allocate(size_t bytes) {
  total_ += bytes;
  if (bytes > kChunk) {
    large_bytes_ += bytes;
    budget_.used += bytes;
    return large_.emplace_back(std::make_unique<uint8_t[]>(bytes)).get();
  }
  if (chunk_ < chunks_.size() && used_ + bytes > kChunk) {
    ++chunk_;
    used_ = 0;
  }
  if (chunk_ == chunks_.size()) {
    chunks_.push_back(std::make_unique<uint8_t[]>(kChunk));
    budget_.used += kChunk;
  }
  uint8_t* out = chunks_[chunk_].get() + used_;
  used_ += bytes;
  return out;
}

void LineMemory::forget() {
  large_.clear();
  budget_.used -= large_bytes_;
  count_ = total_ = used_ = chunk_ = large_bytes_ = 0;
  opening_ = nullptr;
  ++generation_;
}

void LineMemory::release() {
  forget();
  budget_.used -= slots_.size() * sizeof(Line*) + chunks_.size() * kChunk;
  std::vector<Line*>().swap(slots_);
  chunks_.clear();
  chunks_.shrink_to_fit();
}

void LineMemory::put(Line* line) {
  const size_t mask = slots_.size() - 1;
  size_t at = line->hash & mask;
  while (slots_[at] != nullptr) at = (at + 1) & mask;
  slots_[at] = line;
}

void LineMemory::grow() {
  std::vector<Line*> old(slots_.empty() ? 64 : slots_.size() * 2, nullptr);
  old.swap(slots_);
  budget_.used += (slots_.size() - old.size()) * sizeof(Line*);
  for (Line* line : old) {
    if (line != nullptr) put(line);
  }
}

LineMemory::Line* LineMemory::find(uint64_t hash, Bytes bytes, uint8_t flags) const {
  if (slots_.empty()) return nullptr;
  const size_t mask = slots_.size() - 1;
  size_t alike = 0;
  for (size_t at = hash & mask; slots_[at] != nullptr && alike < kMaxAlike; at = (at + 1) & mask) {
    if (slots_[at]->hash != hash) continue;
    if (slots_[at]->is(bytes, flags)) return slots_[at];
    ++alike;
  }
  return nullptr;
}

LineMemory::Line* LineMemory::learn(uint64_t hash, Bytes bytes, uint8_t flags, size_t text_size, ValueKind kind) {
  text_.reset(Value{bytes.data(), static_cast<uint32_t>(text_size), kind, ValueKind::kAbsent});
  index_.find(text_, (flags & kFirst) != 0, (flags & kLast) != 0, &found_);
  const size_t wanted = (sizeof(Line) + found_.size() * sizeof(uint32_t) + bytes.size() + 7) / 8 * 8;
  if (count_ >= max_entries_ || total_ + wanted > kMaxLineBytes) {
    std::fill(slots_.begin(), slots_.end(), nullptr);
    forget();
  }
  if (count_ * 2 >= slots_.size()) grow();
  Line* line = new (allocate(wanted)) Line;
  line->hash = hash;
  line->size = static_cast<uint32_t>(bytes.size());
  line->flags = flags;
  line->count = static_cast<uint32_t>(found_.size());
  gate_.scan(Value{bytes.data(), line->size, kind, ValueKind::kAbsent}, &scratch_, &maybe_);
  if (!maybe_.empty()) line->keywords = maybe_[0];
  std::copy(found_.begin(), found_.end(), line->targets());
  if (!bytes.empty()) std::memcpy(line->targets() + line->count, bytes.data(), bytes.size());
  put(line);
  ++count_;
  return line;
}

// The line at the start of `rest`.
LineMemory::Line* LineMemory::line_at(Bytes rest, bool first, ValueKind kind, uint64_t* misses) {
  const size_t end = behind_break(rest, kind);
  const bool last = end == std::string_view::npos;
  const Bytes bytes = rest.first(last ? rest.size() : end);
  const auto flags = static_cast<uint8_t>(form_of(kind) | (first ? kFirst : 0) | (last ? kLast : 0));
  const uint64_t hash = hash_of(bytes, flags);
  if (Line* known = find(hash, bytes, flags)) return known;
  ++*misses;
  return learn(hash, bytes, flags, last ? bytes.size() : bytes.size() - break_size(kind), kind);
}

bool LineMemory::look(const Value& value, std::vector<uint32_t>* targets, uint64_t* keywords, uint64_t* hits,
                      uint64_t* misses) {
  Bytes rest = value.bytes();
  const uint8_t form = form_of(value.kind);
  Line* guess = opening_;
  Line* before = nullptr;
  uint64_t generation = generation_;
  for (bool first = true;; first = false) {
    Line* line = nullptr;
    // The line that came here last time: equal bytes up to and with its break make it the same line.
    if (guess != nullptr && guess->size <= rest.size()) {
      const bool last = (guess->flags & kLast) != 0;
      const auto flags = static_cast<uint8_t>(form | (first ? kFirst : 0) | (last ? kLast : 0));
      if ((!last || guess->size == rest.size()) && guess->is(rest.first(guess->size), flags)) line = guess;
    }
    if (line == nullptr) {
      if (first && behind_break(rest, value.kind) == std::string_view::npos) return false;
      const uint64_t before_it = *misses;
      line = line_at(rest, first, value.kind, misses);
      *hits -= *misses - before_it;
    }
    ++*hits;
    if (generation != generation_) {  // emptied: what came before is gone
      generation = generation_;
      before = nullptr;
    }
    if (before != nullptr) before->next = line;
    if (first) opening_ = line;
    targets->insert(targets->end(), line->targets(), line->targets() + line->count);
    *keywords |= line->keywords;
    if ((line->flags & kLast) != 0) return true;
    rest = rest.subspan(line->size);
    before = line;
    guess = line->next;
  }
}

}  // namespace sil::hunt
