// Equality of all that a rule set holds: a deep comparison for tests and for what is left out when a set is written.
// Each structure is taken apart by a binding that names every member, so that a new one cannot be forgotten here.
#pragma once

#include <tuple>

#include "hunt/rule.h"

namespace sil {

inline bool operator==(const Number& x, const Number& y) {
  const auto& [kind, i, u, d] = x;
  return std::tie(kind, i, u, d) == std::tie(y.kind, y.i, y.u, y.d);
}
inline bool operator==(const Logsource& x, const Logsource& y) {
  const auto& [product, category, service] = x;
  return std::tie(product, category, service) == std::tie(y.product, y.category, y.service);
}
inline bool operator==(const RuleInfo& x, const RuleInfo& y) {
  const auto& [id, title, status, description, level, tags, references, logsource, path, sha256] = x;
  return std::tie(id, title, status, description, level, tags, references, logsource, path, sha256) ==
         std::tie(y.id, y.title, y.status, y.description, y.level, y.tags, y.references, y.logsource, y.path, y.sha256);
}

}  // namespace sil

namespace sil::hunt {

inline bool operator==(const PatternPart& x, const PatternPart& y) {
  const auto& [kind, literal] = x;
  return kind == y.kind && literal == y.literal;
}
inline bool operator==(const Pattern& x, const Pattern& y) {
  const auto& [parts, cased] = x;
  return cased == y.cased && parts == y.parts;
}
inline bool operator==(const Operand& x, const Operand& y) {
  const auto& [text, number, network, prefix_bits] = x;
  return text == y.text && number == y.number && prefix_bits == y.prefix_bits &&
         std::equal(std::begin(network), std::end(network), std::begin(y.network));
}
inline bool operator==(const Test& x, const Test& y) {
  const auto& [kind, ignore_case, multi_line, dot_all, boolean, compare, time_part, field_match, pattern, operand] = x;
  return std::tie(kind, ignore_case, multi_line, dot_all, boolean, compare, time_part, field_match) ==
             std::tie(y.kind, y.ignore_case, y.multi_line, y.dot_all, y.boolean, y.compare, y.time_part,
                      y.field_match) &&
         *operand == *y.operand && pattern == y.pattern;
}
inline bool operator==(const Item& x, const Item& y) {
  const auto& [field, all, negate, groups, line, column] = x;
  return std::tie(field, all, negate, line, column) == std::tie(y.field, y.all, y.negate, y.line, y.column) &&
         groups == y.groups;
}
inline bool operator==(const Selection& x, const Selection& y) {
  const auto& [name, alternatives, line] = x;
  return name == y.name && line == y.line && alternatives == y.alternatives;
}
inline bool operator==(const ConditionNode& x, const ConditionNode& y) {
  const auto& [kind, selection, count, children] = x;
  return std::tie(kind, selection, count, children) == std::tie(y.kind, y.selection, y.count, y.children);
}
inline bool operator==(const Rule& x, const Rule& y) {
  const auto& [info, name, logsource, definition, author, date, modified, falsepositives, selections, condition,
               related, custom, line, silent] = x;
  return info == y.info && logsource == y.logsource && selections == y.selections && condition == y.condition &&
         std::tie(name, definition, author, date, modified, falsepositives, related, custom, line, silent) ==
             std::tie(y.name, y.definition, y.author, y.date, y.modified, y.falsepositives, y.related, y.custom, y.line,
                      y.silent);
}
inline bool operator==(const Bound& x, const Bound& y) {
  const auto& [op, value] = x;
  return op == y.op && value == y.value;
}
inline bool operator==(const CorrelationMember& x, const CorrelationMember& y) {
  const auto& [nested, index, name] = x;
  return std::tie(nested, index, name) == std::tie(y.nested, y.index, y.name);
}
inline bool operator==(const GroupField& x, const GroupField& y) {
  const auto& [name, fields] = x;
  return name == y.name && fields == y.fields;
}
inline bool operator==(const Correlation& x, const Correlation& y) {
  const auto& [info, name, author, date, modified, falsepositives, type, members, group_by, timespan, bounds, seen,
               fields, percentile, generate, silent, translated, line] = x;
  return info == y.info && members == y.members && group_by == y.group_by && bounds == y.bounds && seen == y.seen &&
         fields == y.fields &&
         std::tie(name, author, date, modified, falsepositives, type, timespan, percentile, generate, silent,
                  translated, line) == std::tie(y.name, y.author, y.date, y.modified, y.falsepositives, y.type,
                                                y.timespan, y.percentile, y.generate, y.silent, y.translated, y.line);
}
inline bool operator==(const Lint& x, const Lint& y) {
  const auto& [line, column, text] = x;
  return line == y.line && column == y.column && text == y.text;
}
inline bool operator==(const Verdict& x, const Verdict& y) {
  const auto& [kind, path, id, title, loaded, passed_over, reason, line, column, lints] = x;
  return std::tie(kind, path, id, title, loaded, passed_over, reason, line, column) ==
             std::tie(y.kind, y.path, y.id, y.title, y.loaded, y.passed_over, y.reason, y.line, y.column) &&
         lints == y.lints;
}
inline bool operator==(const RuleSet& x, const RuleSet& y) {
  const auto& [rules, correlations, verdicts, loaded_unlisted] = x;
  return rules == y.rules && correlations == y.correlations && verdicts == y.verdicts &&
         loaded_unlisted == y.loaded_unlisted;
}

}  // namespace sil::hunt
