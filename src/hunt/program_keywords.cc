#include "hunt/program_keywords.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>

#include "bytes/text.h"
#include "hunt/program_plan.h"
#include "hunt/program_scan.h"
#include "model/json_token.h"

namespace sil::hunt {
namespace {

// What the text of a value that is no text can be made of (model/value.h: numbers, hex, GUID, SID, times,
// reals, booleans).
constexpr std::string_view kNumberText = "0123456789abcdefxsilnrtuz{}-.:+#, ";

bool json_escapes(char c) {
  return c == '\\' || c == '"' || c == '/' || static_cast<unsigned char>(c) < 0x20;
}

// The longest stretch that is ASCII and, unless it is looked for in text, stands unescaped in JSON.
std::string_view plain_stretch(std::string_view literal, bool text) {
  std::string_view best;
  for (size_t i = 0; i < literal.size();) {
    size_t end = i;
    while (end < literal.size() && (text || !json_escapes(literal[end])) &&
           static_cast<unsigned char>(literal[end]) < 0x80)
      ++end;
    if (end - i > best.size()) best = literal.substr(i, end - i);
    i = end + 1;
  }
  return best;
}

// Three bytes as a 4-gram with the commonest neighbour: only their order matters.
float three_chance(const char* at) {
  uint32_t gram = static_cast<uint8_t>(at[0]) | static_cast<uint32_t>(static_cast<uint8_t>(at[1])) << 8 |
                  static_cast<uint32_t>(static_cast<uint8_t>(at[2])) << 16 | uint32_t{'e'} << 24;
  return gram_chance(gram);
}

uint8_t lower(uint8_t c) {
  return static_cast<uint8_t>(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

constexpr uint32_t kThreeSlots = 8192;

// Three bytes as a number, letters in lower case; `stride` 2: of UTF-16LE.
uint32_t three_bytes(const uint8_t* at, size_t stride) {
  return lower(at[0]) | static_cast<uint32_t>(lower(at[stride])) << 8 |
         static_cast<uint32_t>(lower(at[2 * stride])) << 16;
}

uint32_t slot_of(uint32_t three) {
  return (three * 0x9E3779B1U) >> 19;  // 13 bits
}

}  // namespace

void KeywordGate::add_leaf(const Plan& plan, uint32_t index, For what) {
  const Leaf& leaf = plan.leaves[index];
  std::vector<Needle> needles;
  for (uint32_t i = leaf.first; i < leaf.first + leaf.count; ++i) {
    const CompiledTest& test = *plan.tests[i];
    std::string_view best;
    if (test.shape != CompiledTest::Shape::kRegex) {
      for (const PatternPart& part : test.test->pattern.parts) {
        std::string_view stretch = plain_stretch(part.literal, what == For::kText);
        if (stretch.size() > best.size()) best = stretch;
      }
    }
    std::string text = folded(best);
    const bool spelt = what == For::kValues && text.find_first_not_of(kNumberText) == std::string::npos;
    if (text.size() < 3 || spelt) {
      ungated_[leaf.local / 64] |= uint64_t{1} << leaf.local % 64;
      return;
    }
    needles.push_back({std::move(text), 0, leaf.local, 0});
  }
  any_gated_ = true;
  for (Needle& needle : needles) {
    if (what == For::kText && needle.text.size() >= 4)
      grams_.add(gram_texts_.emplace_back(std::move(needle.text)), needle.leaf);
    else
      needles_.push_back(std::move(needle));
  }
}

void KeywordGate::fill_masks() {
  threes_.assign(kThreeSlots / 64, 0);
  for (Needle& needle : needles_) {
    for (uint32_t i = 1; i + 3 <= needle.text.size(); ++i) {
      if (three_chance(needle.text.data() + i) < three_chance(needle.text.data() + needle.offset)) needle.offset = i;
    }
    if (needle.text.size() > kLongestNeedle) {  // what is left is rare enough
      const uint32_t start = std::min<uint32_t>(needle.offset - std::min<uint32_t>(needle.offset, kLongestNeedle / 2),
                                                static_cast<uint32_t>(needle.text.size() - kLongestNeedle));
      needle.text = needle.text.substr(start, kLongestNeedle);
      needle.offset -= start;
    }
    needle.three = three_bytes(reinterpret_cast<const uint8_t*>(needle.text.data()) + needle.offset, 1);
    const uint32_t slot = slot_of(needle.three);
    threes_[slot / 64] |= uint64_t{1} << slot % 64;
  }
  // Neighbours in this order share bytes, so that a bucket's masks stay narrow.
  std::vector<uint32_t> order(needles_.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  auto three = [&](uint32_t i) { return std::string_view(needles_[i].text).substr(needles_[i].offset, 3); };
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return three(a) < three(b); });
  for (size_t place = 0; place < order.size(); ++place) {
    size_t bucket = place * 8 / order.size();
    buckets_[bucket].push_back(order[place]);
    for (size_t k = 0; k < 3; ++k) {
      auto c = static_cast<uint8_t>(three(order[place])[k]);
      for (uint8_t form : {c, static_cast<uint8_t>(c >= 'a' && c <= 'z' ? c - 32 : c)}) {
        masks_.low[k][form & 15] = static_cast<uint8_t>(masks_.low[k][form & 15] | 1u << bucket);
        masks_.high[k][form >> 4] = static_cast<uint8_t>(masks_.high[k][form >> 4] | 1u << bucket);
      }
    }
  }
}

void KeywordGate::build(const Plan& plan, For what) {
  ungated_.assign((plan.keyword_leaves + 63) / 64, 0);
  for (uint32_t i = 0; i < plan.leaves.size(); ++i) {
    if (plan.leaves[i].space == Leaf::Space::kKeyword) add_leaf(plan, i, what);
  }
  fill_masks();
  grams_.build();
}

bool KeywordGate::stands_at(const Needle& needle, Bytes bytes, size_t at, size_t stride) const {
  if (at < needle.offset * stride) return false;
  size_t start = at - needle.offset * stride;
  if (start + (needle.text.size() - 1) * stride >= bytes.size()) return false;
  for (size_t i = 0; i < needle.text.size(); ++i) {
    if (lower(bytes[start + i * stride]) != static_cast<uint8_t>(needle.text[i])) return false;
  }
  return true;
}

void KeywordGate::look_closer(Bytes bytes, size_t at, uint8_t buckets, size_t stride,
                              std::vector<uint64_t>* maybe) const {
  if (at + 2 * stride >= bytes.size()) return;
  const uint32_t three = three_bytes(bytes.data() + at, stride);
  const uint32_t slot = slot_of(three);
  if ((threes_[slot / 64] >> slot % 64 & 1) == 0) return;
  for (unsigned left = buckets; left; left &= left - 1) {
    for (uint32_t index : buckets_[__builtin_ctz(left)]) {
      const Needle& needle = needles_[index];
      if (needle.three == three && stands_at(needle, bytes, at, stride))
        (*maybe)[needle.leaf / 64] |= uint64_t{1} << needle.leaf % 64;
    }
  }
}

void KeywordGate::scan_bytes(Bytes bytes, size_t stride, Sweep* found, std::vector<uint64_t>* maybe) const {
  found->beyond_ascii = found->escapes_u = false;
  const auto pass = [&](const uint8_t* data, size_t base, size_t end) {
    for (size_t at = 0; at < end;) {
      found->count = 0;
      sweep(masks_, data, stride, &at, end, found);
      for (size_t i = 0; i < found->count; ++i)
        look_closer(bytes, base + found->places[i], found->buckets[i], stride, maybe);
    }
  };
  constexpr size_t kAhead = 4;  // what a block's last position reads behind it, at most
  size_t whole = 0;
  if (bytes.size() >= Sweep::kBlock + kAhead) whole = (bytes.size() - kAhead) / Sweep::kBlock * Sweep::kBlock;
  pass(bytes.data(), 0, whole);
  uint8_t tail[2 * Sweep::kBlock + kAhead] = {};  // the rest, with zeros behind it
  if (whole == bytes.size()) return;
  std::memcpy(tail, bytes.data() + whole, bytes.size() - whole);
  pass(tail, whole, bytes.size() - whole);
}

namespace {

// U+212A and U+017F fold into ASCII, so bytes alone do not tell; in both forms.
bool holds(std::string_view text, std::initializer_list<std::string_view> any) {
  return std::any_of(any.begin(), any.end(),
                     [&](std::string_view one) { return text.find(one) != std::string_view::npos; });
}
bool has_wide_surprise(Bytes bytes) {
  return holds(as_text(bytes), {std::string_view("\x2A\x21", 2), std::string_view("\x7F\x01", 2)});
}
bool has_narrow_surprise(Bytes bytes) {
  return holds(as_text(bytes), {"\xE2\x84\xAA", "\xC5\xBF"});
}

// The next JSON \u escape from `at` on: an even number of backslashes before it makes it one.
size_t find_escape(std::string_view text, size_t at) {
  for (size_t found = text.find("\\u", at); found != std::string_view::npos; found = text.find("\\u", found + 1)) {
    size_t first = found;
    while (first > 0 && text[first - 1] == '\\') --first;
    if ((found - first) % 2 == 0) return found;
  }
  return std::string_view::npos;
}

// The surroundings of all \u escapes, unescaped and parted by NUL (no needle holds one): what a needle that is partly
// written in escapes can stand in. Each of its bytes takes at most six in JSON.
void append_escaped_stretches(std::string_view text, std::string* out) {
  constexpr size_t kReach = 6 * KeywordGate::kLongestNeedle;
  for (size_t found = find_escape(text, 0); found != std::string_view::npos;) {
    size_t start = found - std::min(found, kReach);
    while (start > 0 && text[start - 1] == '\\') --start;  // not inside an escape
    size_t end = std::min(found + 2 * kReach, text.size());
    size_t next = find_escape(text, found + 1);
    while (next != std::string_view::npos && next <= end) {
      end = std::min(next + 2 * kReach, text.size());
      next = find_escape(text, next + 1);
    }
    append_unescaped_json(text.substr(start, end - start), out);
    out->push_back('\0');
    found = next;
  }
}

enum class Form : uint8_t { kNone, kWide, kNarrow, kJson };
Form form_of(const Value& value) {
  switch (value.kind) {
    case ValueKind::kUtf16:
    case ValueKind::kUtf16Array: return Form::kWide;
    case ValueKind::kUtf8:
    case ValueKind::kAnsi:
    case ValueKind::kJsonNumber: return Form::kNarrow;
    case ValueKind::kJsonString:
    case ValueKind::kJsonArray:
    case ValueKind::kJsonObject: return Form::kJson;
    case ValueKind::kFixedArray:
      if (value.element == ValueKind::kUtf16) return Form::kWide;
      return value.element == ValueKind::kAnsi || value.element == ValueKind::kUtf8 ? Form::kNarrow : Form::kNone;
    default: return Form::kNone;
  }
}

// What is left of a record without these strings; no needle holds a quote, so none reaches over their edges.
std::vector<Bytes> parts_between(Bytes record, std::vector<Bytes>* spans) {
  std::sort(spans->begin(), spans->end(), [](Bytes a, Bytes b) { return a.data() < b.data(); });
  std::vector<Bytes> out;
  const uint8_t *at = record.data(), *end = at + record.size();
  for (Bytes span : *spans) {
    if (span.data() < at || span.data() + span.size() > end) continue;  // a string of two fields, or one that was made
    out.emplace_back(at, span.data());
    at = span.data() + span.size();
  }
  out.emplace_back(at, end);
  return out;
}

}  // namespace

// Needles are ASCII, so what lies beyond stays as it is.
void KeywordGate::scan_line(Bytes line, TextBuffer* scratch, std::vector<uint64_t>* maybe) const {
  const bool ascii = fold_bytes_ascii(line.data(), line.size(), scratch->prepare(line.size()));
  scratch->set_size(line.size());
  grams_.scan(scratch->view(), [&](uint32_t leaf, size_t) { (*maybe)[leaf / 64] |= uint64_t{1} << leaf % 64; });
  if (!ascii && has_narrow_surprise(line)) std::fill(maybe->begin(), maybe->end(), ~uint64_t{0});
}

void KeywordGate::scan(const Event& event, KeywordsSettled* settled, TextBuffer* scratch,
                       std::vector<uint64_t>* maybe) const {
  *maybe = ungated_;
  if (!any_gated_) return;
  Sweep found;
  auto scan_range = [&](Bytes bytes, Form form) {
    const bool wide = form == Form::kWide;
    scan_bytes(bytes, wide ? 2 : 1, &found, maybe);
    bool surprise = wide ? has_wide_surprise(bytes) : found.beyond_ascii && has_narrow_surprise(bytes);
    if (form == Form::kJson && found.escapes_u && !surprise) {
      std::string plain;
      append_escaped_stretches(as_text(bytes), &plain);
      if (!plain.empty()) scan_bytes(as_bytes(plain), 1, &found, maybe);
      surprise = has_narrow_surprise(as_bytes(plain));
    }
    if (surprise) std::fill(maybe->begin(), maybe->end(), ~uint64_t{0});
  };
  if (!event.raw.empty() && !grams_.empty()) scan_line(event.raw, scratch, maybe);
  if (!event.raw.empty() && (!needles_.empty() || grams_.empty())) return scan_range(event.raw, Form::kNarrow);
  if (!event.raw.empty()) return;
  if (!event.json.empty()) {
    for (Bytes part : parts_between(event.json, &settled->spans)) scan_range(part, Form::kJson);
    return;
  }
  // Most UTF-16 is ASCII. Folded and put together, with a NUL behind each value (no needle holds one), it is half as
  // many bytes, and no character that folds in a surprising way is left.
  size_t units = 0, used = 0;
  for (const Value& value : event.values) units += value.size / 2 + 1;
  char* folded = scratch->prepare(units);
  for (size_t slot = 0; slot < event.values.size(); ++slot) {
    const Value& value = event.values[slot];
    Form form = form_of(value);
    if (form == Form::kNone || value.size < 3) continue;
    if (slot < settled->slots.size() && settled->slots[slot] != 0) continue;
    if (form == Form::kWide && fold_utf16_ascii(value.data, value.size / 2, folded + used)) {
      used += value.size / 2;
      folded[used++] = '\0';
    } else {
      scan_range(value.bytes(), form);
    }
  }
  scan_bytes({reinterpret_cast<const uint8_t*>(folded), used}, 1, &found, maybe);
}

void KeywordGate::scan(const Value& value, TextBuffer* scratch, std::vector<uint64_t>* maybe) const {
  Event event;
  event.values = {&value, 1};
  KeywordsSettled nothing;
  scan(event, &nothing, scratch, maybe);
}

bool KeywordGate::may_hold(const Value& value, uint32_t leaf, TextBuffer* scratch, std::vector<uint64_t>* maybe) const {
  scan(value, scratch, maybe);
  return ((*maybe)[leaf / 64] >> leaf % 64 & 1) != 0;
}

std::shared_ptr<const KeywordGatePair> KeywordGates::of(const Plan& plan) {
  std::vector<const Test*> asked;
  for (const Leaf& leaf : plan.leaves) {
    if (leaf.space != Leaf::Space::kKeyword) continue;
    for (uint32_t i = leaf.first; i < leaf.first + leaf.count; ++i) asked.push_back(plan.tests[i]->test);
    asked.push_back(nullptr);
  }
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const KeywordGatePair>& known = known_[std::move(asked)];
  if (!known) {
    auto made = std::make_shared<KeywordGatePair>();
    made->values.build(plan, KeywordGate::For::kValues);
    made->text.build(plan, KeywordGate::For::kText);
    known = std::move(made);
  }
  return known;
}

}  // namespace sil::hunt
