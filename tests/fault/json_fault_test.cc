// Damaged JSON logs: truncated anywhere, single bits flipped, random bytes. Every byte of a source lies in a piece,
// what an event cites is what it was read from, and lines that were not hit are read as before.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "bytes/sanitized.h"
#include "ingest/json_reader.h"
#include "ingest/recorded_run.h"

namespace sil::ingest {
namespace {

constexpr size_t kStep = kSanitized ? 7 : 1;  // each reading fills pieces of 1 MiB, which a sanitizer watches

struct Lines final : EventSink {
  Bytes source;
  std::vector<std::string> read;
  size_t anomalies = 0;

  void on_event(const Event& event) override {
    ASSERT_LE(event.where.offset + event.where.length, source.size());
    const Bytes there = source.subspan(event.where.offset, event.where.length);
    const Bytes cited = event.details->bytes(event.where);
    ASSERT_TRUE(std::equal(cited.begin(), cited.end(), there.begin(), there.end()));
    std::string ignored;
    for (const LayoutField& field : event.layout->fields) append_text(event.value(field), &ignored);
    event.details->write_xml(event, &ignored);
    event.details->write_json(event, &read.emplace_back());
  }
  void on_anomaly(Anomaly anomaly) override {
    ++anomalies;
    ASSERT_LE(anomaly.where.offset + anomaly.where.length, source.size());
  }
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return true; }
};

Lines read_all(Bytes bytes) {
  Lines lines;
  lines.source = bytes;
  MemorySource source(bytes);
  const auto reader = make_json_reader();
  const auto scratch = reader->make_scratch();
  Piece piece;
  uint64_t covered = 0;
  for (;;) {
    const auto more = reader->split(source, &piece);
    EXPECT_TRUE(more.has_value());
    if (!more || !*more) break;
    EXPECT_EQ(piece.offset, covered);
    covered += piece.length;
    reader->read(piece, 0, *scratch, lines);
  }
  EXPECT_EQ(covered, bytes.size());
  reader->finish(0, lines);
  return lines;
}

std::string winlog_lines(size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    out += R"({"@timestamp":"2024-01-02T03:04:05.678Z","winlog":{"channel":"Security","event_id":"4688","record_id":)" +
           std::to_string(i) + R"(,"event_data":{"NewProcessName":"C:\\Pier\\crane.exe","Data":["a",null,1.5e3]}}})" +
           "\n";
  }
  return out;
}

std::vector<std::string> subjects() {
  std::string array = winlog_lines(12);
  std::replace(array.begin(), array.end(), '\n', ',');
  array.back() = ']';
  return {winlog_lines(12), "[" + array,
          "{\n \"Records\": [{\"a\": {\"b\": [1, {\"c\": \"]}\"}]}},\n {\"a\": \"\\u00e9\"}]}"};
}

TEST(JsonFault, TruncatedAtEveryByteTheWholeLinesStay) {
  for (const std::string& text : subjects()) {
    for (size_t length = 0; length <= text.size(); length += kStep) read_all(as_bytes(text).first(length));
  }
  const std::string lines = winlog_lines(12);
  const size_t one = lines.find('\n') + 1;
  EXPECT_EQ(read_all(as_bytes(lines).first(5 * one + 40)).read.size(), 5U);
}

TEST(JsonFault, AFlippedBitHitsItsOwnLineAlone) {
  std::mt19937_64 random(3);  // the same flips every time
  for (std::string text : subjects()) {
    for (int i = 0; i < random_rounds(2000); ++i) {
      const size_t at = random() % text.size();
      const char mask = static_cast<char>(1u << random() % 8);
      text[at] = static_cast<char>(text[at] ^ mask);
      read_all(as_bytes(text));
      text[at] = static_cast<char>(text[at] ^ mask);
    }
  }
  std::string lines = winlog_lines(12);
  const std::vector<std::string> before = read_all(as_bytes(lines)).read;
  ASSERT_EQ(before.size(), 12U);
  const size_t one = lines.find('\n') + 1;
  for (size_t at = 4 * one + 1; at + 1 < 5 * one; ++at) {
    const char kept = lines[at];
    lines[at] = '\x01';
    const Lines after = read_all(as_bytes(lines));
    lines[at] = kept;
    EXPECT_EQ(after.read.size() + after.anomalies, 12U) << at;
    for (size_t i = 0; i < 4; ++i) EXPECT_EQ(after.read[i], before[i]) << at;
    EXPECT_EQ(after.read.back(), before.back()) << at;
  }
}

TEST(JsonFault, RandomBytesGiveNoEvents) {
  std::mt19937_64 random(4);
  std::string bytes(300000, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  const Lines lines = read_all(as_bytes(bytes));
  EXPECT_TRUE(lines.read.empty());
  EXPECT_GT(lines.anomalies, 0U);
  EXPECT_TRUE(read_all({}).read.empty());
}

}  // namespace
}  // namespace sil::ingest
