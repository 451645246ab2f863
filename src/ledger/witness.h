// A witness (C2SP tlog-witness): cosigns a checkpoint only when it continues the one that it cosigned last.
//
// Compare-and-set of (origin, old size) and the durable write are one SQLite transaction, before the answer. The key is
// the witness's alone: an endorsement is another statement, by another key. Errors: kIo, kFormat for a database.
// Thread rule: any thread; one process for each database.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ledger/http.h"
#include "ledger/note.h"

struct sqlite3;

namespace sil::ledger {

class Witness {
 public:
  using Clock = std::function<uint64_t()>;  // Unix seconds
  static Result<std::unique_ptr<Witness>> open(const std::string& database, SigningKey key,
                                               std::vector<VerifierKey> logs, Clock clock);
  ~Witness();
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;

  HttpAnswer handle(const HttpRequest& request);          // the routes below
  HttpAnswer add_checkpoint(std::string_view body);       // POST /add-checkpoint
  HttpAnswer last_checkpoint(const std::string& log_id);  // GET /HEX(SHA-256(origin))/checkpoint
  [[nodiscard]] VerifierKey key() const { return verifier_of(key_, KeyType::kCosignature); }

 private:
  Witness(sqlite3* database, SigningKey key, std::vector<VerifierKey> logs, Clock clock);
  struct Submission;
  HttpAnswer store(const Submission& submission);
  std::mutex mutex_;
  sqlite3* database_;
  SigningKey key_;
  std::vector<VerifierKey> logs_;
  Clock clock_;
};

}  // namespace sil::ledger
