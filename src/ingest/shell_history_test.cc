#include "ingest/shell_history.h"

#include <gtest/gtest.h>

#include "bytes/digest.h"
#include "ingest/memory_source.h"

namespace sil::ingest {
namespace {

struct Entry {
  std::string time, command;
  ZoneSource zone;
  std::string cited, needed;
};
struct HistoryRun : EventSink {
  std::string source;
  std::vector<Entry> entries;
  std::vector<std::string> anomalies;
  size_t pieces = 0;

  explicit HistoryRun(std::string text) : source(std::move(text)) {
    MemorySource bytes(as_bytes(source));
    const auto reader = make_shell_history_reader();
    const auto scratch = reader->make_scratch();
    std::vector<Piece> all;
    for (;;) {
      Piece piece;
      const auto more = reader->split(bytes, &piece);
      if (!more || !*more) break;
      all.push_back(std::move(piece));
    }
    pieces = all.size();
    for (const Piece& piece : all) reader->read(piece, 0, *scratch, *this);
  }
  void on_event(const Event& event) override {
    Entry& entry = entries.emplace_back();
    if (event.time.known()) entry.time = rfc3339(event.time);
    entry.zone = event.time.zone;
    for (const LayoutField& field : event.layout->fields) {
      if (field.path == "command") append_text(event.value(field), &entry.command);
    }
    std::vector<Span> spans, deps;
    event.details->cite(event, &spans, &deps);
    for (const Span& span : spans) entry.cited += source.substr(span.offset, span.length);
    for (const Span& span : deps) {
      entry.needed += source.substr(span.offset, span.length);
      EXPECT_EQ(as_text(event.details->bytes(span)), entry.needed);
    }
  }
  void on_anomaly(Anomaly anomaly) override {
    anomalies.push_back(anomaly.expected + ", " + anomaly.found + ": " +
                        source.substr(anomaly.where.offset, anomaly.where.length));
  }
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }
};

int confidence(const std::string& text, const std::string& path) {
  return sniff_shell_history(as_bytes(text), path).confidence;
}

TEST(ShellHistory, IsKnownByItsTimesAndWithoutThemByItsName) {
  EXPECT_GT(confidence("#1717030000\nid\n", "x"), 80);
  EXPECT_GT(confidence(": 1717030000:0;id\n", "x"), 80);
  EXPECT_GT(confidence("- cmd: id\n  when: 1717030000\n", "x"), 80);
  const std::string plain = "id\nls -la\n";
  for (const char* path : {"/home/a/.bash_history", "u/admin_bash_history.txt", ".zsh_history", "C\\.histfile"})
    EXPECT_EQ(confidence(plain, path), 60) << path;
  for (const char* path : {"", "/home/.bash_history/x", "history.txt", "/var/log/apt/history.log"})
    EXPECT_EQ(confidence(plain, path), 0) << path;
  EXPECT_EQ(confidence("#!/bin/sh\n#1717030000\n", "x"), 0);  // a script with a comment
  EXPECT_EQ(confidence(std::string("\0\1\2\3id\n", 7), ".bash_history"), 0);
}

TEST(ShellHistory, ATimeIsOfTheLineBehindItAndInferredForThoseThatFollow) {
  const HistoryRun run("before\n#1717030000\ncat <<E > f\nline\n\n#1717030009\r\nid\r\n");
  ASSERT_EQ(run.entries.size(), 4U);
  EXPECT_EQ(run.entries[0].time, "");
  EXPECT_EQ(run.entries[1].time, "2024-05-30T00:46:40Z");
  EXPECT_EQ(run.entries[1].zone, ZoneSource::kFormat);
  EXPECT_EQ(run.entries[1].cited, "#1717030000\ncat <<E > f");
  EXPECT_EQ(run.entries[1].needed, "");
  EXPECT_EQ(run.entries[2].command, "line");
  EXPECT_EQ(run.entries[2].zone, ZoneSource::kInferred);
  EXPECT_EQ(run.entries[2].cited, "line");
  EXPECT_EQ(run.entries[2].needed, "#1717030000");
  EXPECT_EQ(run.entries[3].command, "id");
  EXPECT_TRUE(run.anomalies.empty());
}

TEST(ShellHistory, ATimeWithoutACommandIsTold) {
  const HistoryRun run("#1717030000\n#1717030001\nid\n#1717030002\n");
  EXPECT_EQ(run.entries.size(), 1U);
  EXPECT_EQ(run.anomalies, (std::vector<std::string>{"a command behind 1717030000, another time: #1717030000",
                                                     "a command behind 1717030002, the end of the file: #1717030002"}));
  EXPECT_EQ(HistoryRun(": 1717030000:0;id\n: 1717030001:0;\n").anomalies,
            std::vector<std::string>{"a command behind 1717030001, none: : 1717030001:0;"});
}

TEST(ShellHistory, BytesThatZshKeepsForItselfAreReadBack) {
  const HistoryRun run(
      ": 1717030000:0;rm \xC3\x83\xA4"
      "bc\n: 1717030001:5;for f in *; do\\\n  cat $f\\\ndone\nplain\n");
  ASSERT_EQ(run.entries.size(), 3U);
  EXPECT_EQ(run.entries[0].command,
            "rm \xC3\x84"
            "bc");
  EXPECT_EQ(run.entries[1].command, "for f in *; do\\\n  cat $f\\\ndone");
  EXPECT_EQ(run.entries[1].time, "2024-05-30T00:46:41Z");
  EXPECT_EQ(run.entries[2].time, "");
}

// More than a piece: no entry is torn from its time, and a line in the next piece cites the time in the one before.
TEST(ShellHistory, PiecesEndBehindWholeEntries) {
  std::string bash, zsh, fish;
  const std::string longer(999, 'x');
  for (int i = 0; i < 1500; ++i) {
    const std::string when = std::to_string(1717030000 + i);
    bash += "#" + when + "\necho " + longer + "\nsecond line\n";
    zsh += ": " + when + ":0;echo " + longer + "\\\nsecond line\n";
    fish += "- cmd: echo " + longer + "\n  when: " + when + "\n";
  }
  for (const std::string& text : {bash, zsh, fish}) {
    const HistoryRun run(text);
    EXPECT_GE(run.pieces, 2U);
    EXPECT_TRUE(run.anomalies.empty());
    const size_t each = text.starts_with('#') ? 2 : 1;
    ASSERT_EQ(run.entries.size(), 1500 * each);
    for (size_t i = 0; i < run.entries.size(); ++i) {
      Timestamp time;
      time.ticks = kUnixEpochTicks + (1717030000 + i / each) * kTicksPerSecond;
      time.precision = Precision::kSecond;
      ASSERT_EQ(run.entries[i].time, rfc3339(time)) << i;
    }
  }
  const HistoryRun glued("#1717030000\nfirst\n" + bash.substr(bash.find('\n') + 1, 2) + std::string(1 << 20, 'y') +
                         "\nlast\n");
  EXPECT_EQ(glued.entries.back().needed, "#1717030000");
}

}  // namespace
}  // namespace sil::ingest
