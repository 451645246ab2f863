// Logs of lines. A folder is a format; `NAME.log` is a sample, `NAME.events` what reading it gives (one JSON a line,
// SIL_UPDATE_GOLDEN=1 writes it anew), `rules.txt` names SigmaHQ rules and the sample on which each must fire.
#include <gtest/gtest.h>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "bytes/file.h"
#include "bytes/text.h"
#include "hunt/blind.h"
#include "hunt/census.h"
#include "hunt/plain.h"
#include "hunt/program.h"
#include "ingest/line_emit.h"
#include "ingest/reader.h"
#include "ingest/recorded_run.h"
#include "model/json_token.h"

namespace sil {
namespace {

namespace fs = std::filesystem;

struct Sample {
  std::string format, path;
};

std::vector<Sample> samples() {
  std::vector<Sample> out;
  std::vector<Error> problems;
  for (const std::string& path : list_files(SIL_FORMAT_SAMPLES, &problems)) {
    const fs::path file(path);
    if (file.extension() == ".log") out.push_back({file.parent_path().filename().string(), path});
  }
  return out;
}

std::string read_file(const std::string& path) {
  auto text = read_whole(path, uint64_t{16} << 20);
  return text ? *text : std::string();
}

// The file's last change is what a log without a year is dated by: samples say it themselves.
class DatedSource final : public ingest::MemorySource {
 public:
  using MemorySource::MemorySource;
  [[nodiscard]] ingest::Modified modified() const override { return {1'768'000'000, "the test"}; }  // 2026-01-09
};

void read_all(const ingest::Format& format, Bytes bytes, EventSink* sink, size_t* pieces = nullptr) {
  DatedSource source(bytes);
  auto reader = format.make();
  auto scratch = reader->make_scratch();
  ingest::Piece piece;
  uint64_t expected = 0;
  for (;;) {
    auto more = reader->split(source, &piece);
    ASSERT_TRUE(more.has_value());
    if (!*more) break;
    EXPECT_EQ(piece.offset, expected);
    expected += piece.length;
    if (pieces != nullptr) ++*pieces;
    reader->read(piece, 0, *scratch, *sink);
  }
  EXPECT_EQ(expected, bytes.size());
  reader->finish(0, *sink);
}

// Runs of hex digits as the text they encode, NUL as a blank; one run a line.
std::string hex_decoded(const std::string& raw) {
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
  std::string out;
  for (size_t at = 0; at < raw.size(); ++at) {
    if (digit(raw[at]) < 0 || (at != 0 && std::isalnum(static_cast<unsigned char>(raw[at - 1])) != 0)) continue;
    for (; at + 1 < raw.size() && digit(raw[at]) >= 0 && digit(raw[at + 1]) >= 0; at += 2) {
      const char c = static_cast<char>(digit(raw[at]) << 4 | digit(raw[at + 1]));
      out.push_back(c == '\0' ? ' ' : c);
    }
    out.push_back('\n');
  }
  return out;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// Fields that a reader derives: their parts stand in the record, not they themselves (docs/formats).
const std::set<std::string>& derived() {
  static const std::set<std::string> kNames = {
      "EXECVE.argv",    "SYSCALL.SYSCALL", "TargetFilename",    "DeletedFilename", "SOCKADDR.saddr_fam",
      "SOCKADDR.laddr", "Initiated",       "SOCKADDR.lport",    "SOCKADDR.path",   "AVC.seperms",
      "_path",          "program",         "ParentCommandLine", "rejected"};
  return kNames;
}

// An argument of EXECVE that came in pieces: a2[0]=.. a2[1]=.., joined again.
std::string pieces_of(const std::string& raw, const std::string& name) {
  std::string out;
  for (size_t i = 0;; ++i) {
    const std::string mark = " " + name + "[" + std::to_string(i) + "]=";
    const size_t at = raw.find(mark);
    if (at == std::string::npos) return out;
    const size_t start = at + mark.size();
    out += raw.substr(start, raw.find_first_of(" \n", start) - start);
  }
}

// UTF-16 (XML exports) and XML's references, read plainly.
std::string xml_decoded(std::string raw) {
  if (raw.find('\0') != std::string::npos) {
    std::string wide = raw;
    raw.clear();
    append_utf8_from_utf16le(as_bytes(wide), &raw);
  }
  for (const auto& [reference, meant] :
       std::initializer_list<std::pair<const char*, const char*>>{{"&lt;", "<"},
                                                                  {"&gt;", ">"},
                                                                  {"&quot;", "\""},
                                                                  {"&apos;", "'"},
                                                                  {"&#x41;", "A"},
                                                                  {"&#65;", "A"},
                                                                  {"&#xD800;", "\xEF\xBF\xBD"},
                                                                  {"\r\n", "\n"},
                                                                  {"&amp;", "&"}})
    raw = replaced(std::move(raw), reference, meant);
  return raw;
}

// A number as it lies in a binary record, 64 bits.
std::string binary_of(const std::string& digits) {
  const uint64_t number = std::strtoull(digits.c_str(), nullptr, 10);
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

// What journald packed: a frame of zstd behind a data object's head.
std::string zstd_decoded(const std::string& raw) {
  std::string out;
  for (size_t at = raw.find("\x28\xB5\x2F\xFD"); at != std::string::npos; at = raw.find("\x28\xB5\x2F\xFD", at + 4)) {
    std::string plain(size_t{1} << 16, '\0');
    const size_t frame = ZSTD_findFrameCompressedSize(raw.data() + at, raw.size() - at);
    if (ZSTD_isError(frame) != 0U) continue;
    const size_t got = ZSTD_decompress(plain.data(), plain.size(), raw.data() + at, frame);
    if (ZSTD_isError(got) == 0U) out += plain.substr(0, got) + '\n';
  }
  return out;
}

// As it stands, or encoded as a format encodes: hex, backslashes, percent signs, doubled quotes, XML.
bool stands_in(const std::string& raw, const std::string& value) {
  if (value.empty() || raw.find(value) != std::string::npos) return true;
  if (hex_decoded(raw).find(value) != std::string::npos) return true;
  if (zstd_decoded(raw).find(value) != std::string::npos) return true;
  if (raw.find(replaced(value, "\"", "\"\"")) != std::string::npos) return true;
  if (raw.find_first_of(std::string_view("&\0\r", 3)) != std::string::npos &&
      xml_decoded(raw).find(value) != std::string::npos)
    return true;
  if (raw.find("\\\\") != std::string::npos || raw.find("\\\"\"") != std::string::npos) {  // JSON in a CSV cell
    std::string json;
    append_unescaped_json(replaced(raw, "\"\"", "\""), &json);
    if (json.find(value) != std::string::npos) return true;
  }
  std::string plain;  // the raw line without backslashes, percent signs read
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 3 < raw.size() && raw[i + 1] == 'x' && std::isxdigit(raw[i + 2]) != 0 &&
        std::isxdigit(raw[i + 3]) != 0) {
      plain.push_back(static_cast<char>(std::stoi(raw.substr(i + 2, 2), nullptr, 16)));
      i += 3;
    } else if (raw[i] == '\\' && i + 1 < raw.size() && raw[i + 1] != '\n') {
      const char c = raw[++i];
      plain.push_back(c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c);
    } else {
      plain.push_back(raw[i]);
    }
  }
  if (plain.find(value) != std::string::npos) return true;
  std::string percent;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '%' && i + 2 < raw.size() && std::isxdigit(raw[i + 1]) != 0 && std::isxdigit(raw[i + 2]) != 0) {
      percent.push_back(static_cast<char>(std::stoi(raw.substr(i + 1, 2), nullptr, 16)));
      i += 2;
    } else {
      percent.push_back(raw[i]);
    }
  }
  return percent.find(value) != std::string::npos || replaced(percent, "+", " ").find(value) != std::string::npos;
}

// Of a journal file's cursor: number, clocks and hash of the entry, in binary there. Its sequence is in the header.
bool cursor_stands_in(const std::string& raw, std::string_view cursor) {
  for (const char* part : {";i=", ";m=", ";t=", ";x="}) {
    const size_t at = cursor.find(part);
    if (at == std::string_view::npos) return part[1] == 'x';  // where not every value could be read
    const std::string number(cursor.substr(at + 3, cursor.find(';', at + 1) - at - 3));
    if (raw.find(binary_of(std::to_string(std::stoull(number, nullptr, 16)))) == std::string::npos) return false;
  }
  return true;
}

// Golden text of a run, and the property: every value of every event stands in the bytes that the event cites.
struct CheckedRun : EventSink {
  Bytes source;
  bool check = true;
  std::string text;
  size_t events = 0, values = 0;
  std::vector<Anomaly> anomalies;

  void on_event(const Event& event) override {
    ++events;
    std::vector<Span> spans, deps;
    event.details->cite(event, &spans, &deps);
    spans.insert(spans.end(), deps.begin(), deps.end());
    std::string raw;
    std::vector<Bytes> cited;
    for (const Span& span : spans) {
      ASSERT_LE(span.offset + span.length, source.size());
      const Bytes there = source.subspan(span.offset, span.length);
      const Bytes given = event.details->bytes(span);
      ASSERT_EQ(as_text(given), as_text(there));
      cited.push_back(given);
      raw += as_text(there);
      raw += '\n';
    }
    for (const LayoutField& field : event.layout->fields) {
      const Value value = event.value(field);
      std::string said;
      append_text(value, &said);
      ++values;
      if (!check || derived().contains(field.path)) continue;
      const bool lies_there = std::any_of(cited.begin(), cited.end(), [&](Bytes bytes) {
        return value.data >= bytes.data() && value.data + value.size <= bytes.data() + bytes.size();
      });
      if (lies_there) continue;                           // the very bytes
      const bool login = event.kind->schema == "logins";  // codes and addresses in binary
      if (login && (field.path == "type" || field.path == "src_ip" || field.path == "uid")) continue;
      const bool entry_number = field.path == "__REALTIME_TIMESTAMP" || field.path == "__MONOTONIC_TIMESTAMP" ||
                                field.path == "__SEQNUM";  // of a journal file: binary
      if (entry_number && raw.find(binary_of(said)) != std::string::npos) continue;
      if (field.path == "__CURSOR" && event.kind->schema == "journald" && cursor_stands_in(raw, said)) continue;
      const bool syslog_words = field.path == "facility" || field.path == "severity";  // said by the number in <>
      if (syslog_words && event.kind->schema == "syslog") continue;
      const bool numbered = event.kind->schema == "auditd" && raw.find("type=1") != std::string::npos;
      if (numbered && field.path == "type") continue;  // the number's name
      const std::string pieces = field.path.starts_with("EXECVE.a") ? pieces_of(raw, field.name) : "";
      if (!pieces.empty() && stands_in(pieces, said)) continue;
      EXPECT_TRUE(stands_in(raw, said)) << field.path << " = " << said << "\nis not in\n" << raw;
    }
    std::string json, xml;
    event.details->write_json(event, &json);
    event.details->write_xml(event, &xml);
    EXPECT_EQ(json.find('\n'), std::string::npos);
    text += event.kind->schema + ' ' + event.kind->product + '/' + event.kind->category + '/' + event.kind->service;
    if (event.time.known() && !json.starts_with("{\"@time\""))  // JSON is dumped as it stands
      text += " at " + rfc3339(event.time) + " (" + ingest::zone_name(event.time.zone) + ")";
    text += ' ' + json + '\n';
  }
  void on_anomaly(Anomaly anomaly) override {
    ASSERT_LE(anomaly.where.offset + anomaly.where.length, source.size());
    text += std::string("anomaly ") + anomaly_name(anomaly.kind) + " at ";
    text += std::to_string(anomaly.where.offset) + ": " + anomaly.summary + '\n';
    anomalies.push_back(std::move(anomaly));
  }
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }
};

const ingest::Format* sniffed(Bytes bytes, const std::string& path, int* confidence) {
  const ingest::Format* best = nullptr;
  *confidence = 0;
  for (const ingest::Format& format : ingest::formats()) {
    const ingest::Sniff sniff = format.sniff(bytes.first(std::min<size_t>(bytes.size(), 65536)), path);
    if (sniff.confidence > *confidence) {
      *confidence = sniff.confidence;
      best = &format;
    }
  }
  return best;
}

class FormatSamples : public testing::TestWithParam<size_t> {};

TEST_P(FormatSamples, AreRecognisedAndGiveTheGoldenEvents) {
  const Sample sample = samples()[GetParam()];
  SCOPED_TRACE(sample.path);
  const std::string text = read_file(sample.path);
  const Bytes bytes = as_bytes(text);
  int confidence = 0;
  const ingest::Format* format = sniffed(bytes, sample.path, &confidence);
  const bool hostile = fs::path(sample.path).filename().string().starts_with("hostile");
  if (!hostile && sample.format == "lines") {
    EXPECT_EQ(format, nullptr) << format->name;  // what no format claims
  } else if (!hostile) {
    ASSERT_NE(format, nullptr);
    EXPECT_EQ(format->name, sample.format);
  }
  format = ingest::find_format(sample.format);
  ASSERT_NE(format, nullptr);
  CheckedRun run;
  run.source = bytes;
  read_all(*format, bytes, &run);
  EXPECT_GT(run.events, 0U);
  const std::string golden = fs::path(sample.path).replace_extension(".events").string();
  if (std::getenv("SIL_UPDATE_GOLDEN") != nullptr) std::ofstream(golden, std::ios::binary) << run.text;
  EXPECT_EQ(run.text, read_file(golden));
}

// Cut anywhere: no crash, no hang. What stands before the cut is not compared.
TEST_P(FormatSamples, CutAnywhereIsReadWithoutFailure) {
  const Sample sample = samples()[GetParam()];
  const std::string text = read_file(sample.path);
  const ingest::Format* format = ingest::find_format(sample.format);
  ASSERT_NE(format, nullptr);
  const size_t step = std::max<size_t>(1, text.size() / 300);
  for (size_t size = 0; size < text.size(); size += step) {
    SCOPED_TRACE(sample.path + " cut at " + std::to_string(size));
    const std::string cut = text.substr(0, size);
    CheckedRun run;
    run.source = as_bytes(cut);
    run.check = false;
    read_all(*format, as_bytes(cut), &run);
    if (testing::Test::HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Lines, FormatSamples, testing::Range(size_t{0}, samples().size()));

struct Matches : EventSink {
  explicit Matches(const hunt::RuleSet& set)
      : rules(set.rules), program(hunt::Program::compile(set.rules, {})), matcher(*program), fired(set.rules.size()) {}
  void on_event(const Event& event) override {
    std::set<size_t> plain, fast;
    for (size_t i = 0; i < rules.size(); ++i) {
      if (hunt::plain_match(rules[i], event)) plain.insert(i);
    }
    for (uint32_t index : matcher.match(event)) fast.insert(index);
    EXPECT_EQ(plain, fast);
    for (size_t i : plain) ++fired[i];
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }
  const std::vector<hunt::Rule>& rules;
  std::unique_ptr<const hunt::Program> program;
  hunt::Matcher matcher;
  std::vector<size_t> fired;
};

TEST(FormatRules, SigmaHqRulesFireOnTheSamples) {
  if (!path_exists(SIL_SIGMAHQ)) GTEST_SKIP() << "no SigmaHQ rules at " << SIL_SIGMAHQ;
  std::vector<Error> problems;
  size_t rows = 0;
  for (const std::string& list : list_files(SIL_FORMAT_SAMPLES, &problems)) {
    if (!list.ends_with("/rules.txt")) continue;
    const std::string folder = fs::path(list).parent_path().string();
    std::istringstream lines(read_file(list));
    std::string line;
    while (std::getline(lines, line)) {
      std::istringstream words(line);
      std::string sample, rule;
      if (!(words >> sample >> rule)) continue;
      SCOPED_TRACE(folder + ": " + line);
      ++rows;
      const std::string yaml = read_file(std::string(SIL_SIGMAHQ) + "/" + rule);
      ASSERT_FALSE(yaml.empty());
      const hunt::RuleSet set = hunt::load_rules({{rule, yaml}}, {});
      ASSERT_EQ(set.rules.size(), 1U);
      EXPECT_TRUE(has_reader(set.rules[0].logsource));
      const std::string text = read_file(folder + "/" + sample);
      Matches matches(set);
      read_all(*ingest::find_format(fs::path(folder).filename().string()), as_bytes(text), &matches);
      EXPECT_GT(matches.fired[0], 0U);
    }
  }
  EXPECT_GT(rows, 0U);
}

// Three samples, one that is cut and one that is hostile, of each row of the registry.
TEST(FormatSet, EveryFormatHasItsSamplesAndItsSeed) {
  std::map<std::string, int> ordinary, truncated, hostile;
  for (const Sample& sample : samples()) {
    const std::string name = fs::path(sample.path).filename().string();
    ++(name.starts_with("truncated") ? truncated : name.starts_with("hostile") ? hostile : ordinary)[sample.format];
  }
  size_t place = 0;
  for (const ingest::Format& format : ingest::formats()) {
    const std::string name = format.name;
    if (name == "evtx") continue;  // tests/golden, tests/evtx_writer: files of Windows, and written ones with damage
    const bool last = name == "json";  // as fuzz/lines.cc puts it
    EXPECT_GE(ordinary[name], 3) << name;
    EXPECT_GE(truncated[name], 1) << name;
    EXPECT_GE(hostile[name], 1) << name;
    size_t seeds = 0;  // fuzz/lines.cc: the first byte is the format's place among these
    for (const auto& file : fs::directory_iterator(SIL_FUZZ_SEEDS)) {
      const std::string seed = file.path().filename().string();
      const bool own = seed.starts_with(name + "-") && !(name == "journal" && seed.starts_with("journal-export-"));
      if (!own) continue;
      ++seeds;
      EXPECT_EQ(static_cast<unsigned char>(read_file(file.path().string())[0]),
                last ? ingest::formats().size() - 2 : place)
          << seed;
    }
    EXPECT_GE(seeds, 1U) << name;
    if (!last) ++place;
  }
}

std::string words(const Logsource& logsource) {
  return logsource.product + "/" + logsource.category + "/" + logsource.service;
}

// SigmaHQ's rules of other products than Windows: path and rule set of one rule each.
const std::map<std::string, hunt::RuleSet>& other_rules() {
  static const std::map<std::string, hunt::RuleSet> kRules = [] {
    std::map<std::string, hunt::RuleSet> out;
    std::vector<Error> problems;
    const std::string root = std::string(SIL_SIGMAHQ) + "/";
    for (const std::string& path : list_files(SIL_SIGMAHQ, &problems)) {
      const std::string name = path.substr(root.size());
      if (!name.starts_with("rules") || !name.ends_with(".yml")) continue;
      hunt::RuleSet set = hunt::load_rules({{name, read_file(path)}}, {});
      if (set.rules.size() == 1 && set.rules[0].logsource.product != "windows") out.emplace(name, std::move(set));
    }
    return out;
  }();
  return kRules;
}

// The rows of every rules.txt fire (above); here: no logsource of SigmaHQ is without one.
TEST(FormatRules, EveryLogsourceOutsideWindowsIsShown) {
  if (!path_exists(SIL_SIGMAHQ)) GTEST_SKIP() << "no SigmaHQ rules at " << SIL_SIGMAHQ;
  // What no log that can be read carries, and why.
  const std::map<std::string, std::string> unread = {
      {"qualys//", "findings of a scanner over its interface, and in no file of events"}};
  std::set<std::string> all, shown;
  for (const auto& [name, set] : other_rules()) all.insert(words(set.rules[0].logsource));
  std::vector<Error> problems;
  for (const std::string& list : list_files(SIL_FORMAT_SAMPLES, &problems)) {
    if (!list.ends_with("/rules.txt")) continue;
    std::istringstream lines(read_file(list));
    std::string sample, rule;
    while (lines >> sample >> rule) {
      if (other_rules().contains(rule)) shown.insert(words(other_rules().at(rule).rules[0].logsource));
    }
  }
  EXPECT_GE(all.size(), 70U);
  for (const std::string& one : all)
    EXPECT_NE(shown.contains(one), unread.contains(one)) << one << ": a rule of it on a sample, or a reason";
}

struct Counts : EventSink {
  hunt::Census census;
  void on_event(const Event& event) override { census.count(event); }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }
};

// `rules blind` over all samples: a field that a log carries is found where the rule looks for it.
TEST(FormatRules, NoneIsBlindOnTheSamples) {
  if (!path_exists(SIL_SIGMAHQ)) GTEST_SKIP() << "no SigmaHQ rules at " << SIL_SIGMAHQ;
  const std::map<std::string, std::string> blind = {
      {"rules-compliance/product/qualys/qualys_default_credentials_usage.yml", "no such log"},
      {"rules-compliance/product/qualys/qualys_host_without_firewall.yml", "no such log"},
      // ActivityDetails is the portal's page, and Username must be the word UPN.
      {"rules/cloud/azure/signin_logs/azure_legacy_authentication_protocols.yml", "field absent"},
      // Target must be the word UPN, and no spelling of the log has such a field.
      {"rules/cloud/azure/audit_logs/azure_user_password_change.yml", "field absent"}};
  Counts counts;
  for (const Sample& sample : samples()) {
    const std::string text = read_file(sample.path);
    read_all(*ingest::find_format(sample.format), as_bytes(text), &counts);
  }
  size_t rules = 0;
  for (const auto& [name, set] : other_rules()) {
    ++rules;
    const std::optional<hunt::Blind> found = hunt::blindness(set.rules[0], counts.census);
    const auto expected = blind.find(name);
    if (expected == blind.end())
      EXPECT_FALSE(found.has_value()) << name << ": " << (found ? found->detail : "");
    else
      EXPECT_EQ(found ? hunt::blind_reason_name(found->reason) : "", expected->second) << name;
  }
  EXPECT_GE(rules, 890U);
}

}  // namespace
}  // namespace sil
