// Where a log's files lie: the one door through which the log writes, so that tests can make any write fail.
//
// Paths are relative to the log's prefix ("tile/0/x001/234"). Thread rule: one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bytes/result.h"

namespace sil::ledger {

class LogFiles {
 public:
  virtual ~LogFiles() = default;
  virtual Result<std::string> read(const std::string& path, uint64_t limit) const = 0;  // kNotFound where none is
  virtual Result<void> write(const std::string& path, std::string_view bytes) = 0;      // durable after flush()
  virtual Result<void> flush() = 0;
  virtual Result<void> replace(const std::string& path, std::string_view bytes) = 0;  // all or nothing, durable
};

class FolderFiles : public LogFiles {
 public:
  explicit FolderFiles(std::string folder) : folder_(std::move(folder)) {}
  Result<std::string> read(const std::string& path, uint64_t limit) const override;
  Result<void> write(const std::string& path, std::string_view bytes) override;
  Result<void> flush() override;
  Result<void> replace(const std::string& path, std::string_view bytes) override;

 private:
  std::string folder_;
  std::vector<std::string> unflushed_;
};

}  // namespace sil::ledger
