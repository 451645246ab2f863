#include "ingest/evtx_reader.h"

#include <gmock/gmock.h>

#include "evtx_writer/writer.h"
#include "ingest/recorded_run.h"

namespace sil::ingest {
namespace {

using namespace evtx_writer;
using evtx_writer::Event;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr uint64_t kTime = 133'550'000'001'234'567;  // 2024-03-15T18:13:20.1234567Z

Event sysmon(uint64_t id) {
  Event event;
  event.provider = "Microsoft-Windows-Sysmon";
  event.provider_guid = "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}";
  event.channel = "Microsoft-Windows-Sysmon/Operational";
  event.computer = "PIER-4";
  event.event_id = 1;
  event.version = 5;
  event.time = kTime + id * kTicksPerSecond;
  event.record_id = id;
  event.process_id = 2044;
  event.user_sid = "S-1-5-18";
  event.fields = {{"Image", string_value("C:\\Windows\\System32\\whoami.exe", true)},
                  {"ProcessId", int_value(kUInt32, 4096)},
                  {"Odd Name", string_value("x")}};
  return event;
}

std::vector<uint8_t> file_of(const std::vector<Event>& events, FileOptions options = {}) {
  FileWriter writer(options);
  for (const Event& event : events) writer.add(event);
  return writer.finish();
}
std::vector<uint8_t> file_of(size_t count, FileOptions options = {}) {
  std::vector<Event> events;
  for (size_t i = 1; i <= count; ++i) events.push_back(sysmon(i));
  return file_of(events, options);
}

RecordedRun read(const std::vector<uint8_t>& file, RunOptions options = {}) {
  RecordedRun run;
  run_evtx(file, options, &run);
  if (!options.walker) {  // every test is a twin test too
    RecordedRun twin;
    run_evtx(file, {.walker = true}, &twin);
    EXPECT_EQ(run.events.size(), twin.events.size());
    for (size_t i = 0; i < std::min(run.events.size(), twin.events.size()); ++i) {
      EXPECT_EQ(run.events[i].fields, twin.events[i].fields);
      EXPECT_EQ(run.events[i].json, run.events[i].plain_json);
    }
  }
  return run;
}

TEST(EvtxReader, GivesValuesKindTimeAndId) {
  RecordedRun run = read(file_of(3));
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.compiled, 3u);
  const RecordedEvent& event = run.events[1];
  EXPECT_THAT(event.fields, HasSubstr("Microsoft-Windows-Sysmon/Operational|Microsoft-Windows-Sysmon|1|"
                                      "2024-03-15T18:13:22.1234567Z|2"));
  EXPECT_EQ(event.text("Event.EventData.Image"), "C:\\Windows\\System32\\whoami.exe");
  EXPECT_EQ(event.text("Event.EventData.ProcessId"), "4096");
  EXPECT_EQ(event.text("Event.System.Execution.#attributes.ProcessID"), "2044");
  EXPECT_EQ(event.text("Event.System.Security.#attributes.UserID"), "S-1-5-18");
  EXPECT_THAT(event.fields, HasSubstr("Event.EventData.Odd Name[OddName]=x"));
  EXPECT_TRUE(run.anomalies.empty());
}

TEST(EvtxReader, WritesJsonInTheKnownShape) {
  RecordedRun run = read(file_of(1));
  EXPECT_THAT(run.events[0].json,
              HasSubstr(R"("EventID":1,"Version":5,"Level":4,"Task":0,"Opcode":0,"Keywords":"0x8000000000000000")"));
  EXPECT_THAT(run.events[0].json, HasSubstr(R"("Correlation":null)"));
  EXPECT_THAT(
      run.events[0].json,
      HasSubstr(R"("EventData":{"Image":"C:\\Windows\\System32\\whoami.exe","ProcessId":4096,"Odd Name":"x"})"));
  EXPECT_THAT(run.events[0].xml, HasSubstr("<Data Name=\"ProcessId\">4096</Data>"));
}

TEST(EvtxReader, ReadsTheSameOutOfAStream) {
  std::vector<uint8_t> file = file_of(3000);
  RecordedRun plain, stream;  // several pieces each
  run_evtx(file, {.render = false}, &plain);
  run_evtx(file, {.stream = true, .render = false}, &stream);
  ASSERT_EQ(plain.events.size(), 3000u);
  ASSERT_EQ(stream.events.size(), 3000u);
  EXPECT_EQ(plain.events[2999].where, stream.events[2999].where);
  EXPECT_EQ(plain.events[2999].fields, stream.events[2999].fields);
}

TEST(EvtxReader, KeepsDuplicateAndNamelessData) {
  Event event = sysmon(1);
  event.fields = {{"Twice", string_value("a")}, {"Twice", string_value("b")}};
  Event nameless = sysmon(2);
  nameless.body = BodyShape::kClassicData;
  nameless.fields = {{"", strings_value({"one", "", "three"})}};
  RecordedRun run = read(file_of({event, nameless}));
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_THAT(run.events[0].json, HasSubstr(R"("EventData":{"Twice":"a","Twice_1":"b"})"));
  EXPECT_THAT(run.events[0].fields, HasSubstr("Event.EventData.Twice[Twice]=a\nEvent.EventData.Twice[Twice]=b"));
  EXPECT_THAT(run.events[1].json, HasSubstr(R"("Data":{"#text":["one","","three"]})"));
  EXPECT_EQ(run.events[1].text("Event.EventData.Data"), "one, , three");
  EXPECT_THAT(run.events[1].xml, HasSubstr("<Data>one</Data><Data/><Data>three</Data>"));
}

TEST(EvtxReader, ReadsUserDataAttributesAndOptionalNulls) {
  Event event = sysmon(1);
  event.body = BodyShape::kUserData;
  event.body_name = "LogFileCleared";
  event.body_namespace = "http://example.org/cleared";
  event.fields = {{"SubjectUserName", string_value("quay")},
                  {"present", string_value("1"), -1, true, true},
                  {"gone", null_value(4), -1, true, true},
                  {"empty", null_value(16)}};
  RecordedRun run = read(file_of({event}));
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].text("Event.UserData.LogFileCleared.SubjectUserName"), "quay");
  EXPECT_EQ(run.events[0].text("Event.UserData.LogFileCleared.#attributes.present"), "1");
  EXPECT_EQ(run.events[0].text("Event.UserData.LogFileCleared.#attributes.gone"), "<absent>");
  EXPECT_EQ(run.events[0].text("Event.UserData.LogFileCleared.empty"), "<null>");
  EXPECT_THAT(run.events[0].fields, Not(HasSubstr("xmlns")));
}

TEST(EvtxReader, ReadsEveryValueType) {
  Event event = sysmon(1);
  event.fields = {{"i8", int_value(kInt8, 0xff)},
                  {"u64", int_value(kUInt64, UINT64_MAX)},
                  {"f32", real32_value(0.1F)},
                  {"b", int_value(kBool, 16)},
                  {"bin", binary_value({0xde, 0xad})},
                  {"guid", guid_value("{01234567-89AB-cdef-0123-456789abcdef}")},
                  {"size4", size_value(0x1000, 4)},
                  {"size8", size_value(0x1000, 8)},
                  {"time", filetime_value(kTime)},
                  {"systime", systemtime_value(kTime)},
                  {"sid", sid_value("S-1-5-21-1-2-3-500")},
                  {"hex", hex32_value(0xff)},
                  {"ansi", ansi_value("caf\xe9")},
                  {"handle", {kEvtHandle, {1, 2, 3, 4}, {}}},
                  {"pair", utf16_value(u"\xD83D\xDE00\xD83D")},
                  {"ints", array_value(kUInt16, {int_value(kUInt16, 7), int_value(kUInt16, 8)})}};
  RecordedRun run = read(file_of({event}));
  ASSERT_EQ(run.events.size(), 1u);
  auto text = [&](const char* name) { return run.events[0].text(std::string("Event.EventData.") + name); };
  EXPECT_EQ(text("i8"), "-1");
  EXPECT_EQ(text("u64"), "18446744073709551615");
  EXPECT_EQ(text("f32"), "0.1");
  EXPECT_EQ(text("b"), "true");
  EXPECT_EQ(text("bin"), "DEAD");
  EXPECT_EQ(text("guid"), "{01234567-89ab-cdef-0123-456789abcdef}");
  EXPECT_EQ(text("size4"), "0x1000");
  EXPECT_EQ(text("size8"), "0x1000");
  EXPECT_EQ(text("time"), "2024-03-15T18:13:20.1234567Z");
  EXPECT_EQ(text("systime"), "2024-03-15T18:13:20.123Z");
  EXPECT_EQ(text("sid"), "S-1-5-21-1-2-3-500");
  EXPECT_EQ(text("hex"), "0xff");
  EXPECT_EQ(text("ansi"), "caf\xc3\xa9");
  EXPECT_EQ(text("handle"), "<null>");
  EXPECT_EQ(text("pair"), "\xF0\x9F\x98\x80\xEF\xBF\xBD");
  EXPECT_EQ(text("ints"), "7, 8");
  EXPECT_THAT(run.events[0].json, HasSubstr(R"("systime":"2024-03-15T18:13:20.1230000Z")"));
}

TEST(EvtxReader, KeepsTextBehindAnInnerNulAndSaysSo) {
  Event event = sysmon(1);
  event.fields = {{"Hidden", utf16_value(std::u16string_view(u"seen\0hidden\0\0", 13))}};
  RecordedRun run = read(file_of({event}));
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].text("Event.EventData.Hidden"), std::string("seen\0hidden", 11));
  EXPECT_EQ(run.count(AnomalyKind::kInnerNul), 1u);
}

TEST(EvtxReader, ReadsRecordsWithoutTemplate) {
  Event event = sysmon(7);
  event.system = SystemShape::kDirect;
  event.qualifiers = 16384;
  event.fields = {{"CommandLine", string_value("a & b")}};
  RecordedRun run = read(file_of({event}));
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.walked, 1u);
  EXPECT_THAT(run.events[0].fields, HasSubstr("|1|2024-03-15T18:13:27.1234567Z|7"));
  EXPECT_EQ(run.events[0].text("Event.EventData.CommandLine"), "a & b");
  EXPECT_THAT(run.events[0].json, HasSubstr(R"("EventID":{"#attributes":{"Qualifiers":"16384"},"#text":"1"})"));
}

TEST(EvtxReader, ReadsAllSystemShapesOfTheWriter) {
  std::vector<Event> events;
  for (SystemShape shape : {SystemShape::kSlots, SystemShape::kLiterals, SystemShape::kClassic}) {
    Event event = sysmon(events.size() + 1);
    event.system = shape;
    events.push_back(event);
    event.record_id = events.size() + 1;
    event.body = BodyShape::kNone;
    events.push_back(event);
  }
  RecordedRun run = read(file_of(events));
  ASSERT_EQ(run.events.size(), 6u);
  EXPECT_EQ(run.compiled, 6u);
  for (const RecordedEvent& event : run.events) {
    EXPECT_EQ(event.text("Event.System.Provider.#attributes.Name"), "Microsoft-Windows-Sysmon");
  }
}

TEST(EvtxReader, CitesTheDefinitionsThatALaterRecordNeeds) {
  std::vector<uint8_t> file = file_of(2);
  RecordedRun run = read(file);
  EXPECT_TRUE(run.events[0].deps.empty());  // all inline
  ASSERT_GE(run.events[1].deps.size(), 2u);
  // The record and its deps alone, in an otherwise empty chunk, decode to the same event.
  std::vector<uint8_t> chunk(kChunkSize, 0);
  auto keep = [&](Span span) {
    std::copy_n(file.begin() + static_cast<long>(span.offset), span.length,
                chunk.begin() + static_cast<long>(span.offset - 4096));
  };
  keep(run.events[1].where);
  for (Span span : run.events[1].deps) keep(span);
  DefinitionLibrary definitions;
  definitions.begin_chunk(chunk);
  Tree tree;
  size_t at = run.events[1].where.offset - 4096;
  build_tree(chunk, at + 24, at + run.events[1].where.length - 4, &definitions, &tree);
  EXPECT_EQ(tree.problem, nullptr);
  Layout layout;
  std::vector<sil::Value> values;
  std::deque<std::string> arena;
  tree_fields(tree, &layout, &values, &arena);
  EXPECT_EQ(layout.fields.size(), run.events[1].named.size() + 3);  // absent optional attributes are fields too
}

TEST(EvtxReader, HandsOnStructureFacts) {
  RecordedRun run = read(file_of(2));
  size_t records = 0, fragments = 0, definitions = 0;
  for (const StructureFact& fact : run.facts) {
    if (fact.kind == FactKind::kRecord) {
      ++records;
      EXPECT_EQ(fact.a, fact.b);
      EXPECT_EQ(fact.c, fact.d);
    }
    if (fact.kind == FactKind::kRecordEnd) {
      EXPECT_LE(fact.b - fact.a, 7u);
    }
    if (fact.kind == FactKind::kFragment) {
      ++fragments;
      EXPECT_EQ(fact.a, fact.b);
    }
    if (fact.kind == FactKind::kDefinition) {
      ++definitions;
      EXPECT_EQ(fact.a, fact.b);
    }
    if (fact.kind == FactKind::kChunkEnd) {
      EXPECT_EQ(fact.d, 3u);
    }
  }
  EXPECT_EQ(records, 2u);
  EXPECT_EQ(fragments, 2u);
  EXPECT_EQ(definitions, 2u);
}

TEST(EvtxReader, SniffsByContent) {
  std::vector<uint8_t> file = file_of(1);
  EXPECT_EQ(sniff_evtx(file, "x.bin").confidence, 100);
  std::fill_n(file.begin(), 4096, uint8_t{0});
  EXPECT_EQ(sniff_evtx(file, "x.bin").confidence, 90);
  file[4096] = 0;
  EXPECT_EQ(sniff_evtx(file, "x.evtx").confidence, 0);
}

}  // namespace
}  // namespace sil::ingest
