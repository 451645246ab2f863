// Known key sequences against take_apart, on records whole and damaged: the same fields, or no answer.
#include "ingest/json_trail.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "bytes/digest.h"
#include "ingest/json_layout.h"
#include "ingest/reader.h"

namespace sil::ingest {
namespace {

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {}
  size_t pick(size_t n) { return static_cast<size_t>(random_() % n); }

  std::string blank() { return pick(12) == 0 ? std::string(1, " \t"[pick(2)]) : std::string(); }
  std::string key() {
    static const char* const kKeys[] = {"a",
                                        "b",
                                        "Data",
                                        "EventData",
                                        "#text",
                                        "abcdefgh",
                                        "abcdefgi",
                                        "",
                                        "abcdefghi",
                                        "a key of more than sixteen",
                                        "a key of more than SIXTEEN",
                                        "x\\ny",
                                        "Channel",
                                        "EventID"};
    return '"' + std::string(kKeys[pick(std::size(kKeys))]) + '"';
  }
  std::string value(size_t depth) {
    switch (pick(depth > 3 ? 6 : 9)) {
      case 0: return "\"C:\\\\x\\\"y\"";
      case 1: return "\"\"";
      case 2: return std::to_string(pick(70'000));
      case 3: return "-1.5e3";
      case 4: return "null";
      case 5: return pick(2) == 0 ? "true" : "\"Security\"";
      case 6: return "[" + blank() + "1,{\"z\":[\"]\"]}" + blank() + "]";
      default: return object(depth + 1);
    }
  }
  std::string object(size_t depth) {
    std::string out = "{" + blank();
    for (size_t i = 0, fields = pick(4); i < fields; ++i) {
      if (i != 0) out += "," + blank();
      out += key() + blank() + ":" + blank() + value(depth) + blank();
    }
    return out + "}";
  }
  // One byte changed, gone or doubled.
  void damage(std::string* text) {
    const size_t at = pick(text->size());
    switch (pick(3)) {
      case 0: (*text)[at] = "{}[]:,\"x"[pick(8)]; break;
      case 1: text->erase(at, 1); break;
      default: text->insert(at, 1, (*text)[at]);
    }
  }

 private:
  std::mt19937_64 random_;
};

bool same(const Value& a, const Value& b) {
  return a.kind == b.kind && a.size == b.size && a.data == b.data;
}

TEST(JsonTrail, GivesWhatTakingApartGivesOrNothing) {
  Maker make(1);
  JsonLayouts layouts(JsonProfile{});
  JsonIndex index;
  std::vector<JsonField> fields;
  std::vector<Value> values;
  size_t followed = 0, faults = 0, unknown = 0;
  for (size_t round = 0; round < 40'000; ++round) {
    std::string text = make.object(1);
    if (make.pick(4) == 0) make.damage(&text);
    const size_t size = text.size();
    if (size == 0) continue;
    text.append(kSlack, ' ');
    const Bytes record = as_bytes(text).first(size);
    if (index.build(record) != nullptr) continue;
    bool too_deep = false;
    const JsonFault fault = take_apart(record.data(), record, index.begin(), index.end(), &fields, &too_deep);
    const uint32_t* next = index.begin();
    const JsonShape* shape = layouts.follow(record.data(), size, &next, index.end(), &values);
    if (fault.expected != nullptr) {
      ++faults;
      EXPECT_EQ(shape, nullptr) << text;
      continue;
    }
    if (shape == nullptr) {
      ++unknown;
      EXPECT_EQ(next, index.begin());
      layouts.learn(fields);
      continue;
    }
    ++followed;
    EXPECT_EQ(next, index.end());
    EXPECT_EQ(shape, &layouts.shape(fields)) << text;
    ASSERT_EQ(values.size(), fields.size()) << text;
    for (size_t i = 0; i < fields.size(); ++i) EXPECT_TRUE(same(values[i], fields[i].value)) << text << " field " << i;
    if (HasFailure()) return;
  }
  EXPECT_GT(followed, 5'000U);
  EXPECT_GT(unknown, 1'000U);
  EXPECT_GT(faults, 1'000U);
}

TEST(JsonTrail, StopsAtTheEndOfItsRecord) {
  std::string text = "{\"a\":1}\n{\"a\":2}\n";
  const size_t size = text.size();
  text.append(kSlack, ' ');
  JsonIndex index;
  ASSERT_EQ(index.build(as_bytes(text).first(size)), nullptr);
  const uint8_t* base = as_bytes(text).data();
  std::vector<JsonField> fields;
  bool too_deep = false;
  ASSERT_EQ(take_apart(base, {base, 7}, index.begin(), index.begin() + 5, &fields, &too_deep).expected, nullptr);
  JsonLayouts layouts(JsonProfile{});
  layouts.learn(fields);
  std::vector<Value> values;
  const uint32_t* next = index.begin();
  for (const char* expected : {"1", "2"}) {
    const size_t end = *expected == '1' ? 7 : 15;
    ASSERT_NE(layouts.follow(base, end, &next, index.end(), &values), nullptr);
    ASSERT_EQ(values.size(), 1U);
    EXPECT_EQ(as_text(values[0].bytes()), expected);
  }
  EXPECT_EQ(next, index.end());
  next = index.begin();
  EXPECT_EQ(layouts.follow(base, size, &next, index.end(), &values), nullptr);  // two records are not one
}

}  // namespace
}  // namespace sil::ingest
