// Quirks and damage of real files, made with the writer (docs/formats/evtx.md, "Damage").
#include <gmock/gmock.h>

#include "evtx_writer/writer.h"
#include "ingest/recorded_run.h"

namespace sil::ingest {
namespace {

using namespace evtx_writer;
using evtx_writer::Event;
using testing::HasSubstr;

struct Written {
  std::vector<uint8_t> file;
  std::vector<RecordPlace> places;
  uint8_t* record(size_t index) { return file.data() + 4096 + places[index].chunk * 65536 + places[index].offset; }
  uint8_t* chunk(size_t index) { return file.data() + 4096 + index * 65536; }
};

Written written(size_t count, FileOptions options = {}) {
  FileWriter writer(options);
  for (size_t i = 1; i <= count; ++i) {
    Event event;
    event.provider = "Harbor-Gate";
    event.channel = "Application";
    event.computer = "PIER-4";
    event.event_id = 100;
    event.time = 133'550'000'000'000'000 + i * kTicksPerSecond;
    event.record_id = i;
    event.fields = {{"Number", int_value(kUInt32, i)}, {"Text", string_value("berth " + std::to_string(i))}};
    writer.add(event);
  }
  Written out;
  out.file = writer.finish();
  out.places = writer.places();
  return out;
}

RecordedRun read(const std::vector<uint8_t>& file) {
  RecordedRun run;
  run_evtx(file, {}, &run);
  return run;
}

TEST(EvtxDamage, PreallocatedAndWrappedFilesAreNormal) {
  FileOptions options;
  options.preallocated_chunks = 3;
  RecordedRun run = read(written(700, options).file);
  EXPECT_EQ(run.events.size(), 700u);
  EXPECT_TRUE(run.anomalies.empty());
  FileOptions wrapped;
  wrapped.oldest_position = 1;
  EXPECT_EQ(read(written(700, wrapped).file).events.size(), 700u);
}

TEST(EvtxDamage, StaleHeaderCountersLoseNothing) {
  FileOptions options;
  options.file_flags = 1;
  options.next_id = 3;
  options.last_chunk = 0;
  options.chunk_count = 1;
  EXPECT_EQ(read(written(500, options).file).events.size(), 500u);
}

TEST(EvtxDamage, ABadSizeCostsOneRecord) {
  Written w = written(20);
  std::memset(w.record(5) + 4, 0, 4);
  RecordedRun run = read(w.file);
  EXPECT_EQ(run.events.size(), 19u);
  EXPECT_EQ(run.count(AnomalyKind::kUnreadable), 1u);
  EXPECT_EQ(run.count(AnomalyKind::kChecksum), 1u);
}

TEST(EvtxDamage, ABadSizeCopyCostsNothing) {
  Written w = written(20);
  w.record(5)[w.places[5].size - 4] ^= 0xff;
  RecordedRun run = read(w.file);
  EXPECT_EQ(run.events.size(), 20u);
  EXPECT_EQ(run.count(AnomalyKind::kTrailer), 1u);
}

TEST(EvtxDamage, RecordsBehindAStaleFreeOffsetAreReadWhenTheyCarryOn) {
  Written w = written(20);
  uint32_t earlier = w.places[10].offset;
  std::memcpy(w.chunk(0) + 48, &earlier, 4);
  EXPECT_EQ(read(w.file).events.size(), 20u) << "the header is torn: its checksum fails";
  seal_chunk(w.chunk(0));
  RecordedRun sealed = read(w.file);
  EXPECT_EQ(sealed.events.size(), 10u) << "a header that holds says where records end; the rest is slack";
}

TEST(EvtxDamage, AChunkWithoutHeaderIsStillRead) {
  Written w = written(20);
  std::memset(w.chunk(0), 0, 512);
  RecordedRun run = read(w.file);
  EXPECT_EQ(run.events.size(), 20u);
  EXPECT_EQ(run.count(AnomalyKind::kChunkHeader), 1u);
}

TEST(EvtxDamage, ForeignChunksAreNamedAndPassedOver) {
  Written w = written(900);
  for (size_t i = 0; i < 65536; ++i) w.chunk(1)[i] = static_cast<uint8_t>(i * 7);
  RecordedRun run = read(w.file);
  EXPECT_EQ(run.count(AnomalyKind::kForeignBytes), 1u);
  EXPECT_GT(run.events.size(), 100u);
  EXPECT_EQ(run.events.back().text("Event.System.EventRecordID"), "900");
}

TEST(EvtxDamage, ATruncatedFileGivesWhatIsThere) {
  Written w = written(500);
  w.file.resize(4096 + 65536 + 20000);
  RecordedRun run = read(w.file);
  EXPECT_EQ(run.count(AnomalyKind::kTruncated), 1u);
  EXPECT_GT(run.events.size(), 200u);
}

TEST(EvtxDamage, AMergedRecordDoesNotClose) {
  Written w = written(20);
  uint32_t merged = w.places[5].size + w.places[6].size;  // record 5 swallows record 6
  std::memcpy(w.record(5) + 4, &merged, 4);
  std::memcpy(w.record(5) + merged - 4, &merged, 4);
  seal_chunk(w.chunk(0));
  RecordedRun run = read(w.file);
  EXPECT_EQ(run.events.size(), 19u);
  EXPECT_EQ(run.count(AnomalyKind::kClosure), 1u);
}

TEST(EvtxDamage, DefinitionsInsideATornHoleAreStillUsed) {
  Written w = written(20);
  std::memset(w.record(0), 0, 8);  // the record that carries the definitions has lost its head
  RecordedRun run = read(w.file);
  EXPECT_EQ(run.events.size(), 19u);
  EXPECT_EQ(run.events[0].text("Event.EventData.Number"), "2");
}

TEST(EvtxDamage, AChannelThatDependsOnANullSlotIsAbsentForTheKindToo) {
  Written w = written(1);
  const std::u16string name = u"Channel";
  const auto* text = reinterpret_cast<const uint8_t*>(name.data());
  auto at = std::search(w.file.begin(), w.file.end(), text, text + name.size() * 2);
  ASSERT_NE(at, w.file.end());
  at[-18] = 7;  // dependency id of the element: ActivityID, which is NULL
  at[-17] = 0;
  seal_file(&w.file);
  for (bool walker : {false, true}) {
    RecordedRun run;
    run_evtx(w.file, {.walker = walker}, &run);
    ASSERT_EQ(run.events.size(), 1u);
    EXPECT_EQ(run.events[0].fields.substr(0, 17), "|Harbor-Gate|100|");
    EXPECT_EQ(run.events[0].text("Event.System.Channel"), "<absent>");
  }
}

// Only the root is never left out; below it a condition holds whatever the root is called.
TEST(EvtxDamage, AnElementUnderAnUnnamedRootIsAbsentWhenItsSlotIsNull) {
  FileWriter writer;
  for (uint64_t id = 1; id <= 2; ++id) {
    writer.add_raw(id, 133'550'000'000'000'000, [&](BinXml& out) {
      Template unnamed;
      unnamed.key = "unnamed";
      unnamed.write = [](BinXml& x) {
        x.open("", 0).close_start();
        x.open("Always").close_start().substitution(0, kString, true).end();
        x.open("Berth", 0).close_start().substitution(0, kString, true).end();
        x.end();
      };
      out.fragment_header().instance(unnamed, {id == 1 ? null_value() : string_value("7")}).eof();
    });
  }
  const std::vector<uint8_t> file = writer.finish();
  for (bool walker : {false, true}) {
    RecordedRun run;
    run_evtx(file, {.walker = walker}, &run);
    ASSERT_EQ(run.events.size(), 2u);
    EXPECT_EQ(run.compiled, walker ? 0u : 2u);
    EXPECT_EQ(run.events[0].text("Always"), "<null>");
    EXPECT_EQ(run.events[0].text("Berth"), "<absent>");
    EXPECT_EQ(run.events[1].text("Berth"), "7");
  }
}

TEST(EvtxDamage, FragmentsInsideFragmentsEndAtTheLimit) {
  FileWriter writer;
  writer.add_raw(1, 133'550'000'000'000'000, [](BinXml& out) {
    Template bomb;
    bomb.key = "bomb";
    bomb.write = [](BinXml& x) {
      x.open("a").close_start();
      for (int i = 0; i < 8; ++i) x.substitution(0, kBinXml);
      x.end();
    };
    std::function<void(BinXml&, int)> nest = [&](BinXml& x, int depth) {
      if (depth == 0) {
        x.open("leaf").close_empty().eof();
        return;
      }
      x.instance(bomb, {fragment_value([&, depth](BinXml& y) { nest(y, depth - 1); })});
      x.eof();
    };
    out.fragment_header();
    nest(out, 40);
  });
  RecordedRun run = read(writer.finish());
  EXPECT_EQ(run.count(AnomalyKind::kLimit), 1u);
}

}  // namespace
}  // namespace sil::ingest
