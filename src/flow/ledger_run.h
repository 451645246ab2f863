// What the verbs `ledger ...` do with a log in a folder (FOLDER/log, FOLDER/log.vkey). Each gives the text for standard
// output.
//
// Errors: as ledger/signed_log.h; kUsage for what the caller mixed up. Thread rule: one thread.
#pragma once

#include <string>
#include <vector>

#include "bytes/result.h"
#include "report/options.h"

namespace sil::flow {

struct LedgerTask {
  std::string folder;
  std::string key, author_key;  // key files
  std::string policy;           // file
  std::string since;            // monitor: file with an older checkpoint, or empty = from the start
  std::string proofs;           // monitor: folder for the proof and text of each entry that is told, or empty
  report::Language language = report::Language::kEnglish;  // monitor
  uint64_t timeout_ms = 10000;                             // cosign: for each witness
};
struct LedgerAnswer {
  std::string text;
  bool holds = true;  // false: exit code 1
};

Result<LedgerAnswer> ledger_init(const LedgerTask& task, const std::string& origin);
// Entries in files, one a line, in one pass and flat memory; the checkpoint is published when all were checked and
// written. At a bad one nothing is published: what lies beyond the old checkpoint is no part of the log.
Result<LedgerAnswer> ledger_append(const LedgerTask& task, const std::vector<std::string>& files);
// An entry of a kind from a body in JSON. Reads and writes nothing but these; no network.
Result<LedgerAnswer> ledger_sign(const LedgerTask& task, const std::string& kind, const std::string& body_file);
Result<LedgerAnswer> ledger_checkpoint(const LedgerTask& task);
Result<LedgerAnswer> ledger_cosign(const LedgerTask& task);
Result<LedgerAnswer> ledger_prove(const LedgerTask& task, uint64_t index);  // a tlog-proof
// The whole log hashed anew, every entry's signature, the key's validity; one line for each flaw.
Result<LedgerAnswer> ledger_verify(const LedgerTask& task);
// A tlog-proof by itself: files with proof, entry and the log's verifier key.
Result<LedgerAnswer> ledger_verify_proof(const std::string& proof, const std::string& entry, const std::string& vkey);
// What changed since a checkpoint, in words, after the proof that the log only grew. With `proofs`: N.tlog-proof and
// N.entry there for each entry that is told, for an outsider's check.
Result<LedgerAnswer> ledger_monitor(const LedgerTask& task);

// Erasure (docs/design/ledger.md): what the case keeps of a source, its secret first of all, is destroyed; the log gets
// an `erase` entry and stays valid. `deposit`: index of its entry, or its path as the case has it. The log file itself
// is the user's. Empty: lists the deposits. Errors: kUsage for a deposit that the case does not have.
Result<LedgerAnswer> ledger_erase(const LedgerTask& task, const std::string& deposit, const std::string& reason);

}  // namespace sil::flow
