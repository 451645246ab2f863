#include "hunt/test_value.h"

#include <string>

#include "hunt/network.h"
#include "hunt/time_part.h"

namespace sil::hunt {

const Operand& OperandPlace::none() {
  static const Operand kNone;
  return kNone;
}
namespace {

constexpr uint32_t kMaxNumberBytes = 128;  // a longer value is no number (model/value.h reads no more either)

bool is_text(ValueKind kind) {
  return kind == ValueKind::kUtf8 || kind == ValueKind::kUtf16 || kind == ValueKind::kJsonString ||
         kind == ValueKind::kAnsi;
}

// "4688", "-3", "1.5e3": what a person writes for a number; "0x10", "007" and "+1" are text.
bool plain_decimal(std::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  return text[0] != '0' || text.size() == 1 || !((text[1] >= '0' && text[1] <= '9') || (text[1] | 32) == 'x');
}

bool is_number(const Number& number) {
  return number.kind != Number::Kind::kNone && !(number.kind == Number::Kind::kReal && number.d != number.d);
}

}  // namespace

bool holds(CompareOp op, int order) {
  switch (op) {
    case CompareOp::kEqual: return order == 0;
    case CompareOp::kLess: return order < 0;
    case CompareOp::kLessEqual: return order <= 0;
    case CompareOp::kGreater: return order > 0;
    case CompareOp::kGreaterEqual: return order >= 0;
  }
  return false;
}

bool number_equals(const Test& test, const Value& member) {
  if (!is_text(member.kind)) {
    Number number = number_of(member);
    return is_number(number) && is_number(test.operand->number) && compare(number, test.operand->number) == 0;
  }
  if (member.size > kMaxNumberBytes) return false;
  std::string text;
  append_text(member, &text);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  if (text == test.operand->text) return true;
  if (!plain_decimal(text)) return false;
  Number number = parse_number(text);
  return is_number(number) && is_number(test.operand->number) && compare(number, test.operand->number) == 0;
}

bool boolean_equals(bool wanted, const Value& member) {
  switch (member.kind) {
    case ValueKind::kBoolTrue: return wanted;
    case ValueKind::kBoolFalse: return !wanted;
    case ValueKind::kBool: break;
    default:
      if (!is_text(member.kind) || member.size > 32) return false;
  }
  std::string text;
  append_folded_text(member, &text);
  return text == (wanted ? "true" : "false");
}

bool compares(const Test& test, const Value& member) {
  Number number = number_of(member);
  return is_number(number) && is_number(test.operand->number) &&
         holds(test.compare, compare(number, test.operand->number));
}

bool time_part_compares(const Test& test, const Value& member) {
  std::optional<Timestamp> time = time_of(member);
  if (!time || !is_number(test.operand->number)) return false;
  Number part;
  part.kind = Number::Kind::kUnsigned;
  part.u = static_cast<uint64_t>(part_of(*time, test.time_part));
  return holds(test.compare, compare(part, test.operand->number));
}

bool in_network(const Test& test, const Value& member) {
  if (member.kind == ValueKind::kJsonObject) return false;
  std::string text;
  append_text(member, &text);
  Address address;
  return parse_address(text, &address) && in_network(address, test.operand->network, test.operand->prefix_bits);
}

}  // namespace sil::hunt
