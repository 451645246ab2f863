// One realistic JSON event a log, through the reader, against one rule that
// must find it and one near miss.
#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "bytes/file.h"
#include "hunt/plain.h"
#include "hunt/program.h"
#include "hunt/yaml.h"
#include "ingest/reader.h"
#include "model/taxonomy/schema.h"

namespace sil {
namespace {

namespace fs = std::filesystem;

struct RoutingCase {
  std::string file;
  uint32_t line = 0;
  std::string schema, rule, match, miss;
};

std::vector<RoutingCase> read_cases() {
  std::vector<RoutingCase> out;
  std::vector<Error> problems;
  for (const std::string& path : list_files(SIL_ROUTING_CASES, &problems)) {
    if (!path.ends_with(".yml")) continue;
    hunt::YamlArena arena;
    auto text = read_whole(path, hunt::kMaxYamlBytes);
    EXPECT_TRUE(text.has_value()) << path;
    for (const hunt::YamlDocument& document : hunt::read_yaml(*text, &arena)) {
      RoutingCase row{fs::path(path).filename().string(), document.line, "", "", "", ""};
      EXPECT_FALSE(document.fault) << path << ":" << document.line << (document.fault ? document.fault->reason : "");
      if (document.fault) continue;
      for (auto& [key, to] :
           {std::pair{"schema", &row.schema}, {"rule", &row.rule}, {"match", &row.match}, {"miss", &row.miss}}) {
        const hunt::YamlNode* node = document.root->find(key);
        EXPECT_TRUE(node != nullptr) << path << ":" << document.line << ": no '" << key << "'";
        if (node != nullptr) *to = node->text;
      }
      out.push_back(std::move(row));
    }
  }
  return out;
}

const std::vector<RoutingCase>& cases() {
  static const std::vector<RoutingCase> all = read_cases();
  return all;
}

hunt::RuleSet rules_of(const RoutingCase& row) {
  hunt::RuleSet set = hunt::load_rules({{row.file, row.rule}}, {});
  for (const hunt::Verdict& verdict : set.verdicts)
    EXPECT_TRUE(verdict.loaded) << row.file << ":" << row.line << ": " << verdict.reason;
  return set;
}

enum class Packing : uint8_t { kPlain, kGzip, kZstd };

void write_file(const std::string& path, const std::string& text, Packing packing) {
  if (packing == Packing::kPlain) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  archive* out = archive_write_new();
  archive_write_set_format_raw(out);
  packing == Packing::kGzip ? archive_write_add_filter_gzip(out) : archive_write_add_filter_zstd(out);
  ASSERT_EQ(archive_write_open_filename(out, path.c_str()), ARCHIVE_OK);
  archive_entry* entry = archive_entry_new();
  archive_entry_set_filetype(entry, AE_IFREG);
  ASSERT_EQ(archive_write_header(out, entry), ARCHIVE_OK);
  ASSERT_EQ(archive_write_data(out, text.data(), text.size()), static_cast<la_ssize_t>(text.size()));
  archive_entry_free(entry);
  archive_write_close(out);
  archive_write_free(out);
}

// What both evaluators say of each event of a file: "match plain" as two
// digits, one pair an event.
class Verdicts : public EventSink {
 public:
  explicit Verdicts(const hunt::RuleSet& set)
      : rule_(set.rules.at(0)), program_(hunt::Program::compile(set.rules, {})), matcher_(*program_) {}
  void on_event(const Event& event) override {
    said += said.empty() ? "" : " ";
    said += matcher_.match(event).empty() ? '0' : '1';
    said += hunt::plain_match(rule_, event) ? '1' : '0';
    schemas.insert(event.kind ? event.kind->schema : "(none)");
    timed = timed && event.time.known();
  }
  void on_anomaly(Anomaly anomaly) override { said += " anomaly: " + anomaly.summary; }
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }
  std::string said;
  std::set<std::string> schemas;
  bool timed = true;

 private:
  const hunt::Rule& rule_;
  std::unique_ptr<const hunt::Program> program_;
  hunt::Matcher matcher_;
};

void read_file(const std::string& path, EventSink* sink) {
  auto opened = ingest::open_source(path);
  ASSERT_TRUE(opened.has_value()) << opened.error().text();
  const ingest::Format* format = nullptr;
  int confidence = 0;
  for (const ingest::Format& candidate : ingest::formats()) {
    const ingest::Sniff sniff = candidate.sniff(opened->head, path);
    if (sniff.confidence > confidence) {
      confidence = sniff.confidence;
      format = &candidate;
    }
  }
  ASSERT_TRUE(format != nullptr) << path;
  ASSERT_STREQ(format->name, "json");
  auto reader = format->make();
  auto scratch = reader->make_scratch();
  ingest::Piece piece;
  for (;;) {
    auto more = reader->split(*opened->bytes, &piece);
    ASSERT_TRUE(more.has_value());
    if (!*more) break;
    if (!piece.filled) {
      piece.buffer.resize(piece.length + ingest::kSlack);
      ASSERT_TRUE(opened->bytes->read_at(piece.offset, piece.buffer.data(), piece.length).has_value());
      piece.filled = true;
    }
    reader->read(piece, 0, *scratch, *sink);
  }
  reader->finish(0, *sink);
}

class Routing : public testing::TestWithParam<size_t> {};

TEST_P(Routing, FindsTheEventAndPassesTheNearMiss) {
  const RoutingCase& row = cases()[GetParam()];
  SCOPED_TRACE(row.file + ":" + std::to_string(row.line) + "\n" + row.rule);
  const hunt::RuleSet set = rules_of(row);
  ASSERT_EQ(set.rules.size(), 1U);
  std::string made = testing::TempDir() + "routing_XXXXXX";  // two builds of this test run at the same time
  ASSERT_NE(mkdtemp(made.data()), nullptr);
  const fs::path folder = made;
  struct Form {
    const char* name;
    std::string text;
    Packing packing;
    const char* expected;
  };
  const std::string lines = row.match + "\n" + row.miss + "\n";
  const std::string list = "[\n" + row.match + ",\n" + row.miss + "]";
  const Form forms[] = {{"a.ndjson", lines, Packing::kPlain, "11 00"},
                        {"a.json", list, Packing::kPlain, "11 00"},
                        {"a.ndjson.gz", lines, Packing::kGzip, "11 00"},
                        {"a.json.zst", list, Packing::kZstd, "11 00"},
                        {"match.json", row.match, Packing::kPlain, "11"}};
  for (const Form& form : forms) {
    SCOPED_TRACE(form.name);
    const std::string path = (folder / form.name).string();
    write_file(path, form.text, form.packing);
    Verdicts verdicts(set);
    read_file(path, &verdicts);
    EXPECT_EQ(verdicts.said, form.expected);
    EXPECT_EQ(verdicts.schemas, std::set<std::string>{row.schema});
  }
  fs::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(Logs, Routing, testing::Range(size_t{0}, cases().size()));

std::string words(const Logsource& logsource) {
  return logsource.product + "/" + logsource.category + "/" + logsource.service;
}

TEST(RoutingCases, CoverEverySchema) {
  std::set<std::string> covered;
  for (const RoutingCase& row : cases()) covered.insert(row.schema);
  for (const taxonomy::Schema* schema : taxonomy::schemas())
    EXPECT_TRUE(schema->signature.empty() ||  // a log of lines: tests/formats
                covered.contains(std::string(schema->name)))
        << "no case for schema " << schema->name;
}

TEST(RoutingCases, CoverEveryLogsourceThatHasAReader) {
  std::set<std::string> covered;
  for (const RoutingCase& row : cases()) {
    for (const hunt::Rule& rule : rules_of(row).rules) {
      covered.insert(words(rule.logsource));
      EXPECT_TRUE(has_reader(rule.logsource)) << row.file << ":" << row.line << ": " << words(rule.logsource);
    }
  }
  // Logs of lines: tests/formats names a rule of SigmaHQ for each (FormatRules.EveryLogsourceOutsideWindowsIsShown).
  const std::set<std::string> lines = {"/database/",          "django/application/",  "huawei//bgp",
                                       "juniper//bgp",        "jvm/application/",     "nodejs/application/",
                                       "python/application/", "spring/application/",  "ruby_on_rails/application/",
                                       "sql/application/",    "velocity/application/"};
  covered.insert(lines.begin(), lines.end());
  for (const taxonomy::KnownLogsource& known : taxonomy::known_logsources()) {
    const Logsource logsource{std::string(known.product), std::string(known.category), std::string(known.service)};
    EXPECT_TRUE(!known.readable || covered.contains(words(logsource))) << "no case for " << words(logsource);
  }
}

// Every logsource that SigmaHQ uses is known, or its rule is refused for a
// reason.
TEST(RoutingCases, EveryLogsourceOfSigmaHqIsKnown) {
  if (!path_exists(SIL_SIGMAHQ)) GTEST_SKIP() << "no SigmaHQ rules at " << SIL_SIGMAHQ;
  std::set<std::string> seen, unknown;
  std::vector<Error> problems;
  for (const std::string& path : list_files(SIL_SIGMAHQ, &problems)) {
    if (!path.ends_with(".yml") || path.find("/rules") == std::string::npos) continue;
    auto text = read_whole(path, hunt::kMaxYamlBytes);
    ASSERT_TRUE(text.has_value()) << path;
    for (const hunt::Rule& rule : hunt::load_rules({{path, *text}}, {}).rules) {
      seen.insert(words(rule.logsource));
      if (!known_logsource(rule.logsource)) unknown.insert(words(rule.logsource));
    }
  }
  EXPECT_EQ(unknown, std::set<std::string>{});
  EXPECT_GE(seen.size(), 138U);
}

}  // namespace
}  // namespace sil
