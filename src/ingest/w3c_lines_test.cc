#include <gtest/gtest.h>

#include "ingest/line_formats.h"
#include "ingest/recorded_run.h"

namespace sil::ingest {
namespace {

// Three days without a date column, in pieces: each begins on the day that the lines before it have reached.
TEST(W3cLines, DaysAreCountedFromPieceToPiece) {
  std::string log = "#Date: 2025-02-27 00:00:00\n#Fields: time cs-method cs-uri-stem sc-status\n";
  std::vector<std::string> expected;
  for (const char* day : {"2025-02-27", "2025-02-28", "2025-03-01"}) {
    for (int minute = 0; minute < 24 * 60; ++minute) {
      char time[32];
      std::snprintf(time, sizeof time, "%02d:%02d:07", minute / 60, minute % 60);
      log += std::string(time) + " GET /" + std::string(1000, 'x') + " 200\n";
      expected.push_back(std::string(day) + 'T' + time + 'Z');
    }
  }
  struct Times : EventSink {
    std::vector<std::string> said;
    std::vector<ZoneSource> zones;
    void on_event(const Event& event) override {
      said.push_back(rfc3339(event.time));
      zones.push_back(event.time.zone);
    }
    void on_anomaly(Anomaly) override {}
    void on_fact(const StructureFact&) override {}
    [[nodiscard]] bool wants_facts() const override { return false; }
  } times;
  auto reader = make_line_reader(kW3cLines);
  auto scratch = reader->make_scratch();
  MemorySource source(as_bytes(log));
  std::vector<Piece> pieces;
  for (;;) {
    Piece piece;
    auto more = reader->split(source, &piece);
    ASSERT_TRUE(more.has_value());
    if (!*more) break;
    pieces.push_back(std::move(piece));
  }
  EXPECT_GE(pieces.size(), 4U);
  for (const Piece& piece : pieces) reader->read(piece, 0, *scratch, times);
  EXPECT_EQ(times.said, expected);
  EXPECT_EQ(times.zones.front(), ZoneSource::kFormat);
  EXPECT_EQ(times.zones.back(), ZoneSource::kInferred);
}

}  // namespace
}  // namespace sil::ingest
