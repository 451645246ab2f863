#include "casefile/case_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "casefile/database.h"

namespace sil::casefile {
namespace {

namespace fs = std::filesystem;

class CaseStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              ("case_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
    rule_.id = "r-1";
    rule_.title = "A rule";
    rule_.level = Level::kHigh;
    rule_.tags = {"attack.t1003.003", "a\"b"};
    rule_.sha256.fill(7);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::unique_ptr<CaseStore> open(bool fresh = false) {
    auto store = CaseStore::open(folder_.string(), fresh);
    EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().text());
    return store ? std::move(*store) : nullptr;
  }
  static Source source(const std::string& path, char digest) {
    Source out;
    out.id = "0";
    out.path = path;
    out.members = {"in.evtx"};
    out.size = 5'000'000'000;
    out.sha256 = std::string(64, digest);
    out.format = "evtx";
    out.confidence = "magic";
    out.host = "DC1";
    out.events = 3;
    out.anomalies = 1;
    return out;
  }
  Finding finding(const std::string& id, uint64_t offset, uint32_t source = 0) {
    Finding out;
    out.id = id;
    out.rule = &rule_;
    out.time.ticks = 133'300'000'001'234'567;
    out.host = "DC1";
    out.channel = "Security";
    out.provider = "P";
    out.event_id = 4688;
    out.record_id = 18'446'744'073'709'551'615u;
    out.summary = "ntdsutil.exe \x01\xff";
    Citation citation;
    citation.source = source;
    citation.spans = {{offset, 100}, {offset + 500, 8}};
    citation.sha256.fill(9);
    Dependency dep;
    dep.source_id = "other";
    dep.span = {4, 5};
    dep.sha256.fill(3);
    citation.deps = {dep};
    out.citations = {citation};
    out.matched = {{"Image", "C:\\x\\ntdsutil.exe", "sel"}, {"CommandLine", std::string("a\0b", 3), "sel"}};
    out.missing_fields = {"OriginalFileName"};
    return out;
  }
  void store(CaseStore& into, uint32_t index, const Source& about, const std::vector<Finding>& findings) {
    ASSERT_TRUE(into.begin_source(index, about).has_value());
    for (const Finding& f : findings) ASSERT_TRUE(into.add(f).has_value());
    auto done = into.commit_source(about);
    ASSERT_TRUE(done.has_value()) << done.error().text();
  }
  static std::vector<Finding> all(const CaseStore& store) {
    std::vector<Finding> out;
    EXPECT_TRUE(store.for_each_finding([&](const Finding& f) { return out.push_back(f), true; }).has_value());
    return out;
  }

  fs::path folder_;
  RuleInfo rule_;
};

TEST_F(CaseStoreTest, WhatIsStoredComesBackWhole) {
  {
    auto first = open();
    store(*first, 0, source("a.zip", 'a'), {finding("f1", 600)});
    Anomaly anomaly{AnomalyKind::kChecksum, Level::kMedium, {512, 8}, "s", "e", "f"};
    anomaly.sha256.fill(5);
    ASSERT_TRUE(first->begin_source(1, source("b.evtx", 'b')).has_value());
    ASSERT_TRUE(first->add(anomaly).has_value());
    ASSERT_TRUE(first->commit_source(source("b.evtx", 'b')).has_value());
  }
  auto again = open();
  auto sources = again->sources();
  ASSERT_EQ(sources->size(), 2u);
  EXPECT_EQ((*sources)[0].source.size, 5'000'000'000u);
  EXPECT_EQ((*sources)[0].source.id, std::string(64, 'a'));
  EXPECT_EQ((*sources)[0].places, std::vector<std::string>{"a.zip!in.evtx"});
  auto findings = all(*again);
  ASSERT_EQ(findings.size(), 1u);
  Finding want = finding("f1", 600);
  const Finding& got = findings[0];
  EXPECT_EQ(got.summary, want.summary);
  EXPECT_EQ(got.record_id, want.record_id);
  EXPECT_EQ(rfc3339(got.time), rfc3339(want.time));
  EXPECT_EQ(got.rule->title, "A rule");
  EXPECT_EQ(got.rule->tags, rule_.tags);
  EXPECT_EQ(got.rule->sha256, rule_.sha256);
  EXPECT_EQ(got.missing_fields, want.missing_fields);
  ASSERT_EQ(got.matched.size(), 2u);
  EXPECT_EQ(got.matched[1].value, want.matched[1].value);
  ASSERT_EQ(got.citations.size(), 1u);
  EXPECT_EQ(got.citations[0].spans, want.citations[0].spans);
  EXPECT_EQ(got.citations[0].sha256, want.citations[0].sha256);
  ASSERT_EQ(got.citations[0].deps.size(), 1u);
  EXPECT_EQ(got.citations[0].deps[0].source_id, "other");
  EXPECT_EQ(got.citations[0].deps[0].span, (Span{4, 5}));
  EXPECT_EQ(got.citations[0].deps[0].sha256, want.citations[0].deps[0].sha256);
  int anomalies = 0;
  (void)again->for_each_anomaly([&](uint32_t index, const Anomaly& a) {
    EXPECT_EQ(index, 1u);
    EXPECT_EQ(a.kind, AnomalyKind::kChecksum);
    EXPECT_EQ(a.level, Level::kMedium);
    EXPECT_EQ(a.where, (Span{512, 8}));
    EXPECT_EQ(a.sha256[0], 5);
    return ++anomalies, true;
  });
  EXPECT_EQ(anomalies, 1);
  EXPECT_EQ((*again->findings_by_level())[3], 1u);
  EXPECT_EQ(**again->meta("created"), "2023-11-14T22:13:20Z");
  EXPECT_FALSE(again->meta("nothing")->has_value());
}

TEST_F(CaseStoreTest, AKnownDigestUnderANewPathIsAFurtherPlace) {
  auto store_ = open();
  store(*store_, 0, source("a.evtx", 'a'), {finding("f1", 600)});
  ASSERT_TRUE(store_->begin_source(1, source("copy.evtx", 'a')).has_value());
  ASSERT_TRUE(store_->add(finding("f1", 600, 1)).has_value());
  EXPECT_EQ(*store_->commit_source(source("copy.evtx", 'a')), Committed::kKnown);
  ASSERT_TRUE(store_->add_place(std::string(64, 'a'), "third.evtx", {}).has_value());
  ASSERT_TRUE(store_->add_place(std::string(64, 'a'), "third.evtx", {}).has_value());
  EXPECT_EQ(all(*store_).size(), 1u);
  auto sources = store_->sources();
  ASSERT_EQ(sources->size(), 1u);
  EXPECT_EQ((*sources)[0].places, (std::vector<std::string>{"a.evtx!in.evtx", "copy.evtx!in.evtx", "third.evtx"}));
  EXPECT_TRUE(*store_->knows(std::string(64, 'a')));
  EXPECT_FALSE(*store_->knows(std::string(64, 'b')));
  EXPECT_FALSE(store_->add_place(std::string(64, 'b'), "x", {}).has_value());
}

TEST_F(CaseStoreTest, AnUnfinishedSourceLeavesNoTrace) {
  {
    auto killed = open();
    store(*killed, 0, source("a.evtx", 'a'), {finding("f1", 600)});
    ASSERT_TRUE(killed->begin_source(1, source("b.evtx", 'b')).has_value());
    ASSERT_TRUE(killed->add(finding("f2", 700, 1)).has_value());
  }
  auto resumed = open();
  EXPECT_EQ(all(*resumed).size(), 1u);
  EXPECT_FALSE(*resumed->knows(std::string(64, 'b')));
  store(*resumed, 0, source("b.evtx", 'b'), {finding("f2", 700)});
  EXPECT_EQ(all(*resumed).size(), 2u);
}

TEST_F(CaseStoreTest, FindingsComeInOutputOrderWhateverTheOrderOfReading) {
  auto store_ = open();
  RuleInfo early = rule_;
  early.id = "a-0";
  store(*store_, 0, source("z.evtx", 'z'), {finding("z1", 10)});
  Finding same_place = finding("a0", 900, 1);
  same_place.rule = &early;
  store(*store_, 1, source("a.evtx", 'a'), {finding("a2", 900, 1), same_place, finding("a1", 20, 1)});
  Finding late = finding("c2", 0), soon = finding("c1", 0);
  late.kind = soon.kind = "correlation";
  late.time.ticks += 5;
  late.citations.push_back(finding("", 5, 1).citations[0]);
  auto correlations = [&](const std::vector<Finding>& findings) {
    bool good = store_->begin_correlations().has_value();
    for (const Finding& f : findings) {
      good = good && store_->add_correlation(f).has_value();
      for (const Citation& citation : f.citations) good = good && store_->add_member(citation).has_value();
    }
    return good && store_->commit_correlations().has_value();
  };
  ASSERT_TRUE(correlations({late, soon}));
  std::string order;
  for (const Finding& f : all(*store_)) order += f.id + " ";
  EXPECT_EQ(order, "a1 a0 a2 z1 c1 c2 ");
  ASSERT_TRUE(correlations({soon}));  // replaces
  EXPECT_EQ(all(*store_).size(), 5u);
  EXPECT_FALSE(correlations({finding("c9", 0, 77)}));  // cites what is not stored
  EXPECT_EQ(all(*store_).size(), 5u);
}

TEST_F(CaseStoreTest, MembersComeBackBySourceUnderTheirPlanAlone) {
  auto store_ = open();
  const std::string bytes("a\0b", 3);
  for (char name : {'z', 'b'}) {
    ASSERT_TRUE(store_->begin_source(0, source("p.evtx", name)).has_value());
    ASSERT_TRUE(store_->add_members("plan", "").has_value());
    ASSERT_TRUE(store_->add_members("plan", bytes + name).has_value());
    ASSERT_TRUE(store_->commit_source(source("p.evtx", name)).has_value());
  }
  EXPECT_EQ(store_->sources_without_members("plan").value_or(9), 0u);
  EXPECT_EQ(store_->sources_without_members("other").value_or(9), 2u);
  std::vector<std::string> seen;
  ASSERT_TRUE(store_
                  ->for_each_members("plan",
                                     [&](const std::string&, const std::string& entries) -> Result<void> {
                                       if (!entries.empty()) seen.push_back(entries);
                                       return {};
                                     })
                  .has_value());
  EXPECT_EQ(seen, (std::vector<std::string>{bytes + 'b', bytes + 'z'}));
}

TEST_F(CaseStoreTest, ACaseKeepsAllMembersAndReadsTheFirst) {
  auto store_ = open();
  store(*store_, 0, source("a.evtx", 'a'), {});
  Finding many = finding("c1", 0);
  many.kind = "correlation";
  many.citations_total = kCitationsRead + 5;
  ASSERT_TRUE(store_->begin_correlations().has_value());
  ASSERT_TRUE(store_->add_correlation(many).has_value());
  for (int i = 0; i < kCitationsRead + 5; ++i) ASSERT_TRUE(store_->add_member(many.citations[0]).has_value());
  ASSERT_TRUE(store_->commit_correlations().has_value());
  ASSERT_EQ(all(*store_).size(), 1u);
  EXPECT_EQ(all(*store_)[0].citations.size(), static_cast<size_t>(kCitationsRead));
  EXPECT_EQ(all(*store_)[0].citations_total, static_cast<uint64_t>(kCitationsRead + 5));
}

// The store does not let SQLite check each reference while it writes, so here is what would be checked.
TEST_F(CaseStoreTest, ReferencesHoldAfterEveryKindOfWriting) {
  {
    auto store_ = open();
    store(*store_, 0, source("a.evtx", 'a'), {finding("f1", 600), finding("f2", 700)});
    ASSERT_TRUE(store_->begin_source(1, source("copy.evtx", 'a')).has_value());
    ASSERT_TRUE(store_->add(finding("f1", 600, 1)).has_value());
    EXPECT_EQ(*store_->commit_source(source("copy.evtx", 'a')), Committed::kKnown);
    ASSERT_TRUE(store_->begin_source(2, source("b.evtx", 'b')).has_value());
    ASSERT_TRUE(store_->add(finding("f3", 700, 2)).has_value());
    ASSERT_TRUE(store_->abandon_source().has_value());
    store(*store_, 3, source("c.evtx", 'c'),
          {finding("f4", 600, 3)});  // its rule's row went with b.evtx and comes again
    ASSERT_TRUE(store_->begin_correlations().has_value());
    Finding counted = finding("c1", 0);
    ASSERT_TRUE(store_->add_correlation(counted).has_value());
    ASSERT_TRUE(store_->add_member(counted.citations[0]).has_value());
    ASSERT_TRUE(store_->commit_correlations().has_value());
    ASSERT_TRUE(store_->begin_correlations().has_value());  // drops the finding and what belongs to it
    ASSERT_TRUE(store_->commit_correlations().has_value());
    ASSERT_TRUE(store_->store_rules({}, {}).has_value());
    ASSERT_TRUE(store_->index_findings().has_value());
    ASSERT_TRUE(store_->index_findings().has_value());
  }
  auto db = Database::open((folder_ / "case.db").string());
  ASSERT_TRUE(db.has_value());
  EXPECT_EQ(*(*db)->number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
  EXPECT_EQ(*(*db)->number("SELECT count(*) FROM findings"), 3);
  ASSERT_TRUE((*db)->execute("DELETE FROM rules").has_value());
  EXPECT_EQ(*(*db)->number("SELECT count(*) FROM pragma_foreign_key_check"), 3) << "the check sees what is broken";
}

TEST_F(CaseStoreTest, RulesOfTheLastRunAreTold) {
  auto store_ = open();
  RuleInfo other = rule_;
  other.id = "b";
  ASSERT_TRUE(store_->store_rules({&rule_, &other}, {{"x.yml", "bad", 3}}).has_value());
  store(*store_, 0, source("a.evtx", 'a'), {finding("f1", 600)});
  ASSERT_TRUE(store_->store_rules({&other}, {}).has_value());
  auto loaded = store_->loaded_rules();
  ASSERT_EQ(loaded->size(), 1u);
  EXPECT_EQ((*loaded)[0]->id, "b");
  EXPECT_TRUE(store_->refused_rules()->empty());
  EXPECT_EQ(all(*store_)[0].rule->id, "r-1");  // a finding keeps the rule it was made by
}

TEST_F(CaseStoreTest, ForeignAndDamagedFoldersAreRefusedWithAReason) {
  fs::create_directories(folder_);
  std::ofstream(folder_ / "holiday.jpg") << "x";
  auto refused = CaseStore::open(folder_.string());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kFormat);
  EXPECT_FALSE(CaseStore::open(folder_.string(), true).has_value());  // --force is no licence either
  EXPECT_FALSE(CaseStore::open((folder_ / "holiday.jpg").string()).has_value());

  fs::remove(folder_ / "holiday.jpg");
  std::ofstream(folder_ / "case.db") << std::string(500, 'x');
  EXPECT_FALSE(CaseStore::open(folder_.string()).has_value());
  fs::remove(folder_ / "case.db");
  {
    auto foreign = Database::open((folder_ / "case.db").string());
    ASSERT_TRUE((*foreign)->execute("CREATE TABLE t(x)").has_value());
  }
  auto other = CaseStore::open(folder_.string());
  ASSERT_FALSE(other.has_value());
  EXPECT_NE(other.error().text().find("another program"), std::string::npos);
}

TEST_F(CaseStoreTest, ACaseOfANewerVersionIsLeftAlone) {
  open();
  {
    auto db = Database::open((folder_ / "case.db").string());
    ASSERT_TRUE((*db)->execute("PRAGMA user_version=99").has_value());
  }
  auto refused = CaseStore::open(folder_.string());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
}

TEST_F(CaseStoreTest, DamagedPagesAreAReasonNotACrash) {
  {
    auto store_ = open();
    std::vector<Finding> many;
    for (int i = 0; i < 300; ++i) many.push_back(finding("f" + std::to_string(i), 600));
    store(*store_, 0, source("a.evtx", 'a'), many);
  }
  auto size = fs::file_size(folder_ / "case.db");
  {
    std::fstream file(folder_ / "case.db", std::ios::in | std::ios::out | std::ios::binary);
    for (uintmax_t at = 4096; at + 64 < size; at += 4096) {
      file.seekp(static_cast<std::streamoff>(at));
      file << std::string(64, '\xA5');
    }
  }
  auto refused = CaseStore::open(folder_.string());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kFormat);
  fs::resize_file(folder_ / "case.db", size / 2);
  EXPECT_FALSE(CaseStore::open(folder_.string()).has_value());
}

TEST_F(CaseStoreTest, ForceStartsAnewAndAnEmptyFileIsANewCase) {
  {
    auto store_ = open();
    store(*store_, 0, source("a.evtx", 'a'), {finding("f1", 600)});
  }
  EXPECT_TRUE(all(*open(true)).empty());
  fs::resize_file(folder_ / "case.db", 0);
  EXPECT_TRUE(all(*open()).empty());
}

TEST_F(CaseStoreTest, SameInputSameBytes) {
  auto make = [&](const std::string& name) {
    fs::path at = folder_ / name;
    auto store_ = CaseStore::open(at.string());
    EXPECT_TRUE(store_.has_value());
    store(**store_, 0, source("a.evtx", 'a'), {finding("f1", 600), finding("f2", 700)});
    store_->reset();
    std::ifstream file(at / "case.db", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  EXPECT_EQ(make("x"), make("y"));
}

TEST_F(CaseStoreTest, ASecondWriterIsToldSo) {
  auto first = open();
  auto second = open();
  ASSERT_TRUE(first->begin_source(0, source("a.evtx", 'a')).has_value());
  auto refused = second->begin_source(0, source("b.evtx", 'b'));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kIo);
}

// A shadow copy: the log as it was, in a source of its own. One record, one finding, two places.
TEST_F(CaseStoreTest, ARecordInTwoSourcesIsOneFindingWithTwoCitations) {
  auto into = open();
  Finding alone = finding("c", 900);
  alone.citations[0].sha256.fill(8);  // the same record id, written at another time
  alone.record_id = 7;
  Finding elsewhere = finding("d", 1200);
  elsewhere.host = "DC2";
  store(*into, 0, source("a/Security.evtx", 'a'), {finding("a", 100), alone, elsewhere});
  EXPECT_EQ(into->join_copies().value_or(99), 0U);
  Finding copy = finding("b", 300, 1), other = alone;
  other.citations[0].source = 1;
  other.citations[0].sha256.fill(5);
  other.time.ticks += 1;
  store(*into, 1, source("vss/Security.evtx", 'b'), {copy, other, copy});  // also twice in one source
  EXPECT_EQ(into->join_copies().value_or(99), 2U);
  EXPECT_EQ(into->join_copies().value_or(99), 2U);

  std::vector<Finding> joined, apart;
  const auto keep = [](std::vector<Finding>* all) {
    return [all](const Finding& one) {
      all->push_back(one);
      return true;
    };
  };
  ASSERT_TRUE(into->for_each_finding(keep(&joined)).has_value());
  ASSERT_EQ(joined.size(), 4U);
  EXPECT_EQ(joined[0].id, "a");
  EXPECT_EQ(joined[0].citations_total, 3U);
  ASSERT_EQ(joined[0].citations.size(), 3U);
  EXPECT_EQ(joined[0].citations[0].source, 0U);
  EXPECT_EQ(joined[0].citations[1].source, 1U);
  EXPECT_EQ(joined[0].citations[1].spans[0].offset, 300U);
  for (size_t i = 1; i < joined.size(); ++i) EXPECT_EQ(joined[i].citations.size(), 1U);
  ASSERT_TRUE(into->for_each_finding(keep(&apart), nullptr, {.copies_apart = true}).has_value());
  EXPECT_EQ(apart.size(), 6U);
  std::vector<std::pair<FindingPlace, Finding>> stored;
  const auto take = [&](Finding one, const FindingPlace& place) { stored.emplace_back(place, std::move(one)); };
  ASSERT_TRUE(into->for_each_stored(Level::kInformational, take).has_value());
  std::ranges::sort(stored, {}, [](const auto& one) { return one.first; });
  ASSERT_EQ(stored.size(), apart.size());
  for (size_t i = 0; i < apart.size(); ++i)
    EXPECT_TRUE(stored[i].second.id == apart[i].id &&
                stored[i].second.citations[0].source == apart[i].citations[0].source);
  EXPECT_EQ(into->findings_by_level().value()[static_cast<size_t>(Level::kHigh)], 4U);
}

// What a collector was sent is written anew there: other bytes, the same record. So is not what says something else, or
// whose time is only known to the second.
TEST_F(CaseStoreTest, ARecordThatWasForwardedIsOneFindingWithTheOriginal) {
  auto into = open();
  Finding here = finding("a", 100), edited = finding("b", 900), coarse = finding("c", 1200);
  edited.record_id = 7;
  coarse.record_id = 8;
  coarse.time.precision = Precision::kSecond;
  store(*into, 0, source("dc/Security.evtx", 'a'), {here, edited, coarse});
  std::vector<Finding> sent = {here, edited, coarse};
  for (Finding& one : sent) {
    one.citations[0].source = 1;
    one.citations[0].sha256.fill(5);
    one.id += "2";
  }
  ASSERT_FALSE(sent[1].matched.empty());
  sent[1].matched[0].value += "x";
  store(*into, 1, source("wec/ForwardedEvents.evtx", 'b'), sent);
  EXPECT_EQ(into->join_copies().value_or(99), 1U);
  std::vector<Finding> joined;
  const auto keep = [&](const Finding& one) {
    joined.push_back(one);
    return true;
  };
  ASSERT_TRUE(into->for_each_finding(keep).has_value());
  ASSERT_EQ(joined.size(), 5U);
  EXPECT_EQ(joined[0].id, "a");
  ASSERT_EQ(joined[0].citations.size(), 2U);
  EXPECT_NE(joined[0].citations[0].sha256, joined[0].citations[1].sha256);
}

}  // namespace
}  // namespace sil::casefile
