#include "hunt/blind.h"

#include <algorithm>
#include <map>
#include <set>

#include "bytes/text.h"
#include "hunt/metadata.h"
#include "hunt/pattern.h"
#include "hunt/test_value.h"
#include "model/field_names.h"

namespace sil::hunt {
namespace {

constexpr size_t kShownLogs = 6;

std::string place_text(const LogPlace& place) {
  std::string out = place.channel;
  if (place.first_id) out += " " + std::to_string(place.first_id);
  if (place.last_id != place.first_id) out += "-" + std::to_string(place.last_id);
  return out;
}

std::string kind_text(const LogKind& kind) {
  if (!kind.channel.empty() || !kind.provider.empty()) {
    std::string out = kind.channel.empty() ? kind.provider : kind.channel;
    return kind.event_id ? out + " " + std::to_string(kind.event_id) : out;
  }
  return logsource_text({kind.product, kind.category, kind.service});
}

std::string listed(const std::vector<std::string>& items) {
  std::string out;
  for (size_t i = 0; i < std::min(items.size(), kShownLogs); ++i) out += (i ? ", " : "") + items[i];
  if (items.size() > kShownLogs) out += " and " + std::to_string(items.size() - kShownLogs) + " more";
  return out;
}
std::string listed(const std::set<std::string>& items) {
  return listed(std::vector<std::string>(items.begin(), items.end()));
}

// "definition" of the rule, on one line.
std::string advice(const Rule& rule) {
  std::string out;
  for (char c : rule.definition) {
    bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out.empty() ? out : "; the rule says: " + out;
}

// Can the rule's condition be true for some event of one row? Errs on the side of "yes".
class RowReasoner {
 public:
  // `fields`: whether what the fields held counts, or only what the log kind says (event id, channel, provider).
  RowReasoner(const Rule& rule, const CensusRow& row, bool fields) : rule_(rule), row_(row), fields_(fields) {}

  bool possible() { return !rule_.condition.empty() && node(rule_.condition.size() - 1, nullptr); }
  // The fields whose lack makes it impossible.
  std::set<std::string> lacking() {
    std::set<std::string> out;
    node(rule_.condition.size() - 1, &out);
    return out;
  }

 private:
  bool node(size_t index, std::set<std::string>* lacking) {
    const ConditionNode& node = rule_.condition[index];
    if (node.kind == ConditionNode::Kind::kNot) return true;
    if (node.kind == ConditionNode::Kind::kSelection) return selection(rule_.selections[node.selection], lacking);
    size_t wanted = node.kind == ConditionNode::Kind::kAnd  ? node.children.size()
                    : node.kind == ConditionNode::Kind::kOr ? 1
                                                            : node.count;
    size_t held = 0;
    std::set<std::string> below;
    for (uint32_t child : node.children) held += this->node(child, lacking ? &below : nullptr);
    if (held < wanted && lacking) lacking->merge(below);
    return held >= wanted;
  }
  bool selection(const Selection& selection, std::set<std::string>* lacking) {
    std::set<std::string> below;
    for (const std::vector<Item>& items : selection.alternatives) {
      bool all = true;
      for (const Item& item : items) {
        if (this->item(item)) continue;
        all = false;
        below.insert(item.field);
      }
      if (all) return true;
    }
    if (lacking) lacking->merge(below);
    return false;
  }
  bool item(const Item& item) {
    if (item.negate || item.field.empty()) return true;
    std::string_view known = known_text(item.field);
    uint8_t seen = fields_ && known.empty() ? states(item.field) : 0;
    if (known.empty() && (!fields_ || (seen & CensusRow::kFilled))) return true;
    auto group = [&](const std::vector<Test>& tests) {
      return std::any_of(tests.begin(), tests.end(), [&](const Test& test) {
        return known.empty() ? holds_without_value(test, seen) : holds_for(test, known);
      });
    };
    return item.all ? std::all_of(item.groups.begin(), item.groups.end(), group)
                    : std::any_of(item.groups.begin(), item.groups.end(), group);
  }

  // What the log kind itself says about a field; empty: nothing.
  std::string_view known_text(const std::string& field) {
    if (field == "EventID" && row_.kind->event_id) return event_id_ = std::to_string(row_.kind->event_id);
    if (field == "Channel") return row_.kind->channel;
    if (field == "Provider_Name") return row_.kind->provider;
    return {};
  }
  static bool holds_for(const Test& test, std::string_view text) {
    switch (test.kind) {
      case Test::Kind::kPattern:
        return pattern_matches(test.pattern, test.pattern.cased ? std::string(text) : folded(text));
      case Test::Kind::kNumber: return number_equals(test, utf8_value(text));
      case Test::Kind::kCompare: return compares(test, utf8_value(text));
      case Test::Kind::kExists: return test.boolean;
      default: return true;
    }
  }
  // The field was never filled in these events: absent, null or empty in all of them.
  static bool holds_without_value(const Test& test, uint8_t seen) {
    switch (test.kind) {
      case Test::Kind::kExists:
      case Test::Kind::kNull: return true;
      case Test::Kind::kPattern: return seen != 0 && pattern_matches(test.pattern, "");
      case Test::Kind::kRegex:
      case Test::Kind::kFieldRef: return seen != 0;
      default: return false;
    }
  }

  uint8_t states(const std::string& field) {
    if (!row_.layout) return CensusRow::kFilled;
    FieldSource source = field_source(rule_.logsource, *row_.kind, field);
    uint8_t seen = 0;
    for (const std::string& name : source.names) {
      std::vector<FieldPlace> places = resolve_field(*row_.layout, name);
      for (const FieldPlace& place : places) seen |= row_.seen[place.field];
      if (!places.empty() && source.translation == Translation::kNone) break;  // the first that the layout has
    }
    return seen;
  }

  const Rule& rule_;
  const CensusRow& row_;
  bool fields_;
  std::string event_id_;
};

class RuleReasoner {
 public:
  RuleReasoner(const Rule& rule, const Census& census) : rule_(rule), rows_(census.rows()) {}

  std::optional<Blind> run() {
    std::vector<const CensusRow*> meant;
    for (const CensusRow* row : rows_) {
      if (applies(rule_.logsource, *row->kind, nullptr)) meant.push_back(row);
    }
    if (meant.empty()) return no_events();
    std::vector<const CensusRow*> candidates;
    for (const CensusRow* row : meant) {
      if (RowReasoner(rule_, *row, false).possible()) candidates.push_back(row);
    }
    if (candidates.empty()) return no_such_ids(meant);
    for (const CensusRow* row : candidates) {
      if (RowReasoner(rule_, *row, true).possible()) return std::nullopt;
    }
    if (waits_for_another_id(meant)) return std::nullopt;
    return no_fields(candidates);
  }

 private:
  Blind blind(BlindReason reason, std::string detail) const { return {&rule_.info, reason, std::move(detail)}; }

  bool seen_channel(std::string_view channel) const {
    return std::any_of(rows_.begin(), rows_.end(),
                       [&](const CensusRow* row) { return equal_folded(row->kind->channel, channel); });
  }

  // No event of any kind that the logsource means.
  Blind no_events() const {
    std::string unwritten, absent;
    for (const LogPlace& place : log_places(rule_.logsource)) {
      std::string_view setting = place.first_id ? audit_setting(place.channel, place.first_id, "") : "";
      if (!setting.empty() && seen_channel(place.channel)) {
        unwritten += (unwritten.empty() ? "" : "; ") + place.channel + " is there without an event " +
                     place_text(place).substr(place.channel.size() + 1) + ": needs " + std::string(setting);
      } else {
        absent += (absent.empty() ? "" : ", ") + place_text(place);
      }
    }
    if (!unwritten.empty())
      return blind(BlindReason::kAuditPolicy,
                   unwritten + (absent.empty() ? "" : "; not there either: " + absent) + advice(rule_));
    std::string detail = "no event of " + looked_for(rule_.logsource);
    if (!known_logsource(rule_.logsource))
      detail += "; no log is known under this log source";
    else if (!has_reader(rule_.logsource))
      detail += "; no format that can be read carries it";
    return blind(BlindReason::kNoSuchLog, detail + advice(rule_));
  }

  // The log is there, but not one event id that the rule asks for.
  std::optional<Blind> no_such_ids(const std::vector<const CensusRow*>& meant) const {
    std::set<uint32_t> ids = wanted_ids();
    std::string detail;
    std::string channel = meant.front()->kind->channel;
    for (uint32_t id : ids) {
      std::string_view setting = audit_setting(channel, id, "");
      if (setting.empty()) return std::nullopt;
      detail += (detail.empty() ? "" : "; ") + channel + " is there without an event " + std::to_string(id) +
                ": needs " + std::string(setting);
    }
    if (ids.empty()) return std::nullopt;
    return blind(BlindReason::kAuditPolicy, detail + advice(rule_));
  }
  // The rule also asks for an event id that these logs do not hold, though a host writes it by default: it could have
  // fired, had that happened.
  bool waits_for_another_id(const std::vector<const CensusRow*>& meant) const {
    for (uint32_t id : wanted_ids()) {
      bool seen =
          std::any_of(meant.begin(), meant.end(), [&](const CensusRow* row) { return row->kind->event_id == id; });
      if (!seen && audit_setting(meant.front()->kind->channel, id, "").empty()) return true;
    }
    return false;
  }
  std::set<uint32_t> wanted_ids() const {
    std::set<uint32_t> ids;
    for (const Selection& selection : rule_.selections) {
      for (const auto& items : selection.alternatives) {
        for (const Item& item : items) collect_ids(item, &ids);
      }
    }
    return ids;
  }
  static void collect_ids(const Item& item, std::set<uint32_t>* ids) {
    if (item.field != "EventID" || item.negate) return;
    for (const auto& group : item.groups) {
      for (const Test& test : group) {
        std::string text = test.kind == Test::Kind::kNumber ? test.operand->text
                           : test.kind == Test::Kind::kPattern && !has_wildcard(test.pattern.parts)
                               ? literal_text(test.pattern.parts)
                               : "";
        Number number = parse_number(text);
        if (number.kind == Number::Kind::kSigned && number.i > 0) ids->insert(static_cast<uint32_t>(number.i));
        if (number.kind == Number::Kind::kUnsigned) ids->insert(static_cast<uint32_t>(number.u));
      }
    }
  }

  // The events are there, but fields that the rule needs never had a value in them.
  Blind no_fields(const std::vector<const CensusRow*>& candidates) const {
    struct Where {
      std::set<std::string> logs;
      uint64_t events = 0;
    };
    std::map<std::set<std::string>, Where> by_fields;
    std::set<std::string> settings;
    bool all_have_setting = true;
    for (const CensusRow* row : candidates) {
      std::set<std::string> fields = RowReasoner(rule_, *row, true).lacking();
      bool found = false;
      for (const std::string& field : fields) {
        std::string_view setting = audit_setting(row->kind->channel, row->kind->event_id, field);
        if (setting.empty()) continue;
        found = true;
        settings.insert("needs " + std::string(setting));
      }
      all_have_setting = all_have_setting && found;
      Where& where = by_fields[fields];
      where.logs.insert(kind_text(*row->kind));
      where.events += row->events;
    }
    std::string detail;
    for (const auto& [fields, where] : by_fields) {
      detail += (detail.empty() ? "" : "; ") + listed(fields) + " without a value in " +
                (where.events == 1 ? "the one event" : "all " + std::to_string(where.events) + " events") + " of " +
                listed(where.logs);
    }
    for (const std::string& setting : settings) detail += "; " + setting;
    return blind(all_have_setting ? BlindReason::kAuditPolicy : BlindReason::kFieldAbsent, detail + advice(rule_));
  }

  const Rule& rule_;
  std::vector<const CensusRow*> rows_;
};

}  // namespace

const char* blind_reason_name(BlindReason reason) {
  switch (reason) {
    case BlindReason::kNoSuchLog: return "no such log";
    case BlindReason::kFieldAbsent: return "field absent";
    case BlindReason::kAuditPolicy: return "audit policy";
  }
  return "";
}

std::string looked_for(const Logsource& logsource) {
  std::vector<std::string> places;
  for (const LogPlace& place : log_places(logsource)) places.push_back(place_text(place));
  return places.empty() ? logsource_text(logsource) : listed(places);
}

std::optional<Blind> blindness(const Rule& rule, const Census& census) {
  return RuleReasoner(rule, census).run();
}

std::vector<Blind> blind_rules(const RuleSet& set, const Census& census) {
  std::vector<Blind> out;
  std::vector<std::optional<Blind>> rules, correlations;
  for (const Rule& rule : set.rules) {
    rules.push_back(blindness(rule, census));
    if (rules.back() && !rule.silent) out.push_back(*rules.back());
  }
  for (const Correlation& correlation : set.correlations) {
    // A temporal correlation needs every member, the others count any of them.
    bool every =
        correlation.type == CorrelationType::kTemporal || correlation.type == CorrelationType::kTemporalOrdered;
    every = every && correlation.seen.empty();
    const Blind* first = nullptr;
    size_t blind = 0;
    for (const CorrelationMember& member : correlation.members) {
      const std::optional<Blind>& one = member.nested ? correlations[member.index] : rules[member.index];
      if (!one) continue;
      ++blind;
      if (!first) first = &*one;
    }
    correlations.emplace_back();
    if (!first || (!every && blind < correlation.members.size())) continue;
    correlations.back() =
        Blind{&correlation.info, first->reason, "counts " + first->rule->title + ": " + first->detail};
    if (!correlation.silent) out.push_back(*correlations.back());
  }
  return out;
}

}  // namespace sil::hunt
