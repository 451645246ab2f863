// Small forms that stand in logs and rules: times, offsets, numbers, addresses, networks, text in two encodings,
// wildcards, JSON strings. What is written can be read again; two ways to the same answer agree.
#include <string>

#include "bytes/json_writer.h"
#include "bytes/text.h"
#include "fuzz/demand.h"
#include "hunt/correlation_reader.h"
#include "hunt/encode.h"
#include "hunt/network.h"
#include "hunt/pattern.h"
#include "hunt/time_part.h"
#include "model/json_token.h"

namespace {

using namespace sil;
using namespace sil::hunt;
using fuzz::demand;

void times(const std::string& text) {
  Timestamp time, again;
  if (parse_rfc3339(text, &time) && time.known()) {
    const std::string written = rfc3339(time);
    demand(parse_rfc3339(written, &again) && rfc3339(again) == written, "a time that was written is read again");
    demand(ticks_of(civil(time.ticks)) == time.ticks, "calendar and ticks agree");
  }
  int minutes = 0;
  if (parse_offset(text, &minutes)) demand(minutes > -24 * 60 && minutes < 24 * 60, "an offset is under a day");
  static_cast<void>(parse_timespan(text));
  if (const auto found = time_of(utf8_value(text))) {
    for (const TimePart part :
         {TimePart::kMinute, TimePart::kHour, TimePart::kDay, TimePart::kWeek, TimePart::kMonth, TimePart::kYear}) {
      demand(part_of(*found, part) >= 0, "parts of a time are not negative");
    }
  }
}

void numbers(const std::string& text) {
  const Number number = parse_number(text);
  if (number.kind == Number::Kind::kNone) return;
  demand(compare(number, number) == 0 || number.d != number.d, "a number equals itself");
  const Number one = parse_number("1");
  demand(compare(number, one) == -compare(one, number), "order has two sides");
}

void networks(const std::string& text) {
  const size_t gap = text.find(' ');
  uint8_t network[16], bits = 0;
  Address address;
  const bool is_network = parse_network(text.substr(0, gap), network, &bits);
  demand(!is_network || bits <= 128, "a prefix has at most 128 bits");
  if (!parse_address(gap == std::string::npos ? text : text.substr(gap + 1), &address)) return;
  demand(in_network(address, address.bytes, 128), "an address is in its own network");
  demand(in_network(address, address.bytes, address.v4 ? 96 : 0), "an address is in the whole of its family");
  if (is_network) static_cast<void>(in_network(address, network, bits));
}

void texts(const std::string& text) {
  std::string utf8, low;
  append_utf8_from_utf16le(as_bytes(text), &utf8);
  append_folded_from_utf16le(as_bytes(text), &low);
  demand(is_valid_utf8(utf8), "decoded text is UTF-8");
  demand(low == folded(utf8), "folding at once and afterwards agree");
  demand(equal_folded(utf8, low), "folded text is equal to itself");
  size_t position = 0;
  std::string copy;
  while (position < text.size()) append_utf8(next_scalar(text, &position), &copy);
  demand(is_valid_utf8(copy) && (!is_valid_utf8(text) || copy == text), "scalars make up the text");
  std::string json, plain;
  append_json_string(text, &json);
  append_unescaped_json(std::string_view(json).substr(1, json.size() - 2), &plain);
  demand(plain == copy, "a JSON string that was written is read again");
  append_unescaped_json(text, &plain);
}

void tokens(const std::string& text) {
  size_t position = 0;
  Value value;
  if (!next_json_value(text, &position, &value)) return;
  demand(position <= text.size(), "a token lies in its text");
  std::string out;
  append_text(value, &out);
  for_each_member(value, [&](const Value& each) {
    append_folded_text(each, &out);
    return out.size() < 65536;
  });
  visit_json_path(value, "a.b", [&](const Value& each) {
    append_text(each, &out);
    return out.size() < 65536;
  });
}

// Backtracking in full, as the definition says it.
bool matches(const std::vector<PatternPart>& parts, size_t part, std::string_view text) {
  using Kind = PatternPart::Kind;
  if (part == parts.size()) return text.empty();
  if (parts[part].kind == Kind::kAnyRun) {
    for (size_t i = 0; i <= text.size(); ++i) {
      if (matches(parts, part + 1, text.substr(i))) return true;
    }
    return false;
  }
  if (parts[part].kind == Kind::kLiteral)
    return text.starts_with(parts[part].literal) && matches(parts, part + 1, text.substr(parts[part].literal.size()));
  if (text.empty()) return false;
  size_t after = 0;
  const char32_t scalar = next_scalar(text, &after);
  return (parts[part].kind == Kind::kAnyOne || is_dash(scalar)) && matches(parts, part + 1, text.substr(after));
}

void patterns(const std::string& text) {
  const size_t gap = text.find('\0');
  if (gap == std::string::npos || gap > 12 || text.size() - gap > 24) return;
  Parts parts = parse_parts(text.substr(0, gap));
  const Pattern pattern = finish(parts, {}, true);
  const std::string_view subject = std::string_view(text).substr(gap + 1);
  if (!is_valid_utf8(subject)) return;
  demand(pattern_matches(pattern, subject) == matches(pattern.parts, 0, subject), "a pattern matches as defined");
  mark_dashes(&parts);
  std::vector<Parts> spelled;
  if (spell_dashes(parts, 64, &spelled)) demand(spelled.size() <= 64, "spellings are bounded");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 512) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  times(text);
  numbers(text);
  networks(text);
  texts(text);
  tokens(text);
  patterns(text);
  static_cast<void>(base64_offsets(text));
  static_cast<void>(utf16_bytes(text, Utf16::kMarked));
  return 0;
}
