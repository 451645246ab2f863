#include "ledger/witness.h"

#include <sqlite3.h>

#include <optional>

#include "ledger/base64.h"
#include "ledger/merkle.h"

namespace sil::ledger {
namespace {

constexpr size_t kMaxProof = 63;

class Query {
 public:
  Query(sqlite3* database, const char* sql) { sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr); }
  ~Query() { sqlite3_finalize(statement_); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query& bind(std::string_view text) {
    sqlite3_bind_blob(statement_, ++next_, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    return *this;
  }
  // Sizes above 2^63 - 1 are no sizes of logs; they are refused before.
  Query& bind(uint64_t number) {
    sqlite3_bind_int64(statement_, ++next_, static_cast<sqlite3_int64>(number));
    return *this;
  }
  int step() { return statement_ ? sqlite3_step(statement_) : SQLITE_ERROR; }
  [[nodiscard]] uint64_t number(int column) const {
    return static_cast<uint64_t>(sqlite3_column_int64(statement_, column));
  }
  [[nodiscard]] std::string text(int column) const {
    auto data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return data ? std::string(data, static_cast<size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
  int next_ = 0;
};

bool run(sqlite3* database, const char* sql) {
  return sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

HttpAnswer refuse(int status, const std::string& why) {
  return {status, "text/plain; charset=utf-8", why + "\n"};
}

}  // namespace

struct Witness::Submission {
  uint64_t old_size = 0;
  std::vector<Sha256> path;
  std::string text;  // of the checkpoint, without signatures
  std::string note;  // with the log's signatures
  Checkpoint checkpoint;
};

Witness::Witness(sqlite3* database, SigningKey key, std::vector<VerifierKey> logs, Clock clock)
    : database_(database), key_(std::move(key)), logs_(std::move(logs)), clock_(std::move(clock)) {}
Witness::~Witness() {
  sqlite3_close(database_);
}

Result<std::unique_ptr<Witness>> Witness::open(const std::string& database, SigningKey key,
                                               std::vector<VerifierKey> logs, Clock clock) {
  sqlite3* opened = nullptr;
  int code = sqlite3_open_v2(database.c_str(), &opened,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
  std::unique_ptr<Witness> out(new Witness(opened, std::move(key), std::move(logs), std::move(clock)));
  if (code != SQLITE_OK) return fail(ErrorCode::kIo, database, "a database", sqlite3_errstr(code));
  sqlite3_busy_timeout(opened, 5000);
  if (!run(opened,
           "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
           "CREATE TABLE IF NOT EXISTS logs(origin BLOB PRIMARY KEY, id BLOB NOT NULL, size INTEGER NOT NULL,"
           " root BLOB NOT NULL, note BLOB NOT NULL) STRICT"))
    return fail(ErrorCode::kFormat, database, "a witness's database", sqlite3_errmsg(opened));
  return out;
}

HttpAnswer Witness::handle(const HttpRequest& request) {
  constexpr std::string_view kAdd = "/add-checkpoint", kLast = "/checkpoint";
  if (request.target == kAdd)
    return request.method == "POST" ? add_checkpoint(request.body) : refuse(405, "POST is wanted here");
  if (request.method == "GET" && request.target.size() == 1 + 64 + kLast.size() && request.target.ends_with(kLast))
    return last_checkpoint(request.target.substr(1, 64));
  return refuse(404, "no such place");
}

HttpAnswer Witness::add_checkpoint(std::string_view body) {
  Submission in;
  size_t end = body.find('\n');
  if (end == body.npos || !body.starts_with("old ") || !parse_decimal(body.substr(4, end - 4), &in.old_size))
    return refuse(400, "expected: old N");
  body.remove_prefix(end + 1);
  for (end = body.find('\n'); end != 0; end = body.find('\n')) {
    if (end == body.npos) return refuse(400, "expected: a blank line before the checkpoint");
    if (in.path.size() == kMaxProof) return refuse(400, "expected: at most 63 proof lines");
    if (!parse_base64(body.substr(0, end), &in.path.emplace_back())) return refuse(400, "expected: hashes in base64");
    body.remove_prefix(end + 1);
  }
  body.remove_prefix(1);
  in.note = body;
  auto note = parse_note(body);
  if (!note) return refuse(400, note.error().text());
  auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint || checkpoint->size >> 63) return refuse(400, checkpoint ? "size" : checkpoint.error().text());
  in.text = note->text;
  in.checkpoint = std::move(*checkpoint);
  std::vector<VerifierKey> keys;  // of this origin: a log's key is trusted for its own name alone
  for (const VerifierKey& log : logs_)
    if (log.name == in.checkpoint.origin) keys.push_back(log);
  if (keys.empty()) return refuse(404, "this witness does not know the origin");
  if (auto opened = open_note(body, keys); !opened) return refuse(403, opened.error().text());
  if (in.old_size > in.checkpoint.size) return refuse(400, "the old size is larger than the checkpoint's");
  if (in.checkpoint.size == 0 && in.checkpoint.root != empty_root()) return refuse(422, "not the root of an empty log");
  return store(in);
}

HttpAnswer Witness::store(const Submission& in) {
  std::lock_guard lock(mutex_);
  if (!run(database_, "BEGIN IMMEDIATE")) return refuse(503, sqlite3_errmsg(database_));
  auto undo = [&](HttpAnswer answer) {
    run(database_, "ROLLBACK");
    return answer;
  };
  TreeHead last;
  bool known = false;
  {
    Query query(database_, "SELECT size, root FROM logs WHERE origin=?");
    int code = query.bind(in.checkpoint.origin).step();
    if (code != SQLITE_ROW && code != SQLITE_DONE) return undo(refuse(503, sqlite3_errmsg(database_)));
    if (code == SQLITE_ROW) {
      known = true;
      last.size = query.number(0);
      std::string root = query.text(1);
      if (root.size() != 32) return undo(refuse(500, "damaged database"));
      std::copy(root.begin(), root.end(), last.root.begin());
    }
  }
  if (in.old_size != last.size) return undo({409, "text/x.tlog.size", std::to_string(last.size) + "\n"});
  const TreeHead next{in.checkpoint.size, in.checkpoint.root};
  if (!verify_consistency(last, next, in.path)) return undo(refuse(422, "the proof does not hold"));
  std::string line = cosignature_line(key_, in.text, std::max<uint64_t>(1, clock_()));
  const std::string root(next.root.begin(), next.root.end());
  Query write(database_, known ? "UPDATE logs SET size=?, root=?, note=? WHERE origin=? AND size=?"
                               : "INSERT INTO logs(size, root, note, origin, id) VALUES(?,?,?,?,?)");
  write.bind(next.size).bind(root).bind(in.note + line).bind(in.checkpoint.origin);
  Sha256 id = sha256(in.checkpoint.origin);
  if (known)
    write.bind(last.size);
  else
    write.bind(hex(Bytes(id.data(), id.size())));
  if (write.step() != SQLITE_DONE || sqlite3_changes(database_) != 1)
    return undo(refuse(503, sqlite3_errmsg(database_)));
  if (!run(database_, "COMMIT")) return undo(refuse(503, sqlite3_errmsg(database_)));
  return {200, "text/plain; charset=utf-8", line};
}

HttpAnswer Witness::last_checkpoint(const std::string& log_id) {
  std::lock_guard lock(mutex_);
  Query query(database_, "SELECT note FROM logs WHERE id=?");
  if (query.bind(log_id).step() != SQLITE_ROW) return refuse(404, "never cosigned");
  return {200, "text/plain; charset=utf-8", query.text(0)};
}

}  // namespace sil::ledger
