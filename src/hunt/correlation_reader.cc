#include "hunt/correlation_reader.h"

#include <algorithm>
#include <charconv>

#include "hunt/metadata.h"
#include "model/timestamp.h"

namespace sil::hunt {
namespace {

struct TypeRow {
  std::string_view name;
  CorrelationType type;
};
constexpr TypeRow kTypes[] = {
    {"event_count", CorrelationType::kEventCount},
    {"value_count", CorrelationType::kValueCount},
    {"temporal", CorrelationType::kTemporal},
    {"temporal_ordered", CorrelationType::kTemporalOrdered},
    {"value_sum", CorrelationType::kValueSum},
    {"value_avg", CorrelationType::kValueAverage},
    {"value_percentile", CorrelationType::kValuePercentile},
    {"value_median", CorrelationType::kValueMedian},
};
struct OpRow {
  std::string_view name, sign;
  CountOp op;
};
constexpr OpRow kOps[] = {
    {"gt", ">", CountOp::kGreater},     {"gte", ">=", CountOp::kGreaterEqual}, {"lt", "<", CountOp::kLess},
    {"lte", "<=", CountOp::kLessEqual}, {"eq", "==", CountOp::kEqual},         {"neq", "!=", CountOp::kNotEqual},
};

bool is_temporal(CorrelationType type) {
  return type == CorrelationType::kTemporal || type == CorrelationType::kTemporalOrdered;
}

constexpr size_t kMaxMembers = 1000;

class CorrelationReader {
 public:
  CorrelationReader(const YamlNode& root, std::vector<Lint>* lints) : root_(root), lints_(lints) {}

  Parsed<CorrelationDraft> run() {
    auto metadata = read_metadata(root_, lints_);
    if (!metadata) return tl::unexpected<Fault>(std::move(metadata.error()));
    Correlation& c = out_.correlation;
    c.info = std::move(metadata->info);
    c.info.logsource = "correlation";
    c.name = std::move(metadata->name);
    c.author = std::move(metadata->author);
    c.date = std::move(metadata->date);
    c.modified = std::move(metadata->modified);
    c.falsepositives = std::move(metadata->falsepositives);
    const YamlNode& body = *root_.find("correlation");
    if (!body.is_map()) return fault(body.line, body.column, "'correlation' must be a map");
    for (auto step : {&CorrelationReader::read_type, &CorrelationReader::read_rules, &CorrelationReader::read_group,
                      &CorrelationReader::read_timespan, &CorrelationReader::read_aliases,
                      &CorrelationReader::read_condition, &CorrelationReader::read_generate}) {
      if (auto bad = (this->*step)(body)) return tl::unexpected<Fault>(std::move(*bad));
    }
    return std::move(out_);
  }

 private:
  using Bad = std::optional<Fault>;
  static Fault at(const YamlNode& node, std::string reason) { return {node.line, node.column, std::move(reason)}; }
  void lint(const YamlNode& where, std::string text) const {
    if (lints_) lints_->push_back({where.line, where.column, std::move(text)});
  }

  Bad read_type(const YamlNode& body) {
    const YamlNode* node = body.find("type");
    if (!node) return at(body, "correlation without a type");
    const auto* row =
        std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeRow& r) { return r.name == node->text; });
    if (row == std::end(kTypes)) return at(*node, "unknown correlation type '" + std::string(node->text) + "'");
    out_.correlation.type = row->type;
    return std::nullopt;
  }

  Bad read_rules(const YamlNode& body) {
    const YamlNode* node = body.find("rules");
    if (!node) return at(body, "correlation without rules");
    out_.line = node->line;
    out_.column = node->column;
    if (!read_texts(*node, &out_.refers)) return at(*node, "'rules' must be ids or names");
    if (out_.refers.empty()) return at(*node, "correlation without rules");
    if (out_.refers.size() > kMaxMembers) return at(*node, "more than 1,000 rules in one correlation");
    for (size_t i = 0; i < out_.refers.size(); ++i) {
      if (out_.refers[i].empty()) return at(*node, "an empty rule name");
      bool twice = std::find(out_.refers.begin(), out_.refers.begin() + static_cast<std::ptrdiff_t>(i),
                             out_.refers[i]) != out_.refers.begin() + static_cast<std::ptrdiff_t>(i);
      if (twice && out_.correlation.type != CorrelationType::kTemporalOrdered)
        return at(*node, "rule '" + out_.refers[i] + "' stands twice");
    }
    if (is_temporal(out_.correlation.type) && out_.refers.size() < 2) lint(*node, "a temporal correlation of one rule");
    return std::nullopt;
  }

  Bad read_group(const YamlNode& body) {
    const YamlNode* node = body.find("group-by");
    if (!node) return std::nullopt;
    std::vector<std::string> names;
    if (!read_texts(*node, &names)) return at(*node, "'group-by' must be field names");
    for (std::string& name : names) {
      if (name.empty()) return at(*node, "an empty field name");
      for (const GroupField& other : out_.correlation.group_by) {
        if (other.name == name) return at(*node, "field '" + name + "' stands twice");
      }
      out_.correlation.group_by.push_back({std::move(name), {}});
    }
    return std::nullopt;
  }

  Bad read_timespan(const YamlNode& body) {
    const YamlNode* node = body.find("timespan");
    if (!node) node = body.find("timeframe");
    if (!node) return at(body, "correlation without a timespan");
    out_.correlation.timespan = parse_timespan(node->text);
    if (out_.correlation.timespan == 0)
      return at(*node, "not a timespan: '" + std::string(node->text) + "' (a number and s, m, h, d, w, M or y)");
    return std::nullopt;
  }

  Bad read_aliases(const YamlNode& body) {
    const YamlNode* node = body.find("aliases");
    if (!node || node->is_null()) return std::nullopt;
    if (!node->is_map()) return at(*node, "'aliases' must be a map");
    for (const YamlEntry& alias : node->entries) {
      if (!alias.value->is_map()) return at(*alias.value, "an alias is a map of rule: field");
      auto& fields = out_.aliases[std::string(alias.key->text)];
      for (const YamlEntry& entry : alias.value->entries) {
        bool known = std::find(out_.refers.begin(), out_.refers.end(), entry.key->text) != out_.refers.end();
        if (!known)
          return at(*entry.key,
                    "alias names rule '" + std::string(entry.key->text) + "', which this correlation does not count");
        if (!entry.value->is_scalar() || entry.value->text.empty()) return at(*entry.value, "expected a field name");
        fields[std::string(entry.key->text)] = std::string(entry.value->text);
      }
    }
    return std::nullopt;
  }

  Bad read_condition(const YamlNode& body) {
    const YamlNode* node = body.find("condition");
    CorrelationType type = out_.correlation.type;
    if (!node || node->is_null()) {
      return is_temporal(type) ? std::nullopt : Bad(at(body, "correlation without a condition"));
    }
    if (node->is_scalar()) {
      if (type != CorrelationType::kTemporal) return at(*node, "an expression over rules is for type temporal");
      out_.expression = std::string(node->text);
      out_.expression_line = node->line;
      out_.expression_column = node->column_of(0);
      return std::nullopt;
    }
    if (!node->is_map()) return at(*node, "'condition' must be a map of gt, gte, lt, lte, eq, neq");
    for (const YamlEntry& entry : node->entries) {
      if (auto bad = read_condition_entry(entry)) return bad;
    }
    return check_condition(*node);
  }

  Bad read_condition_entry(const YamlEntry& entry) {
    std::string_view key = entry.key->text;
    if (key == "field") {
      std::vector<std::string> names;
      if (!read_texts(*entry.value, &names) || names.empty()) return at(*entry.value, "'field' must be field names");
      for (std::string& name : names) out_.correlation.fields.push_back({std::move(name), {}});
      return std::nullopt;
    }
    Number number = entry.value->is_scalar() ? parse_number(entry.value->text) : Number{};
    if (key == "percentile") {
      double p = number.kind == Number::Kind::kReal ? number.d : static_cast<double>(number.u);
      if (number.kind == Number::Kind::kNone || number.kind == Number::Kind::kSigned || !(p >= 0 && p <= 100)) {
        return at(*entry.value, "'percentile' is a number from 0 to 100");
      }
      out_.correlation.percentile = p;
      return std::nullopt;
    }
    const auto* row = std::find_if(std::begin(kOps), std::end(kOps), [&](const OpRow& r) { return r.name == key; });
    if (row == std::end(kOps)) return at(*entry.key, "unknown condition key '" + std::string(key) + "'");
    if (number.kind == Number::Kind::kNone) return at(*entry.value, "expected a number");
    out_.correlation.bounds.push_back({row->op, number});
    return std::nullopt;
  }

  Bad check_condition(const YamlNode& node) {
    const Correlation& c = out_.correlation;
    if (c.bounds.empty()) return at(node, "condition without gt, gte, lt, lte, eq or neq");
    bool values = !is_temporal(c.type) && c.type != CorrelationType::kEventCount;
    if (values && c.fields.empty()) return at(node, "condition of a value correlation without a field");
    if (!values && !c.fields.empty()) lint(node, "'field' has no meaning for this type");
    if (values && c.type != CorrelationType::kValueCount && c.fields.size() != 1) return at(node, "expected one field");
    bool whole = c.type == CorrelationType::kTemporalOrdered &&
                 !(c.bounds.size() == 1 && c.bounds[0].op == CountOp::kGreaterEqual &&
                   c.bounds[0].value.kind == Number::Kind::kUnsigned && c.bounds[0].value.u == out_.refers.size());
    if (whole) return at(node, "temporal_ordered wants all its rules; its condition can only say so");
    return std::nullopt;
  }

  Bad read_generate(const YamlNode& body) {
    const YamlNode* node = body.find("generate");
    if (node && !node->is_boolean(&out_.correlation.generate)) return at(*node, "'generate' is true or false");
    static constexpr std::string_view kKeys[] = {"type",      "rules",   "group-by",  "timespan",
                                                 "timeframe", "aliases", "condition", "generate"};
    for (const YamlEntry& entry : body.entries) {
      if (std::find(std::begin(kKeys), std::end(kKeys), entry.key->text) == std::end(kKeys)) {
        return at(*entry.key, "unknown key '" + std::string(entry.key->text) + "' in a correlation");
      }
    }
    return std::nullopt;
  }

  const YamlNode& root_;
  std::vector<Lint>* lints_;
  CorrelationDraft out_;
};

// Words of "count(x) by a, b >= 5": names, brackets, commas, signs.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (size_t at = 0; at < text.size();) {
    char c = text[at];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at;
      continue;
    }
    size_t length = 1;
    bool sign = c == '<' || c == '>' || c == '=' || c == '!';
    if (sign && at + 1 < text.size() && text[at + 1] == '=') {
      length = 2;
    } else if (!sign && c != '(' && c != ')' && c != ',') {
      while (at + length < text.size() &&
             std::string_view(" \t\r\n(),<>=!").find(text[at + length]) == std::string_view::npos)
        ++length;
    }
    out.push_back(text.substr(at, length));
    at += length;
  }
  return out;
}

class AggregationReader {
 public:
  AggregationReader(const Aggregation& aggregation, const std::string& timeframe)
      : aggregation_(aggregation), timeframe_(timeframe), words_(words_of(aggregation.text)) {}

  Parsed<CorrelationDraft> run() {
    Correlation& c = out_.correlation;
    if (words_.empty()) return refuse("nothing behind '|'");
    if (word() == "near") return refuse("'near' cannot be translated; write a temporal correlation");
    if (!read_function()) return refuse("aggregation not understood: '" + aggregation_.text + "'");
    if (word() == "by") {
      do {
        ++at_;
        if (!is_name(word())) return refuse("expected a field name behind 'by'");
        c.group_by.push_back({std::string(word()), {}});
        ++at_;
      } while (word() == ",");
    }
    const auto* row = std::find_if(std::begin(kOps), std::end(kOps), [&](const OpRow& r) {
      return r.sign == word() || (r.op == CountOp::kEqual && word() == "=");
    });
    if (row == std::end(kOps)) return refuse("expected a comparison, found '" + std::string(word()) + "'");
    ++at_;
    Number number = parse_number(word());
    ++at_;
    if (number.kind == Number::Kind::kNone || at_ != words_.size())
      return refuse("expected one number behind the comparison");
    c.bounds.push_back({row->op, number});
    c.timespan = timeframe_.empty() ? kUnlimitedTimespan : parse_timespan(timeframe_);
    if (c.timespan == 0) return refuse("not a timeframe: '" + timeframe_ + "'");
    c.translated = true;
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view word() const { return at_ < words_.size() ? words_[at_] : std::string_view(); }
  static bool is_name(std::string_view w) {
    return !w.empty() && std::string_view("(),<>=!").find(w[0]) == std::string_view::npos;
  }
  [[nodiscard]] tl::unexpected<Fault> refuse(std::string reason) const {
    return fault(aggregation_.line, aggregation_.column, std::move(reason));
  }

  bool read_function() {
    Correlation& c = out_.correlation;
    std::string_view name = word();
    if (name != "count" && name != "sum" && name != "avg") return false;
    ++at_;
    if (word() != "(") return false;
    ++at_;
    if (is_name(word())) {
      c.fields.push_back({std::string(word()), {}});
      ++at_;
    }
    if (word() != ")") return false;
    ++at_;
    if (name != "count" && c.fields.empty()) return false;
    c.type = name == "sum"      ? CorrelationType::kValueSum
             : name == "avg"    ? CorrelationType::kValueAverage
             : c.fields.empty() ? CorrelationType::kEventCount
                                : CorrelationType::kValueCount;
    return true;
  }

  const Aggregation& aggregation_;
  const std::string& timeframe_;
  std::vector<std::string_view> words_;
  size_t at_ = 0;
  CorrelationDraft out_;
};

}  // namespace

uint64_t parse_timespan(std::string_view text) {
  struct Unit {
    char letter;
    uint64_t seconds;
  };
  static constexpr Unit kUnits[] = {{'s', 1},      {'m', 60},        {'h', 3600},      {'d', 86400},
                                    {'w', 604800}, {'M', 2'629'746}, {'y', 31'556'952}};
  if (text.size() < 2) return 0;
  uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size() - 1, number);
  if (error != std::errc() || end != text.data() + text.size() - 1) return 0;
  for (const Unit& unit : kUnits) {
    if (unit.letter != text.back()) continue;
    if (number > UINT64_MAX / 4 / kTicksPerSecond / unit.seconds) return 0;
    return number * unit.seconds * kTicksPerSecond;
  }
  return 0;
}

Parsed<CorrelationDraft> read_correlation(const YamlNode& root, std::vector<Lint>* lints) {
  return CorrelationReader(root, lints).run();
}

Parsed<CorrelationDraft> read_aggregation(const Aggregation& aggregation, const std::string& timeframe) {
  return AggregationReader(aggregation, timeframe).run();
}

const char* correlation_name(CorrelationType type) {
  for (const TypeRow& row : kTypes) {
    if (row.type == type) return row.name.data();
  }
  return "";
}

bool within(const std::vector<Bound>& bounds, const Number& value) {
  if (value.kind == Number::Kind::kNone) return false;
  return std::all_of(bounds.begin(), bounds.end(), [&](const Bound& bound) {
    int order = compare(value, bound.value);
    switch (bound.op) {
      case CountOp::kGreater: return order > 0;
      case CountOp::kGreaterEqual: return order >= 0;
      case CountOp::kLess: return order < 0;
      case CountOp::kLessEqual: return order <= 0;
      case CountOp::kEqual: return order == 0;
      case CountOp::kNotEqual: return order != 0;
    }
    return false;
  });
}

bool judged_at_close(const std::vector<Bound>& bounds) {
  return std::any_of(bounds.begin(), bounds.end(),
                     [](const Bound& b) { return b.op != CountOp::kGreater && b.op != CountOp::kGreaterEqual; });
}

}  // namespace sil::hunt
