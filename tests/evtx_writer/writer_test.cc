#include "evtx_writer/writer.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <fstream>

#include "bytes/digest.h"

namespace sil::evtx_writer {
namespace {

using testing::HasSubstr;

constexpr uint64_t kTime = 133'550'000'001'234'567;  // 2024-03-15T18:13:20.1234567Z

Event process_event(uint64_t id) {
  Event event;
  event.provider = "Microsoft-Windows-Sysmon";
  event.provider_guid = "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}";
  event.channel = "Microsoft-Windows-Sysmon/Operational";
  event.computer = "WRITER.example.org";
  event.event_id = 1;
  event.version = 5;
  event.task = 1;
  event.time = kTime + id * 10'000'000;
  event.record_id = id;
  event.process_id = 2044;
  event.thread_id = 3112;
  event.user_sid = "S-1-5-18";
  event.fields = {{"UtcTime", string_value("2024-03-15 07:06:40.123", true)},
                  {"ProcessGuid", guid_value("{5a364d77-49b5-6589-9301-000000004401}")},
                  {"ProcessId", int_value(kUInt32, 4096)},
                  {"Image", string_value("C:\\Windows\\System32\\whoami.exe", true)},
                  {"LogonId", hex64_value(0x3e7)}};
  return event;
}

template <class T>
T at(const std::vector<uint8_t>& bytes, size_t offset) {
  return load_le<T>(bytes.data() + offset);
}

// What the yardstick reader prints, one JSON document a line; empty when it is not there.
std::vector<std::string> peer_lines(const std::vector<uint8_t>& file) {
  std::string peer = std::string(SIL_SHARED) + "/peers/evtx_dump";
  if (access(peer.c_str(), X_OK) != 0) return {};
  std::string path = testing::TempDir() + "writer_test_" + std::to_string(getpid()) + ".evtx";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  std::string command = "'" + peer + "' -t 1 --validate-checksums -o jsonl '" + path + "' 2>&1";
  std::vector<std::string> lines;
  FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  char buffer[4096];
  for (size_t got = 0; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, got);
  pclose(pipe);
  std::remove(path.c_str());
  for (size_t from = 0; from < text.size();) {
    size_t end = text.find('\n', from);
    if (end == std::string::npos) end = text.size();
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

#define SKIP_WITHOUT_PEER(lines) \
  if ((lines).empty()) GTEST_SKIP() << "no ../shared/peers/evtx_dump to compare with"

TEST(FileWriter, HeaderCountersAndChecksumsAgree) {
  FileWriter file;
  for (uint64_t id = 1; id <= 300; ++id) file.add(process_event(id));
  std::vector<uint8_t> bytes = file.finish();
  size_t chunks = (bytes.size() - 4096) / kChunkSize;
  EXPECT_GT(chunks, 1U);
  EXPECT_EQ(at<uint64_t>(bytes, 24), 301U);
  EXPECT_EQ(at<uint16_t>(bytes, 42), chunks);
  EXPECT_EQ(at<uint32_t>(bytes, 124), crc32(Bytes{bytes}.first(120)));
  uint64_t next = 1;
  for (size_t i = 0; i < chunks; ++i) {
    size_t chunk = 4096 + i * kChunkSize;
    EXPECT_EQ(at<uint64_t>(bytes, chunk + 24), next);
    next = at<uint64_t>(bytes, chunk + 32) + 1;
    uint32_t free = at<uint32_t>(bytes, chunk + 48);
    EXPECT_EQ(at<uint32_t>(bytes, chunk + 52), crc32(Bytes{bytes}.subspan(chunk + 512, free - 512)));
  }
  EXPECT_EQ(next, 301U);
}

TEST(FileWriter, ClosesAChunkOnlyWhenTheNextRecordDoesNotFit) {
  FileWriter file;
  for (uint64_t id = 1; id <= 500; ++id) file.add(process_event(id));
  std::vector<uint8_t> bytes = file.finish();
  const auto& places = file.places();
  for (size_t i = 1; i < places.size(); ++i) {
    if (places[i].chunk == places[i - 1].chunk) {
      EXPECT_EQ(places[i].offset, places[i - 1].offset + places[i - 1].size);
      continue;
    }
    uint32_t free = places[i - 1].offset + places[i - 1].size;
    EXPECT_LT(kChunkSize - free, places[2].size + 8) << "a record of ordinary size would have fitted";
  }
  for (const RecordPlace& place : places) {
    EXPECT_EQ(place.size % 8, 0U);
    size_t record = 4096 + place.chunk * kChunkSize + place.offset;
    EXPECT_EQ(at<uint32_t>(bytes, record), 0x2a2aU);
    EXPECT_EQ(at<uint32_t>(bytes, record + place.size - 4), place.size);
  }
}

TEST(FileWriter, NameAndTemplateChainsRunDownwardsInTheRightBuckets) {
  FileWriter file;
  for (uint64_t id = 1; id <= 20; ++id) file.add(process_event(id));
  std::vector<uint8_t> bytes = file.finish();
  size_t names = 0;
  size_t definitions = 0;
  for (uint32_t bucket = 0; bucket < 64; ++bucket) {
    uint32_t before = kChunkSize;
    for (uint32_t name = at<uint32_t>(bytes, 4096 + 128 + 4 * bucket); name != 0;
         name = at<uint32_t>(bytes, 4096 + name)) {
      ASSERT_LT(name, before);
      before = name;
      std::u16string text(at<uint16_t>(bytes, 4096 + name + 6), u'\0');
      std::memcpy(text.data(), bytes.data() + 4096 + name + 8, 2 * text.size());
      EXPECT_EQ(at<uint16_t>(bytes, 4096 + name + 4), name_hash(text));
      EXPECT_EQ(name_hash(text) % 64, bucket);
      ++names;
    }
  }
  for (uint32_t bucket = 0; bucket < 32; ++bucket)
    for (uint32_t d = at<uint32_t>(bytes, 4096 + 384 + 4 * bucket); d != 0; d = at<uint32_t>(bytes, 4096 + d)) {
      EXPECT_EQ(template_bucket(bytes.data() + 4096 + d + 4), bucket);
      ++definitions;
    }
  EXPECT_EQ(names, 28U);       // 26 of the System template, then EventData and Data; Name is shared
  EXPECT_EQ(definitions, 2U);  // System and the body, each once for twenty records
}

TEST(NameHash, MatchesWindows) {  // values as they stand in Windows' own files
  EXPECT_EQ(name_hash(u"Event"), 0x0cba);
  EXPECT_EQ(name_hash(u"System"), 0x546f);
}

TEST(FileWriter, FlagsAndVersionAreAsAsked) {
  FileOptions options;
  options.minor_version = 2;
  options.file_flags = 5;
  options.preallocated_chunks = 3;
  options.next_id = 1;
  FileWriter file(options);
  file.add(process_event(77));
  std::vector<uint8_t> bytes = file.finish();
  EXPECT_EQ(bytes.size(), 4096 + 4 * kChunkSize);
  EXPECT_EQ(at<uint16_t>(bytes, 36), 2);
  EXPECT_EQ(at<uint32_t>(bytes, 120), 5U);
  EXPECT_EQ(at<uint32_t>(bytes, 124), 0U);
  EXPECT_EQ(at<uint64_t>(bytes, 24), 1U);
  EXPECT_EQ(at<uint16_t>(bytes, 42), 1);
  EXPECT_EQ(at<uint32_t>(bytes, 4096 + 120), 5U);
}

TEST(FileWriter, ExportRenumbersHeadersAndKeepsRecordIds) {
  FileOptions options;
  options.export_form = true;
  FileWriter file(options);
  for (uint64_t id : {40U, 44U, 45U}) file.add(process_event(id));
  std::vector<uint8_t> bytes = file.finish();
  const auto& places = file.places();
  EXPECT_EQ(places[1].header_id, 2U);
  size_t second = 4096 + places[1].offset;
  EXPECT_EQ(at<uint64_t>(bytes, second + 16), process_event(45).time);
  EXPECT_EQ(at<uint64_t>(bytes, 4096 + places[2].offset + 16), 0U);
}

TEST(FileWriter, WrappedLogKeepsTheOldestChunkWhereTold) {
  FileOptions options;
  options.oldest_position = 1;
  FileWriter file(options);
  for (uint64_t id = 1; id <= 400; ++id) file.add(process_event(id));
  std::vector<uint8_t> bytes = file.finish();
  EXPECT_EQ(at<uint64_t>(bytes, 8), 1U);
  EXPECT_EQ(at<uint64_t>(bytes, 16), 0U);
  EXPECT_EQ(at<uint64_t>(bytes, 4096 + kChunkSize + 24), 1U);
  EXPECT_GT(at<uint64_t>(bytes, 4096 + 24), 1U);
}

TEST(Peer, ReadsManifestEventsWithTheSameValues) {
  FileWriter file;
  for (uint64_t id = 7; id <= 300; ++id) file.add(process_event(id));
  std::vector<std::string> lines = peer_lines(file.finish());
  SKIP_WITHOUT_PEER(lines);
  ASSERT_EQ(lines.size(), 294U);
  EXPECT_EQ(lines[0],
            R"({"Event":{"#attributes":{"xmlns":"http://schemas.microsoft.com/win/2004/08/events/event"},)"
            R"("System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon",)"
            R"("Guid":"{5770385f-c22a-43e0-bf4c-06f5698ffbd9}"}},"EventID":1,"Version":5,"Level":4,"Task":1,)"
            R"("Opcode":0,"Keywords":"0x8000000000000000",)"
            R"("TimeCreated":{"#attributes":{"SystemTime":"2024-03-15T18:13:27.1234567Z"}},"EventRecordID":7,)"
            R"("Correlation":null,"Execution":{"#attributes":{"ProcessID":2044,"ThreadID":3112}},)"
            R"("Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"WRITER.example.org",)"
            R"("Security":{"#attributes":{"UserID":"S-1-5-18"}}},)"
            R"("EventData":{"UtcTime":"2024-03-15 07:06:40.123",)"
            R"("ProcessGuid":"{5a364d77-49b5-6589-9301-000000004401}","ProcessId":4096,)"
            R"("Image":"C:\\Windows\\System32\\whoami.exe","LogonId":"0x3e7"}}})");
  for (size_t i = 0; i < lines.size(); ++i)
    EXPECT_THAT(lines[i], HasSubstr("\"EventRecordID\":" + std::to_string(i + 7) + ","));
}

TEST(Peer, ReadsEveryValueType) {
  Event event = process_event(1);
  event.sized_nulls = true;
  event.body_header = true;
  event.qualifiers = 16384;
  event.activity_id = "{11111111-2222-3333-4444-555555555555}";
  event.fields = {{"null", null_value(6, 0x41)},
                  {"string", string_value("Hafen \xC3\xA4\xC3\xB6\xC3\xBC \xF0\x9F\x9A\xA2")},
                  {"ansi", ansi_value("plain")},
                  {"i8", int_value(kInt8, 0xff)},
                  {"u8", int_value(kUInt8, 255)},
                  {"i16", int_value(kInt16, 0xfffe)},
                  {"u16", int_value(kUInt16, 65535)},
                  {"i32", int_value(kInt32, 0xffffffff)},
                  {"u32", int_value(kUInt32, 4294967295)},
                  {"i64", int_value(kInt64, ~uint64_t{0})},
                  {"u64", int_value(kUInt64, ~uint64_t{0})},
                  {"f32", real32_value(1.5F)},
                  {"f64", real64_value(-0.25)},
                  {"yes", bool_value(true)},
                  {"no", bool_value(false)},
                  {"binary", binary_value({0xde, 0xad, 0xbe, 0xef})},
                  {"guid", guid_value("{01234567-89ab-cdef-0123-456789abcdef}")},
                  {"size4", size_value(0x1234, 4)},
                  {"size8", size_value(0x1234, 8)},
                  {"filetime", filetime_value(kTime)},
                  {"systemtime", systemtime_value(kTime)},
                  {"sid", sid_value("S-1-5-21-3461203602-4096304019-2269080069-1000")},
                  {"hex32", hex32_value(0x1010)},
                  {"hex64", hex64_value(0x8020000000000000)},
                  {"pointer", hex64_value(0x2d4), kSize}};
  FileWriter file;
  file.add(event);
  std::vector<std::string> lines = peer_lines(file.finish());
  SKIP_WITHOUT_PEER(lines);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], HasSubstr(R"("EventID":{"#attributes":{"Qualifiers":16384},"#text":1})"));
  EXPECT_THAT(lines[0],
              HasSubstr(R"("Correlation":{"#attributes":{"ActivityID":"{11111111-2222-3333-4444-555555555555}"}})"));
  size_t data = lines[0].find("\"EventData\"");
  ASSERT_NE(data, std::string::npos);
  EXPECT_EQ(lines[0].substr(data),
            "\"EventData\":{\"null\":\"\",\"string\":\"Hafen \xC3\xA4\xC3\xB6\xC3\xBC "
            "\xF0\x9F\x9A\xA2\",\"ansi\":\"plain\","
            R"("i8":-1,"u8":255,"i16":-2,"u16":65535,"i32":-1,"u32":4294967295,"i64":-1,"u64":18446744073709551615,)"
            R"("f32":"1.5","f64":"-0.25","yes":true,"no":false,"binary":"DEADBEEF",)"
            R"("guid":"{01234567-89ab-cdef-0123-456789abcdef}","size4":"0x1234","size8":"0x1234",)"
            R"("filetime":"2024-03-15T18:13:20.1234567Z","systemtime":"2024-03-15T18:13:20.1230000Z",)"
            R"("sid":"S-1-5-21-3461203602-4096304019-2269080069-1000","hex32":"0x1010",)"
            R"("hex64":"0x8020000000000000","pointer":"0x2d4"}}})");
}

TEST(Peer, ReadsArraysNamelessAndDuplicateData) {
  Event event = process_event(1);
  event.fields = {{"Twice", string_value("first")},
                  {"Twice", string_value("second")},
                  {"Items", strings_value({"a", "b", "c"})},
                  {"Numbers", array_value(kUInt32, {int_value(kUInt32, 5), int_value(kUInt32, 6)})}};
  Event classic = process_event(2);
  classic.system = SystemShape::kClassic;
  classic.provider_guid.clear();
  classic.body = BodyShape::kClassicData;
  classic.qualifiers = 0;
  classic.fields = {{"", strings_value({"NTDS", "2772,D,50", "x"})}};
  classic.binary = {1, 2, 255};
  FileWriter file;
  file.add(event);
  file.add(classic);
  std::vector<std::string> lines = peer_lines(file.finish());
  SKIP_WITHOUT_PEER(lines);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0],
              HasSubstr(R"("EventData":{"Twice":["first","second"],"Items":["a","b","c"],"Numbers":[5,6]}})"));
  EXPECT_THAT(lines[1], HasSubstr(R"({"Data":{"#text":["NTDS","2772,D,50","x"]},"Binary":"0102FF"})"));
}

TEST(Peer, ReadsUserDataAndLiteralProviders) {
  Event event = process_event(1);
  event.provider = "Microsoft-Windows-Eventlog";
  event.provider_guid = "{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}";
  event.system = SystemShape::kLiterals;
  event.channel = "Security";
  event.event_id = 1102;
  event.body = BodyShape::kUserData;
  event.body_name = "LogFileCleared";
  event.body_namespace = "http://manifests.microsoft.com/win/2004/08/windows/eventlog";
  event.fields = {{"SubjectUserSid", sid_value("S-1-5-18")}, {"SubjectUserName", string_value("svc")}};
  event.fields.push_back({"kind", string_value("full"), -1, false, true});
  FileWriter file;
  file.add(event);
  std::vector<std::string> lines = peer_lines(file.finish());
  SKIP_WITHOUT_PEER(lines);
  EXPECT_THAT(lines[0], HasSubstr(R"("UserData":{"LogFileCleared":{"#attributes":{"xmlns":)"));
  EXPECT_THAT(lines[0], HasSubstr(R"("kind":"full"},"SubjectUserSid":"S-1-5-18","SubjectUserName":"svc"}}}})"));
  EXPECT_THAT(lines[0], HasSubstr(R"("Name":"Microsoft-Windows-Eventlog","Guid":"{fc65ddd8-d6ef)"));
}

TEST(Peer, ReadsRecordsWithoutTemplates) {
  Event event = process_event(9);
  event.system = SystemShape::kDirect;
  event.fields = {{"Cmd", string_value("a & b < \"c\"", true)}, {"", string_value("plain")}};
  FileWriter file;
  file.add(event);
  event.record_id = 10;
  file.add(event);
  std::vector<std::string> lines = peer_lines(file.finish());
  SKIP_WITHOUT_PEER(lines);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[1], HasSubstr(R"("EventRecordID":"10")"));
  EXPECT_THAT(lines[1], HasSubstr(R"("Cmd":"a & b < \"c\"")"));
  EXPECT_THAT(lines[0], HasSubstr(R"("EventRecordID":"9")"));
  EXPECT_THAT(lines[0], HasSubstr(R"("Cmd":"a & b < \"c\"")"));
  EXPECT_THAT(lines[0], HasSubstr(R"("SystemTime":"2024-03-15T18:13:29.1234567Z")"));
}

TEST(Peer, ReadsNestedInstances) {
  Event event = process_event(3);
  event.body = BodyShape::kCustom;
  event.inner = {"outer-custom",
                 [](BinXml& out) {
                   out.open("EventData").close_start();
                   out.open("Data", kNoDependency, true).attribute("Name").text("Inner").close_start();
                   out.substitution(0, kBinXml).end().end();
                 },
                 {}};
  Template leaf{"leaf", [](BinXml& out) { out.open("Leaf").close_start().substitution(0, kString).end(); }, {}};
  event.inner_values = {fragment_value([leaf](BinXml& out) { out.instance(leaf, {string_value("deep")}).eof(); })};
  FileWriter file;
  file.add(event);
  std::vector<std::string> lines = peer_lines(file.finish());
  SKIP_WITHOUT_PEER(lines);
  EXPECT_THAT(lines[0], HasSubstr("deep"));
}

}  // namespace
}  // namespace sil::evtx_writer
