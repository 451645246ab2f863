// The fast path against its plain twin on rules and events made from a grammar: equal answers on every pair.
// SIL_TWIN_PAIRS sets how many pairs are tried (the slow ctest label runs a million).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <random>

#include "bytes/text.h"
#include "hunt/network.h"
#include "hunt/plain.h"
#include "hunt/program.h"

namespace sil::hunt {
namespace {

// Values are made of few pieces, so that tests and values meet often; pieces beyond ASCII fold to ASCII
// (U+212A, U+017F), keep their length or change it.
const char* const kPieces[] = {"powershell.exe",
                               "\\cmd.exe",
                               "\\",
                               "C:\\Windows\\",
                               "System32",
                               " -enc ",
                               " /c ",
                               "-",
                               "a",
                               "K",
                               "ab",
                               " ",
                               "  ",
                               ".exe",
                               ".dll",
                               "http://",
                               "10.1.2.3",
                               "4688",
                               "007",
                               "\xE2\x84\xAA",
                               "\xC5\xBF",
                               "\xC3\x84",
                               "\xE2\x80\x93",
                               "\xF0\x9F\x98\x80",
                               "mimikatz",
                               "MD5=0123456789abcdef0123456789ABCDEF",
                               ",",
                               "IMPHASH=",
                               "0123456789abcdef0123456789abcdef",
                               "\n",
                               "true",
                               "x*y",
                               "sekurlsa::logonpasswords",
                               "ftp",
                               "Kernel",
                               "/usr/bin/ls",
                               "/tmp/",
                               "0xad4",
                               "S-1-16-12288",
                               "S-1-5-18",
                               "\nHostApplication=",
                               "\\REGISTRY\\MACHINE\\",
                               "%%1904"};
const char* const kFields[] = {"Image", "CommandLine", "Hashes",   "User",     "EventID",
                               "Data",  "Missing",     "Nested.a", "EventType"};
// Fields behind a translation (4688, 4657, classic PowerShell, digests) or found by place.
const char* const kTranslatedFields[] = {"ProcessId", "ParentProcessId", "IntegrityLevel", "Imphash", "md5",
                                         "User",      "HostApplication", "TargetObject",   "Details", "param2"};
const char* const kRawNames[] = {"ProcessId",         "NewProcessId",   "MandatoryLabel", "SubjectUserName",
                                 "SubjectDomainName", "SubjectUserSid", "ObjectName",     "ObjectValueName",
                                 "NewValue",          "NewValueType",   "OperationType",  "Hash"};
const char* const kRegexes[] = {"power.*exe", "(?i)CMD\\.EXE$",     "^a",         "[kK]ernel\\d*",
                                ".{20,}",     "(mimi|sekur)[a-z]+", "\\s-enc\\s", "(?i)k",
                                "a(?=b)",     "\\x41?b+",           "x|y",        "(?i)\\\\Windows\\\\[^\\\\]+\\.exe",
                                "^$",         "4[0-9]{3}"};

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {}

  size_t pick(size_t n) { return static_cast<size_t>(random_() % n); }
  bool chance(unsigned percent) { return pick(100) < percent; }
  template <size_t kCount>
  std::string one_of(const char* const (&list)[kCount]) {
    return list[pick(kCount)];
  }
  std::string text(size_t most) {
    std::string out;
    for (size_t i = pick(most + 1); i-- > 0;) out += one_of(kPieces);
    return out;
  }

  Pattern pattern() {
    using Kind = PatternPart::Kind;
    Pattern out;
    out.cased = chance(10);
    auto literal = [&](size_t most) {
      std::string plain = text(most);
      return PatternPart{Kind::kLiteral, out.cased ? plain : folded(plain)};
    };
    if (chance(50)) out.parts.push_back({Kind::kAnyRun, {}});
    for (size_t i = 0; i <= pick(chance(20) ? 3 : 1); ++i) {
      PatternPart part = literal(2);
      if (!part.literal.empty()) out.parts.push_back(part);
      if (chance(10)) out.parts.push_back({Kind::kAnyOne, {}});
      if (chance(10)) out.parts.push_back({Kind::kDash, {}});
      if (chance(15)) out.parts.push_back({Kind::kAnyRun, {}});
    }
    if (chance(50)) out.parts.push_back({Kind::kAnyRun, {}});
    return out;
  }

  Test test(bool keyword) {
    Test out;
    size_t kind = keyword ? (chance(90) ? 0 : 70) : pick(100);
    if (kind < 60) {
      out.pattern = pattern();
    } else if (kind < 65) {
      out.kind = Test::Kind::kNumber;
      out.operand.edit().text = chance(50) ? "4688" : chance(50) ? "7" : "1.5";
      out.operand.edit().number = parse_number(out.operand->text);
    } else if (kind < 75) {
      out.kind = Test::Kind::kRegex;
      out.operand.edit().text = one_of(kRegexes);
      out.ignore_case = chance(20);
      out.multi_line = chance(10);
      out.dot_all = chance(10);
    } else if (kind < 79) {
      out.kind = Test::Kind::kNull;
    } else if (kind < 83) {
      out.kind = Test::Kind::kExists;
      out.boolean = chance(50);
    } else if (kind < 86) {
      out.kind = Test::Kind::kCidr;
      out.operand.edit().text = "10.0.0.0/8";
      parse_network(out.operand->text, out.operand.edit().network, &out.operand.edit().prefix_bits);
    } else if (kind < 90) {
      out.kind = Test::Kind::kCompare;
      out.compare = static_cast<CompareOp>(pick(5));
      out.operand.edit().number = parse_number(chance(50) ? "4688" : "12");
    } else if (kind < 93) {
      out.kind = Test::Kind::kFieldRef;
      out.operand.edit().text = one_of(kFields);
      out.field_match = static_cast<FieldMatch>(pick(4));
      out.pattern.cased = chance(20);
    } else if (kind < 96) {
      out.kind = Test::Kind::kBoolean;
      out.boolean = chance(50);
    } else {
      out.kind = Test::Kind::kTimePart;
      out.time_part = static_cast<TimePart>(pick(6));
      out.compare = static_cast<CompareOp>(pick(5));
      out.operand.edit().number = parse_number("12");
    }
    return out;
  }

  Item item() {
    Item out;
    if (!chance(8)) out.field = chance(70) ? one_of(kFields) : one_of(kTranslatedFields);
    out.all = chance(25);
    out.negate = chance(8);
    size_t groups = chance(10) ? 12 : 1 + pick(3);
    for (size_t i = 0; i < groups; ++i) {
      out.groups.emplace_back();
      for (size_t j = 0; j <= pick(2); ++j) out.groups.back().push_back(test(out.field.empty()));
    }
    return out;
  }

  Rule rule(size_t number) {
    Rule out;
    out.info.id = "rule-" + std::to_string(pick(1000)) + "-" + std::to_string(number % 7);
    static const Logsource kSources[] = {{"windows", "process_creation", ""},
                                         {"windows", "", "security"},
                                         {"windows", "", ""},
                                         {"windows", "registry_add", ""},
                                         {"linux", "", ""},
                                         {"windows", "", "sysmon"},
                                         {"windows", "registry_set", ""},
                                         {"windows", "ps_classic_start", ""}};
    out.logsource = kSources[pick(std::size(kSources))];
    for (size_t i = 0; i <= pick(3); ++i) {
      Selection& selection = out.selections.emplace_back();
      selection.name = "s" + std::to_string(i);
      for (size_t j = 0; j <= pick(2); ++j) {
        selection.alternatives.emplace_back();
        for (size_t k = 0; k <= pick(2); ++k) selection.alternatives.back().push_back(item());
      }
    }
    for (uint32_t i = 0; i < out.selections.size(); ++i) {
      out.condition.push_back({ConditionNode::Kind::kSelection, i, 0, {}});
    }
    for (size_t i = 0; i < pick(4); ++i) {
      ConditionNode node;
      node.kind = static_cast<ConditionNode::Kind>(1 + pick(4));
      size_t children = node.kind == ConditionNode::Kind::kNot ? 1 : 1 + pick(4);
      for (size_t j = 0; j < children; ++j) node.children.push_back(static_cast<uint32_t>(pick(out.condition.size())));
      node.count = static_cast<uint32_t>(pick(children + 1));
      out.condition.push_back(node);
    }
    return out;
  }

  // An event that owns its bytes.
  struct OwnedEvent {
    Event event;
    std::shared_ptr<const Layout> layout;
    std::vector<Value> values;
    std::deque<std::string> bytes;
  };

  std::unique_ptr<OwnedEvent> event() {
    auto out = std::make_unique<OwnedEvent>();
    static const LogKind* const kKinds[] = {
        intern_log_kind(
            {0, "evtx", "windows", "", "", "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", 1}),
        intern_log_kind({0, "evtx", "windows", "", "", "Security", "Microsoft-Windows-Security-Auditing", 4688}),
        intern_log_kind(
            {0, "evtx", "windows", "", "", "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", 12}),
        intern_log_kind({0, "evtx", "windows", "", "", "Security", "Microsoft-Windows-Security-Auditing", 4657}),
        intern_log_kind({0, "evtx", "windows", "", "", "Windows PowerShell", "PowerShell", 400}),
        intern_log_kind({0, "syslog", "linux", "", "auditd", "", "", 0})};
    out->event.kind = kKinds[pick(std::size(kKinds))];
    Layout layout;
    auto add = [&](const char* name, Section section, Value value) {
      LayoutField field;
      field.name = name;
      field.path = (section == Section::kSystem      ? "Event.System."
                    : section == Section::kEventData ? "Event.EventData."
                                                     : "") +
                   std::string(name);
      field.section = section;
      field.slot = static_cast<uint32_t>(out->values.size());
      field.absent_when_null = chance(20);
      layout.fields.push_back(field);
      out->values.push_back(value);
    };
    if (chance(90)) add("EventID", Section::kSystem, number(out.get(), chance(80) ? out->event.kind->event_id : 7));
    for (const char* name : {"Image", "CommandLine", "Hashes", "User", "EventType", "NewProcessName", "Data", "Data"}) {
      if (chance(75)) add(name, Section::kEventData, value(out.get()));
    }
    bool translated = chance(40);
    for (const char* name : kRawNames) {
      if (translated && chance(60)) add(name, Section::kEventData, value(out.get()));
    }
    if (chance(30)) {
      add("Nested", Section::kOther,
          token(out.get(),
                "{\"a\":\"" + std::string(chance(50) ? "power\\u0073hell.exe" : "K") + "\",\"b\":[1,\"ab\"]}",
                ValueKind::kJsonObject));
    }
    out->layout = intern_layout(std::move(layout));
    out->event.layout = out->layout.get();
    out->event.values = out->values;
    if (chance(10)) {
      out->bytes.push_back(text(6));
      out->event.raw = as_bytes(out->bytes.back());
    }
    return out;
  }

 private:
  static Value token(OwnedEvent* owner, std::string bytes, ValueKind kind) {
    owner->bytes.push_back(std::move(bytes));
    const std::string& kept = owner->bytes.back();
    return {reinterpret_cast<const uint8_t*>(kept.data()), static_cast<uint32_t>(kept.size()), kind,
            ValueKind::kAbsent};
  }
  Value number(OwnedEvent* owner, uint32_t n) {
    if (chance(50)) return token(owner, std::to_string(n), ValueKind::kJsonNumber);
    return token(owner, std::string(reinterpret_cast<const char*>(&n), 4), ValueKind::kUInt32);
  }
  static std::string utf16(const std::string& text) {
    std::u16string wide = to_utf16(text);
    return {reinterpret_cast<const char*>(wide.data()), wide.size() * 2};
  }
  static std::string escaped(const std::string& text) {
    std::string out;
    for (char c : text) {
      if (c == '\\' || c == '"') out += '\\';
      if (c == '\n')
        out += "\\n";
      else
        out += c;
    }
    return out;
  }
  Value value(OwnedEvent* owner) {
    std::string plain = text(5);
    if (chance(20)) {
      for (size_t i = pick(6); i-- > 0;) plain += (chance(50) ? "\n" : "\r\n") + text(2);
    }
    switch (pick(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4: return token(owner, utf16(plain), ValueKind::kUtf16);
      case 5: return token(owner, plain, ValueKind::kUtf8);
      case 6: return token(owner, escaped(plain), ValueKind::kJsonString);
      case 7: return number(owner, chance(50) ? 4688 : 12);
      case 8: return {nullptr, 0, ValueKind::kNull, ValueKind::kAbsent};
      case 9: return token(owner, "[\"" + escaped(plain) + "\",4688,null,[\"ab\"]]", ValueKind::kJsonArray);
      case 10:
        return token(owner, utf16(plain) + std::string("\0\0K\0e\0r\0n\0e\0l\0\0\0", 16), ValueKind::kUtf16Array);
      default: return token(owner, chance(50) ? "true" : "", chance(50) ? ValueKind::kBoolTrue : ValueKind::kUtf8);
    }
  }

  std::mt19937_64 random_;
};

size_t wanted_pairs() {
  const char* text = std::getenv("SIL_TWIN_PAIRS");
  return text ? std::strtoull(text, nullptr, 10) : 50'000;
}

// Returns how many pairs matched.
size_t expect_equal_answers(uint64_t seed, const ProgramOptions& options) {
  Maker make(seed);
  std::vector<Rule> rules;
  for (size_t i = 0; i < 50; ++i) rules.push_back(make.rule(i));
  std::unique_ptr<const Program> program = Program::compile(rules, options);
  Matcher matcher(*program);
  size_t hits = 0;
  for (size_t round = 0; round < 100; ++round) {
    auto owned = make.event();
    std::span<const uint32_t> found = matcher.match(owned->event);
    std::vector<uint32_t> fast(found.begin(), found.end());
    EXPECT_TRUE(std::is_sorted(fast.begin(), fast.end(), [&](uint32_t a, uint32_t b) {
      return std::pair(rules[a].info.id, a) < std::pair(rules[b].info.id, b);
    }));
    auto shown = [](const std::vector<MatchedField>& list) {
      std::string out;
      for (const MatchedField& m : list) out += m.selection + ": " + m.field + " = [" + m.value + "] ";
      return out;
    };
    for (size_t k = 0; k < fast.size(); ++k) {  // and why they matched
      std::vector<MatchedField> why, plainly;
      std::vector<std::string> missing, plainly_missing;
      matcher.explain(k, &why, &missing);
      explain_match(rules[fast[k]], owned->event, &plainly, &plainly_missing);
      EXPECT_EQ(shown(why), shown(plainly)) << "seed " << seed << " round " << round << " rule " << fast[k];
      EXPECT_EQ(missing, plainly_missing) << "seed " << seed << " round " << round << " rule " << fast[k];
    }
    for (uint32_t i = 0; i < rules.size(); ++i) {
      bool hit = std::find(fast.begin(), fast.end(), i) != fast.end();
      bool plain = plain_match(rules[i], owned->event);
      hits += plain;
      EXPECT_EQ(hit, plain) << "seed " << seed << " round " << round << " rule " << i;
    }
    if (testing::Test::HasFailure()) break;
  }
  return hits;
}

TEST(ProgramTwin, AnswersAsThePlainEvaluatorOnRandomRulesAndEvents) {
  size_t pairs = wanted_pairs(), hits = 0;
  for (uint64_t seed = 1; seed * 5000 <= pairs; ++seed) {
    ProgramOptions options;
    options.value_cache = seed % 2 == 0;
    options.value_cache_entries = seed % 4 == 0 ? 4 : 16384;  // a tiny cache throws entries out all the time
    options.long_text = seed % 3 == 0 ? 1024 : 0;
    hits += expect_equal_answers(seed, options);
    if (HasFailure()) return;
  }
  EXPECT_GT(hits, pairs / 50);  // the grammar must make both answers
  EXPECT_LT(hits, pairs / 2);
}

// What the keyword gate says of a value is kept with the value, in the cache of a field that some rule asks.
class KnownKeywords : public testing::Test {
 protected:
  using Found = std::vector<uint32_t>;

  KnownKeywords() {
    Layout made;
    for (const char* name : {"CommandLine", "User"}) {
      LayoutField field;
      field.name = name;
      field.path = std::string("Event.EventData.") + name;
      field.section = Section::kEventData;
      field.slot = static_cast<uint32_t>(made.fields.size());
      made.fields.push_back(field);
    }
    layout_ = intern_layout(std::move(made));
  }

  static Rule containing(const std::string& field, const std::string& word) {
    Rule rule;
    rule.info.id = field + word;
    rule.logsource = {"windows", "", ""};
    hunt::Test test;
    test.pattern.parts = {
        {PatternPart::Kind::kAnyRun, {}}, {PatternPart::Kind::kLiteral, word}, {PatternPart::Kind::kAnyRun, {}}};
    Item item;
    item.field = field;
    item.groups = {{test}};
    rule.selections.emplace_back().alternatives.push_back({item});
    rule.condition.push_back({ConditionNode::Kind::kSelection, 0, 0, {}});
    return rule;
  }

  Found match(const Value (&values)[2], Bytes record) {
    Event event;
    event.kind = intern_log_kind({0, record.empty() ? "evtx" : "json", "windows", "", "",
                                  "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", 1});
    event.layout = layout_.get();
    event.values = values;
    event.json = record;
    const std::span<const uint32_t> found = matcher_.match(event);
    return {found.begin(), found.end()};
  }
  Found in_values(const std::u16string& command, const std::u16string& user) {
    const auto wide = [](const std::u16string& text) {
      return Value{reinterpret_cast<const uint8_t*>(text.data()), static_cast<uint32_t>(text.size() * 2),
                   ValueKind::kUtf16, ValueKind::kAbsent};
    };
    return match({wide(command), wide(user)}, {});
  }
  Found in_record(const std::string& command, const std::string& user) {
    const std::string record = R"({"CommandLine":")" + command + R"(","User":")" + user + "\"}";
    const auto string = [&](size_t at, size_t size) {
      return Value{reinterpret_cast<const uint8_t*>(record.data()) + at, static_cast<uint32_t>(size),
                   ValueKind::kJsonString, ValueKind::kAbsent};
    };
    return match({string(16, command.size()), string(record.size() - 2 - user.size(), user.size())}, as_bytes(record));
  }

  const std::vector<Rule> rules_ = {containing("", "mimikatz"), containing("", "sekurlsa"),
                                    containing("CommandLine", "zebra")};
  const std::unique_ptr<const Program> program_ = Program::compile(rules_, {});
  Matcher matcher_{*program_};
  std::shared_ptr<const Layout> layout_;
};

TEST_F(KnownKeywords, AreFoundAgainInValues) {
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(in_values(u"run MimiKatz now", u"bob"), Found{0});
    EXPECT_EQ(in_values(u"nothing here", u"bob"), Found{});
    EXPECT_EQ(in_values(u"nothing here", u"Sekurlsa"), Found{1});
    EXPECT_EQ(in_values(u"run MimiKatz now", u"sekurlsa"), (Found{0, 1}));
  }
  EXPECT_GT(matcher_.statistics().cache_hits, 5u);
}

TEST_F(KnownKeywords, AreFoundAgainInStringsAndLinesOfARecord) {
  const std::string filling(300, '='), line = filling + "\\n", lines = line + line + line + line;
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(in_record(filling + "MimiKatz", "bob"), Found{0});
    EXPECT_EQ(in_record(filling, "bob"), Found{});
    EXPECT_EQ(in_record(filling, "Sekurlsa"), Found{1});
    EXPECT_EQ(in_record(lines + "Mimi\\u006batz", "sekurlsa"), (Found{0, 1}));
    EXPECT_EQ(in_record("mimi\\nkatz" + lines, "bob"), Found{});
    EXPECT_EQ(in_record("mimikatz\\n" + lines + "x", "bob"), Found{0});
  }
  EXPECT_GT(matcher_.statistics().cache_hits, 2u);
  EXPECT_GT(matcher_.statistics().line_hits, 5u);
}

}  // namespace
}  // namespace sil::hunt
