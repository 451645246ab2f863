// Rule files into a RuleSet: documents, collections (action: global, reset, repeat), what was asked for,
// verdicts.
#include <algorithm>
#include <optional>

#include "bytes/digest.h"
#include "hunt/assemble.h"
#include "hunt/correlation_reader.h"
#include "hunt/detection.h"
#include "hunt/metadata.h"
#include "hunt/rule.h"
#include "hunt/yaml.h"

namespace sil::hunt {
namespace {

constexpr uint64_t kMaxMergedNodes = 1'000'000;  // a file's collection documents together

class Loader {
 public:
  explicit Loader(const LoadOptions& options) : options_(options), placeholders_(options.lists_folder) {}

  RuleSet run(const std::vector<RuleText>& texts) {
    for (const RuleText& text : texts) load_text(text);
    assemble(&drafts_, &set_);
    return std::move(set_);
  }

 private:
  void load_text(const RuleText& text) {
    arena_.reset();
    template_ = previous_ = nullptr;
    template_text_.clear();
    merged_nodes_ = 0;
    unfolded_regexes_ = 0;
    auto documents = read_yaml(text.text, &arena_);
    if (documents.empty()) {
      Verdict& verdict = new_verdict(text, {});
      verdict.reason = "no document";
      verdict.line = verdict.column = 1;
    }
    size_t before = set_.verdicts.size();
    for (YamlDocument& document : documents) load_document(text, document);
    if (documents.empty() || set_.verdicts.size() > before) return;
    refuse(&new_verdict(text, {}), {documents.front().line, 1, "only templates, no rule that takes them"});
  }

  Verdict& new_verdict(const RuleText& text, const YamlDocument& document) {
    Verdict& verdict = set_.verdicts.emplace_back();
    verdict.path = text.path;
    if (const YamlNode* root = document.root) {
      const YamlNode* id = root->find("id");
      const YamlNode* title = root->find("title");
      if (id && id->is_scalar()) verdict.id = std::string(id->text);
      if (title && title->is_scalar()) verdict.title = std::string(title->text);
    }
    return verdict;
  }

  static void refuse(Verdict* verdict, Fault why) {
    verdict->reason = std::move(why.reason);
    verdict->line = std::max(why.line, 1u);
    verdict->column = std::max(why.column, 1u);
  }

  // ---- collections ----
  const YamlNode* merge(const YamlNode* base, const YamlNode* over) {
    if (!base || !base->is_map() || !over->is_map()) return over;
    merged_nodes_ += base->entries.size() + over->entries.size();
    if (merged_nodes_ > kMaxMergedNodes) return nullptr;
    auto* entries = static_cast<YamlEntry*>(
        arena_.take(sizeof(YamlEntry) * (base->entries.size() + over->entries.size()), alignof(YamlEntry)));
    size_t count = 0;
    for (const YamlEntry& entry : base->entries) {
      const YamlNode* other = over->find(entry.key->text);
      const YamlNode* value = other ? merge(entry.value, other) : entry.value;
      if (!value) return nullptr;
      entries[count++] = {entry.key, value};
    }
    for (const YamlEntry& entry : over->entries) {
      if (!base->find(entry.key->text)) entries[count++] = entry;
    }
    auto* node = new (arena_.take(sizeof(YamlNode), alignof(YamlNode))) YamlNode(*over);
    node->entries = {entries, count};
    node->weight = 1;
    for (const YamlEntry& entry : node->entries) node->weight += entry.key->weight + entry.value->weight;
    return node;
  }

  // True: the document was an instruction to the loader, not a rule.
  bool collection_step(const RuleText& text, YamlDocument* document) {
    const YamlNode* action = document->root->find("action");
    std::string_view word = action && action->is_scalar() ? action->text : "";
    if (word == "global") {
      template_ = merge(template_, document->root);
      template_text_ += document->text;
      return true;
    }
    if (word == "reset") {
      template_ = nullptr;
      template_text_.clear();
      return true;
    }
    bool repeat = word == "repeat";
    if (action && !repeat) {
      Verdict& verdict = new_verdict(text, *document);
      refuse(&verdict, {action->line, action->column, "unknown action '" + std::string(word) + "'"});
      return true;
    }
    if (document->root->find("correlation") || document->root->find("filter")) return false;
    const YamlNode* base = repeat && previous_ ? previous_ : template_;
    const YamlNode* merged = base ? merge(base, document->root) : document->root;
    if (base && merged) merged_nodes_ += merged->weight;  // a rule is made of all of them, shared or not
    if (!merged || merged_nodes_ > kMaxMergedNodes) {
      Verdict& verdict = new_verdict(text, *document);
      refuse(&verdict, {document->line, 1, "the collection grows beyond 1000000 nodes"});
      return true;
    }
    document->root = previous_ = merged;
    return false;
  }

  void load_document(const RuleText& text, YamlDocument& document) {
    if (document.fault) return refuse(&new_verdict(text, document), std::move(*document.fault));
    if (!document.root->is_map()) {
      return refuse(&new_verdict(text, document), {document.root->line, document.root->column, "expected a map"});
    }
    if (collection_step(text, &document)) return;
    Verdict& verdict = new_verdict(text, document);
    const YamlNode& root = *document.root;
    auto index = set_.verdicts.size() - 1;
    std::optional<Fault> bad;
    if (root.find("correlation")) verdict.kind = DocumentKind::kCorrelation;
    if (!root.find("correlation") && root.find("filter")) verdict.kind = DocumentKind::kFilter;
    if (root.find("correlation"))
      bad = load_correlation(text, document, index);
    else if (root.find("filter"))
      bad = load_filter(root, index);
    else if (root.find("detection"))
      bad = load_rule(text, document, index);
    else
      bad = Fault{document.line, 1, "neither detection, correlation nor filter"};
    if (bad) refuse(&verdict, std::move(*bad));
  }

  std::optional<Fault> load_rule(const RuleText& text, const YamlDocument& document, size_t index) {
    Verdict& verdict = set_.verdicts[index];
    Detection detection;
    auto rule = read_rule(*document.root, &verdict.lints, &detection);
    if (!rule) return std::move(rule.error());
    rule->line = document.line;
    rule->info.path = text.path;
    rule->info.sha256 =
        template_text_.empty() ? sha256(document.text) : sha256(template_text_ + std::string(document.text));
    bool want = wanted(rule->info, &verdict);
    if (!detection.aggregations.empty()) {
      if (detection.aggregations.size() > 1) {
        const Aggregation& second = detection.aggregations[1];
        return Fault{second.line, second.column, "two aggregations in one rule"};
      }
      auto draft = read_aggregation(detection.aggregations[0], detection.timeframe);
      if (!draft) return std::move(draft.error());
      draft->correlation.info = rule->info;
      draft->correlation.author = rule->author;
      draft->correlation.date = rule->date;
      draft->correlation.modified = rule->modified;
      draft->correlation.falsepositives = rule->falsepositives;
      draft->correlation.line = rule->line;
      verdict.lints.push_back(
          {detection.aggregations[0].line, detection.aggregations[0].column,
           std::string("aggregation of Sigma 1 taken as ") + correlation_name(draft->correlation.type)});
      drafts_.correlations.push_back(
          {std::move(*draft), index, want, static_cast<std::ptrdiff_t>(drafts_.rules.size())});
      want = false;  // the rule by itself is only the correlation's base
    }
    drafts_.rules.push_back({std::move(*rule), index, want});
    return std::nullopt;
  }

  std::optional<Fault> load_correlation(const RuleText& text, const YamlDocument& document, size_t index) {
    Verdict& verdict = set_.verdicts[index];
    auto draft = read_correlation(*document.root, &verdict.lints);
    if (!draft) return std::move(draft.error());
    draft->correlation.line = document.line;
    draft->correlation.info.path = text.path;
    draft->correlation.info.sha256 = sha256(document.text);
    bool want = wanted(draft->correlation.info, &verdict);
    drafts_.correlations.push_back({std::move(*draft), index, want, -1});
    return std::nullopt;
  }

  std::optional<Fault> load_filter(const YamlNode& root, size_t index) {
    std::vector<Lint>* lints = &set_.verdicts[index].lints;
    auto metadata = read_metadata(root, nullptr);
    if (!metadata) return std::move(metadata.error());
    const YamlNode& body = *root.find("filter");
    const YamlNode* logsource = root.find("logsource");
    if (!logsource) return Fault{root.line, root.column, "no logsource"};
    auto source = read_logsource(*logsource);
    if (!source) return std::move(source.error());
    auto detection = read_detection(body, {"rules"}, {&placeholders_, lints, &unfolded_regexes_});
    if (!detection) return std::move(detection.error());
    if (!detection->aggregations.empty()) {
      return Fault{detection->aggregations[0].line, detection->aggregations[0].column, "a filter cannot aggregate"};
    }
    FilterDraft draft;
    draft.title = metadata->info.title;
    draft.logsource = std::move(source->logsource);
    draft.verdict = index;
    if (const YamlNode* rules = body.find("rules")) {
      if (!read_texts(*rules, &draft.rules))
        return Fault{rules->line, rules->column, "'rules' must be ids, names or any"};
      draft.line = rules->line;
      draft.column = rules->column;
    }
    if (!has_not(detection->condition)) {
      lints->push_back({body.line, body.column,
                        "filter condition without 'not': it is AND-ed as written and excludes nothing by itself"});
    }
    draft.selections = std::move(detection->selections);
    draft.condition = std::move(detection->condition);
    drafts_.filters.push_back(std::move(draft));
    return std::nullopt;
  }

  Parsed<Rule> read_rule(const YamlNode& root, std::vector<Lint>* lints, Detection* detection_out) {
    auto metadata = read_metadata(root, lints);
    if (!metadata) return tl::unexpected<Fault>(std::move(metadata.error()));
    const YamlNode* logsource = root.find("logsource");
    if (!logsource) return fault(root.line, root.column, "no logsource");
    auto source = read_logsource(*logsource);
    if (!source) return tl::unexpected<Fault>(std::move(source.error()));
    if (!known_logsource(source->logsource)) {
      return fault(logsource->line, logsource->column, "unknown logsource " + logsource_text(source->logsource));
    }
    auto detection = read_detection(*root.find("detection"), {}, {&placeholders_, lints, &unfolded_regexes_});
    if (!detection) return tl::unexpected<Fault>(std::move(detection.error()));
    Rule rule;
    rule.info = std::move(metadata->info);
    rule.info.logsource = logsource_text(source->logsource);
    rule.name = std::move(metadata->name);
    rule.author = std::move(metadata->author);
    rule.date = std::move(metadata->date);
    rule.modified = std::move(metadata->modified);
    rule.falsepositives = std::move(metadata->falsepositives);
    rule.related = std::move(metadata->related);
    rule.custom = std::move(metadata->custom);
    rule.logsource = std::move(source->logsource);
    rule.definition = std::move(source->definition);
    rule.selections = std::move(detection->selections);
    rule.condition = std::move(detection->condition);
    *detection_out = std::move(*detection);
    return rule;
  }

  // ---- what was asked for ----
  static bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
  }

  bool wanted(const RuleInfo& info, Verdict* verdict) const {
    auto pass = [verdict](std::string why) {
      verdict->passed_over = true;
      verdict->reason = "not asked for: " + std::move(why);
      return false;
    };
    const LoadOptions& o = options_;
    if (!o.levels.empty() && std::find(o.levels.begin(), o.levels.end(), info.level) == o.levels.end()) {
      return pass(std::string("level ") + level_name(info.level));
    }
    if (o.has_min_level && info.level < o.min_level) return pass(std::string("level ") + level_name(info.level));
    if (!o.statuses.empty() && !contains(o.statuses, info.status)) return pass("status " + info.status);
    bool tagged = o.tags.empty() || std::any_of(info.tags.begin(), info.tags.end(),
                                                [&](const std::string& t) { return contains(o.tags, t); });
    if (!tagged) return pass("tag");
    if (!info.id.empty() && contains(o.excluded_ids, info.id)) return pass("excluded");
    return true;
  }

  const LoadOptions& options_;
  Placeholders placeholders_;
  YamlArena arena_;
  RuleSet set_;
  Drafts drafts_;
  const YamlNode* template_ = nullptr;  // action: global
  const YamlNode* previous_ = nullptr;  // for action: repeat
  std::string template_text_;
  uint64_t merged_nodes_ = 0;
  size_t unfolded_regexes_ = 0;
};

}  // namespace

void forget_loaded(RuleSet* set) {
  set->loaded_unlisted += std::erase_if(set->verdicts, [](const Verdict& verdict) { return verdict.loaded; });
}

RuleSet load_rules(const std::vector<RuleText>& texts, const LoadOptions& options) {
  return Loader(options).run(texts);
}

}  // namespace sil::hunt
