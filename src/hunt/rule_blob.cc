#include "hunt/rule_blob.h"

#include <algorithm>
#include <bit>
#include <concepts>
#include <type_traits>

#include "hunt/assemble.h"
#include "hunt/rule_equal.h"

namespace sil::hunt {
namespace {

// ---- enumerators: the last one of each, so that a byte can be judged
constexpr auto last(PatternPart::Kind) {
  return PatternPart::Kind::kDash;
}
constexpr auto last(Test::Kind) {
  return Test::Kind::kFieldRef;
}
constexpr auto last(CompareOp) {
  return CompareOp::kGreaterEqual;
}
constexpr auto last(TimePart) {
  return TimePart::kYear;
}
constexpr auto last(DocumentKind) {
  return DocumentKind::kFilter;
}
constexpr auto last(FieldMatch) {
  return FieldMatch::kContains;
}
constexpr auto last(ConditionNode::Kind) {
  return ConditionNode::Kind::kAtLeast;
}
constexpr auto last(CorrelationType) {
  return CorrelationType::kValueMedian;
}
constexpr auto last(CountOp) {
  return CountOp::kNotEqual;
}
constexpr auto last(Number::Kind) {
  return Number::Kind::kReal;
}
constexpr auto last(Level) {
  return Level::kCritical;
}

// ---- the two directions. Both know scalars, texts and lists; fields() below takes structures apart.
class BlobWriter {
 public:
  template <class T>
  using Side = const T;
  explicit BlobWriter(std::string* out) : out_(*out) {}

  template <class... T>
  bool all(const T&... parts) {
    return (put(parts) && ...);
  }
  bool put(uint8_t byte) {
    out_ += static_cast<char>(byte);
    return true;
  }
  bool put(bool flag) { return put(static_cast<uint8_t>(flag)); }
  bool put(uint64_t number) {  // seven bits a byte, low ones first
    for (; number >= 0x80; number >>= 7) out_ += static_cast<char>(number | 0x80);
    out_ += static_cast<char>(number);
    return true;
  }
  bool put(uint32_t number) { return put(uint64_t{number}); }
  bool put(int64_t number) { return put(std::bit_cast<uint64_t>(number)); }
  bool put(double number) { return put(std::bit_cast<uint64_t>(number)); }
  bool put(const std::string& text) {
    put(uint64_t{text.size()});
    out_ += text;
    return true;
  }
  template <class E>
    requires std::is_enum_v<E>
  bool put(E value) {
    return value <= last(E{}) && put(static_cast<uint8_t>(value));
  }
  template <size_t N>
  bool put(const std::array<uint8_t, N>& bytes) {
    out_.append(reinterpret_cast<const char*>(bytes.data()), N);
    return true;
  }
  template <size_t N>
  bool put(const uint8_t (&bytes)[N]) {
    out_.append(reinterpret_cast<const char*>(bytes), N);
    return true;
  }
  template <class A, class B>
  bool put(const std::pair<A, B>& pair) {
    return all(pair.first, pair.second);
  }
  template <class T>
  bool put(const std::vector<T>& list) {
    put(uint64_t{list.size()});
    return std::all_of(list.begin(), list.end(), [&](const T& one) { return put(one); });
  }
  template <class T>
    requires std::is_class_v<T>
  bool put(const T& structure) {
    return fields(*this, structure);
  }

 private:
  std::string& out_;
};

class BlobReader {
 public:
  template <class T>
  using Side = T;
  explicit BlobReader(Bytes bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}
  [[nodiscard]] bool at_end() const { return at_ == end_; }

  template <class... T>
  bool all(T&... parts) {
    return (put(parts) && ...);
  }
  bool put(uint8_t& byte) {
    if (at_ == end_) return false;
    byte = *at_++;
    return true;
  }
  bool put(bool& flag) {
    uint8_t byte = 0;
    if (!put(byte) || byte > 1) return false;
    flag = byte == 1;
    return true;
  }
  bool put(uint64_t& number) {
    number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ == end_) return false;
      uint64_t byte = *at_++;
      number |= (byte & 0x7F) << shift;
      if (byte < 0x80) return shift < 63 || byte <= 1;
    }
    return false;
  }
  bool put(uint32_t& number) {
    uint64_t wide = 0;
    if (!put(wide) || wide > UINT32_MAX) return false;
    number = static_cast<uint32_t>(wide);
    return true;
  }
  bool put(int64_t& number) { return put_bits(number); }
  bool put(double& number) { return put_bits(number); }
  bool put(std::string& text) {
    uint64_t size = 0;
    if (!put(size) || size > left()) return false;
    text = std::string(reinterpret_cast<const char*>(at_), size);  // a move: cheaper than growing what is empty
    at_ += size;
    return true;
  }
  template <class E>
    requires std::is_enum_v<E>
  bool put(E& value) {
    uint8_t byte = 0;
    if (!put(byte) || byte > static_cast<uint8_t>(last(E{}))) return false;
    value = static_cast<E>(byte);
    return true;
  }
  template <size_t N>
  bool put(std::array<uint8_t, N>& bytes) {
    return put_raw(bytes.data(), N);
  }
  template <size_t N>
  bool put(uint8_t (&bytes)[N]) {
    return put_raw(bytes, N);
  }
  template <class A, class B>
  bool put(std::pair<A, B>& pair) {
    return all(pair.first, pair.second);
  }
  template <class T>
  bool put(std::vector<T>& list) {
    uint64_t size = 0;
    if (!put(size) || size > left()) return false;  // every element takes a byte at least
    // A forged count must not cost memory that the bytes behind it cannot fill.
    list.reserve(size <= kSmallList ? size : std::min<uint64_t>(size, left() / kLargeElement));
    for (uint64_t i = 0; i < size; ++i) {
      if (!put(list.emplace_back())) return false;
    }
    return true;
  }
  template <class T>
    requires std::is_class_v<T>
  bool put(T& structure) {
    return fields(*this, structure);
  }

 private:
  static constexpr uint64_t kSmallList = 64, kLargeElement = 64;
  [[nodiscard]] size_t left() const { return static_cast<size_t>(end_ - at_); }
  bool put_raw(uint8_t* into, size_t size) {
    if (left() < size) return false;
    std::copy_n(at_, size, into);
    at_ += size;
    return true;
  }
  template <class T>
  bool put_bits(T& number) {
    uint64_t bits = 0;
    if (!put(bits)) return false;
    number = std::bit_cast<T>(bits);
    return true;
  }

  const uint8_t* at_;
  const uint8_t* end_;
};

// ---- structures, field by field. The bindings name every member: a member added to one of these structures does not
// compile here until it is written and read too.
template <class V, class T>
using Of = typename V::template Side<T>;

template <class V>
bool fields(V& v, Of<V, PatternPart>& part) {
  auto& [kind, literal] = part;
  return v.all(kind, literal);
}

template <class V>
bool fields(V& v, Of<V, Pattern>& pattern) {
  auto& [parts, cased] = pattern;
  return v.all(parts, cased);
}

template <class V>
bool fields(V& v, Of<V, Number>& number) {
  auto& [kind, i, u, d] = number;
  return v.all(kind, i, u, d);
}

template <class V>
bool fields(V& v, Of<V, Operand>& operand) {
  auto& [text, number, network, prefix_bits] = operand;
  return v.all(text, number, network, prefix_bits) && prefix_bits <= 128;
}

template <class V>
bool fields(V& v, Of<V, OperandPlace>& place) {
  bool set = place.set();
  if (!v.put(set)) return false;
  if constexpr (std::is_same_v<V, BlobWriter>)
    return !set || v.put(*place);
  else
    return !set || v.put(place.edit());
}

// Most tests are patterns with nothing else: what stands at its default is left out.
template <class V>
bool fields(V& v, Of<V, Test>& test) {
  auto& [kind, ignore_case, multi_line, dot_all, boolean, compare, time_part, field_match, pattern, operand] = test;
  bool more = true;
  if constexpr (std::is_same_v<V, BlobWriter>) {
    Test bare;
    bare.kind = kind;
    bare.pattern = pattern;
    more = !(test == bare);
  }
  if (!v.all(kind, pattern, more)) return false;
  return !more || v.all(ignore_case, multi_line, dot_all, boolean, compare, time_part, field_match, operand);
}

template <class V>
bool fields(V& v, Of<V, Item>& item) {
  auto& [field, all, negate, groups, line, column] = item;
  return v.all(field, all, negate, groups, line, column);
}

template <class V>
bool fields(V& v, Of<V, Selection>& selection) {
  auto& [name, alternatives, line] = selection;
  return v.all(name, alternatives, line);
}

template <class V>
bool fields(V& v, Of<V, ConditionNode>& node) {
  auto& [kind, selection, count, children] = node;
  return v.all(kind, selection, count, children);
}

template <class V>
bool fields(V& v, Of<V, Logsource>& source) {
  auto& [product, category, service] = source;
  return v.all(product, category, service);
}

template <class V>
bool fields(V& v, Of<V, RuleInfo>& info) {
  auto& [id, title, status, description, level, tags, references, logsource, path, sha256] = info;
  return v.all(id, title, status, description, level, tags, references, logsource, path, sha256);
}

template <class V>
bool fields(V& v, Of<V, Rule>& rule) {
  auto& [info, name, logsource, definition, author, date, modified, falsepositives, selections, condition, related,
         custom, line, silent] = rule;
  return v.all(info, name, logsource, definition, author, date, modified, falsepositives, selections, condition,
               related, custom, line, silent);
}

template <class V>
bool fields(V& v, Of<V, Bound>& bound) {
  auto& [op, value] = bound;
  return v.all(op, value);
}

template <class V>
bool fields(V& v, Of<V, CorrelationMember>& member) {
  auto& [nested, index, name] = member;
  return v.all(nested, index, name);
}

template <class V>
bool fields(V& v, Of<V, GroupField>& field) {
  auto& [name, own] = field;
  return v.all(name, own);
}

template <class V>
bool fields(V& v, Of<V, Correlation>& c) {
  auto& [info, name, author, date, modified, falsepositives, type, members, group_by, timespan, bounds, seen, counted,
         percentile, generate, silent, translated, line] = c;
  return v.all(info, name, author, date, modified, falsepositives, type, members, group_by, timespan, bounds, seen,
               counted, percentile, generate, silent, translated, line);
}

template <class V>
bool fields(V& v, Of<V, Lint>& lint) {
  auto& [line, column, text] = lint;
  return v.all(line, column, text);
}

template <class V>
bool fields(V& v, Of<V, Verdict>& verdict) {
  auto& [kind, path, id, title, loaded, passed_over, reason, line, column, lints] = verdict;
  return v.all(kind, path, id, title, loaded, passed_over, reason, line, column, lints);
}

template <class V>
bool fields(V& v, Of<V, RuleSet>& set) {
  auto& [rules, correlations, verdicts, loaded_unlisted] = set;
  return v.all(rules, correlations, verdicts, loaded_unlisted);
}

// ---- what the evaluators rely on
constexpr uint32_t kMaxDepth = 1000;  // of a condition: they walk it by recursion

// A tree: children stand below their parent, and have one. Leaves name one of `leaves` things.
bool is_tree(const std::vector<ConditionNode>& nodes, size_t leaves) {
  std::vector<uint32_t> depth(nodes.size());
  std::vector<bool> taken(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    const ConditionNode& node = nodes[i];
    bool leaf = node.kind == ConditionNode::Kind::kSelection;
    if (leaf ? node.selection >= leaves || !node.children.empty() : node.children.empty()) return false;
    if (node.kind == ConditionNode::Kind::kAtLeast && (node.count == 0 || node.count > node.children.size()))
      return false;
    for (uint32_t child : node.children) {
      if (child >= i || taken[child]) return false;
      taken[child] = true;
      depth[i] = std::max(depth[i], depth[child] + 1);
    }
    if (depth[i] > kMaxDepth) return false;
  }
  return true;
}

bool is_sound(const Rule& rule) {
  return is_tree(rule.condition, rule.selections.size());
}

bool is_sound(const Correlation& c, size_t index, size_t rules) {
  if (!is_tree(c.seen, c.members.size())) return false;
  for (const CorrelationMember& member : c.members) {
    if (member.index >= (member.nested ? index : rules)) return false;
  }
  auto read_everywhere = [&](const GroupField& field) { return field.fields.size() == c.members.size(); };
  return std::all_of(c.group_by.begin(), c.group_by.end(), read_everywhere) &&
         std::all_of(c.fields.begin(), c.fields.end(), read_everywhere);
}

bool is_sound(const RuleSet& set) {
  if (set.correlations.size() > kMaxCorrelations) return false;
  for (const Rule& rule : set.rules) {
    if (!is_sound(rule)) return false;
  }
  for (size_t i = 0; i < set.correlations.size(); ++i) {
    if (!is_sound(set.correlations[i], i, set.rules.size())) return false;
  }
  return true;
}

}  // namespace

bool append_rule_set(const RuleSet& set, std::string* out) {
  return is_sound(set) && BlobWriter(out).put(set);
}

bool read_rule_set(Bytes bytes, RuleSet* out) {
  *out = {};
  BlobReader reader(bytes);
  return reader.put(*out) && reader.at_end() && is_sound(*out);
}

}  // namespace sil::hunt
