#include "ingest/json_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "bytes/text.h"
#include "model/field_names.h"

namespace sil::ingest {
namespace {

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string text) : text_(std::move(text)) {}
  bool random_access() const override { return true; }
  Result<size_t> read_at(uint64_t offset, uint8_t* into, size_t length) override {
    if (offset >= text_.size()) return 0;
    const size_t count = std::min<size_t>(length, text_.size() - offset);
    std::memcpy(into, text_.data() + offset, count);
    return count;
  }
  uint64_t size_hint() const override { return text_.size(); }

 private:
  std::string text_;
};

struct Seen {
  std::string schema, product, category, service, channel, provider, json, xml, raw;
  uint32_t event_id = 0;
  uint64_t record_id = 0;
  Timestamp time;
  Span where;
  std::map<std::string, std::string> texts;
};

class Collector final : public EventSink {
 public:
  explicit Collector(std::vector<std::string> names) : names_(std::move(names)) {}
  void on_event(const Event& event) override {
    Seen seen;
    seen.schema = event.kind->schema;
    seen.product = event.kind->product;
    seen.category = event.kind->category;
    seen.service = event.kind->service;
    seen.channel = event.kind->channel;
    seen.provider = event.kind->provider;
    seen.event_id = event.kind->event_id;
    seen.record_id = event.record_id;
    seen.time = event.time;
    seen.where = event.where;
    seen.raw.assign(reinterpret_cast<const char*>(event.raw.data()), event.raw.size());
    event.details->write_json(event, &seen.json);
    event.details->write_xml(event, &seen.xml);
    std::vector<Span> spans, deps;
    event.details->cite(event, &spans, &deps);
    EXPECT_EQ(spans, std::vector<Span>{event.where});
    const Bytes cited = event.details->bytes(event.where);
    EXPECT_EQ(cited.size(), event.where.length);
    EXPECT_TRUE(!cited.empty() && cited.front() == '{' && cited.back() == '}');
    for (const std::string& name : names_) {
      std::string all;
      for (const FieldPlace& place : resolve_field(*event.layout, name)) {
        if (!all.empty()) all += '|';
        append_text(event.value(event.layout->fields[place.field]), &all);
      }
      seen.texts[name] = all;
    }
    events.push_back(std::move(seen));
  }
  void on_anomaly(Anomaly anomaly) override { anomalies.push_back(std::move(anomaly)); }
  void on_fact(const StructureFact&) override {}
  bool wants_facts() const override { return false; }

  std::vector<Seen> events;
  std::vector<Anomaly> anomalies;

 private:
  std::vector<std::string> names_;
};

Collector read_all(const std::string& text, std::vector<std::string> names = {}) {
  MemorySource source(text);
  auto reader = make_json_reader();
  auto scratch = reader->make_scratch();
  Collector collector(std::move(names));
  Piece piece;
  uint64_t expected_offset = 0;
  for (;;) {
    auto more = reader->split(source, &piece);
    EXPECT_TRUE(more.has_value());
    if (!more || !*more) break;
    EXPECT_EQ(piece.offset, expected_offset);
    expected_offset += piece.length;
    reader->read(piece, 0, *scratch, collector);
  }
  EXPECT_EQ(expected_offset, text.size()) << "pieces cover the source";
  reader->finish(0, collector);
  return collector;
}

TEST(JsonReader, ReadsOneObjectALine) {
  const Collector got = read_all("{\"a\":1}\n\n{\"a\":\"two\\u0041\"}\r\n{\"a\":{\"b\":[1,2]}}", {"a", "a.b"});
  ASSERT_EQ(got.events.size(), 3U);
  EXPECT_TRUE(got.anomalies.empty());
  EXPECT_EQ(got.events[0].texts.at("a"), "1");
  EXPECT_EQ(got.events[1].texts.at("a"), "twoA");
  EXPECT_EQ(got.events[1].where, (Span{9, 17}));
  EXPECT_EQ(got.events[2].texts.at("a.b"), "1, 2");
  EXPECT_EQ(got.events[2].texts.at("a"), "{\"b\":[1,2]}");
  EXPECT_EQ(got.events[0].schema, "json");
}

// What keyword rules search.
TEST(JsonReader, TheLineIsTextWithoutEscapesAndWindowsEventsHaveNone) {
  const Collector got = read_all("{\"m\":\"a\\/b \\\"c\\\" \\u00e9\\\\\"}\n{\"m\":\"plain\"}\n");
  ASSERT_EQ(got.events.size(), 2U);
  EXPECT_EQ(got.events[0].raw, "{\"m\":\"a/b \"c\" \xC3\xA9\\\"}");
  EXPECT_EQ(got.events[0].json, "{\"m\":\"a\\/b \\\"c\\\" \\u00e9\\\\\"}");
  EXPECT_EQ(got.events[1].raw, "{\"m\":\"plain\"}");
  EXPECT_EQ(read_all(R"({"EventID":1,"Channel":"Security","m":"plain"})").events[0].raw, "");
}

TEST(JsonReader, RecordTypesOfAnAuditEventAreValuesOfType) {
  const char* line =
      R"({"ID":"1626611363.720:1","NODE":"h","SYSCALL":{"exe":"/x"},"PATH":[{"name":"/a"}],"EXECVE":{"a0":"x"}})";
  const Collector got = read_all(line, {"type", "Computer"});
  ASSERT_EQ(got.events.size(), 1U);
  EXPECT_EQ(got.events[0].texts.at("type"), "SYSCALL|PATH|EXECVE");
  EXPECT_EQ(got.events[0].texts.at("Computer"), "h");
}

TEST(JsonReader, ReadsArraysByElement) {
  for (const char* text :
       {"[{\"a\":1},{\"a\":2}]", "[\n{\"a\":1},\n{\"a\":2}\n]\n", "[ ]", "[{\"a\":\"]}{\"} , {\"a\":2}]"}) {
    const Collector got = read_all(text, {"a"});
    EXPECT_TRUE(got.anomalies.empty()) << text;
    EXPECT_EQ(got.events.size(), std::string(text) == "[ ]" ? 0U : 2U) << text;
  }
}

TEST(JsonReader, ReadsPrettyPrintedObjectsOneAfterTheOther) {
  const Collector got = read_all("{\n  \"a\": 1\n}\n{\n  \"a\": {\n    \"b\": \"x y\"\n  }\n}\n", {"a.b"});
  ASSERT_EQ(got.events.size(), 2U);
  EXPECT_TRUE(got.anomalies.empty());
  EXPECT_EQ(got.events[1].texts.at("a.b"), "x y");
  EXPECT_EQ(got.events[1].json, "{\"a\":{\"b\":\"x y\"}}");
}

TEST(JsonReader, UnwrapsRecords) {
  const Collector got = read_all(
      "{\"Records\":[{\"eventVersion\":\"1.08\",\"eventTime\":\"2024-01-02T03:04:05Z\",\"eventSource\":"
      "\"iam.amazonaws.com\",\"eventName\":\"CreateUser\",\"awsRegion\":\"x\"}],\"next\":\"t{\"}",
      {"eventName"});
  ASSERT_EQ(got.events.size(), 1U);
  EXPECT_TRUE(got.anomalies.empty());
  EXPECT_EQ(got.events[0].product, "aws");
  EXPECT_EQ(got.events[0].service, "cloudtrail");
  EXPECT_EQ(rfc3339(got.events[0].time), "2024-01-02T03:04:05Z");
}

// Whether a frame is unwrapped must not depend on what stands on the line before it.
TEST(JsonReader, UnwrapsALineThatIsAFrame) {
  for (const char* before : {"{\"a\":0}\n", "{torn\n", ""}) {
    const Collector got =
        read_all(std::string(before) +
                     "{\"Records\":[{\"a\":1},{\"a\":2}]}\n{\"Records\":[{\"Records\":[{\"a\":3}]}]}\n"
                     "{\"b\":{\"Records\":[]},\"a\":4}\n",
                 {"a"});
    std::string all;
    for (const auto& event : got.events) all += event.texts.at("a");
    EXPECT_EQ(all, before[0] == '{' && before[1] == '"' ? "01234" : "1234") << before;
    EXPECT_EQ(got.anomalies.size(), before[0] == '{' && before[1] == 't' ? 1U : 0U);
  }
}

TEST(JsonReader, SkipsAByteOrderMark) {
  EXPECT_EQ(read_all("\xEF\xBB\xBF{\"a\":1}\n").events.size(), 1U);
  EXPECT_EQ(read_all("\xEF\xBB\xBF[{\"a\":1}]\n").events.size(), 1U);
}

TEST(JsonReader, GoesOnBehindDamage) {
  struct Case {
    const char* name;
    std::string line;
  };
  for (const Case& c : std::initializer_list<Case>{{"truncated", "{\"a\":1,\"b\":\"x"},
                                                   {"no colon", "{\"a\" 1}"},
                                                   {"no comma", "{\"a\":1 \"b\":2}"},
                                                   {"bad UTF-8", "{\"a\":\"\xC3(\"}"},
                                                   {"control character", std::string("{\"a\":\"\x01\"}")},
                                                   {"NUL", std::string("{\"a\":\0}", 7)},
                                                   {"bad literal", "{\"a\":trua}"},
                                                   {"bad number", "{\"a\":01}"},
                                                   {"text behind", "{\"a\":1}x"},
                                                   {"two on a line", "{\"a\":1}{\"a\":2}"},
                                                   {"no object", "17"},
                                                   {"open array", "{\"a\":[1,2}"},
                                                   {"lone quote", "\""}}) {
    const Collector got = read_all("{\"a\":1}\n" + c.line + "\n{\"a\":3}\n", {"a"});
    ASSERT_EQ(got.events.size(), 2U) << c.name;
    EXPECT_EQ(got.events[1].texts.at("a"), "3") << c.name;
    ASSERT_EQ(got.anomalies.size(), 1U) << c.name;
    EXPECT_EQ(got.anomalies[0].kind, AnomalyKind::kUnreadable) << c.name;
    EXPECT_EQ(got.anomalies[0].where, (Span{8, static_cast<uint32_t>(c.line.size())})) << c.name;
  }
}

TEST(JsonReader, FindsTheNextValueBehindATruncatedOne) {
  const Collector got = read_all("{\n  \"a\": 1\n}\n{\n  \"a\": 2,\n{\n  \"a\": 3\n}\n", {"a"});
  ASSERT_EQ(got.events.size(), 2U);
  EXPECT_EQ(got.events[1].texts.at("a"), "3");
  ASSERT_EQ(got.anomalies.size(), 1U);
  EXPECT_EQ(got.anomalies[0].kind, AnomalyKind::kUnreadable);
}

TEST(JsonReader, KeepsEveryValueOfARepeatedKeyAndSaysSo) {
  const Collector got = read_all("{\"a\":1,\"a\":2}\n", {"a"});
  ASSERT_EQ(got.events.size(), 1U);
  EXPECT_EQ(got.events[0].texts.at("a"), "1|2");
  ASSERT_EQ(got.anomalies.size(), 1U);
  EXPECT_EQ(got.anomalies[0].kind, AnomalyKind::kDuplicateKey);
}

TEST(JsonReader, BoundsDepth) {
  std::string deep = "{\"a\":1}\n";
  for (int i = 0; i < 200; ++i) deep += "{\"a\":";
  deep += "1" + std::string(200, '}') + "\n";
  const Collector got = read_all(deep);
  EXPECT_EQ(got.events.size(), 2U);
  ASSERT_EQ(got.anomalies.size(), 1U);
  EXPECT_EQ(got.anomalies[0].kind, AnomalyKind::kLimit);
}

TEST(JsonReader, PassesOverARecordThatIsTooLong) {
  const std::string huge = "{\"a\":\"" + std::string((16U << 20) + 5, 'x') + "\"}";
  const Collector lines = read_all("{\"a\":1}\n" + huge + "\n{\"a\":2}\n", {"a"});
  EXPECT_EQ(lines.events.size(), 2U);
  ASSERT_EQ(lines.anomalies.size(), 1U);
  EXPECT_EQ(lines.anomalies[0].kind, AnomalyKind::kLimit);
  const Collector array = read_all("[{\"a\":1}," + huge + ",{\"a\":2}]", {"a"});
  EXPECT_EQ(array.events.size(), 2U);
  EXPECT_EQ(array.anomalies.size(), 1U);
}

TEST(JsonReader, ReadsManyPiecesTheSameInLinesAndInOneLineArray) {
  std::string lines, array = "[";
  for (int i = 0; i < 40000; ++i) {
    const std::string one = "{\"n\":" + std::to_string(i) + ",\"text\":\"" + std::string(60, 'y') + "}\\\"{\"}";
    lines += one + "\n";
    array += (i == 0 ? "" : ",") + one;
  }
  const Collector a = read_all(lines, {"n"});
  const Collector b = read_all(array + "]", {"n"});
  ASSERT_EQ(a.events.size(), 40000U);
  ASSERT_EQ(b.events.size(), 40000U);
  for (size_t i = 0; i < a.events.size(); i += 997) {
    EXPECT_EQ(a.events[i].texts.at("n"), std::to_string(i));
    EXPECT_EQ(a.events[i].json, b.events[i].json);
  }
  EXPECT_TRUE(a.anomalies.empty());
  EXPECT_TRUE(b.anomalies.empty());
}

TEST(JsonReader, LogsThatNeverRepeatTheirKeysStayBounded) {
  std::string lines;
  for (int i = 0; i < 5000; ++i) lines += "{\"k" + std::to_string(i) + "\":1}\n";
  EXPECT_EQ(read_all(lines).events.size(), 5000U);
}

// ---- schemas
// -------------------------------------------------------------------------------------------------
TEST(JsonSchemas, ReadsTheJsonOfEvtxDump) {
  const Collector got =
      read_all(R"({"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"ESENT"}},)"
               R"("EventID":{"#attributes":{"Qualifiers":0},"#text":325},"Level":4,"Keywords":"0x80000000000000",)"
               R"("TimeCreated":{"#attributes":{"SystemTime":"2023-07-19T09:02:18.123456Z"}},"EventRecordID":77,)"
               R"("Correlation":null,"Channel":"Application","Computer":"DC01"},)"
               R"("EventData":{"Data":{"#text":["NTDS","2772,D,0","C:\\temp\\ntds.dit"]},"Binary":null}}})",
               {"EventID", "Channel", "Provider_Name", "Computer", "Data", "Data[2]", "param3", "Correlation"});
  ASSERT_EQ(got.events.size(), 1U);
  const Seen& event = got.events[0];
  EXPECT_EQ(event.schema, "evtx_dump");
  EXPECT_EQ(event.product, "windows");
  EXPECT_EQ(event.channel, "Application");
  EXPECT_EQ(event.provider, "ESENT");
  EXPECT_EQ(event.event_id, 325U);
  EXPECT_EQ(event.record_id, 77U);
  EXPECT_EQ(rfc3339(event.time), "2023-07-19T09:02:18.123456Z");
  EXPECT_EQ(event.texts.at("EventID"), "325");
  EXPECT_EQ(event.texts.at("Provider_Name"), "ESENT");
  EXPECT_EQ(event.texts.at("Data"), "NTDS|2772,D,0|C:\\temp\\ntds.dit");
  EXPECT_EQ(event.texts.at("Data[2]"), "2772,D,0");
  EXPECT_EQ(event.texts.at("param3"), "C:\\temp\\ntds.dit");
}

TEST(JsonSchemas, ReadsSeparateAttributes) {
  const Collector got = read_all(
      R"({"Event_attributes":{"xmlns":"x"},"Event":{"System":{"Provider_attributes":{"Name":"P"},"EventID":1,)"
      R"("TimeCreated_attributes":{"SystemTime":"2023-01-01T00:00:00.5Z"},"Channel":"Microsoft-Windows-Sysmon\/Operational",)"
      R"("Computer":"H"},"EventData":{"Image":"C:\\a.exe"}}})",
      {"Provider_Name", "Image"});
  ASSERT_EQ(got.events.size(), 1U);
  EXPECT_EQ(got.events[0].channel, "Microsoft-Windows-Sysmon/Operational");
  EXPECT_EQ(got.events[0].texts.at("Provider_Name"), "P");
  EXPECT_EQ(got.events[0].texts.at("Image"), "C:\\a.exe");
  EXPECT_TRUE(got.events[0].time.known());
}

TEST(JsonSchemas, InfersTheZoneOfLocalTimes) {
  const std::string sysmon =
      R"({"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon",)"
      R"("Hostname":"WS6","EventTime":"2020-06-09 22:50:54","UtcTime":"2020-06-10 02:50:54.631",)"
      R"("@timestamp":"2020-06-10T02:53:00.000Z","RecordNumber":713651,"Image":"C:\\a.exe"})";
  const std::string security =
      R"({"EventID":"4624","Channel":"Security","SourceName":"Microsoft-Windows-Security-Auditing",)"
      R"("Hostname":"WS6","EventTime":"2020-06-09 22:51:00","@timestamp":"2020-06-10T02:53:00.000Z"})";
  const Collector got = read_all(sysmon + "\n" + security + "\n", {"Image", "Computer", "EventRecordID"});
  ASSERT_EQ(got.events.size(), 2U);
  EXPECT_EQ(got.events[0].schema, "nxlog");
  EXPECT_EQ(got.events[0].record_id, 713651U);
  EXPECT_EQ(got.events[0].texts.at("Computer"), "WS6");
  EXPECT_EQ(rfc3339(got.events[1].time), "2020-06-10T02:51:00Z");
  EXPECT_EQ(got.events[1].time.zone, ZoneSource::kInferred);
  EXPECT_EQ(got.events[1].event_id, 4624U);
}

TEST(JsonSchemas, LooksAheadForTheZone) {
  std::string text;
  for (int i = 0; i < 20000; ++i) {
    text += R"({"EventID":1000,"Channel":"Application","SourceName":"x","TimeCreated":"2023-07-19T09:02:18.300Z",)"
            R"("Message":")" +
            std::string(80, 'm') + "\"}\n";
  }
  text += R"({"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon",)"
          R"("TimeCreated":"2023-07-19T09:02:18.303Z","UtcTime":"2023-07-19 16:02:18.299"})";
  const Collector got = read_all(text);
  ASSERT_EQ(got.events.size(), 20001U);
  EXPECT_TRUE(got.anomalies.empty());
  EXPECT_EQ(rfc3339(got.events[0].time), "2023-07-19T16:02:18.300Z");
  EXPECT_EQ(got.events[0].time.zone, ZoneSource::kInferred);
}

TEST(JsonSchemas, ANetworkEventsClockSaysNothingAboutTheZone) {
  const Collector got = read_all(
      R"({"EventID":3,"Channel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon",)"
      R"("EventTime":"2020-06-09 22:50:54","UtcTime":"2020-06-10 02:50:54.631"})");
  ASSERT_EQ(got.events.size(), 1U);
  EXPECT_EQ(got.events[0].time.zone, ZoneSource::kAssumedUtc);
}

TEST(JsonSchemas, ReadsWinlogbeatAndElasticsearchHits) {
  const std::string event =
      R"({"@timestamp":"2021-01-01T00:00:00.000Z","winlog":{"channel":"Security","event_id":"4688",)"
      R"("provider_name":"Microsoft-Windows-Security-Auditing","record_id":9,"computer_name":"h",)"
      R"("event_data":{"NewProcessName":"C:\\x.exe","param1":"p"}},"process":{"executable":"C:\\x.exe"}})";
  for (const std::string& text : {event, R"({"_index":"i","_source":)" + event + "}"}) {
    const Collector got = read_all(text, {"NewProcessName", "EventID", "process.executable", "Data"});
    ASSERT_EQ(got.events.size(), 1U);
    EXPECT_EQ(got.events[0].schema, "winlogbeat");
    EXPECT_EQ(got.events[0].event_id, 4688U);
    EXPECT_EQ(got.events[0].texts.at("NewProcessName"), "C:\\x.exe");
    EXPECT_EQ(got.events[0].texts.at("process.executable"), "C:\\x.exe");
    EXPECT_EQ(got.events[0].texts.at("EventID"), "4688");
    EXPECT_EQ(got.events[0].texts.at("Data"), "p");
  }
}

struct RouteCase {
  const char* line;
  const char* schema;
  const char* product;
  const char* category;
  const char* service;
  const char* time = "";
};
class JsonRoutes : public testing::TestWithParam<RouteCase> {};

TEST_P(JsonRoutes, GivesTheLogKind) {
  const Collector got = read_all(GetParam().line);
  ASSERT_EQ(got.events.size(), 1U);
  const Seen& event = got.events[0];
  EXPECT_EQ(event.schema, GetParam().schema);
  EXPECT_EQ(event.product, GetParam().product);
  EXPECT_EQ(event.category, GetParam().category);
  EXPECT_EQ(event.service, GetParam().service);
  if (*GetParam().time != '\0') {
    EXPECT_EQ(rfc3339(event.time), GetParam().time);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, JsonRoutes,
    testing::Values(
        RouteCase{
            R"({"System":{"EventID":{"Value":1},"Channel":"c","TimeCreated":{"SystemTime":1591367999.5}},"EventData":{}})",
            "velociraptor", "windows", "", "", "2020-06-05T14:39:59.500Z"},
        RouteCase{R"({"event_id":1,"log_name":"Security","event_data":{"a":1}})", "winlogbeat6", "windows", "", ""},
        RouteCase{R"({"TimeGenerated":"2022-05-13T08:54:05.21Z","EventID":5156,"Channel":"Security"})", "sentinel",
                  "windows", "", ""},
        RouteCase{R"({"TimeGenerated":"2022-05-13T08:54:05.21Z","SyslogMessage":"x","ProcessName":"sshd"})",
                  "sentinel_syslog", "linux", "", "sshd"},
        RouteCase{R"({"Timestamp":"2022-05-13T08:54:05Z","DeviceName":"d","ActionType":"ProcessCreated"})", "mde",
                  "windows", "process_creation", ""},
        RouteCase{R"({"ecs":{"version":"8"},"host":{"os":{"type":"linux"}},"event":{"category":["process"]}})", "ecs",
                  "linux", "process_creation", ""},
        RouteCase{R"({"ecs":{"version":"8"},"event":{"dataset":"okta.system"}})", "ecs", "okta", "", "okta"},
        RouteCase{R"({"ID":"1626611363.720:348501","SYSCALL":{"exe":"/bin/ls"},"EXECVE":{"argc":1,"ARGV":["ls"]}})",
                  "laurel", "linux", "process_creation", "auditd", "2021-07-18T12:29:23.720Z"},
        RouteCase{R"({"ID":"1626611363.720:1","SYSCALL":{"SYSCALL":"setuid"}})", "laurel", "linux", "", "auditd"},
        RouteCase{R"({"__REALTIME_TIMESTAMP":"1591367999305988","SYSLOG_IDENTIFIER":"sudo","MESSAGE":"m"})", "journald",
                  "linux", "", "sudo", "2020-06-05T14:39:59.305988Z"},
        RouteCase{
            R"({"schema_version":1,"process":{"executable":{"path":"/x"}},"event":{"exec":{"target":{"executable":{"path":"/y"}}}}})",
            "eslogger", "macos", "process_creation", ""},
        RouteCase{R"({"ts":1591367999.305988,"uid":"C","id.orig_h":"10.0.0.1","query":"q","qtype_name":"A"})", "zeek",
                  "zeek", "", "dns", "2020-06-05T14:39:59.305988Z"},
        RouteCase{R"({"_path":"HTTP","ts":"2020-06-05T14:39:59.3Z","uid":"C","id.orig_h":"10.0.0.1"})", "zeek", "zeek",
                  "", "http"},
        RouteCase{R"({"timestamp":"2020-06-05T14:39:59.305988+0200","flow_id":1,"event_type":"dns"})", "suricata",
                  "suricata", "", "dns"},
        RouteCase{R"({"operationName":"MICROSOFT.X/WRITE","resourceId":"/s","category":"Administrative"})", "azure",
                  "azure", "", "activitylogs"},
        RouteCase{R"({"category":"SignInLogs","time":"2020-06-05T14:39:59Z","resultType":"0"})", "azure", "azure", "",
                  "signinlogs"},
        RouteCase{R"({"riskEventType":"staleSignInAlertIncident"})", "azure", "azure", "", "pim"},
        RouteCase{R"({"riskEventType":"leakedCredentials"})", "azure", "azure", "", "riskdetection"},
        RouteCase{
            R"({"CreationTime":"2020-06-05T14:39:59","Operation":"UserLoggedIn","Workload":"Exchange","RecordType":1})",
            "m365", "m365", "", "exchange"},
        RouteCase{
            R"({"protoPayload":{"methodName":"m","serviceName":"x.googleapis.com"},"timestamp":"2020-06-05T14:39:59Z"})",
            "gcp", "gcp", "", "gcp.audit"},
        RouteCase{R"({"id":{"applicationName":"admin","time":"2020-06-05T14:39:59Z"},"events":[{"name":"n"}]})",
                  "google_workspace", "gcp", "", "google_workspace.admin"},
        RouteCase{R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","verb":"create"})", "kubernetes",
                  "kubernetes", "application", "audit"},
        RouteCase{R"({"eventType":"user.x","actor":{"alternateId":"a"},"published":"2020-06-05T14:39:59Z"})", "okta",
                  "okta", "", "okta"},
        RouteCase{R"({"action":"repo.create","actor":"a","org":"o","@timestamp":1591367999305})", "github", "github",
                  "", "audit", "2020-06-05T14:39:59.305Z"},
        RouteCase{R"({"auditType":{"category":"c","action":"a"}})", "bitbucket", "bitbucket", "", "audit"},
        RouteCase{R"({"event_type_id":90})", "onelogin", "onelogin", "", "onelogin.events"},
        RouteCase{R"({"event_type":"authentication","txid":"t","reason":"r"})", "duo", "cisco", "", "duo"},
        RouteCase{R"({"logtype":4002,"node_id":"n","dst_host":"h"})", "opencanary", "opencanary", "application", ""},
        RouteCase{R"({"EventLog":"RPCFW","InterfaceUuid":"u","OpNum":1,"EventID":3})", "rpc_firewall", "rpc_firewall",
                  "application", ""},
        RouteCase{R"({"cs-method":"GET","cs-uri-stem":"/x","time":"2020-06-05T14:39:59Z"})", "w3c", "", "webserver",
                  ""},
        RouteCase{R"({"EventID":1,"Channel":"Linux-Sysmon/Operational","Hostname":"h"})", "nxlog", "linux", "",
                  "sysmon"},
        RouteCase{R"({"hello":"world"})", "json", "", "", ""}));

TEST(JsonSniff, KnowsObjectsAndArraysAndNothingElse) {
  const auto sniff = [](std::string_view text, std::string_view path = "x") {
    return sniff_json({reinterpret_cast<const uint8_t*>(text.data()), text.size()}, path).confidence;
  };
  EXPECT_GT(sniff("{\"a\":1}"), 0);
  EXPECT_GT(sniff("\xEF\xBB\xBF {\n \"a\":1}"), 0);
  EXPECT_GT(sniff("[{\"a\":1}]"), 0);
  EXPECT_GT(sniff("garbage\n{\"a\":1}\n", "x.jsonl"), 0);
  EXPECT_EQ(sniff("garbage\n{\"a\":1}\n"), 0);
  EXPECT_EQ(sniff(""), 0);
  EXPECT_EQ(sniff("{broken"), 0);
  EXPECT_EQ(sniff("[Section]\nkey=value"), 0);
  EXPECT_EQ(sniff("ElfFile"), 0);
}

}  // namespace
}  // namespace sil::ingest
