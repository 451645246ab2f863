#include "flow/ledger_run.h"

#include <algorithm>
#include <future>
#include <set>

#include "bytes/file.h"
#include "flow/key_files.h"
#include "flow/ledger_words.h"
#include "ledger/claim_state.h"
#include "ledger/cosign_client.h"
#include "ledger/log_check.h"
#include "ledger/policy.h"
#include "ledger/signed_log.h"

namespace sil::flow {
namespace {

using ledger::SignedLog;

Result<std::unique_ptr<SignedLog>> open_log(const LedgerTask& task) {
  auto log = SignedLog::open(task.folder);
  if (log && (*log)->is_new())
    return fail(ErrorCode::kUsage, task.folder, "a folder with log/checkpoint and log.vkey", "none",
                "silhouette ledger init, or investigate");
  return log;
}

Result<ledger::Policy> read_policy(const LedgerTask& task) {
  auto text = read_whole(task.policy, 1 << 20);
  if (!text) return tl::unexpected(text.error());
  return ledger::parse_policy(*text, task.policy);
}

// Lines of a file a window at a time; memory is a few windows whatever the file's size.
struct Lines {
  std::string bytes;
  std::vector<std::pair<std::string_view, uint64_t>> lines;  // views of `bytes`, not empty; numbers from 1
};

class LineReader {
 public:
  static Result<LineReader> open(const std::string& path) {
    auto file = InputFile::open(path);
    if (!file) return tl::unexpected(file.error());
    LineReader out;
    out.file_ = std::move(*file);
    return out;
  }
  // The next lines; none at the end. `used`: a window that is read no more, for its memory.
  Result<std::unique_ptr<Lines>> next(std::unique_ptr<Lines> used) {
    constexpr size_t kWindow = size_t{1} << 20;
    auto out = used ? std::move(used) : std::make_unique<Lines>();
    out->lines.clear();
    out->bytes = torn_;
    const size_t kept = out->bytes.size();
    out->bytes.resize(kept + kWindow);
    auto count = file_->read_at(offset_, reinterpret_cast<uint8_t*>(out->bytes.data()) + kept, kWindow);
    if (!count) return tl::unexpected(count.error());
    out->bytes.resize(kept + *count);
    offset_ += *count;
    if (*count == 0 && kept > 0) out->bytes += '\n';  // the last line has no line end
    size_t at = 0;
    for (size_t end = out->bytes.find('\n'); end != std::string::npos; end = out->bytes.find('\n', at)) {
      ++number_;
      if (end > at) out->lines.emplace_back(std::string_view(out->bytes).substr(at, end - at), number_);
      at = end + 1;
    }
    torn_.assign(out->bytes, at);
    if (torn_.size() > ledger::kMaxEntry)
      return fail(ErrorCode::kLimit, file_->path() + ":" + std::to_string(number_ + 1),
                  "an entry of at most 65535 bytes");
    done_ = *count == 0;
    return out;
  }
  [[nodiscard]] bool done() const { return done_; }

 private:
  std::unique_ptr<InputFile> file_;
  std::string torn_;
  uint64_t offset_ = 0, number_ = 0;
  bool done_ = false;
};

Result<void> check_lines(const Lines& lines, const std::string& path) {
  for (const auto& [line, number] : lines.lines) {
    auto entry = ledger::parse_entry(line);
    if (entry) continue;
    Error error = entry.error();
    error.where = path + ":" + std::to_string(number) + ": " + error.where;
    return tl::unexpected(std::move(error));
  }
  return {};
}

// While one window is appended, the next one is read and checked.
Result<void> append_file(SignedLog& log, const std::string& path) {
  auto reader = LineReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  std::unique_ptr<Lines> now, used;
  std::future<Result<void>> checked;
  while (true) {
    std::unique_ptr<Lines> next;
    std::future<Result<void>> checking;
    if (!reader->done()) {
      auto read = reader->next(std::move(used));
      if (!read) return tl::unexpected(read.error());
      next = std::move(*read);
      checking = std::async(std::launch::async, [lines = next.get(), &path] { return check_lines(*lines, path); });
    }
    if (now) {
      SIL_TRY(checked.get());
      for (const auto& line : now->lines) SIL_TRY(log.append(line.first));
    }
    if (!next) return {};
    used = std::move(now);
    now = std::move(next);
    checked = std::move(checking);
  }
}

std::string grown_words(uint64_t from, uint64_t to, report::Language language) {
  const std::string a = std::to_string(from), b = std::to_string(to);
  return language == report::Language::kFrench
             ? "pass\u00e9 de " + a + " \u00e0 " + b + " entr\u00e9es, rien n'a \u00e9t\u00e9 enlev\u00e9"
             : "grew from " + a + " to " + b + " entries, nothing taken away";
}

std::string forked_words(uint64_t older, uint64_t newer, report::Language language) {
  const std::string a = std::to_string(older), b = std::to_string(newer);
  return language == report::Language::kFrench
             ? "le journal de taille " + b + " ne prolonge pas celui de taille " + a +
                   " : l'un des deux a \u00e9t\u00e9 sign\u00e9 sur une autre histoire"
             : "the log of size " + b + " does not continue the one of size " + a +
                   ": one of both was signed over another history";
}

Result<void> write_proofs(const SignedLog& log, const std::set<uint64_t>& indexes, const std::string& folder) {
  SIL_TRY(make_directory(folder));
  for (uint64_t index : indexes) {
    auto proof = log.prove(index);
    if (!proof) return tl::unexpected(proof.error());
    auto entry = log.reader().entry(index);
    if (!entry) return tl::unexpected(entry.error());
    const std::string name = folder + "/" + std::to_string(index);
    SIL_TRY(write_whole(name + ".tlog-proof", ledger::proof_text(*proof)));
    SIL_TRY(write_whole(name + ".entry", *entry + "\n"));
  }
  return {};
}

}  // namespace

Result<LedgerAnswer> ledger_init(const LedgerTask& task, const std::string& origin) {
  auto key = signing_key(task.key, "log.key", "silhouette");
  if (!key) return tl::unexpected(key.error());
  auto log = SignedLog::open(task.folder);
  if (!log) return tl::unexpected(log.error());
  if (!(*log)->is_new()) return fail(ErrorCode::kUsage, task.folder, "a folder without a log", "one with a log");
  ledger::SigningKey named = *key;  // the log's name is its key's name; the id follows from both
  named.name = origin;
  if (!ledger::parse_vkey(ledger::vkey_text(ledger::verifier_of(named))))
    return fail(ErrorCode::kUsage, "--origin", "a name without spaces and plus signs", origin);
  SIL_TRY((*log)->publish(*key, origin));
  return LedgerAnswer{ledger::vkey_text((*log)->key()) + "\n"};
}

Result<LedgerAnswer> ledger_append(const LedgerTask& task, const std::vector<std::string>& files) {
  auto log = open_log(task);
  if (!log) return tl::unexpected(log.error());
  auto key = signing_key(task.key, "log.key", "silhouette");
  if (!key) return tl::unexpected(key.error());
  const uint64_t first = (*log)->size();
  for (const std::string& file : files) SIL_TRY(append_file(**log, file));
  const uint64_t end = (*log)->size();
  SIL_TRY((*log)->publish(*key, ""));
  LedgerAnswer answer;
  for (uint64_t index = first; index < end; ++index) answer.text += std::to_string(index) + "\n";
  return answer;
}

Result<LedgerAnswer> ledger_sign(const LedgerTask& task, const std::string& kind, const std::string& body_file) {
  ledger::EntryKind entry_kind{};
  if (!ledger::parse_entry_kind(kind, &entry_kind)) {
    std::string known;
    for (size_t i = 0; i < ledger::kEntryKinds; ++i)
      known += (i > 0 ? ", " : "") + std::string(ledger::entry_name(static_cast<ledger::EntryKind>(i)));
    return fail(ErrorCode::kUsage, "kind", "one of " + known, kind);
  }
  auto text = read_whole(body_file, 1 << 20);
  if (!text) return tl::unexpected(text.error());
  auto body = ledger::parse_json(*text);
  if (!body) return tl::unexpected(body.error());
  auto draft = ledger::draft_of(entry_kind, *body);
  if (!draft) return tl::unexpected(draft.error());
  auto author = signing_key(task.author_key, "author.key", "author");
  if (!author) return tl::unexpected(author.error());
  auto entry = ledger::sign_entry(*draft, *author);
  if (!entry) return tl::unexpected(entry.error());
  return LedgerAnswer{*entry + "\n"};
}

Result<LedgerAnswer> ledger_checkpoint(const LedgerTask& task) {
  auto log = open_log(task);
  if (!log) return tl::unexpected(log.error());
  return LedgerAnswer{(*log)->note()};
}

Result<LedgerAnswer> ledger_cosign(const LedgerTask& task) {
  auto log = open_log(task);
  if (!log) return tl::unexpected(log.error());
  auto policy = read_policy(task);
  if (!policy) return tl::unexpected(policy.error());
  auto collected = ledger::collect_cosignatures(**log, *policy, task.timeout_ms);
  if (!collected) return tl::unexpected(collected.error());
  SIL_TRY((*log)->replace_note(collected->note));
  LedgerAnswer answer;
  for (const std::string& line : collected->report) answer.text += line + "\n";
  answer.holds = policy->satisfied(collected->witnesses);
  answer.text += "quorum " + policy->quorum + (answer.holds ? ": reached\n" : ": NOT reached\n");
  return answer;
}

Result<LedgerAnswer> ledger_prove(const LedgerTask& task, uint64_t index) {
  auto log = open_log(task);
  if (!log) return tl::unexpected(log.error());
  auto proof = (*log)->prove(index);
  if (!proof) return tl::unexpected(proof.error());
  return LedgerAnswer{ledger::proof_text(*proof)};
}

Result<LedgerAnswer> ledger_verify(const LedgerTask& task) {
  auto log = open_log(task);
  if (!log && log.error().code == ErrorCode::kUsage) return tl::unexpected(log.error());  // no log is no false one
  if (!log) return LedgerAnswer{"FALSE " + log.error().text() + "\n", false};
  LedgerAnswer answer;
  const ledger::Checkpoint& checkpoint = (*log)->checkpoint();
  auto tell = [&](const std::string& line) {
    answer.text += "FALSE " + shown_line(line) + "\n";
    answer.holds = false;
  };
  for (const ledger::Flaw& flaw : ledger::check_log((*log)->files(), {checkpoint.size, checkpoint.root}))
    tell("entry " + std::to_string(flaw.index) + ": " + flaw.file + ": " + flaw.what);
  std::string notes;
  ledger::ClaimFold fold([&](const ledger::News& news) {
    if (!ledger::has_effect(news.did)) notes += "note  " + words(news, task.language) + "\n";
  });
  uint64_t entries = 0;
  if (answer.holds) {
    SIL_TRY(
        ledger::read_entries((*log)->files(), checkpoint.size, [&](uint64_t index, const Result<ledger::Entry>& entry) {
          ++entries;
          if (entry)
            fold.add(index, *entry);
          else
            tell("entry " + std::to_string(index) + ": " + entry.error().text());
        }));
    answer.text += notes;
  }
  if (!task.policy.empty()) {
    auto policy = read_policy(task);
    if (!policy) return tl::unexpected(policy.error());
    std::vector<ledger::VerifierKey> keys{(*log)->key()};
    for (const ledger::VerifierKey& key : policy->witness_keys()) keys.push_back(key);
    auto note = ledger::open_note((*log)->note(), keys);
    std::vector<size_t> witnesses;
    if (note)
      for (size_t signer : note->signers)
        if (signer > 0) witnesses.push_back(signer - 1);
    if (!note || !policy->satisfied(witnesses)) tell(note ? "quorum " + policy->quorum : note.error().text());
    answer.text += "witnessed by " + std::to_string(witnesses.size()) + " of " +
                   std::to_string(policy->witnesses.size()) + " (a witness says that the log did not fork, no more)\n";
  }
  if (answer.holds)
    answer.text += "holds " + checkpoint.origin + ": " + std::to_string(entries) + " entries, " +
                   std::to_string(fold.claims()) + " claims\n";
  return answer;
}

Result<LedgerAnswer> ledger_verify_proof(const std::string& proof, const std::string& entry, const std::string& vkey) {
  if (vkey.empty())
    return fail(ErrorCode::kUsage, "ledger verify PROOF --entry ENTRY", "--vkey FILE (the log's verifier key)", "none");
  std::string texts[3];
  const std::string* paths[] = {&proof, &entry, &vkey};
  for (int i = 0; i < 3; ++i) {
    auto text = read_whole(*paths[i], ledger::kMaxNote);
    if (!text) return tl::unexpected(text.error());
    texts[i] = std::move(*text);
  }
  if (texts[1].ends_with('\n')) texts[1].pop_back();  // the line end of a text file
  auto key = ledger::parse_vkey(texts[2]);
  if (!key) return tl::unexpected(key.error());
  auto read = ledger::parse_proof(texts[0]);
  if (!read) return LedgerAnswer{"FALSE " + read.error().text() + "\n", false};
  auto in = ledger::verify_proof(*read, ledger::leaf_hash(texts[1]), {&*key, 1});
  if (!in) return LedgerAnswer{"FALSE " + in.error().text() + "\n", false};
  auto parsed = ledger::parse_entry(texts[1]);
  if (!parsed) return LedgerAnswer{"FALSE " + parsed.error().text() + "\n", false};
  return LedgerAnswer{"holds entry " + std::to_string(read->index) + " of " + std::to_string(in->checkpoint.size) +
                      " of " + in->checkpoint.origin + ", by " + ledger::vkey_text(parsed->author) + "\n"};
}

Result<LedgerAnswer> ledger_monitor(const LedgerTask& task) {
  auto log = open_log(task);
  if (!log) return tl::unexpected(log.error());
  const ledger::Checkpoint& now = (*log)->checkpoint();
  ledger::TileReader reader = (*log)->reader();
  uint64_t from = 0;
  LedgerAnswer answer;
  if (!task.since.empty()) {
    auto text = read_whole(task.since, ledger::kMaxNote);
    if (!text) return tl::unexpected(text.error());
    auto opened = ledger::open_note(*text, {&(*log)->key(), 1});
    if (!opened) {
      Error error = opened.error();
      error.where = task.since + ": " + error.where;
      return tl::unexpected(std::move(error));
    }
    auto then = ledger::parse_checkpoint(opened->note.text);
    if (!then) return tl::unexpected(then.error());
    auto path = ledger::consistency_proof(std::min(then->size, now.size), now.size, reader.reader());
    if (!path) return tl::unexpected(path.error());
    if (then->origin != now.origin ||
        !ledger::verify_consistency({then->size, then->root}, {now.size, now.root}, *path))
      return LedgerAnswer{"FALSE " + forked_words(then->size, now.size, task.language) + "\n", false};
    from = then->size;
  }
  std::set<uint64_t> told;
  std::string lines;
  ledger::ClaimFold fold([&](const ledger::News& news) {
    if (news.index < from) return;
    lines += words(news, task.language) + "\n";
    if (!task.proofs.empty()) told.insert(news.index);
  });
  SIL_TRY(ledger::read_entries((*log)->files(), now.size, [&](uint64_t index, const Result<ledger::Entry>& entry) {
    if (entry)
      fold.add(index, *entry);
    else
      fold.add_unreadable(index, entry.error().text());
  }));
  answer.text += grown_words(from, now.size, task.language) + "\n" + lines;
  if (!task.proofs.empty()) SIL_TRY(write_proofs(**log, told, task.proofs));
  return answer;
}

}  // namespace sil::flow
