#include "ledger/log_files.h"

#include "bytes/durable.h"
#include "bytes/file.h"

namespace sil::ledger {

Result<std::string> FolderFiles::read(const std::string& path, uint64_t limit) const {
  const std::string full = folder_ + "/" + path;
  if (!path_exists(full)) return fail(ErrorCode::kNotFound, full, "a file of the log", "none");
  return read_whole(full, limit);
}

Result<void> FolderFiles::write(const std::string& path, std::string_view bytes) {
  std::string full = folder_ + "/" + path;
  SIL_TRY(write_unflushed(full, bytes));
  unflushed_.push_back(std::move(full));
  return {};
}

Result<void> FolderFiles::flush() {
  SIL_TRY(flush_files(unflushed_));
  unflushed_.clear();
  return {};
}

Result<void> FolderFiles::replace(const std::string& path, std::string_view bytes) {
  return replace_durably(folder_ + "/" + path, bytes);
}

}  // namespace sil::ledger
