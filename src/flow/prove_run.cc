#include "flow/prove_run.h"

#include <algorithm>

#include "bytes/file.h"
#include "flow/case_log.h"
#include "flow/ledger_words.h"
#include "flow/reread.h"
#include "flow/source_bytes.h"
#include "ledger/base64.h"
#include "ledger/claim_state.h"

namespace sil::flow {
namespace {

using ledger::Json;
using ledger::Step;
using ledger::Verdict;

constexpr uint64_t kMaxDisclosure = uint64_t{256} << 20;

std::string hex_of(const Sha256& digest) {
  return hex(Bytes(digest.data(), digest.size()));
}

Result<std::optional<ledger::Policy>> policy_of(const std::string& path) {
  if (path.empty()) return std::optional<ledger::Policy>();
  auto text = read_whole(path, 1 << 20);
  if (!text) return tl::unexpected(text.error());
  auto policy = ledger::parse_policy(*text, path);
  if (!policy) return tl::unexpected(policy.error());
  return std::optional(std::move(*policy));
}

struct Chosen {
  Finding finding;
  std::unique_ptr<TrackSubject> track;  // `finding` is its subject
  std::vector<casefile::StoredSource> sources;
};

// A finding's or a track's.
Result<Chosen> choose(const casefile::CaseStore& store, const std::string& id) {
  Chosen out;
  auto sources = store.sources();
  if (!sources) return tl::unexpected(sources.error());
  out.sources = std::move(*sources);
  uint64_t count = 0;
  bool ambiguous = false;
  auto take = [&](const std::string& found) {
    ambiguous = ambiguous || (count > 0 && out.finding.id != found);  // copies of a file share ids: the first is taken
    return ++count == 1;
  };
  SIL_TRY(store.for_each_finding(
      [&](const Finding& finding) {
        if (finding.id.starts_with(id) && take(finding.id)) out.finding = finding;
        return !ambiguous;
      },
      [&](const Finding& finding) { return finding.id.starts_with(id); }, {.copies_apart = true}));
  SIL_TRY(store.for_each_track([&](const Track& track) {
    if (track.id.starts_with(id) && take(track.id)) {
      out.track = subject_of(track);
      out.finding = out.track->finding;
    }
    return !ambiguous;
  }));
  if (ambiguous) return fail(ErrorCode::kUsage, id, "how only one finding's or track's id begins", "several");
  if (count == 0)
    return fail(ErrorCode::kUsage, id, "the id of a finding or track in the case", "none that begins so",
                "of an erased deposit nothing can be proved; silhouette ledger monitor CASE names erasures");
  if (out.finding.citations.empty()) return fail(ErrorCode::kFormat, id, "a finding with citations", "none");
  return out;
}

class Prover {
 public:
  explicit Prover(const ProveOptions& options) : options_(options) {}

  Result<Proven> run() {
    if (!path_exists(options_.case_folder + "/case.db"))
      return fail(ErrorCode::kUsage, options_.case_folder, "a case folder", "no case.db");
    auto store = casefile::CaseStore::open(options_.case_folder);
    if (!store) return tl::unexpected(store.error());
    auto chosen = choose(**store, options_.finding);
    if (!chosen) return tl::unexpected(chosen.error());
    chosen_ = std::move(*chosen);
    auto log = ledger::SignedLog::open(options_.case_folder);
    if (!log) return tl::unexpected(log.error());
    log_ = std::move(*log);
    if (log_->is_new()) return fail(ErrorCode::kUsage, options_.case_folder, "a case with a log", "none");
    auto known = logged_sources(**store, *log_);
    auto claims = logged_claims(*log_);
    auto policy = policy_of(options_.policy);
    if (!known) return tl::unexpected(known.error());
    if (!claims) return tl::unexpected(claims.error());
    if (!policy) return tl::unexpected(policy.error());
    known_ = std::move(*known);
    SIL_TRY(make_claim(*claims));
    SIL_TRY(load_rule());
    reread();
    SIL_TRY(disclose());
    ledger::Steps walk =
        ledger::verify_disclosure(disclosure_, proven_.claim, log_->key(), *policy ? &**policy : nullptr);
    SIL_TRY(state());
    const bool closed = options_.withhold_bytes || !options_.withhold.empty();
    for (Step& step : walk) {
      if (closed && step.verdict == Verdict::kWithheld) step.verdict = Verdict::kNote;  // from others; read here below
      proven_.steps.push_back(std::move(step));
    }
    if (!*policy) say(Verdict::kNote, "witnessed: not asked (--policy FILE)");
    for (Step& step : own_) proven_.steps.push_back(std::move(step));
    proven_.disclosure = disclosure_.canonical() + "\n";
    return std::move(proven_);
  }

 private:
  void say(Verdict verdict, std::string what, std::string found = {}) {
    own_.push_back({verdict, std::move(what), std::move(found)});
  }

  Result<void> make_claim(const std::map<std::string, uint64_t>& claims) {
    std::vector<const Source*> sources;
    std::vector<const LoggedSource*> logged;
    for (const Citation& citation : chosen_.finding.citations) {
      const Source& source = chosen_.sources.at(citation.source).source;
      auto found = known_.find(source.sha256);
      if (found == known_.end() || !found->second.logged)
        return fail(ErrorCode::kUsage, source.path, "a source that the log knows", "none",
                    "it was read before the case had a log, or its secret was destroyed");
      sources.push_back(&source);
      logged.push_back(&found->second);
    }
    source_ = *sources.front();
    logged_ = *logged.front();
    draft_ = draft_claim(chosen_.finding, sources, logged);
    auto claim = claims.find(draft_.commitment);
    if (claim == claims.end())
      return fail(ErrorCode::kUsage, chosen_.finding.id, "a finding with a claim in the log", "none",
                  chosen_.track ? "claims are made of contradictions and losses"
                                : "investigate --claim-level LEVEL makes claims of lower levels too");
    proven_.claim = claim->second;
    return {};
  }

  Result<void> load_rule() {
    if (chosen_.track) return {};
    RuleSelection selection = options_.rules;
    const RuleInfo& info = *chosen_.finding.rule;
    if (!options_.rules_given && path_exists(info.path)) selection.paths = {info.path};
    auto rules = load_program(selection, {});
    if (!rules) return {};  // said below: no rule of this digest
    rules_ = std::move(*rules);
    for (const hunt::Rule& rule : rules_->set.rules)
      if (rule.info.sha256 == info.sha256 && rule.info.id == info.id) rule_ = &rule;
    return {};
  }

  [[nodiscard]] bool single() const { return chosen_.finding.kind == "sigma" && chosen_.finding.joined.empty(); }

  [[nodiscard]] bool recovered() const { return !chosen_.finding.recovered.empty(); }

  void reread() {
    RereadTask task;
    task.path = options_.source.empty() ? source_.path : options_.source;
    task.source = source_;
    task.secret = logged_.secret;
    task.leaves = logged_.records;
    task.rule = single() ? rule_ : nullptr;
    task.tracks = chosen_.track != nullptr;
    task.recovered = recovered();
    for (const Citation& citation : chosen_.finding.citations) {
      if (!of_source(citation))
        task.beside.push_back(chosen_.sources.at(citation.source).source.path);
      else
        for (const Span& span : citation.spans) task.records.insert(span.offset);
    }
    if (!chosen_.track) task.beside.clear();
    auto again = reread_source(task);
    if (!again) {
      say(Verdict::kWithheld, "source: " + task.path + " is absent or cannot be read");
      return;
    }
    found_ = std::move(again->records);
    tree_ = std::move(again->tree);
    const bool same = again->source.sha256 == source_.sha256;
    say(same ? Verdict::kHolds : Verdict::kFalse, "source: " + task.path + " has the digest " + source_.sha256,
        same ? "" : again->source.sha256);
    if (chosen_.track) return check_track(task.path, *again);
    for (const Citation& citation : chosen_.finding.citations) check_record(citation);
    check_rule();
  }

  [[nodiscard]] bool of_source(const Citation& citation) const {
    return chosen_.sources.at(citation.source).source.sha256 == source_.sha256;
  }

  // Further witnesses: are they the files that were read? False where one is absent or another file.
  bool check_beside(const RereadSource& again) {
    std::set<std::string> told;
    bool all = true;
    for (const Citation& citation : chosen_.finding.citations) {
      const Source& wanted = chosen_.sources.at(citation.source).source;
      if (of_source(citation) || !told.insert(wanted.sha256).second) continue;
      auto now = std::ranges::find_if(
          again.beside, [&](const Source& one) { return one.path == wanted.path && one.members == wanted.members; });
      const bool here = now != again.beside.end(), same = here && now->sha256 == wanted.sha256;
      all = all && same;
      if (!here)
        say(Verdict::kNote, "further witness: " + wanted.path + " is absent or cannot be read, not read again here");
      else
        say(same ? Verdict::kHolds : Verdict::kFalse,
            "further witness: " + wanted.path + " has the digest " + wanted.sha256, same ? "" : now->sha256);
    }
    return all;
  }

  // A track cites spans that need not be records: they are read by themselves, each in its own source.
  void check_track(const std::string& path, const RereadSource& again) {
    SourceBytes bytes;
    bool same_bytes = own_.back().verdict == Verdict::kHolds;
    const bool all_here = check_beside(again);
    for (const Citation& citation : chosen_.finding.citations) {
      Source there = chosen_.sources.at(citation.source).source;
      const bool own = of_source(citation);
      if (own) there.path = path;
      const std::string name = (own ? "" : there.path + ": ") + std::string("span at offset ") +
                               std::to_string(citation.spans.front().offset);
      if (!own && !path_exists(there.path)) continue;  // said above
      bytes.know(citation.source, there);
      std::string text;
      for (const Span& span : citation.spans) {
        const std::vector<uint8_t> part = bytes.read(citation.source, span);
        text.append(part.begin(), part.end());
      }
      const Sha256 digest = sha256(text);
      const bool same = digest == citation.sha256;
      same_bytes = same_bytes && same;
      say(same ? Verdict::kHolds : Verdict::kFalse, name + ": bytes have the digest " + hex_of(citation.sha256),
          same ? "" : hex_of(digest));
      if (own && citation.spans.size() == 1) spans_[citation.spans.front().offset] = std::move(text);
    }
    const RuleInfo& detector = *chosen_.finding.rule;
    const std::string name = "detector " + detector.id + " (" + detector.title + ")";
    if (std::ranges::find(again.tracks, chosen_.finding.id, &Track::id) != again.tracks.end())
      return say(Verdict::kHolds, name + ": finds the same track again");
    if (!chosen_.track->of_one_source) {
      const char* from = all_here ? "not judged again from those it cites" : "not judged again without all of them";
      return say(Verdict::kNote, name + ": looks at several sources together, " + from);
    }
    say(same_bytes ? Verdict::kDispute : Verdict::kFalse, name + ": finds the same track again", "no such track");
  }

  void check_record(const Citation& citation) {
    if (!of_source(citation)) {
      say(Verdict::kNote, "citation of " + chosen_.sources.at(citation.source).source.path + " is not read again here");
      return;
    }
    if (citation.spans.size() != 1) {
      say(Verdict::kNote,
          "joined of " + std::to_string(citation.spans.size()) + " records: the file's digest covers them");
      return;
    }
    const std::string name = "record " + std::to_string(chosen_.finding.record_id) + " at offset " +
                             std::to_string(citation.spans.front().offset);
    auto found = found_.find(citation.spans.front().offset);
    if (found == found_.end()) return say(Verdict::kFalse, name + " can be read", "no record there");
    if (recovered()) spans_[found->first] = found->second.bytes;  // it has no place in the tree
    const Citation& now = found->second.citation;
    bool same = now.sha256 == citation.sha256 && now.spans == citation.spans;
    say(same ? Verdict::kHolds : Verdict::kFalse, name + ": bytes have the digest " + hex_of(citation.sha256),
        same ? "" : hex_of(now.sha256));
    for (size_t i = 0; i < citation.deps.size(); ++i) {
      if (i < now.deps.size() && now.deps[i].sha256 == citation.deps[i].sha256) continue;
      say(Verdict::kFalse,
          name + ": definition at offset " + std::to_string(citation.deps[i].span.offset) + " is " +
              hex_of(citation.deps[i].sha256),
          i < now.deps.size() ? hex_of(now.deps[i].sha256) : "none");
    }
  }

  void check_rule() {
    const RuleInfo& info = *chosen_.finding.rule;
    const std::string name = "rule " + info.id + " " + hex_of(info.sha256);
    if (!single())
      return say(Verdict::kNote, name + ": a " +
                                     std::string(chosen_.finding.joined.empty() ? "correlation" : "joined script") +
                                     ", not evaluated again");
    if (!rule_) return say(Verdict::kWithheld, name + ": no rule of this digest is here (--rules)");
    auto found = found_.find(chosen_.finding.citations.front().spans.front().offset);
    bool matches = found != found_.end() && found->second.rule_matches;
    // Where the bytes are the cited ones and the rule is the cited one, another answer is another reading of them.
    const bool same_bytes =
        std::none_of(own_.begin(), own_.end(), [](const Step& step) { return step.verdict == Verdict::kFalse; });
    const Verdict otherwise = same_bytes ? Verdict::kDispute : Verdict::kFalse;
    say(matches ? Verdict::kHolds : otherwise, name + ": matches again", matches ? "" : "no match");
    if (!matches) return;
    bool all_same = true;
    for (const MatchedField& field : chosen_.finding.matched) {
      auto again = std::find(found->second.matched.begin(), found->second.matched.end(), field);
      if (again != found->second.matched.end()) continue;
      all_same = false;
      auto other = std::find_if(found->second.matched.begin(), found->second.matched.end(),
                                [&](const MatchedField& now) { return now.field == field.field; });
      say(otherwise, "field " + field.field + " = " + field.value,
          other == found->second.matched.end() ? "no such value" : other->value);
    }
    if (!all_same) return;
    say(Verdict::kHolds,
        "fields: the rule read " + std::to_string(chosen_.finding.matched.size()) + " values, the same");
  }

  Result<Json> proven_entry(uint64_t index) {
    auto text = log_->reader().entry(index);
    if (!text) return tl::unexpected(text.error());
    auto entry = ledger::parse_json(*text);
    if (!entry) return entry;
    auto proof = log_->prove(index);
    if (!proof) return tl::unexpected(proof.error());
    Json out;
    return out.set("entry", std::move(*entry)).set("proof", ledger::proof_text(*proof));
  }

  // A withheld field, and every other that repeats its value (the summary shows command lines).
  [[nodiscard]] bool hides(const Json& field) const {
    if (options_.withhold.contains(field.text("name"))) return true;
    for (const Salted& item : draft_.fields) {
      auto other = ledger::parse_json(item.content);
      if (!other || !options_.withhold.contains(other->text("name")) || other->text("value").empty()) continue;
      if (field.text("value").find(other->text("value")) != std::string::npos) return true;
    }
    return !options_.withhold.empty() && field.text("name") == "summary";  // it may show a part, cut or masked
  }

  Json listed(const std::vector<Salted>& items, bool fields, bool closed) {
    Json::Array out;
    for (const Salted& item : items) {
      Json content = *ledger::parse_json(item.content), one;
      if (closed || (fields && hides(content)))
        one.set("leaf", ledger::base64(leaf_of(item)));
      else
        one.set("content", std::move(content)).set("salt", ledger::base64(item.salt));
      out.push_back(std::move(one));
    }
    return Json(std::move(out));
  }

  // A withheld value must not stand in the citation or in the record either: they are closed with it.
  Result<void> disclose() {
    const bool closed = options_.withhold_bytes || !options_.withhold.empty();
    disclosure_.set("schema", ledger::kDisclosureSchema).set("log", ledger::vkey_text(log_->key()));
    for (auto [name, index] : {std::pair("claim", proven_.claim), std::pair("deposit", logged_.deposit),
                               std::pair("record_root", logged_.record_root)}) {
      auto part = proven_entry(index);
      if (!part) return tl::unexpected(part.error());
      disclosure_.set(name, std::move(*part));
    }
    Salted file = file_commitment(source_, logged_.secret);
    Json opened;
    disclosure_.set("file",
                    opened.set("content", *ledger::parse_json(file.content)).set("salt", ledger::base64(file.salt)));
    disclosure_.set("citations", listed(draft_.citations, false, closed))
        .set("fields", listed(draft_.fields, true, false));
    ledger::NodeReader nodes = ledger::nodes_of(tree_.leaves);
    Json::Array records;
    for (size_t i = 0; i < tree_.offsets.size(); ++i) {
      auto found = found_.find(tree_.offsets[i]);
      if (found == found_.end() || recovered()) continue;
      Json record;
      Json::Array hashes;
      record.set("offset", tree_.offsets[i]);
      if (closed) {
        spans_.erase(tree_.offsets[i]);
        records.push_back(record.set("withheld", true));
        continue;
      }
      if (chosen_.finding.citations.front().spans.size() != 1) continue;
      if (chosen_.track && spans_[tree_.offsets[i]] != found->second.bytes) continue;  // another span begins there
      spans_.erase(tree_.offsets[i]);
      auto path = ledger::inclusion_proof(i, tree_.leaves.size(), nodes);
      if (!path) return tl::unexpected(path.error());
      for (const Sha256& hash : *path) hashes.emplace_back(ledger::base64(hash));
      record.set("index", uint64_t{i}).set("bytes", ledger::base64(as_bytes(found->second.bytes)));
      record.set("salt", ledger::base64(ledger::record_salt(logged_.secret, tree_.offsets[i])));
      records.push_back(record.set("path", std::move(hashes)));
    }
    for (const auto& [offset, bytes] : spans_) {  // no records of their own
      Json span;
      span.set("offset", offset);
      if (closed)
        span.set("withheld", true);
      else
        span.set("bytes", ledger::base64(as_bytes(bytes)))
            .set("salt", ledger::base64(ledger::record_salt(logged_.secret, offset)));
      records.push_back(std::move(span));
    }
    disclosure_.set("records", std::move(records));
    return {};
  }

  Result<void> state() {
    ledger::ClaimFold fold;
    ledger::TileReader reader = log_->reader();
    SIL_TRY(reader.for_each_entry([&](uint64_t index, std::string_view text) -> Result<void> {
      if (auto entry = ledger::parse_entry(text)) fold.add(index, *entry);
      return {};
    }));
    auto claim = fold.claim(proven_.claim);
    say(claim ? Verdict::kHolds : Verdict::kFalse,
        "claim " + std::to_string(proven_.claim) + ": " +
            (claim ? claim->words() + (claim->endorsements.empty() ? ", not endorsed" : "") : "by a valid key"),
        claim ? "" : "its author's key was not valid at this index");
    return {};
  }

  const ProveOptions& options_;
  Chosen chosen_;
  std::unique_ptr<ledger::SignedLog> log_;
  std::map<std::string, LoggedSource> known_;
  Source source_;
  LoggedSource logged_;
  ClaimDraft draft_;
  std::unique_ptr<Rules> rules_;
  const hunt::Rule* rule_ = nullptr;
  std::map<uint64_t, RereadRecord> found_;
  std::map<uint64_t, std::string> spans_;  // that a track cites, or a recovered record; by offset
  RecordTree tree_;
  Json disclosure_;
  ledger::Steps own_;
  Proven proven_;
};

}  // namespace

Result<Proven> prove_finding(const ProveOptions& options) {
  return Prover(options).run();
}

std::string line_of(const Step& step) {
  return shown_line(ledger::step_text(step));
}

std::string first_failure(const ledger::Steps& steps) {
  for (const Step& step : steps)
    if (step.verdict != Verdict::kHolds && step.verdict != Verdict::kNote) return ledger::step_text(step);
  return steps.empty() ? "nothing was checked" : "";
}

Result<ledger::Steps> prove_entry(const ProveEntryOptions& options) {
  auto text = read_whole(options.disclosure, kMaxDisclosure);
  auto vkey = read_whole(options.vkey, 4096);
  auto policy = policy_of(options.policy);
  if (!text) return tl::unexpected(text.error());
  if (!vkey) return tl::unexpected(vkey.error());
  if (!policy) return tl::unexpected(policy.error());
  auto key = ledger::parse_vkey(*vkey);
  if (!key) return tl::unexpected(key.error());
  auto disclosure = ledger::parse_json(*text, kMaxDisclosure);
  if (!disclosure) return tl::unexpected(disclosure.error());
  return ledger::verify_disclosure(*disclosure, options.claim, *key, *policy ? &**policy : nullptr);
}

}  // namespace sil::flow
