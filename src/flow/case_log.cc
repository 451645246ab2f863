#include "flow/case_log.h"

#include <chrono>

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
  uint64_t add(EntryKind kind, Json body) {
    drafts_.push_back({kind, std::move(body)});
    return next_++;
  }
  std::vector<Draft> take() { return std::move(drafts_); }
  [[nodiscard]] bool empty() const { return drafts_.empty(); }

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

Result<void> add_claims(const casefile::CaseStore& store, Level level,
                        const std::vector<casefile::StoredSource>& sources,
                        const std::map<std::string, LoggedSource>& known,
                        const std::map<std::string, uint64_t>& claimed, Drafts* drafts, uint64_t* count) {
  auto wants = [&](const Finding& finding) { return finding.rule->level >= level; };
  std::vector<const Source*> cited;
  std::vector<const LoggedSource*> logged;
  return store.for_each_finding(
      [&](const Finding& finding) {
        if (!wants(finding) || !sources_of(finding, sources, known, &cited, &logged)) return true;
        ClaimDraft claim = draft_claim(finding, cited, logged);
        if (claimed.contains(claim.body.text("finding"))) return true;
        drafts->add(EntryKind::kClaim, std::move(claim.body));
        ++*count;
        return true;
      },
      wants);
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
  SIL_TRY(add_claims(store, options.claim_level, *sources, *known, *claimed, &drafts, &done.claims));
  std::string origin = "silhouette/empty";
  if (!drafts.empty()) {
    auto entries = ledger::sign_entries(drafts.take(), *author);
    if (!entries) return tl::unexpected(entries.error());
    done.entries = entries->size();
    for (const std::string& entry : *entries) SIL_TRY((*log)->append(entry));
    const Sha256 first = sha256(entries->size() > 1 ? (*entries)[1] : (*entries)[0]);  // behind the author's key
    origin = "silhouette/" + hex(Bytes(first.data(), first.size()));
  }
  SIL_TRY((*log)->publish(*key, origin));
  done.size = (*log)->size();
  done.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  return done;
}

}  // namespace sil::flow
