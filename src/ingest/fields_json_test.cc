#include "ingest/fields_json.h"

#include <gtest/gtest.h>

#include "bytes/digest.h"

namespace sil::ingest {
namespace {

std::string line_of(std::string_view text) {
  std::string out;
  append_json_line(text, &out);
  return out;
}

TEST(FieldsJson, BlanksBetweenTokensGoAndThoseInStringsStay) {
  EXPECT_EQ(line_of("{\n  \"a b\" : [1,\r\n\t2 ],\n \"c\\\" \": \" d\" }"), "{\"a b\":[1,2],\"c\\\" \":\" d\"}");
  EXPECT_EQ(line_of("\"broken\nstring\""), "\"broken string\"");
  EXPECT_EQ(line_of(""), "");
}

TEST(FieldsJson, AnEventIsOneLineWhateverACellHolds) {
  JsonField field;
  field.key = "deep";
  const std::string_view cell = "[1, \n2,{\"a b\":\"\\n\"}]";
  const auto json_of = [&](std::string_view text) {
    field.value = {as_bytes(text).data(), static_cast<uint32_t>(text.size()), ValueKind::kJsonArray,
                   ValueKind::kAbsent};
    std::string out = "before\n";
    append_fields_json({field}, &out);
    return out;
  };
  EXPECT_EQ(json_of(cell), "before\n{\"deep\":[1,2,{\"a b\":\"\\n\"}]}");
  EXPECT_EQ(json_of("[1, 2]"), "before\n{\"deep\":[1, 2]}");  // as it stands, where it is one line
}

}  // namespace
}  // namespace sil::ingest
