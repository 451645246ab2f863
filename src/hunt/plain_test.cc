#include "hunt/plain.h"

#include <gtest/gtest.h>

#include "hunt/written_event.h"

namespace sil::hunt {
namespace {

class Case {
 public:
  explicit Case(const std::string& detection, const std::string& logsource = "{product: windows, service: system}") {
    set_ = load_rules({{"r.yml", "title: t\nlogsource: " + logsource + "\ndetection:\n" + detection}}, {});
    EXPECT_EQ(set_.rules.size(), 1u) << set_.verdicts[0].reason;
  }
  bool on(const std::string& fields, const std::string& where = "Channel: System, EventID: 7045") {
    make("{" + where + (fields.empty() ? "" : ", ") + fields + "}");
    return plain_match(set_.rules[0], event_->event());
  }
  std::string why(const std::string& yaml) {
    make(yaml);
    std::vector<MatchedField> matched;
    std::vector<std::string> missing;
    explain_match(set_.rules[0], event_->event(), &matched, &missing);
    std::string out;
    for (const MatchedField& m : matched) out += m.selection + "." + m.field + "=" + m.value + ";";
    for (const std::string& m : missing) out += "-" + m + ";";
    return out;
  }

 private:
  void make(const std::string& yaml) {
    auto docs = read_yaml(yaml, &arena_);
    auto made = WrittenEvent::make(*docs.at(0).root, {});
    ASSERT_TRUE(made);
    event_ = std::move(*made);
  }
  RuleSet set_;
  YamlArena arena_;
  std::unique_ptr<const WrittenEvent> event_;
};

TEST(Plain, AbsentNullAndEmptyAreThreeThings) {
  Case null("  s: {A: null}\n  condition: s\n");
  EXPECT_TRUE(null.on(""));
  EXPECT_TRUE(null.on("A: null"));
  EXPECT_FALSE(null.on("A: ''"));
  EXPECT_FALSE(null.on("A: 'null'"));
  Case empty("  s: {A: ''}\n  condition: s\n");
  EXPECT_FALSE(empty.on(""));
  EXPECT_FALSE(empty.on("A: null"));
  EXPECT_TRUE(empty.on("A: ''"));
  Case exists("  s: {A|exists: true}\n  condition: s\n");
  EXPECT_FALSE(exists.on(""));
  EXPECT_TRUE(exists.on("A: null"));
  EXPECT_TRUE(exists.on("A: ''"));
}

TEST(Plain, NeqNegatesTheWholeItem) {
  Case any("  s: {A|neq: [x, y]}\n  condition: s\n");
  EXPECT_FALSE(any.on("A: x"));
  EXPECT_FALSE(any.on("A: y"));
  EXPECT_TRUE(any.on("A: z"));
  EXPECT_TRUE(any.on(""));
  Case all("  s: {A|contains|all|neq: [x, y]}\n  condition: s\n");
  EXPECT_FALSE(all.on("A: xy"));
  EXPECT_TRUE(all.on("A: x"));
}

TEST(Plain, AllMayBeMetByDifferentMembers) {
  Case all("  s: {A|all: [x, y]}\n  condition: s\n");
  EXPECT_TRUE(all.on("A: [x, y, z]"));
  EXPECT_FALSE(all.on("A: [x, z]"));
}

TEST(Plain, KeywordsSearchValuesNeverKeysNeverAcross) {
  Case k("  s: [needle, '7045']\n  condition: s\n");
  EXPECT_TRUE(k.on("A: 'a Needle b', EventID2: 1", "Channel: System, EventID: 1"));
  EXPECT_TRUE(k.on(""));
  EXPECT_FALSE(k.on("needle: x", "Channel: System, EventID: 1"));
  EXPECT_FALSE(k.on("A: nee, B: dle", "Channel: System, EventID: 1"));
  Case all("  s: {'|all': [one, two]}\n  condition: s\n");
  EXPECT_TRUE(all.on("A: one, B: two"));
  EXPECT_FALSE(all.on("A: one"));
}

TEST(Plain, RawLineIsWhatKeywordsSearchWhenThereIsOne) {
  Case k("  s: ['a*d']\n  condition: s\n");
  EXPECT_TRUE(k.on("_raw: 'xx abcd yy', A: nothing"));
  EXPECT_FALSE(k.on("_raw: 'xx', A: abcd"));
}

TEST(Plain, BlanksBehindTheValueAreIgnoredWithoutModifier) {
  Case whole("  s: {A: NtLmSsp}\n  condition: s\n");
  EXPECT_TRUE(whole.on("A: 'NtLmSsp '"));
  EXPECT_FALSE(whole.on("A: ' NtLmSsp'"));
  Case written("  s: {A: 'NtLmSsp '}\n  condition: s\n");
  EXPECT_TRUE(written.on("A: 'NtLmSsp '"));
  EXPECT_FALSE(written.on("A: 'NtLmSsp'"));
  Case ends("  s: {A|endswith: ssp}\n  condition: s\n");
  EXPECT_FALSE(ends.on("A: 'NtLmSsp '"));
  Case cased("  s: {A|cased: NtLmSsp}\n  condition: s\n");
  EXPECT_FALSE(cased.on("A: 'NtLmSsp '"));
}

TEST(Plain, FieldReferences) {
  Case same("  s: {A|fieldref: B}\n  condition: s\n");
  EXPECT_TRUE(same.on("A: Xy, B: xY"));
  EXPECT_FALSE(same.on("A: x"));
  EXPECT_FALSE(same.on("B: x"));
  Case ends("  s: {A|fieldref|endswith: B}\n  condition: s\n");
  EXPECT_TRUE(ends.on("A: abc, B: BC"));
  Case not_same("  s: {A|fieldref|neq: B}\n  condition: s\n");
  EXPECT_FALSE(not_same.on("A: x, B: x"));
  EXPECT_TRUE(not_same.on("A: x, B: y"));
}

TEST(Plain, NestedFieldsAndArraysOfObjects) {
  Case nested("  s: {U.A.B: x}\n  condition: s\n", "{product: okta, service: okta}");
  EXPECT_TRUE(nested.on("U: {A: {B: x}}", "logsource: {product: okta, service: okta}"));
  EXPECT_TRUE(nested.on("U: [{A: {B: y}}, {A: {B: x}}]", "logsource: {product: okta, service: okta}"));
  EXPECT_TRUE(nested.on("U.A.B: x, U: {A: {B: y}}", "logsource: {product: okta, service: okta}"));
  EXPECT_FALSE(nested.on("U.A.B: y, U: {A: {B: x}}", "logsource: {product: okta, service: okta}"))
      << "the flat key wins";
}

TEST(Plain, RoutesAndGuards) {
  Case add("  s: {TargetObject|contains: Run}\n  condition: s\n", "{product: windows, category: registry_add}");
  const std::string sysmon = "Channel: Microsoft-Windows-Sysmon/Operational, EventID: 12, TargetObject: 'HKLM\\Run'";
  EXPECT_TRUE(add.on("EventType: CreateKey", sysmon));
  EXPECT_FALSE(add.on("EventType: DeleteKey", sysmon));
  EXPECT_FALSE(add.on("EventType: CreateKey", "Channel: System, EventID: 12, TargetObject: 'HKLM\\Run'"));
}

TEST(Plain, ExplainsWhatMadeItTrueAndWhatIsMissing) {
  Case c(
      "  sel: {Image|endswith: '\\cmd.exe', CommandLine|contains: [' /c ', ' /k ']}\n  filter: "
      "{OriginalFileName: x}\n  condition: sel and not filter\n",
      "{product: windows, category: process_creation}");
  EXPECT_EQ(c.why("{Channel: Security, EventID: 4688, NewProcessName: 'C:\\cmd.exe', CommandLine: 'cmd /c dir'}"),
            "sel.Image=C:\\cmd.exe;sel.CommandLine=cmd /c dir;-OriginalFileName;");
}

}  // namespace
}  // namespace sil::hunt
