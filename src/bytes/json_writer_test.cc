#include "bytes/json_writer.h"

#include <gtest/gtest.h>

namespace sil {
namespace {

TEST(JsonWriter, EscapesAsRfc8785) {
  std::string out;
  append_json_string(std::string_view("a\"\\\b\f\n\r\t\x01\x1f/\x7f\xE2\x82\xAC\0z", 17), &out);
  EXPECT_EQ(out, "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f/\x7f\xE2\x82\xAC\\u0000z\"");
}

// Texts are searched in blocks: wherever the marks stand, and how long the text is.
TEST(JsonWriter, FindsEveryMarkAtEveryPlace) {
  for (size_t size = 1; size < 40; ++size) {
    for (size_t first = 0; first < size; ++first) {
      for (size_t second = first; second < size; ++second) {
        std::string text(size, 'a'), expected = "\"";
        text[first] = '\n';
        text[second] = '"';
        for (char c : text) expected += c == '\n' ? "\\n" : c == '"' ? "\\\"" : std::string(1, c);
        std::string out;
        append_json_string(text, &out);
        EXPECT_EQ(out, expected + '"');
      }
    }
  }
}

TEST(JsonWriter, InvalidUtf8BecomesReplacement) {
  std::string out;
  append_json_string(
      "a\xFF"
      "b",
      &out);
  EXPECT_EQ(out,
            "\"a\xEF\xBF\xBD"
            "b\"");
}

TEST(JsonWriter, NestsWithCommasInPlace) {
  std::string out;
  JsonWriter json(&out);
  json.begin_object()
      .field("schema", "x/1")
      .key("list")
      .begin_array()
      .number(uint64_t{1})
      .number(int64_t{-2})
      .begin_object()
      .end_object()
      .end_array();
  json.key("flag").boolean(true).key("nothing").null().key("real").real(0.1).end_object();
  EXPECT_EQ(out, R"({"schema":"x/1","list":[1,-2,{}],"flag":true,"nothing":null,"real":0.1})");
}

}  // namespace
}  // namespace sil
