// The templates of program_index.h.
#pragma once

#include <xxhash.h>

#include "hunt/program_field.h"
#include "hunt/program_index.h"

namespace sil::hunt {

inline uint64_t text_key(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}
inline bool is_separator(char c) {
  return c == '\\' || c == '/';
}
// From the last path separator on; npos: none.
inline size_t last_component(std::string_view text) {
  for (size_t i = text.size(); i-- > 0;) {
    if (is_separator(text[i])) return i;
  }
  return std::string_view::npos;
}
inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

struct DigestName {
  std::string_view name;  // with '='
  size_t digits;
};
constexpr DigestName kDigestNames[] = {{"md5=", 32}, {"sha1=", 40}, {"sha256=", 64}, {"imphash=", 32}};

// A literal "alg=hex" holds one '=', so wherever it occurs its '=' meets one of the value's.
template <class Hit>
void LiteralIndex::probe_digests(std::string_view text, Hit&& verify) const {
  for (size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    for (const DigestName& digest : kDigestNames) {
      size_t length = digest.name.size();
      if (at + 1 < length || text.size() - at - 1 < digest.digits) continue;
      if (text[at - 1] != digest.name[length - 2]) continue;  // the names end in unlike characters
      std::string_view whole = text.substr(at + 1 - length, length + digest.digits);
      if (whole.starts_with(digest.name)) verify(digests_.find(text_key(whole)));
    }
  }
}

template <class Hit>
void LiteralIndex::probe_numbers(const MemberText& member, Hit&& verify) const {
  Number number = number_of(member.value);
  if (number.kind == Number::Kind::kNone) {  // text with blanks behind it
    std::string text;
    if (member.value.size <= 256) append_text(member.value, &text);
    number = parse_number(trimmed(text));
  }
  switch (number.kind) {
    case Number::Kind::kUnsigned: verify(numbers_.find(number.u)); break;
    case Number::Kind::kSigned: verify(numbers_.find(static_cast<uint64_t>(number.i))); break;
    case Number::Kind::kReal:
      if (number.d > -9.2e18 && number.d < 1.8e19) {
        verify(numbers_.find(number.d < 0 ? static_cast<uint64_t>(static_cast<int64_t>(number.d))
                                          : static_cast<uint64_t>(number.d)));
      }
      break;
    case Number::Kind::kNone: break;
  }
}

template <class Hit>
void LiteralIndex::probe(const Plan& plan, MemberText& member, RegexCounter* counter, Hit&& hit) const {
  std::string_view text = member.folded();
  auto one = [&](Target target) {
    const CompiledTest& test = *plan.tests[target.test];
    if (test.shape == CompiledTest::Shape::kRegex)
      hit(target, false);
    else if (test_member(plan, test, member, counter))
      hit(target, true);
  };
  auto verify = [&](std::span<const Target> targets) {
    for (Target target : targets) one(target);
  };
  verify(always_);
  if (!whole_.empty()) verify(whole_.find(text_key(trimmed(text))));
  if (!component_.empty()) {
    size_t from = last_component(text);
    if (from != std::string_view::npos) verify(component_.find(text_key(text.substr(from))));
  }
  for (unsigned sizes = tail_sizes_; sizes != 0; sizes &= sizes - 1) {
    const auto size = static_cast<size_t>(__builtin_ctz(sizes));
    if (text.size() >= size) verify(tails_.find(text_key(text.substr(text.size() - size))));
  }
  if (!digests_.empty()) probe_digests(text, verify);
  if (!numbers_.empty()) probe_numbers(member, verify);
  auto scanned = [&](uint32_t id, size_t start) {
    const Target& target = scan_targets_[id];
    const CompiledTest& test = *plan.tests[target.test];
    if (!test.cased && test.shape == CompiledTest::Shape::kContains)
      hit(target, true);
    else if (test.cased || test.shape != CompiledTest::Shape::kStartsWith)
      one(target);
    else if (start == 0)
      hit(target, true);
  };
  narrow_.scan(text, scanned);
  if (!member.ascii) {
    wide_.scan(text, scanned);
    verify(non_ascii_);
  }
}

}  // namespace sil::hunt
