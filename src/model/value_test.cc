#include "model/value.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "bytes/text.h"
#include "model/json_token.h"

namespace sil {
namespace {

std::string text_of(ValueKind kind, std::vector<uint8_t> bytes, ValueKind element = ValueKind::kAbsent) {
  std::string out;
  append_text(Value{bytes.data(), static_cast<uint32_t>(bytes.size()), kind, element}, &out);
  return out;
}

TEST(Value, TextFormsOfWindowsTypes) {
  EXPECT_EQ(text_of(ValueKind::kUInt8, {5}), "5");
  EXPECT_EQ(text_of(ValueKind::kInt16, {0xFE, 0xFF}), "-2");
  EXPECT_EQ(text_of(ValueKind::kHex64, {0x10, 0x10, 0, 0, 0, 0, 0, 0}), "0x1010");
  EXPECT_EQ(text_of(ValueKind::kBool, {0, 1, 0, 0}), "true");
  EXPECT_EQ(text_of(ValueKind::kGuid, {0x78, 0x56, 0x34, 0x12, 2, 1, 4, 3, 5, 6, 7, 8, 9, 10, 11, 12}),
            "{12345678-0102-0304-0506-0708090a0b0c}");
  EXPECT_EQ(text_of(ValueKind::kSid, {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0}), "S-1-5-32-544");
  EXPECT_EQ(text_of(ValueKind::kSid, {1, 9, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}), "S-1-5-18");  // count lies, size wins
  EXPECT_EQ(text_of(ValueKind::kBinary, {0xAB, 0x01}), "AB01");
  EXPECT_EQ(text_of(ValueKind::kFileTime, {0, 0, 0, 0, 0, 0, 0, 0}), "1601-01-01T00:00:00.0000000Z");
  EXPECT_EQ(text_of(ValueKind::kSystemTime, std::vector<uint8_t>(16)), "");
  EXPECT_EQ(text_of(ValueKind::kUInt32, {1, 2}), "");  // too short: nothing, never a read past the end
  EXPECT_EQ(text_of(ValueKind::kAnsi, {'a', 0x80, 0xE9}), "a\xE2\x82\xAC\xC3\xA9");
}

TEST(Value, ArraysAreMembers) {
  EXPECT_EQ(text_of(ValueKind::kUtf16Array, {'a', 0, 0, 0, 'b', 0}), "a, b");
  EXPECT_EQ(text_of(ValueKind::kFixedArray, {1, 0, 2, 0, 9}, ValueKind::kUInt16), "1, 2");
  std::string json = R"(["x", ["y", 3], null, {"k": 1}])";
  Value array{reinterpret_cast<const uint8_t*>(json.data()), static_cast<uint32_t>(json.size()), ValueKind::kJsonArray,
              ValueKind::kAbsent};
  std::vector<ValueKind> kinds;
  for_each_member(array, [&](const Value& member) {
    kinds.push_back(member.kind);
    return true;
  });
  EXPECT_EQ(kinds, (std::vector<ValueKind>{ValueKind::kJsonString, ValueKind::kJsonString, ValueKind::kJsonNumber,
                                           ValueKind::kNull, ValueKind::kJsonObject}));
}

TEST(Value, NumbersAreExact) {
  EXPECT_EQ(compare(parse_number("18446744073709551615"), parse_number("18446744073709551614")), 1);
  EXPECT_EQ(compare(parse_number("9007199254740993"), parse_number("9007199254740992.0")), 1);
  EXPECT_EQ(compare(parse_number("4688"), parse_number("4688.0")), 0);
  EXPECT_EQ(compare(parse_number("-1"), parse_number("0")), -1);
  EXPECT_EQ(compare(parse_number("0x1F"), parse_number("31")), 0);
  EXPECT_EQ(parse_number("12a").kind, Number::Kind::kNone);
  EXPECT_EQ(parse_number("").kind, Number::Kind::kNone);
  EXPECT_EQ(parse_number("inf").kind, Number::Kind::kNone);
  EXPECT_EQ(parse_number("-").kind, Number::Kind::kNone);
}

// Character by character, by the grammar of RFC 8259, section 7.
std::string unescaped_plainly(const std::string& text) {
  std::string out;
  const auto unit = [&](size_t at) {
    if (at + 6 > text.size() || text.compare(at, 2, "\\u") != 0) return -1;
    const std::string digits = text.substr(at + 2, 4);
    if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return -1;
    return std::stoi(digits, nullptr, 16);
  };
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      out += text[at++];
      continue;
    }
    const char c = at + 1 < text.size() ? text[at + 1] : '\\';
    if (c != 'u') {
      out += c == 'b' ? '\b' : c == 'f' ? '\f' : c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
      at += 2;
      continue;
    }
    const int first = unit(at), second = unit(at + 6);
    if (first >= 0xD800 && first < 0xDC00 && second >= 0xDC00 && second < 0xE000) {
      append_utf8(static_cast<char32_t>(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)), &out);
      at += 12;
      continue;
    }
    const bool scalar = first >= 0 && (first < 0xD800 || first >= 0xE000);
    append_utf8(scalar ? static_cast<char32_t>(first) : kReplacement, &out);
    at += first < 0 ? 2 : 6;
  }
  return out;
}

TEST(JsonToken, BlocksUnescapeAsTheGrammarSays) {
  const std::string parts[] = {"\\\\",    "\\n",
                               "\\\"",    "\\u0041",
                               "\\u00e9", "\\ud83d\\ude00",
                               "\\ud83d", "\\u12",
                               "\\u",     "\\",
                               "\\x",     "\xC3\xA9",
                               "a",       "plain text of more than a block "};
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto left = random() % 12; left > 0; --left) text += parts[random() % std::size(parts)];
    std::string out = "before";
    append_unescaped_json(text, &out);
    ASSERT_EQ(out, "before" + unescaped_plainly(text)) << text;
  }
}

TEST(JsonToken, UnescapesAndFindsPaths) {
  std::string out;
  append_unescaped_json(R"(C:\\x\t\u00e9\ud83d\ude00\ud83d)", &out);
  EXPECT_EQ(out, "C:\\x\t\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBD");
  std::string json = R"({"a":{"b.c":[{"d":1},{"d":2}]},"a.e":5})";
  Value object{reinterpret_cast<const uint8_t*>(json.data()), static_cast<uint32_t>(json.size()),
               ValueKind::kJsonObject, ValueKind::kAbsent};
  std::vector<std::string> found;
  auto collect = [&](const Value& v) {
    std::string text;
    append_text(v, &text);
    found.push_back(text);
    return true;
  };
  visit_json_path(object, "a.b.c.d", collect);
  visit_json_path(object, "a.e", collect);
  EXPECT_EQ(found, (std::vector<std::string>{"1", "2", "5"}));
}

}  // namespace
}  // namespace sil
