#include "hunt/modifiers.h"

#include <algorithm>
#include <functional>

#include "bytes/file.h"
#include "bytes/text.h"
#include "hunt/encode.h"
#include "hunt/network.h"
#include "hunt/pattern.h"
#include "hunt/regex.h"

namespace sil::hunt {
namespace {

// ---- the table: one row a modifier
// ---------------------------------------------------------------------------
enum class Modifier : uint8_t {
  kContains,
  kStartsWith,
  kEndsWith,
  kAll,
  kExists,
  kCased,
  kNeq,
  kRe,
  kIgnoreCase,
  kMultiLine,
  kDotAll,
  kCidr,
  kBase64,
  kBase64Offset,
  kUtf16Le,
  kUtf16Be,
  kUtf16,
  kWindash,
  kGt,
  kGte,
  kLt,
  kLte,
  kFieldRef,
  kExpand,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kYear,
};
struct Row {
  std::string_view name;
  Modifier modifier;
};
constexpr Row kModifiers[] = {
    {"contains", Modifier::kContains},
    {"startswith", Modifier::kStartsWith},
    {"endswith", Modifier::kEndsWith},
    {"all", Modifier::kAll},
    {"exists", Modifier::kExists},
    {"cased", Modifier::kCased},
    {"neq", Modifier::kNeq},
    {"re", Modifier::kRe},
    {"i", Modifier::kIgnoreCase},
    {"m", Modifier::kMultiLine},
    {"s", Modifier::kDotAll},
    {"ignorecase", Modifier::kIgnoreCase},
    {"multiline", Modifier::kMultiLine},
    {"dotall", Modifier::kDotAll},
    {"cidr", Modifier::kCidr},
    {"base64", Modifier::kBase64},
    {"base64offset", Modifier::kBase64Offset},
    {"wide", Modifier::kUtf16Le},
    {"utf16le", Modifier::kUtf16Le},
    {"utf16be", Modifier::kUtf16Be},
    {"utf16", Modifier::kUtf16},
    {"windash", Modifier::kWindash},
    {"gt", Modifier::kGt},
    {"gte", Modifier::kGte},
    {"lt", Modifier::kLt},
    {"lte", Modifier::kLte},
    {"fieldref", Modifier::kFieldRef},
    {"expand", Modifier::kExpand},
    {"minute", Modifier::kMinute},
    {"hour", Modifier::kHour},
    {"day", Modifier::kDay},
    {"week", Modifier::kWeek},
    {"month", Modifier::kMonth},
    {"year", Modifier::kYear},
};

constexpr size_t kMaxSpellings = 3125;      // windash before an encoding: five dashes at five places
constexpr size_t kMaxExpansions = 200'000;  // values of placeholders under one item

struct Use {
  Modifier modifier;
  uint32_t column;
};

// What the modifiers of one key say together.
struct Plan {
  std::vector<Use> transforms;  // expand, windash, utf16*, base64*: in the order written
  Ends ends;
  bool all = false, negate = false, cased = false, exists = false, re = false, cidr = false, field_ref = false;
  bool has_compare = false, has_part = false, expand = false, encodes = false;
  RegexFlags flags;
  CompareOp compare = CompareOp::kEqual;
  TimePart part = TimePart::kMinute;
};

// A value on its way through the text modifiers.
struct Draft {
  Parts parts;
  bool wide = false;  // literals hold bytes of UTF-16, not UTF-8
};

class ItemReader {
 public:
  ItemReader(const YamlNode& key, const ItemContext& context) : key_(key), context_(context) {}

  Parsed<Item> run(const std::vector<const YamlNode*>& values) {
    if (auto bad = read_key()) return tl::unexpected<Fault>(std::move(*bad));
    item_.line = key_.line;
    item_.column = key_.column;
    item_.all = plan_.all;
    item_.negate = plan_.negate;
    if (values.empty()) return fault(key_.line, key_.column, "no value for '" + std::string(key_.text) + "'");
    if (plan_.all && values.size() == 1 && !plan_.expand) lint(key_, "'all' with a single value");
    for (const YamlNode* value : values) {
      if (auto bad = read_value(*value)) return tl::unexpected<Fault>(std::move(*bad));
      if (value->is_null() && values.size() > 1) lint(*value, "null inside a list of values");
    }
    return std::move(item_);
  }

  Parsed<Item> keywords(const std::vector<const YamlNode*>& values) {
    keyword_ = true;
    item_.line = key_.line;
    item_.column = key_.column;
    for (const YamlNode* value : values) {
      if (auto bad = read_value(*value)) return tl::unexpected<Fault>(std::move(*bad));
    }
    return std::move(item_);
  }

 private:
  using Bad = std::optional<Fault>;

  void lint(const YamlNode& where, std::string text) const {
    if (context_.lints) context_.lints->push_back({where.line, where.column, std::move(text)});
  }
  static Fault at(const YamlNode& node, std::string reason) { return {node.line, node.column, std::move(reason)}; }

  // ---- the key ----
  Bad read_key() {
    std::string_view text = key_.text;
    size_t bar = text.find('|');
    item_.field = std::string(trimmed(text.substr(0, bar)));
    keyword_ = item_.field.empty();
    while (bar != std::string_view::npos) {
      size_t start = bar + 1;
      bar = text.find('|', start);
      std::string_view name = trimmed(text.substr(start, bar == std::string_view::npos ? bar : bar - start));
      const Row* row =
          std::find_if(std::begin(kModifiers), std::end(kModifiers), [&](const Row& r) { return r.name == name; });
      if (row == std::end(kModifiers)) {
        return Fault{key_.line, key_.column_of(start), "unknown modifier '" + std::string(name) + "'"};
      }
      if (auto bad = take({row->modifier, key_.column_of(start)})) return bad;
    }
    return check_plan();
  }

  static std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
  }

  Bad take(Use use) {
    auto clash = [&](const char* text) { return Fault{key_.line, use.column, text}; };
    auto set_compare = [&](CompareOp op) -> Bad {
      if (plan_.has_compare) return clash("two comparisons in one key; use two keys joined by 'and'");
      plan_.has_compare = true;
      plan_.compare = op;
      return std::nullopt;
    };
    auto set_part = [&](TimePart part) -> Bad {
      if (plan_.has_part) return clash("two time parts in one key");
      plan_.has_part = true;
      plan_.part = part;
      return std::nullopt;
    };
    auto set_flag = [&](bool* flag) -> Bad {
      if (!plan_.re) return clash("'i', 'm' and 's' come after 're'");
      *flag = true;
      return std::nullopt;
    };
    switch (use.modifier) {
      case Modifier::kContains: plan_.ends = {true, true}; return std::nullopt;
      case Modifier::kStartsWith: plan_.ends.open_end = true; return std::nullopt;
      case Modifier::kEndsWith: plan_.ends.open_start = true; return std::nullopt;
      case Modifier::kAll: plan_.all = true; return std::nullopt;
      case Modifier::kExists: plan_.exists = true; return std::nullopt;
      case Modifier::kCased: plan_.cased = true; return std::nullopt;
      case Modifier::kNeq: plan_.negate = true; return std::nullopt;
      case Modifier::kRe: plan_.re = true; return std::nullopt;
      case Modifier::kIgnoreCase: return set_flag(&plan_.flags.ignore_case);
      case Modifier::kMultiLine: return set_flag(&plan_.flags.multi_line);
      case Modifier::kDotAll: return set_flag(&plan_.flags.dot_all);
      case Modifier::kCidr: plan_.cidr = true; return std::nullopt;
      case Modifier::kFieldRef: plan_.field_ref = true; return std::nullopt;
      case Modifier::kGt: return set_compare(CompareOp::kGreater);
      case Modifier::kGte: return set_compare(CompareOp::kGreaterEqual);
      case Modifier::kLt: return set_compare(CompareOp::kLess);
      case Modifier::kLte: return set_compare(CompareOp::kLessEqual);
      case Modifier::kMinute: return set_part(TimePart::kMinute);
      case Modifier::kHour: return set_part(TimePart::kHour);
      case Modifier::kDay: return set_part(TimePart::kDay);
      case Modifier::kWeek: return set_part(TimePart::kWeek);
      case Modifier::kMonth: return set_part(TimePart::kMonth);
      case Modifier::kYear: return set_part(TimePart::kYear);
      case Modifier::kExpand: plan_.expand = true; break;
      case Modifier::kWindash: break;
      case Modifier::kBase64:
      case Modifier::kBase64Offset:
        if (plan_.ends.open_start || plan_.ends.open_end)
          return clash("contains, startswith and endswith stand behind base64: before it, their wildcards are encoded");
        plan_.encodes = true;
        break;
      case Modifier::kUtf16Le:
      case Modifier::kUtf16Be:
      case Modifier::kUtf16: plan_.encodes = true; break;
    }
    plan_.transforms.push_back(use);
    return std::nullopt;
  }

  // Which families may stand together. A family decides what a value is; text modifiers need text.
  Bad check_plan() {
    int families = plan_.exists + plan_.re + plan_.cidr + plan_.field_ref + (plan_.has_compare || plan_.has_part);
    bool windash = std::any_of(plan_.transforms.begin(), plan_.transforms.end(),
                               [](const Use& u) { return u.modifier == Modifier::kWindash; });
    bool ends = plan_.ends.open_start || plan_.ends.open_end;
    auto refuse = [&](std::string reason) { return Bad(Fault{key_.line, key_.column, std::move(reason)}); };
    if (families > 1) return refuse("modifiers that exclude each other in '" + std::string(key_.text) + "'");
    if (families && (windash || plan_.encodes))
      return refuse("windash and encodings apply to text only: '" + std::string(key_.text) + "'");
    if (plan_.expand && (plan_.exists || plan_.field_ref || plan_.has_compare || plan_.has_part)) {
      return refuse("'expand' applies to text, networks and regular expressions only");
    }
    if (ends && families && !plan_.re && !plan_.field_ref) {
      return refuse("contains, startswith and endswith need text: '" + std::string(key_.text) + "'");
    }
    if (plan_.cased && families && !plan_.re && !plan_.field_ref)
      return refuse("'cased' needs text: '" + std::string(key_.text) + "'");
    if (plan_.cased && plan_.flags.ignore_case) return refuse("'cased' and 'i' exclude each other");
    if (keyword_ && families && !plan_.re) return refuse("needs a field: '" + std::string(key_.text) + "'");
    if (plan_.re && ends) lint(key_, "'re' searches anywhere already; contains, startswith and endswith add nothing");
    if (plan_.re && plan_.cased) lint(key_, "'re' is case-sensitive already");
    return std::nullopt;
  }

  // ---- one value ----
  Bad read_value(const YamlNode& value) {
    if (!value.is_scalar()) return at(value, "expected a scalar value");
    if (plan_.exists) return read_exists(value);
    if (value.is_null()) return read_null(value);
    if (plan_.re) return read_regex(value);
    if (plan_.cidr) return read_cidr(value);
    if (plan_.field_ref) return read_field_ref(value);
    if (plan_.has_compare || plan_.has_part) return read_compare(value);
    return read_text(value);
  }

  void add(Test test) { item_.groups.push_back({std::move(test)}); }

  Bad read_exists(const YamlNode& value) {
    Test test;
    test.kind = Test::Kind::kExists;
    if (!value.is_boolean(&test.boolean)) return at(value, "'exists' needs true or false");
    add(std::move(test));
    return std::nullopt;
  }

  Bad read_null(const YamlNode& value) {
    bool modified = plan_.re || plan_.cidr || plan_.field_ref || plan_.has_compare || plan_.has_part ||
                    plan_.ends.open_start || plan_.ends.open_end || plan_.cased || !plan_.transforms.empty();
    if (modified) return at(value, "null takes no modifier but 'all' and 'neq'");
    if (keyword_) return at(value, "a keyword cannot be null");
    Test test;
    test.kind = Test::Kind::kNull;
    add(std::move(test));
    return std::nullopt;
  }

  Bad regex_test(const YamlNode& value, std::string text, std::vector<Test>* group) {
    if (auto bad = check_regex(text, plan_.flags))
      return Fault{value.line, value.column_of(bad->column), std::move(bad->reason)};
    if (context_.unfolded_regexes && (*context_.unfolded_regexes += unfolded_size(text)) > kMaxUnfoldedRegexes)
      return at(value, "the regular expressions of this file unfold to more than 1000000 steps");
    Test test;
    test.kind = Test::Kind::kRegex;
    test.operand.edit().text = std::move(text);
    test.ignore_case = plan_.flags.ignore_case;
    test.multi_line = plan_.flags.multi_line;
    test.dot_all = plan_.flags.dot_all;
    group->push_back(std::move(test));
    return std::nullopt;
  }

  Bad read_regex(const YamlNode& value) {
    std::vector<std::string> texts{std::string(value.text)};
    if (plan_.expand) {
      if (auto bad = expand_text(
              value, [](std::string_view list) { return quoted_regex(list); }, &texts))
        return bad;
    }
    std::vector<Test> group;
    for (std::string& text : texts) {
      if (auto bad = regex_test(value, std::move(text), &group)) return bad;
    }
    item_.groups.push_back(std::move(group));
    return std::nullopt;
  }

  static std::string quoted_regex(std::string_view text) {
    std::string out;
    for (char c : text) {
      if (std::string_view("\\.+*?()[]{}|^$#-/").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
    return out;
  }

  Bad cidr_test(const YamlNode& value, std::string text, std::vector<Test>* group) {
    Test test;
    test.kind = Test::Kind::kCidr;
    Operand& operand = test.operand.edit();
    if (!parse_network(text, operand.network, &operand.prefix_bits)) return at(value, "not a network: '" + text + "'");
    test.operand.edit().text = std::move(text);
    group->push_back(std::move(test));
    return std::nullopt;
  }

  Bad read_cidr(const YamlNode& value) {
    std::vector<std::string> texts{std::string(value.text)};
    if (plan_.expand) {
      if (auto bad = expand_text(
              value, [](std::string_view list) { return std::string(list); }, &texts))
        return bad;
    }
    std::vector<Test> group;
    for (std::string& text : texts) {
      if (auto bad = cidr_test(value, std::move(text), &group)) return bad;
    }
    item_.groups.push_back(std::move(group));
    return std::nullopt;
  }

  Bad read_field_ref(const YamlNode& value) {
    if (value.text.empty()) return at(value, "'fieldref' needs a field's name");
    Test test;
    test.kind = Test::Kind::kFieldRef;
    test.operand.edit().text = std::string(value.text);
    test.pattern.cased = plan_.cased;
    const Ends& e = plan_.ends;
    test.field_match = e.open_start && e.open_end ? FieldMatch::kContains
                       : e.open_end               ? FieldMatch::kStartsWith
                       : e.open_start             ? FieldMatch::kEndsWith
                                                  : FieldMatch::kWhole;
    add(std::move(test));
    return std::nullopt;
  }

  Bad read_compare(const YamlNode& value) {
    Test test;
    test.kind = plan_.has_part ? Test::Kind::kTimePart : Test::Kind::kCompare;
    test.operand.edit().text = std::string(value.text);
    test.operand.edit().number = parse_number(value.text);
    if (test.operand->number.kind == Number::Kind::kNone)
      return at(value, "expected a number, found '" + test.operand->text + "'");
    if (plan_.has_part && test.operand->number.kind != Number::Kind::kUnsigned)
      return at(value, "a time part is a whole number");
    test.compare = plan_.compare;
    test.time_part = plan_.part;
    add(std::move(test));
    return std::nullopt;
  }

  // ---- text ----
  Bad read_text(const YamlNode& value) {
    bool plain =
        plan_.transforms.empty() && !plan_.ends.open_start && !plan_.ends.open_end && !plan_.cased && !keyword_;
    Test test;
    if (plain && value.is_number()) {
      test.kind = Test::Kind::kNumber;
      test.operand.edit().text = std::string(value.text);
      test.operand.edit().number = parse_number(value.text);
      add(std::move(test));
      return std::nullopt;
    }
    if (plain && value.is_boolean(&test.boolean)) {
      test.kind = Test::Kind::kBoolean;
      add(std::move(test));
      return std::nullopt;
    }
    if (keyword_ && value.text.empty()) return at(value, "an empty keyword is in every event");
    std::vector<Test> group;
    std::vector<Draft> drafts{{parse_parts(value.text), false}};
    for (const Use& use : plan_.transforms) {
      if (auto bad = transform(value, use, &drafts, &group)) return bad;
    }
    for (Draft& draft : drafts) add_pattern(std::move(draft), &group);
    item_.groups.push_back(std::move(group));
    return std::nullopt;
  }

  void add_pattern(Draft draft, std::vector<Test>* group) {
    if (draft.wide) {
      for (PatternPart& part : draft.parts) part.literal = latin1_text(part.literal);
    }
    Ends ends = plan_.ends;
    if (keyword_ && ends.open_start == ends.open_end) ends = {true, true};  // anywhere in the text
    // GrantedAccess: '0x0010': values of hex kinds are written without leading zeros, so that spelling is
    // tested too.
    std::string hex =
        ends.open_start || ends.open_end || draft.parts.size() != 1 ? "" : bare_hex(draft.parts[0].literal);
    Test test;
    test.pattern = finish(std::move(draft.parts), ends, plan_.cased);
    group->push_back(std::move(test));
    if (hex.empty()) return;
    Test second;
    second.pattern = finish({{PatternPart::Kind::kLiteral, std::move(hex)}}, ends, plan_.cased);
    group->push_back(std::move(second));
  }

  // "0x0010" -> "0x10"; "" when the text is no hex number with leading zeros.
  static std::string bare_hex(std::string_view text) {
    if (text.size() < 4 || text[0] != '0' || (text[1] != 'x' && text[1] != 'X') || text[2] != '0') return {};
    for (char c : text.substr(2)) {
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) return {};
    }
    size_t first = std::min(text.find_first_not_of('0', 2), text.size() - 1);
    return "0x" + std::string(text.substr(first));
  }

  Bad transform(const YamlNode& value, const Use& use, std::vector<Draft>* drafts, std::vector<Test>* group) {
    switch (use.modifier) {
      case Modifier::kWindash:
        for (Draft& draft : *drafts) mark_dashes(&draft.parts);
        return std::nullopt;
      case Modifier::kUtf16Le: return widen(value, Utf16::kLittle, drafts);
      case Modifier::kUtf16Be: return widen(value, Utf16::kBig, drafts);
      case Modifier::kUtf16: return widen(value, Utf16::kMarked, drafts);
      case Modifier::kBase64: return encode(value, false, drafts);
      case Modifier::kBase64Offset: return encode(value, true, drafts);
      default: return expand(value, drafts, group);
    }
  }

  Bad spell(const YamlNode& value, std::vector<Draft>* drafts) {
    std::vector<Draft> out;
    for (Draft& draft : *drafts) {
      std::vector<Parts> spelt;
      if (!spell_dashes(draft.parts, kMaxSpellings, &spelt))
        return at(value, "more than five dashes under windash before an encoding");
      for (Parts& parts : spelt) out.push_back({std::move(parts), draft.wide});
      if (out.size() > kMaxExpansions) return at(value, "too many spellings");
    }
    *drafts = std::move(out);
    return std::nullopt;
  }

  Bad widen(const YamlNode& value, Utf16 form, std::vector<Draft>* drafts) {
    if (auto bad = spell(value, drafts)) return bad;
    for (Draft& draft : *drafts) {
      if (draft.wide) return at(value, "two UTF-16 modifiers in one key");
      bool first = true;
      for (PatternPart& part : draft.parts) {
        if (part.kind == PatternPart::Kind::kLiteral)
          part.literal = utf16_bytes(part.literal, form == Utf16::kMarked && !first ? Utf16::kLittle : form);
        first = false;
      }
      draft.wide = true;
    }
    return std::nullopt;
  }

  Bad encode(const YamlNode& value, bool offsets, std::vector<Draft>* drafts) {
    if (auto bad = spell(value, drafts)) return bad;
    std::vector<Draft> out;
    auto keep = [&out](std::string text) { out.push_back({{{PatternPart::Kind::kLiteral, std::move(text)}}, false}); };
    for (const Draft& draft : *drafts) {
      if (has_wildcard(draft.parts)) return at(value, "a value with wildcards cannot be encoded as base64");
      std::string bytes = literal_text(draft.parts);
      if (bytes.empty()) return at(value, "nothing to encode as base64");
      if (!offsets) {
        keep(base64(bytes));
        continue;
      }
      if (bytes.size() < 2) return at(value, "'base64offset' needs at least two bytes");
      for (std::string& variant : base64_offsets(bytes)) keep(std::move(variant));
    }
    *drafts = std::move(out);
    return std::nullopt;
  }

  // ---- placeholders ----
  Bad lookup(const YamlNode& value, const std::string& name, const std::vector<std::string>** list) {
    std::string why = "no lists are given";
    *list = context_.placeholders ? context_.placeholders->find(name, &why) : nullptr;
    if (!*list) return at(value, "unresolved placeholder %" + name + "%: " + why);
    return std::nullopt;
  }

  // Splits `text` at %name%; calls literal(text) and name(name) in turn. "\%" is a percent sign.
  static void split_placeholders(std::string_view text, const std::function<void(std::string_view)>& literal,
                                 const std::function<void(std::string)>& name) {
    std::string kept;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '%') {
        kept += '%';
        ++i;
        continue;
      }
      size_t end = text[i] == '%' ? text.find('%', i + 1) : std::string_view::npos;
      std::string_view inner = end == std::string_view::npos ? "" : text.substr(i + 1, end - i - 1);
      bool named = !inner.empty() && std::all_of(inner.begin(), inner.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
      });
      if (!named) {
        kept += text[i];
        continue;
      }
      if (!kept.empty()) literal(kept);
      kept.clear();
      name(std::string(inner));
      i = end;
    }
    if (!kept.empty()) literal(kept);
  }

  Bad expand_text(const YamlNode& value, const std::function<std::string(std::string_view)>& spell_value,
                  std::vector<std::string>* out) {
    Bad bad;
    std::vector<std::string> texts{""};
    split_placeholders(
        value.text,
        [&](std::string_view literal) {
          for (auto& t : texts) t += literal;
        },
        [&](const std::string& name) {
          const std::vector<std::string>* list = nullptr;
          if (bad || (bad = lookup(value, name, &list))) return;
          std::vector<std::string> more;
          for (const std::string& t : texts) {
            for (const std::string& entry : *list) more.push_back(t + spell_value(entry));
            if (more.size() > kMaxExpansions) {
              bad = at(value, "placeholders give more than 200000 values");
              return;
            }
          }
          texts = std::move(more);
        });
    if (!bad) *out = std::move(texts);
    return bad;
  }

  // Text with %name%: each list entry is a Sigma string of its own. Where the placeholder is the whole value
  // and no text modifier is there, an entry that is a network is compared as one.
  Bad expand(const YamlNode& value, std::vector<Draft>* drafts, std::vector<Test>* group) {
    bool bare = !plan_.ends.open_start && !plan_.ends.open_end && !keyword_ && plan_.transforms.size() == 1;
    Bad bad;
    std::vector<Draft> all;
    for (const Draft& draft : *drafts) {
      std::vector<Draft> texts(1);
      for (const PatternPart& part : draft.parts) {
        if (part.kind != PatternPart::Kind::kLiteral) {
          for (Draft& t : texts) t.parts.push_back(part);
          continue;
        }
        split_placeholders(
            part.literal,
            [&](std::string_view literal) {
              for (Draft& t : texts) t.parts.push_back({PatternPart::Kind::kLiteral, std::string(literal)});
            },
            [&](const std::string& name) {
              const std::vector<std::string>* list = nullptr;
              if (bad || (bad = lookup(value, name, &list))) return;
              bool whole = bare && draft.parts.size() == 1 && part.literal.size() == name.size() + 2;
              if (texts.size() * list->size() > kMaxExpansions) {
                bad = at(value, "placeholders give more than 200000 values");
                return;
              }
              multiply(*list, whole, &texts, group);
            });
        if (bad) return bad;
      }
      for (Draft& t : texts) all.push_back(std::move(t));
    }
    *drafts = std::move(all);
    return std::nullopt;
  }

  static void multiply(const std::vector<std::string>& list, bool whole, std::vector<Draft>* texts,
                       std::vector<Test>* group) {
    std::vector<Draft> more;
    for (const Draft& t : *texts) {
      for (const std::string& entry : list) {
        Test network;
        Operand& operand = network.operand.edit();
        if (whole && entry.find('/') != std::string::npos &&
            parse_network(entry, operand.network, &operand.prefix_bits)) {
          network.kind = Test::Kind::kCidr;
          operand.text = entry;
          group->push_back(std::move(network));
          continue;
        }
        Draft next = t;
        for (PatternPart& part : parse_parts(entry)) next.parts.push_back(std::move(part));
        more.push_back(std::move(next));
      }
    }
    *texts = std::move(more);
  }

  const YamlNode& key_;
  const ItemContext& context_;
  Plan plan_;
  Item item_;
  bool keyword_ = false;
};

}  // namespace

const std::vector<std::string>* Placeholders::find(const std::string& name, std::string* why) {
  auto [it, fresh] = lists_.try_emplace(name);
  if (fresh && !folder_.empty()) {
    auto text = read_whole(folder_ + "/" + name + ".txt", 64 << 20);
    if (text) {
      it->second.emplace();
      for (size_t start = 0; start < text->size();) {
        size_t end = std::min(text->find('\n', start), text->size());
        std::string_view line(text->data() + start, end - start);
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
          line.remove_suffix(1);
        if (!line.empty() && line[0] != '#') it->second->emplace_back(line);
        start = end + 1;
      }
      if (it->second->empty()) it->second.reset();
    }
  }
  if (it->second) return &*it->second;
  *why =
      folder_.empty() ? "no folder of lists is given" : "no list " + name + ".txt with a value in the folder of lists";
  return nullptr;
}

Parsed<Item> read_item(const YamlNode& key, const YamlNode& values, const ItemContext& context) {
  std::vector<const YamlNode*> list;
  if (values.is_list()) {
    for (const YamlEntry& entry : values.entries) list.push_back(entry.value);
  } else {
    list.push_back(&values);
  }
  return ItemReader(key, context).run(list);
}

Parsed<Item> read_keywords(const YamlNode& where, const std::vector<const YamlNode*>& values,
                           const ItemContext& context) {
  return ItemReader(where, context).keywords(values);
}

}  // namespace sil::hunt
