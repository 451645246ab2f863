// A Sigma rule after parsing: every modifier applied, every value in its final form, nothing yet compiled.
// Both the plain evaluator (plain.h) and the compiler (program.h) start from here, and from nothing else.
// Spec: Sigma 2.1.0 rules, modifiers appendix; decisions where it is silent: docs/decisions/sigma.md.
//
// Thread rule: immutable after load.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hunt/condition_tree.h"
#include "hunt/correlation.h"
#include "model/finding.h"
#include "model/taxonomy.h"
#include "model/value.h"

namespace sil::hunt {

// A text pattern: literals (already folded unless cased) between wildcards. Anchored at both ends: `contains` is
// {any_run, literal, any_run}.
struct PatternPart {
  enum class Kind : uint8_t {
    kLiteral,
    kAnyRun,  // '*': any run, empty too, newlines too
    kAnyOne,  // '?': exactly one Unicode scalar
    kDash,    // one of - / U+2013 U+2014 U+2015 (windash)
  } kind = Kind::kLiteral;
  std::string literal;
};
struct Pattern {
  std::vector<PatternPart> parts;
  bool cased = false;
};

enum class CompareOp : uint8_t { kEqual, kLess, kLessEqual, kGreater, kGreaterEqual };
enum class TimePart : uint8_t { kMinute, kHour, kDay, kWeek, kMonth, kYear };
enum class FieldMatch : uint8_t { kWhole, kStartsWith, kEndsWith, kContains };

// What tests other than patterns compare with.
struct Operand {
  std::string text;  // kRegex: the expression; kCidr: network as written; kFieldRef: field name; kNumber: as written
  Number number;
  uint8_t network[16] = {};  // kCidr: IPv6 or IPv4-mapped, host bits cleared
  uint8_t prefix_bits = 0;   // 0..128
};
// Nearly all tests are patterns, and have none: a rule set is large enough without.
class OperandPlace {
 public:
  OperandPlace() = default;
  OperandPlace(const OperandPlace& other) : own_(other.own_ ? std::make_unique<Operand>(*other.own_) : nullptr) {}
  OperandPlace(OperandPlace&&) noexcept = default;
  OperandPlace& operator=(OperandPlace other) noexcept {
    own_ = std::move(other.own_);
    return *this;
  }
  ~OperandPlace() = default;
  [[nodiscard]] bool set() const { return own_ != nullptr; }
  const Operand* operator->() const { return own_ ? own_.get() : &none(); }
  const Operand& operator*() const { return *operator->(); }
  Operand& edit() {
    if (!own_) own_ = std::make_unique<Operand>();
    return *own_;
  }

 private:
  static const Operand& none();
  std::unique_ptr<Operand> own_;
};

// One value test against one member of a field.
struct Test {
  enum class Kind : uint8_t {
    // Text. A pattern without kAnyRun and kAnyOne, not cased, equals the value with any blanks (U+0020) behind it.
    // Containers (kJsonObject) have no text and match nothing but kExists.
    kPattern,
    // Bare YAML number. A value of a number kind (hex kinds, JSON numbers): equal by value. A text value: `text` as
    // written (blanks behind it ignored), or a decimal number without sign '+' or leading zeros that is equal by value.
    kNumber,
    kBoolean,   // the kinds that are booleans, or the text true/false in any case
    kNull,      // absent or null (an empty array is neither)
    kExists,    // `boolean` says which; present also when null, empty, or an empty array
    kRegex,     // `text` with flags (regex.h); partial search in the unfolded text; case-sensitive unless flag
    kCidr,      // network.h reads the value
    kCompare,   // gt gte lt lte against `number`; text is parsed ("0x" too); what is no number: false
    kTimePart,  // `time_part` of the value `compare` number (time_part.h)
    kFieldRef,  // the other field's value, `field_match`, cased by pattern.cased; no blanks ignored
  } kind = Kind::kPattern;
  bool ignore_case = false, multi_line = false, dot_all = false;  // kRegex
  bool boolean = false;
  CompareOp compare = CompareOp::kEqual;
  TimePart time_part = TimePart::kMinute;
  FieldMatch field_match = FieldMatch::kWhole;
  Pattern pattern;
  OperandPlace operand;
};

// field|modifiers: values. Groups are joined by OR, or by AND under `all`; tests within a group always by OR
// (expansions of windash, base64offset, placeholders stay together under `all`).
struct Item {
  std::string field;  // empty = keyword item: searches the raw line, else every scalar value
  bool all = false;
  bool negate = false;  // neq: NOT of the whole item (an absent field makes it true)
  std::vector<std::vector<Test>> groups;
  uint32_t line = 0, column = 0;
};

// A selection: OR of alternatives, each an AND of items.
struct Selection {
  std::string name;
  std::vector<std::vector<Item>> alternatives;
  uint32_t line = 0;
};

struct Rule {
  RuleInfo info;
  std::string name;  // for correlations
  Logsource logsource;
  std::string definition;  // logsource advice
  std::string author, date, modified;
  std::vector<std::string> falsepositives;
  std::vector<Selection> selections;
  std::vector<ConditionNode> condition;
  std::vector<std::pair<std::string, std::string>> related;  // id, type
  std::vector<std::pair<std::string, std::string>> custom;   // keys Sigma does not know, scalars only, as written
  uint32_t line = 1;
  bool silent = false;  // base rule of a correlation without generate: matches, but does not alert
};

struct Lint {
  uint32_t line = 0, column = 0;
  std::string text;
};
enum class DocumentKind : uint8_t { kRule, kCorrelation, kFilter };
struct Verdict {  // one a document: `rules check`
  DocumentKind kind = DocumentKind::kRule;
  std::string path, id, title;
  bool loaded = false;
  bool passed_over = false;  // well-formed, but not asked for (level, status, tag, exclusion); `reason` says which
  std::string reason;        // refused: why
  uint32_t line = 0, column = 0;
  std::vector<Lint> lints;
};

struct LoadOptions {
  std::vector<Level> levels;  // exactly these; empty = all
  bool has_min_level = false;
  Level min_level = Level::kInformational;
  std::vector<std::string> statuses, tags;
  std::vector<std::string> excluded_ids;
  std::string lists_folder;  // placeholders: NAME.txt
};

struct RuleText {  // a rule file in memory
  std::string path, text;
};

struct RuleSet {
  std::vector<Rule> rules;
  std::vector<Correlation> correlations;  // members stand before those that count them
  std::vector<Verdict> verdicts;          // in the order of the files, documents in order
  uint64_t loaded_unlisted = 0;           // documents that were loaded and have no verdict here any more
};
// Leaves out the verdicts of documents that were loaded: what they say stands in the rules.
void forget_loaded(RuleSet* set);

// Parses all documents of all texts. Never fails as a whole: what cannot be loaded has a refused verdict.
RuleSet load_rules(const std::vector<RuleText>& texts, const LoadOptions& options);

}  // namespace sil::hunt
