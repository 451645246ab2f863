// SQLite, as little of it as the case needs: a connection and prepared statements as values with errors.
//
// Errors: kFormat for a damaged database, kIo for everything else the library reports. Thread rule: one
// thread. Lifetime: a Statement dies before its Database.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bytes/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sil::casefile {

class Statement {
 public:
  Statement() = default;
  Statement(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Values in the order of the question marks; a statement is rewound by its first bind. Texts and blobs are not
  // copied: they live until the step after which no row is read any more.
  Statement& bind(std::string_view text);
  Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
  Statement& bind(const char* text) { return bind(std::string_view(text)); }
  Statement& bind(int64_t number);
  Statement& bind(uint64_t number) { return bind(static_cast<int64_t>(number)); }
  Statement& bind(uint32_t number) { return bind(static_cast<int64_t>(number)); }
  Statement& bind(int number) { return bind(static_cast<int64_t>(number)); }
  Statement& bind_blob(std::string_view bytes);
  Statement& bind_null();

  Result<bool> step();  // true: a row stands ready; false: done (the statement is rewound)
  Result<void> run();   // steps to the end

  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::string blob(int column) const;
  [[nodiscard]] int64_t number(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  void rewind();
  sqlite3* database_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
  int next_ = 0;  // question mark that the next bind fills
};

class Database {
 public:
  static Result<std::unique_ptr<Database>> open(const std::string& path);  // made when it is not there
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Result<void> execute(const std::string& sql);  // one or more statements without values
  Result<Statement> prepare(std::string_view sql) const;
  Result<int64_t> number(std::string_view sql) const;  // first column of the first row; 0 without a row
  [[nodiscard]] int64_t last_row() const;
  [[nodiscard]] bool changed() const;  // a row, by the statement that ran last

 private:
  explicit Database(sqlite3* database) : database_(database) {}
  sqlite3* database_;
};

}  // namespace sil::casefile
