// A Sigma rule after parsing: every modifier applied, every value in its final form, nothing yet compiled.
// Both the plain evaluator (plain.h) and the compiler (program.h) start from here, and from nothing else.
// Spec: Sigma 2.1.0 rules, modifiers appendix; decisions where it is silent: docs/decisions/sigma.md.
//
// Thread rule: immutable after load.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/finding.h"
#include "model/taxonomy.h"

namespace sil::hunt {

// A text pattern: literals (already folded unless cased) between wildcards. Anchored at both ends: `contains` is
// {any_run, literal, any_run}.
struct PatternPart {
  enum class Kind : uint8_t {
    kLiteral,
    kAnyRun,   // '*': any run, empty too, newlines too
    kAnyOne,   // '?': exactly one Unicode scalar
    kDash,     // one of - / U+2013 U+2014 U+2015 (windash)
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

// One value test against one member of a field.
struct Test {
  enum class Kind : uint8_t {
    kPattern,    // text; a pattern without wildcards equals the value, trailing blanks of the value ignored
    kNumber,     // bare YAML number: equals as exact number, or as the same text
    kBoolean,
    kNull,       // absent or null
    kExists,     // `boolean` says which
    kRegex,      // `text` with flags; partial search; case-sensitive unless flag
    kCidr,
    kCompare,    // gt gte lt lte against `number`
    kTimePart,   // `time_part` of the value `compare` number
    kFieldRef,   // the other field's value, `field_match`, cased by pattern.cased
  } kind = Kind::kPattern;
  Pattern pattern;
  std::string text;      // kRegex: the expression; kCidr: network as written; kFieldRef: field name; kNumber: as written
  bool ignore_case = false, multi_line = false, dot_all = false;  // kRegex
  bool boolean = false;
  Number number;
  CompareOp compare = CompareOp::kEqual;
  TimePart time_part = TimePart::kMinute;
  FieldMatch field_match = FieldMatch::kWhole;
  uint8_t network[16] = {};  // kCidr: IPv6 or IPv4-mapped, host bits cleared
  uint8_t prefix_bits = 0;   // 0..128
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

// The condition as a tree in one vector; root = last node.
struct ConditionNode {
  enum class Kind : uint8_t { kSelection, kAnd, kOr, kNot, kAtLeast } kind = Kind::kSelection;
  uint32_t selection = 0;            // kSelection: index
  uint32_t count = 0;                // kAtLeast: how many of `children`
  std::vector<uint32_t> children;    // node indices, all below this one
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
  uint32_t line = 1;
  bool silent = false;  // base rule of a correlation without generate: matches, but does not alert
};

struct Lint {
  uint32_t line = 0;
  std::string text;
};
struct Verdict {  // one a document: `rules check`
  std::string path, id, title;
  bool loaded = false;
  std::string reason;  // refused: why
  uint32_t line = 0, column = 0;
  std::vector<Lint> lints;
};

struct LoadOptions {
  std::vector<Level> levels;       // exactly these; empty = all
  bool has_min_level = false;
  Level min_level = Level::kInformational;
  std::vector<std::string> statuses, tags;
  std::vector<std::string> excluded_ids;
  std::string lists_folder;        // placeholders: NAME.txt
};

struct RuleText {  // a rule file in memory
  std::string path, text;
};

struct RuleSet {
  std::vector<Rule> rules;
  std::vector<Verdict> verdicts;  // in the order of the files, documents in order
};

// Parses all documents of all texts. Never fails as a whole: what cannot be loaded has a refused verdict.
RuleSet load_rules(const std::vector<RuleText>& texts, const LoadOptions& options);

}  // namespace sil::hunt
