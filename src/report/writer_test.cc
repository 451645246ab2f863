#include "report/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/objects.h"
#include "report/registry.h"

namespace sil::report {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

RuleInfo rule() {
  RuleInfo info;
  info.id = "cb0921fa-5eb1-5ec3-a96f-55c0b4ff5956";
  info.title = "Port forwarding stored in the registry";
  info.status = "experimental";
  info.level = Level::kMedium;
  info.tags = {"attack.t1090.001", "attack.command-and-control"};
  info.sha256.fill(0xAB);
  return info;
}

Source source() {
  Source out;
  out.id = "0";
  out.path = "logs/a.evtx";
  out.members = {"inner.evtx"};
  out.size = 69632;
  out.format = "evtx";
  out.confidence = "magic";
  out.host = "HW-DC1";
  out.events = 12;
  return out;
}

Finding finding(const RuleInfo* info) {
  Finding out;
  out.id = "0123456789abcdef";
  out.summary = "netsh.exe forwards 0.0.0.0:8080";
  out.rule = info;
  parse_rfc3339("2023-05-24T13:12:11.1234567Z", &out.time);
  out.host = "HW-DC1.harbor.example";
  out.channel = "Security";
  out.provider = "Microsoft-Windows-Security-Auditing";
  out.event_id = 4657;
  out.record_id = 9007199254740993;
  Citation citation;
  citation.spans = {{4608, 1200}};
  citation.sha256.fill(0x11);
  Dependency dep;
  dep.span = {5000, 88};
  dep.sha256.fill(0x22);
  citation.deps.push_back(dep);
  out.citations.push_back(citation);
  out.matched = {{"TargetObject", "HKLM\\x\\PortProxy", "selection"}};
  return out;
}

std::string write(std::string_view form, const Finding& what, ReportOptions options = {}) {
  std::string out;
  make_writer(form, options)->append_finding(what, source(), &out);
  return out;
}
std::string repeated(std::string_view unit, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += unit;
  return out;
}

TEST(Writer, NdjsonFindingHasExactlyTheFieldsOfTheInterfaceInItsOrder) {
  RuleInfo info = rule();
  EXPECT_EQ(write("ndjson", finding(&info)),
            R"({"schema":"silhouette/finding/1","id":"0123456789abcdef","kind":"sigma",)"
            R"("summary":"netsh.exe forwards 0.0.0.0:8080",)"
            R"("rule":{"id":"cb0921fa-5eb1-5ec3-a96f-55c0b4ff5956","title":"Port forwarding stored in the registry",)"
            R"("level":"medium","status":"experimental","tags":["attack.t1090.001","attack.command-and-control"],)"
            R"("sha256":")" +
                repeated("ab", 32) +
                R"("},"time":"2023-05-24T13:12:11.1234567Z","host":"HW-DC1.harbor.example","channel":"Security",)"
                R"("event_id":4657,"record_id":"9007199254740993","citations":[{"source":{"id":"0",)"
                R"("path":"logs/a.evtx","members":["inner.evtx"]},"spans":[{"offset":4608,"length":1200}],"sha256":")" +
                repeated("11", 32) + R"(","deps":[{"offset":5000,"length":88,"sha256":")" + repeated("22", 32) +
                R"("}]}],"matched":[{"field":"TargetObject","value":"HKLM\\x\\PortProxy","selection":"selection"}],)"
                R"("missing_fields":[]})"
                "\n");
}

TEST(Writer, OptionalFieldsAppearOnlyWhenThereIsSomethingToSay) {
  RuleInfo info = rule();
  Finding what = finding(&info);
  std::string plain = write("ndjson", what);
  for (const char* name : {"citations_total", "joined", "correlation", "\"event\""})
    EXPECT_THAT(plain, Not(HasSubstr(name)));
  what.citations_total = 2000;
  what.joined = "3 of 4";
  what.correlation = R"({"type":"event_count"})";
  what.event = R"({"Event":{}})";
  what.missing_fields = {"OriginalFileName"};
  EXPECT_THAT(
      write("ndjson", what),
      HasSubstr(R"("missing_fields":["OriginalFileName"],"joined":"3 of 4","correlation":{"type":"event_count"},)"
                R"("event":{"Event":{}}})"));
  EXPECT_THAT(write("ndjson", what), HasSubstr(R"(],"citations_total":2000,"matched")"));
}

TEST(Writer, SourceAnomalyVerdictAndBlindLines) {
  auto writer = make_writer("ndjson", {});
  std::string out;
  Source read = source();
  writer->append_source(read, &out);
  EXPECT_EQ(out, R"({"schema":"silhouette/source/1","id":"0","path":"logs/a.evtx","members":["inner.evtx"],)"
                 R"("size":69632,"format":"evtx","confidence":"magic","host":"HW-DC1","events":12,"anomalies":0})"
                 "\n");
  out.clear();
  read.path = "logs/\xff.evtx";
  read.sha256 = repeated("00", 32);
  writer->append_source(read, &out);
  EXPECT_THAT(out, HasSubstr("\"path\":\"logs/\xEF\xBF\xBD.evtx\",\"path_bytes\":\"6c6f67732fff2e65767478\""));
  EXPECT_THAT(out, HasSubstr("\"size\":69632,\"sha256\":\"0000"));

  out.clear();
  Anomaly anomaly{AnomalyKind::kChecksum, Level::kLow, {512, 128}, "chunk data checksum does not hold", "1", "2"};
  writer->append_anomaly(anomaly, 0, source(), &out);
  EXPECT_EQ(out, R"({"schema":"silhouette/anomaly/1","id":")" + anomaly_id(anomaly) +
                     R"(","kind":"checksum","level":"low","summary":"chunk data checksum does not hold",)"
                     R"("expected":"1","found":"2","citations":[{"source":{"id":"0","path":"logs/a.evtx",)"
                     R"("members":["inner.evtx"]},"spans":[{"offset":512,"length":128}],"sha256":null,"deps":[]}]})"
                     "\n");
  Anomaly other = anomaly;
  other.where.offset = 513;
  EXPECT_NE(anomaly_id(anomaly), anomaly_id(other));

  out.clear();
  writer->append_verdict({"r.yml", "1", "T", "bad", false, 7}, &out);
  RuleInfo info = rule();
  writer->append_blind({&info, "no such log", "needs Sysmon 1"}, &out);
  EXPECT_EQ(out, R"({"schema":"silhouette/rule-verdict/1","path":"r.yml","id":"1","title":"T","verdict":"refused",)"
                 R"("reason":"bad","line":7})"
                 "\n"
                 R"({"schema":"silhouette/blind/1","rule_id":"cb0921fa-5eb1-5ec3-a96f-55c0b4ff5956",)"
                 R"("title":"Port forwarding stored in the registry","reason":"no such log","detail":"needs Sysmon 1"})"
                 "\n");
}

TEST(Writer, AFindingWithoutTimeRecordOrSourceStillIsOneObject) {
  RuleInfo info = rule();
  Finding what = finding(&info);
  what.time = {};
  what.record_id = 0;
  what.citations[0].source = 9;
  std::string out;
  make_writer("ndjson", {})->append_finding(what, std::vector<Source>{}, &out);
  EXPECT_THAT(out, HasSubstr("\"time\":null"));
  EXPECT_THAT(out, HasSubstr("\"record_id\":null"));
  EXPECT_THAT(out, HasSubstr(R"("source":{"id":"","path":"","members":[]})"));
}

TEST(Writer, JsonIsOneArrayWhateverTheOrderOfFormatting) {
  RuleInfo info = rule();
  auto writer = make_writer("json", {});
  std::string out, first, second;
  writer->append_finding(finding(&info), source(), &second);
  writer->append_source(source(), &first);
  writer->begin(&out);
  out += first.substr(writer->leading_separator()) + second;
  writer->end(&out);
  EXPECT_EQ(out.substr(0, 4), "[\n{\"");
  EXPECT_THAT(out, HasSubstr("},\n{\"schema\":\"silhouette/finding/1\""));
  EXPECT_EQ(out.substr(out.size() - 4), "}\n]\n");
}

TEST(Writer, SecretsAreMaskedInEveryFormUnlessAskedFor) {
  RuleInfo info = rule();
  Finding what = finding(&info);
  what.summary = "wmic /password:Hunter22 process list";
  what.matched = {{"CommandLine", "wmic /password:Hunter22 process list", "s"}};
  what.event = R"({"CommandLine":"wmic /password:\"Hunter22\" x"})";
  for (const char* form : {"ndjson", "json", "csv", "table", "timesketch"}) {
    EXPECT_THAT(write(form, what), Not(HasSubstr("Hunter22"))) << form;
    EXPECT_THAT(write(form, what), HasSubstr("***")) << form;
    ReportOptions options;
    options.show_secrets = true;
    EXPECT_THAT(write(form, what, options), HasSubstr("Hunter22")) << form;
  }
}

TEST(Writer, CsvCellsAreQuotedAndNeverFormulas) {
  RuleInfo info = rule();
  Finding what = finding(&info);
  what.summary = "=cmd|' /C calc'!A0";
  what.host = "a\"b,c";
  std::string out = write("csv", what);
  EXPECT_EQ(out, R"(2023-05-24T13:12:11.1234567Z,medium,"a""b,c","'=cmd|' /C calc'!A0",)"
                 R"(Port forwarding stored in the registry,Security,4657,9007199254740993,logs/a.evtx!inner.evtx,)"
                 "4608,1200," +
                     repeated("11", 32) +
                     R"(,TargetObject=HKLM\x\PortProxy,,attack.t1090.001 attack.command-and-control,)"
                     "cb0921fa-5eb1-5ec3-a96f-55c0b4ff5956,0123456789abcdef,\r\n");
  std::string head;
  make_writer("csv", {})->begin(&head);
  EXPECT_EQ(head.substr(0, 24), "time,level,host,summary,");
}

TEST(Writer, EveryFormMarksAFindingOnARecoveredRecord) {
  RuleInfo info = rule();
  Finding what = finding(&info);
  what.summary = "net.exe user";
  const char* forms[] = {"ndjson", "json", "csv", "table", "timesketch"};
  for (const char* form : forms) EXPECT_THAT(write(form, what), Not(HasSubstr("recovered"))) << form;
  what.recovered = "hidden inside another record; mended: size copy";
  for (const char* form : {"ndjson", "json", "timesketch"})
    EXPECT_THAT(write(form, what), HasSubstr(R"("recovered":"hidden inside another record; mended: size copy")"));
  EXPECT_THAT(write("timesketch", what), HasSubstr(R"("recovered"],"hostname")"));  // a tag too
  EXPECT_THAT(write("csv", what), EndsWith(",\"hidden inside another record; mended: size copy\"\r\n"));
  for (int width : {60, 100, 200}) {
    ReportOptions options;
    options.width = width;
    std::string line = write("table", what, options);
    EXPECT_THAT(line, HasSubstr("[recovered]"));
    EXPECT_LE(line.size() - 1, static_cast<size_t>(width));
    options.language = Language::kFrench;
    EXPECT_THAT(write("table", what, options), HasSubstr("[r\u00e9cup\u00e9r\u00e9]"));
  }
}

TEST(Writer, TableLinesFitTheTerminalAndCarryNoControls) {
  RuleInfo info = rule();
  Finding what = finding(&info);
  what.summary =
      "evil \x1b[2J\xC2\x9B"
      "31m\xE2\x80\xAE"
      "fdp.exe " +
      std::string(200, 'x');
  for (int width : {20, 60, 80, 100, 132, 200}) {
    ReportOptions options;
    options.width = width;
    std::string out = write("table", what, options);
    EXPECT_LE(out.size() - 1, static_cast<size_t>(std::max(width, 60))) << width;
    EXPECT_EQ(out.find('\x1b'), std::string::npos);
    EXPECT_EQ(out.find("\xE2\x80\xAE"), std::string::npos);
    EXPECT_EQ(out.find("\xC2\x9B"), std::string::npos);
    EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1);
  }
}

TEST(Writer, TableShowsTheDisplayZoneAndColoursOnlyWhenAsked) {
  RuleInfo info = rule();
  ReportOptions options;
  options.zone_minutes = -330;
  EXPECT_THAT(write("table", finding(&info), options), HasSubstr("2023-05-24 07:42:11  med   HW-DC1"));
  EXPECT_THAT(write("ndjson", finding(&info), options), HasSubstr("2023-05-24T13:12:11.1234567Z"));
  options.color = true;
  EXPECT_THAT(write("table", finding(&info), options), HasSubstr("\x1b[33mmed\x1b[0m"));
}

TEST(Writer, TimesketchHasItsThreeFields) {
  RuleInfo info = rule();
  std::string out = write("timesketch", finding(&info));
  EXPECT_THAT(out, testing::StartsWith(R"({"message":"netsh.exe forwards 0.0.0.0:8080",)"
                                       R"("datetime":"2023-05-24T13:12:11.123456Z","timestamp_desc":"Event Logged")"));
  Finding timeless = finding(&info);
  timeless.time = {};
  EXPECT_EQ(write("timesketch", timeless), "");
}

TEST(Writer, NavigatorLayerTellsFiredFromBlind) {
  RuleInfo info = rule(), blind = rule();
  blind.title = "ntds.dit copied";
  blind.tags = {"attack.t1003.003", "attack.g1017", "cve.2021-40539"};
  auto writer = make_writer("navigator", {});
  ASSERT_TRUE(writer->aggregates());
  std::string text, out;
  writer->append_finding(finding(&info), source(), &text);
  writer->append_finding(finding(&info), source(), &text);
  writer->append_blind({&blind, "no such log", ""}, &text);
  writer->absorb(text);
  writer->end(&out);
  EXPECT_THAT(out,
              HasSubstr(R"({"techniqueID":"T1003.003","score":0,"comment":"Blind: ntds.dit copied","enabled":true},)"
                        R"({"techniqueID":"T1090.001","score":50,"comment":"2 findings: )"
                        R"(Port forwarding stored in the registry","enabled":true})"));
  EXPECT_THAT(out, Not(HasSubstr("G1017")));
}

TEST(Writer, UnknownFormsGiveNothing) {
  EXPECT_EQ(make_writer("yaml", {}), nullptr);
}

}  // namespace
}  // namespace sil::report
