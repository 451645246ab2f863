#include "hunt/program_index.h"

#include <algorithm>
#include <cmath>

#include "bytes/text.h"

namespace sil::hunt {

using Shape = CompiledTest::Shape;

void HashTable::build() {
  if (pending_.empty()) return;
  std::stable_sort(pending_.begin(), pending_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  size_t size = 4;
  while (size < pending_.size() * 2) size *= 2;
  slots_.assign(size, {});
  mask_ = size - 1;
  for (size_t i = 0; i < pending_.size();) {
    size_t end = i;
    for (; end < pending_.size() && pending_[end].first == pending_[i].first; ++end)
      targets_.push_back(pending_[end].second);
    size_t at = pending_[i].first & mask_;
    while (slots_[at].count != 0) at = (at + 1) & mask_;
    slots_[at] = {pending_[i].first, static_cast<uint32_t>(i), static_cast<uint32_t>(end - i)};
    i = end;
  }
  pending_.clear();
  pending_.shrink_to_fit();
}

namespace {

// Programs that every host runs all day: their names say little.
struct KnownName {
  std::string_view name;
  float chance;
};
constexpr KnownName kCommonNames[] = {{"\\svchost.exe", 0.15F},
                                      {"\\cmd.exe", 0.1F},
                                      {"\\powershell.exe", 0.1F},
                                      {"\\rundll32.exe", 0.04F},
                                      {"\\explorer.exe", 0.06F},
                                      {"\\services.exe", 0.05F},
                                      {"\\conhost.exe", 0.04F},
                                      {"\\wmiprvse.exe", 0.03F},
                                      {"\\lsass.exe", 0.03F},
                                      {"\\msiexec.exe", 0.02F},
                                      {"\\taskhostw.exe", 0.02F},
                                      {"\\net.exe", 0.01F},
                                      {"\\reg.exe", 0.01F},
                                      {"\\chrome.exe", 0.04F},
                                      {"\\winlogon.exe", 0.01F},
                                      {"\\pwsh.exe", 0.01F},
                                      {"\\dllhost.exe", 0.02F},
                                      {"\\regsvr32.exe", 0.01F},
                                      {"\\wscript.exe", 0.01F},
                                      {"\\ntdll.dll", 0.03F},
                                      {"\\kernel32.dll", 0.03F},
                                      {".exe", 0.6F},
                                      {".dll", 0.4F},
                                      {".tmp", 0.05F},
                                      {".log", 0.03F},
                                      {".ps1", 0.02F}};

// Values that a log of a few kinds of lines repeats all day: a rule has something rarer to look for.
constexpr KnownName kCommonWords[] = {
    {"execve", 0.4F},  {"syscall", 0.5F}, {"path", 0.5F}, {"cwd", 0.4F}, {"proctitle", 0.4F}, {"get", 0.6F},
    {"post", 0.3F},    {"connect", 0.1F}, {"200", 0.6F},  {"302", 0.1F}, {"404", 0.15F},      {"success", 0.4F},
    {"failure", 0.1F}, {"root", 0.2F},    {"tcp", 0.5F},  {"udp", 0.3F}, {"443", 0.3F},       {"80", 0.2F}};

float word_chance(std::string_view literal, float otherwise) {
  for (const KnownName& known : kCommonWords) {
    if (literal == known.name) return known.chance;
  }
  return otherwise;
}

float name_chance(std::string_view literal) {
  for (const KnownName& known : kCommonNames) {
    if (literal == known.name) return known.chance;
  }
  return literal.size() < 4 ? 0.02F : 0.002F;
}

bool is_digest_literal(std::string_view text) {
  for (const DigestName& digest : kDigestNames) {
    if (text.size() != digest.name.size() + digest.digits || !text.starts_with(digest.name)) continue;
    return text.find_first_not_of("0123456789abcdef", digest.name.size()) == std::string_view::npos;
  }
  return false;
}

// The literal of a general pattern that is hardest to find in ordinary text; empty: none of 4 bytes.
std::string_view best_part(const Pattern& pattern) {
  std::string_view best;
  float chance = 2;
  for (const PatternPart& part : pattern.parts) {
    if (part.kind != PatternPart::Kind::kLiteral || part.literal.size() < 4) continue;
    float here = literal_chance(part.literal);
    if (here >= chance) continue;
    chance = here;
    best = part.literal;
  }
  return best;
}

Approach scan_approach(std::string_view literal, bool cased) {
  if (cased && !is_valid_utf8(literal)) return {};
  bool ascii = is_ascii(literal);
  if (literal.size() < 4) {
    if (!ascii) return {Access::kNonAscii, 0.004F, true};
    return {};
  }
  return {Access::kScan, ascii ? literal_chance(literal) : 0.001F, true};
}

bool is_whole(const Number& number) {
  return number.kind == Number::Kind::kUnsigned || number.kind == Number::Kind::kSigned ||
         (number.kind == Number::Kind::kReal && std::abs(number.d) < 9e15 && number.d == std::floor(number.d));
}
uint64_t number_key(const Number& number) {
  if (number.kind == Number::Kind::kUnsigned) return number.u;
  if (number.kind == Number::Kind::kSigned) return static_cast<uint64_t>(number.i);
  return number.d < 0 ? static_cast<uint64_t>(static_cast<int64_t>(number.d)) : static_cast<uint64_t>(number.d);
}

Approach regex_approach(const RegexGate& gate) {
  if (gate.literals.empty()) return {};
  Approach out{Access::kScan, 0, false};
  for (const std::string& literal : gate.literals) {
    if (literal.size() < 4) return {};
    out.chance += literal_chance(literal);
  }
  return out;
}

}  // namespace

Approach approach_of(const CompiledTest& test, const RegexGate* gate) {
  switch (test.shape) {
    case Shape::kAny: return {Access::kAlways, 1, true};
    case Shape::kNull: return {Access::kAlways, 0.2F, true};
    case Shape::kExists: return {Access::kAlways, 0.8F, true};
    case Shape::kEqual:
      if (test.cased && !is_valid_utf8(test.literal)) return {};
      return {Access::kHash, word_chance(test.literal, test.literal.size() < 3 ? 0.05F : 0.002F), true};
    case Shape::kEndsWith:
      if (test.cased && !is_valid_utf8(test.literal)) return {};
      return {Access::kHash, name_chance(test.literal), true};
    case Shape::kContains:
      if (is_digest_literal(test.literal)) return {Access::kHash, 1e-6F, true};
      return scan_approach(test.literal, test.cased);
    case Shape::kStartsWith: return scan_approach(test.literal, test.cased);
    case Shape::kGlob: {
      std::string_view part = best_part(test.test->pattern);
      return part.empty() ? Approach{} : scan_approach(part, test.cased);
    }
    case Shape::kNumber:
      if (!is_whole(test.test->operand->number)) return {};
      return {Access::kHash, word_chance(test.test->operand->text, 0.02F), true};
    case Shape::kBoolean: return {Access::kAlways, 0.5F, true};
    case Shape::kRegex: return regex_approach(*gate);
    case Shape::kCidr:
    case Shape::kCompare:
    case Shape::kTimePart: return {};
  }
  return {};
}

void LiteralIndex::add_ends(std::string_view literal, Target target) {
  size_t from = last_component(literal);
  if (from != std::string_view::npos) {
    component_.add(text_key(literal.substr(from)), target);
    return;
  }
  // Names of hosts share their last bytes; the longer ones are told apart by more.
  const size_t size = literal.size() >= kLongTail ? kLongTail : std::min<size_t>(literal.size(), 4);
  tail_sizes_ = static_cast<uint16_t>(tail_sizes_ | 1u << size);
  tails_.add(text_key(literal.substr(literal.size() - size)), target);
}

void LiteralIndex::add(const Plan& plan, Target target) {
  const CompiledTest& test = *plan.tests[target.test];
  auto fold = [&](std::string_view literal) -> std::string_view {
    return test.cased ? std::string_view(folded_.emplace_back(folded(literal))) : literal;
  };
  auto scan = [&](std::string_view literal) {
    if (literal.size() < 4) {  // folding shortened it, or a single character beyond ASCII
      non_ascii_.push_back(target);
      return;
    }
    scan_targets_.push_back(target);
    (is_ascii(literal) ? narrow_ : wide_).add(literal, static_cast<uint32_t>(scan_targets_.size() - 1));
  };
  switch (test.shape) {
    case Shape::kEqual: whole_.add(text_key(trimmed(fold(test.literal))), target); break;
    case Shape::kEndsWith: add_ends(fold(test.literal), target); break;
    case Shape::kContains:
      if (is_digest_literal(test.literal)) {
        digests_.add(text_key(test.literal), target);
        signs_.add(test.literal);
      } else {
        scan(fold(test.literal));
      }
      break;
    case Shape::kStartsWith: scan(fold(test.literal)); break;
    case Shape::kGlob: scan(fold(best_part(test.test->pattern))); break;
    case Shape::kNumber:
      numbers_.add(number_key(test.test->operand->number), target);
      whole_.add(text_key(trimmed(folded_.emplace_back(folded(test.test->operand->text)))), target);
      break;
    case Shape::kRegex:
      for (const std::string& literal : plan.regexes[test.gate].gate.literals) scan(literal);
      break;
    default: always_.push_back(target); break;
  }
}

void LiteralIndex::build() {
  for (HashTable* table : {&whole_, &component_, &tails_, &digests_, &numbers_}) table->build();
  narrow_.build();
  wide_.build();
}

}  // namespace sil::hunt
