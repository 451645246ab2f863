// A regular expression and a text: flags in the first byte, the expression up to a NUL, then the text. Compiling and
// checking agree, and the gate before an expression never turns away a text that matches.
#include "hunt/regex.h"

#include <algorithm>
#include <string>

#include "bytes/text.h"
#include "fuzz/demand.h"
#include "hunt/plain.h"
#include "hunt/program.h"
#include "hunt/program_regex.h"

namespace {

using namespace sil;
using namespace sil::hunt;

// The whole way: the rule `F|re: EXPRESSION` over an event whose F is the text, by both evaluators.
void as_rule(const std::string& expression, RegexFlags flags, std::string_view text, bool expected) {
  std::vector<Rule> rules(1);
  rules[0].info.id = "r";
  rules[0].logsource.product = "linux";
  Item item;
  item.field = "F";
  Test& test = item.groups.emplace_back().emplace_back();
  test.kind = Test::Kind::kRegex;
  test.operand.edit().text = expression;
  test.ignore_case = flags.ignore_case;
  test.multi_line = flags.multi_line;
  test.dot_all = flags.dot_all;
  rules[0].selections.push_back({"s", {{item}}, 1});
  rules[0].condition.push_back({ConditionNode::Kind::kSelection, 0, 0, {}});
  static const auto layout = [] {
    Layout made;
    made.fields.push_back({"F", "F", Section::kOther, 0});
    return intern_layout(std::move(made));
  }();
  static const LogKind* const kind = intern_log_kind({0, "syslog", "linux", "", "", "", "", 0});
  const Value value = utf8_value(text);
  Event event;
  event.kind = kind;
  event.layout = layout.get();
  event.values = {&value, 1};
  const auto program = Program::compile(rules, {});
  Matcher matcher(*program);
  const bool fast = !matcher.match(event).empty();
  fuzz::demand(fast == plain_match(rules[0], event), "plain and compiled expression agree");
  fuzz::demand(fast == expected, "the rule matches where the expression does");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2 || size > 2048) return 0;
  const std::string all(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string expression = all.substr(0, all.find('\0'));
  const std::string text = expression.size() < all.size() ? all.substr(expression.size() + 1) : "";
  const RegexFlags flags{(data[0] & 1) != 0, (data[0] & 2) != 0, (data[0] & 4) != 0};
  const auto regex = Regex::compile(expression, flags);
  const auto problem = check_regex(expression, flags);
  fuzz::demand(regex.has_value() == !problem.has_value(), "what passes the check compiles, and nothing else");
  if (!regex) return 0;
  const uint64_t limits = pcre2_limits();
  const bool hit = (*regex)->search(text);
  const RegexGate gate = regex_gate(expression);
  if (hit) {
    fuzz::demand(text.size() >= gate.min_length, "no match is shorter than the gate says");
    const std::string low = folded(text);
    const auto stands = [&](const std::string& literal) { return low.find(literal) != std::string::npos; };
    fuzz::demand(gate.literals.empty() || std::any_of(gate.literals.begin(), gate.literals.end(), stands),
                 "every match has one of the gate's literals");
  }
  if (pcre2_limits() == limits) as_rule(expression, flags, text, hit);
  return 0;
}
