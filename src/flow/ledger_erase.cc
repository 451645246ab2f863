#include "bytes/durable.h"
#include "bytes/file.h"
#include "flow/case_log.h"
#include "flow/key_files.h"
#include "flow/ledger_run.h"
#include "flow/ledger_words.h"
#include "ledger/entry.h"

namespace sil::flow {
namespace {

struct Deposit {
  uint64_t index = 0;
  Source source;
};

std::string name_of(const Source& source) {
  std::string out = source.path;
  for (const std::string& member : source.members) out += "!" + member;
  return out;
}

Result<std::vector<Deposit>> deposits_of(const casefile::CaseStore& store, const ledger::SignedLog& log) {
  auto sources = store.sources();
  if (!sources) return tl::unexpected(sources.error());
  auto known = logged_sources(store, log);
  if (!known) return tl::unexpected(known.error());
  std::vector<Deposit> out;
  for (const casefile::StoredSource& stored : *sources)
    if (auto found = known->find(stored.source.sha256); found != known->end() && found->second.logged)
      out.push_back({found->second.deposit, stored.source});
  return out;
}

// On the record first: a run that is killed behind it is finished by the next one.
Result<void> log_erasure(ledger::SignedLog& log, const LedgerTask& task, uint64_t deposit, const std::string& reason) {
  bool there = false;
  SIL_TRY(log.reader().for_each_entry([&](uint64_t, std::string_view text) -> Result<void> {
    if (text.find("\"kind\":\"erase\"") == text.npos) return {};
    auto entry = ledger::parse_entry(text);
    uint64_t of = 0;
    there = there ||
            (entry && entry->kind == ledger::EntryKind::kErase && entry->body.number("deposit", &of) && of == deposit);
    return {};
  }));
  if (there) return {};
  auto author = signing_key(task.author_key, "author.key", "author");
  if (!author) return tl::unexpected(author.error());
  auto key = signing_key(task.key, "log.key", "silhouette");
  if (!key) return tl::unexpected(key.error());
  ledger::Json body;
  body.set("deposit", deposit).set("reason", reason);
  auto draft = ledger::draft_of(ledger::EntryKind::kErase, body);
  if (!draft) return tl::unexpected(draft.error());
  auto entry = ledger::sign_entry(*draft, *author);
  if (!entry) return tl::unexpected(entry.error());
  auto index = log.append(*entry);
  if (!index) return tl::unexpected(index.error());
  return log.publish(*key, "");
}

}  // namespace

Result<LedgerAnswer> ledger_erase(const LedgerTask& task, const std::string& deposit, const std::string& reason) {
  if (!path_exists(task.folder + "/case.db"))
    return fail(ErrorCode::kUsage, task.folder, "a case folder", "no case.db");
  auto store = casefile::CaseStore::open(task.folder);
  if (!store) return tl::unexpected(store.error());
  auto log = ledger::SignedLog::open(task.folder);
  if (!log) return tl::unexpected(log.error());
  auto deposits = deposits_of(**store, **log);
  if (!deposits) return tl::unexpected(deposits.error());
  LedgerAnswer answer;
  const Deposit* chosen = nullptr;
  for (const Deposit& one : *deposits) {
    const std::string name = name_of(one.source);
    if (deposit.empty()) answer.text += std::to_string(one.index) + "  " + shown_line(name) + "\n";
    if (std::to_string(one.index) == deposit || name == deposit) chosen = &one;
  }
  if (deposit.empty()) return answer;
  if (!chosen)
    return fail(ErrorCode::kUsage, deposit, "a deposit of the case, by index or path", "none",
                "silhouette ledger erase CASE lists them");
  if (reason.empty())
    return fail(ErrorCode::kUsage, "--reason", "why it is erased: the log says so for good", "nothing");
  SIL_TRY(log_erasure(**log, task, chosen->index, reason));
  SIL_TRY((*store)->erase_source(chosen->source.sha256, tree_row_key(chosen->source.sha256)));
  if (auto joined = (*store)->join_copies(); !joined)  // copies of what was the first of them are copies of the next
    return tl::unexpected(joined.error());
  const std::string page = task.folder + "/report.html";
  SIL_TRY(remove_path(page));
  answer.text = "erased deposit " + std::to_string(chosen->index) + ": secret, findings and tracks of " +
                shown_line(name_of(chosen->source)) +
                "\nremoved report.html, which may show them; investigate PATH --case CASE makes it anew\n" +
                "the log file itself is yours to destroy, and so are disclosures and copies of the case\n";
  return answer;
}

}  // namespace sil::flow
