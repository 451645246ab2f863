#include "flow/case_log.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <utility>

#include "bytes/durable.h"
#include "bytes/file.h"
#include "bytes/private_file.h"
#include "flow/key_files.h"
#include "ledger/base64.h"
#include "ledger/entry.h"
#include "model/version.h"

namespace sil::flow {
namespace {

using ledger::Draft;
using ledger::EntryKind;
using ledger::Json;

Json key_body(const ledger::SigningKey& author) {
  Json body;
  return body.set("action", "add").set("key", ledger::vkey_text(ledger::verifier_of(author)));
}

// Drafts of one run: everything that the log does not hold yet.
class Drafts {
 public:
  Drafts(const ledger::SignedLog& log) : next_(log.size()) {}
  uint64_t add(EntryKind kind, const Json& body) { return add(Draft{kind, body.canonical()}); }
  uint64_t add(Draft draft) {
    drafts_.push_back(std::move(draft));
    return next_++;
  }
  [[nodiscard]] const std::vector<Draft>& all() const { return drafts_; }

 private:
  uint64_t next_;
  std::vector<Draft> drafts_;
};

void add_source(const Source& source, LoggedSource* known, Drafts* drafts) {
  Json deposit, root, parser;
  deposit.set("file", ledger::base64(leaf_of(file_commitment(source, known->secret))));
  deposit.set("tlp", "amber").set("format", source.format);
  known->deposit = drafts->add(EntryKind::kDeposit, std::move(deposit));
  parser.set("name", "silhouette/" + source.format).set("version", kVersion).set("build", hex(as_bytes(build_id())));
  root.set("deposit", known->deposit).set("records", known->records).set("root", ledger::base64(known->root));
  known->record_root = drafts->add(EntryKind::kRecordRoot, root.set("parser", parser));
  known->logged = true;
}

// False: a finding whose sources were read before the case had a log.
bool sources_of(const Finding& finding, const std::vector<casefile::StoredSource>& all,
                const std::map<std::string, LoggedSource>& known, std::vector<const Source*>* sources,
                std::vector<const LoggedSource*>* logged) {
  sources->clear();
  logged->clear();
  for (const Citation& citation : finding.citations) {
    if (citation.source >= all.size()) return false;
    const Source& source = all[citation.source].source;
    auto found = known.find(source.sha256);
    if (found == known.end()) return false;
    sources->push_back(&source);
    logged->push_back(&found->second);
  }
  return !sources->empty();
}

// What claims are drafted from: the same for all of a run.
struct ClaimScene {
  const std::vector<casefile::StoredSource>& sources;
  const std::map<std::string, LoggedSource>& known;
  const std::map<std::string, uint64_t>& claimed;
};

struct PlacedDraft {
  casefile::FindingPlace place;
  Draft draft;
};

// The claim of a finding, unless it was made before or its sources were read before the case had a log.
std::optional<Draft> draft_of(const ClaimScene& scene, const Finding& finding) {
  std::vector<const Source*> cited;
  std::vector<const LoggedSource*> logged;
  if (!sources_of(finding, scene.sources, scene.known, &cited, &logged)) return {};
  ClaimDraft claim = draft_claim(finding, cited, logged);
  if (scene.claimed.contains(claim.commitment)) return {};
  return Draft{EntryKind::kClaim, std::move(claim.body)};
}

std::vector<PlacedDraft> draft_batch(const ClaimScene& scene, const std::vector<PlacedFinding>& findings) {
  std::vector<PlacedDraft> out;
  out.reserve(findings.size());
  for (const PlacedFinding& one : findings)
    if (auto draft = draft_of(scene, one.finding)) out.push_back({one.place, std::move(*draft)});
  return out;
}

// Reads findings on this thread, as they are stored, and drafts their claims on others; drafts are put in the order in
// which findings are shown.
class ClaimDrafting {
 public:
  ClaimDrafting(const ClaimScene& scene, unsigned threads)
      : scene_(scene), policy_(threads == 1 ? std::launch::deferred : std::launch::async) {}
  // `kept`: null, or what was kept of the findings that stand on one source.
  Result<void> read(const casefile::CaseStore& store, Level level, ClaimSpill* kept) {
    const bool spilled = kept && kept->for_each_batch([&](std::string batch) {
      begin([&scene = scene_, kept, batch = std::move(batch)] { return draft_batch(scene, kept->findings_of(batch)); });
    });
    if (kept && !spilled) {
      while (!running_.empty()) end();
      done_.clear();
    }
    return store.for_each_stored(
        level,
        [&](Finding finding, const casefile::FindingPlace& place) {
          batch_.push_back({place, std::move(finding)});
          if (batch_.size() == kBatch) begin_batch();
        },
        spilled);
  }
  uint64_t finish(Drafts* drafts) {
    begin_batch();
    while (!running_.empty()) end();
    std::ranges::sort(done_, {}, &PlacedDraft::place);
    for (PlacedDraft& one : done_) drafts->add(std::move(one.draft));
    return done_.size();
  }

 private:
  static constexpr size_t kBatch = 256, kRunning = 2;
  void begin_batch() {
    begin([&scene = scene_, batch = std::exchange(batch_, {})] { return draft_batch(scene, batch); });
  }
  template <class Draft>
  void begin(Draft draft) {
    if (running_.size() == kRunning) end();
    running_.push_back(std::async(policy_, std::move(draft)));
  }
  void end() {
    for (PlacedDraft& one : running_.front().get()) done_.push_back(std::move(one));
    running_.pop_front();
  }

  const ClaimScene& scene_;
  std::launch policy_;
  std::vector<PlacedFinding> batch_;
  std::deque<std::future<std::vector<PlacedDraft>>> running_;
  std::vector<PlacedDraft> done_;
};

// Contradictions and losses: what is said about the records themselves, whatever the level. There are few.
Result<std::vector<Draft>> drafts_of_tracks(const casefile::CaseStore& store, const ClaimScene& scene) {
  std::vector<Draft> out;
  auto visited = store.for_each_track([&](const Track& track) {
    if (track.kind != TrackClass::kContradiction && track.kind != TrackClass::kLoss) return true;
    const std::unique_ptr<TrackSubject> subject = subject_of(track);
    if (auto draft = draft_of(scene, subject->finding)) out.push_back(std::move(*draft));
    return true;
  });
  if (!visited) return tl::unexpected(visited.error());
  return out;
}

// Signs, appends, and publishes a checkpoint over it all.
Result<void> publish_drafts(const std::vector<Draft>& drafts, const ledger::SigningKey& author,
                            const ledger::SigningKey& key, ledger::SignedLog& log, uint64_t* entries) {
  std::string origin = "silhouette/empty";
  auto append = [&](std::string_view entry) -> Result<void> {
    if (++*entries <= 2) {  // the second, behind the author's key, where there is one
      const Sha256 first = sha256(entry);
      origin = "silhouette/" + hex(Bytes(first.data(), first.size()));
    }
    SIL_TRY(log.append(entry));
    return {};
  };
  if (!drafts.empty()) SIL_TRY(ledger::sign_entries(drafts, author, append));
  return log.publish(key, origin);
}

}  // namespace

Result<ledger::Secret> run_secret(const std::string& text) {
  ledger::Secret out{};
  if (!text.empty()) {
    if (!parse_hex(text, &out)) return fail(ErrorCode::kUsage, "--secret", "64 hex digits", text);
    return out;
  }
  auto random = ledger::generate_key("secret");
  if (!random) return tl::unexpected(random.error());
  return random->seed;
}

std::string tree_row_key(const std::string& sha256) {
  return "ledger.source." + sha256;
}

std::string tree_row(const RecordTree& tree) {
  const Sha256 root = tree.range.root();
  return hex(Bytes(tree.secret.data(), 32)) + " " + std::to_string(tree.range.size()) + " " +
         hex(Bytes(root.data(), 32));
}

Result<std::map<std::string, LoggedSource>> logged_sources(const casefile::CaseStore& store,
                                                           const ledger::SignedLog& log) {
  std::map<std::string, LoggedSource> out;
  std::map<std::string, std::string> by_commitment;  // of the file -> digest of the source
  auto sources = store.sources();
  if (!sources) return tl::unexpected(sources.error());
  for (const casefile::StoredSource& stored : *sources) {
    auto row = store.meta(tree_row_key(stored.source.sha256));
    if (!row) return tl::unexpected(row.error());
    if (!*row || (*row)->size() < 64 + 1 + 1 + 1 + 64) continue;
    const std::string& text = **row;
    LoggedSource& known = out[stored.source.sha256];
    std::string_view count = std::string_view(text).substr(65, text.size() - 65 - 65);
    if (!parse_hex(std::string_view(text).substr(0, 64), &known.secret) ||
        !ledger::parse_decimal(count, &known.records) ||
        !parse_hex(std::string_view(text).substr(text.size() - 64), &known.root))
      return fail(ErrorCode::kFormat, "case.db", "secret, count and root of a source", "a damaged row");
    by_commitment[ledger::base64(leaf_of(file_commitment(stored.source, known.secret)))] = stored.source.sha256;
  }
  std::map<uint64_t, std::string> by_deposit;
  ledger::TileReader reader = log.reader();
  auto read = reader.for_each_entry([&](uint64_t index, std::string_view text) -> Result<void> {
    if (text.find("\"kind\":\"claim\"") != text.npos) return {};  // most entries; not parsed here
    auto entry = ledger::parse_entry(text);
    if (!entry) return {};
    if (entry->kind == EntryKind::kDeposit) {
      if (auto found = by_commitment.find(entry->body.text("file")); found != by_commitment.end()) {
        out[found->second].deposit = index;
        by_deposit[index] = found->second;
      }
    }
    uint64_t deposit = 0;
    if (entry->kind != EntryKind::kRecordRoot || !entry->body.number("deposit", &deposit)) return {};
    if (auto found = by_deposit.find(deposit); found != by_deposit.end()) {
      out[found->second].record_root = index;
      out[found->second].logged = true;
    }
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return out;
}

Result<std::map<std::string, uint64_t>> logged_claims(const ledger::SignedLog& log) {
  std::map<std::string, uint64_t> out;
  constexpr std::string_view kMember = "\"finding\":\"";
  ledger::TileReader reader = log.reader();
  auto read = reader.for_each_entry([&](uint64_t index, std::string_view text) -> Result<void> {
    if (text.find("\"kind\":\"claim\"") == text.npos) return {};
    size_t at = text.find(kMember);
    if (at != text.npos) out.emplace(std::string(text.substr(at + kMember.size(), 44)), index);
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return out;
}

Result<void> set_log_aside(const std::string& folder) {
  int number = 1;
  while (path_exists(folder + "/log." + std::to_string(number))) ++number;
  for (const char* name : {"/log", "/log.vkey"})
    if (path_exists(folder + name)) SIL_TRY(rename_path(folder + name, folder + name + "." + std::to_string(number)));
  return {};
}

Result<CaseLogged> log_case(casefile::CaseStore& store, const std::string& folder, const CaseLogOptions& options) {
  auto begun = std::chrono::steady_clock::now();
  auto author = signing_key(options.author_key, "author.key", "author");
  if (!author) return tl::unexpected(author.error());
  auto key = signing_key(options.log_key, "log.key", "silhouette");
  if (!key) return tl::unexpected(key.error());
  auto log = ledger::SignedLog::open(folder);
  if (!log) return tl::unexpected(log.error());
  auto known = logged_sources(store, **log);
  auto sources = store.sources();
  auto claimed = logged_claims(**log);
  if (!known) return tl::unexpected(known.error());
  if (!sources) return tl::unexpected(sources.error());
  if (!claimed) return tl::unexpected(claimed.error());

  CaseLogged done;
  Drafts drafts(**log);
  if ((*log)->is_new()) drafts.add(EntryKind::kKey, key_body(*author));
  for (const casefile::StoredSource& stored : *sources) {
    auto source = known->find(stored.source.sha256);
    if (source != known->end() && !source->second.logged) add_source(stored.source, &source->second, &drafts);
  }
  const ClaimScene scene{*sources, *known, *claimed};
  ClaimDrafting claims(scene, options.threads);
  SIL_TRY(claims.read(store, options.claim_level, options.kept));
  auto of_tracks = drafts_of_tracks(store, scene);
  if (!of_tracks) return tl::unexpected(of_tracks.error());
  const std::launch beside = options.threads == 1 ? std::launch::deferred : std::launch::async;
  auto published = std::async(beside, [&] {
    done.claims = claims.finish(&drafts) + of_tracks->size();
    for (Draft& draft : *of_tracks) drafts.add(std::move(draft));
    return publish_drafts(drafts.all(), *author, *key, **log, &done.entries);
  });
  const Result<void> meanwhile = options.beside_signing ? options.beside_signing() : Result<void>();
  SIL_TRY(published.get());
  if (!meanwhile) return tl::unexpected(meanwhile.error());
  done.size = (*log)->size();
  done.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  return done;
}

}  // namespace sil::flow
