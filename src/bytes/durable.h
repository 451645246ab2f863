// Writing that survives a kill at any instant: files first, then one flush, then the file that names them.
//
// Errors: kIo. Thread rule: any number of threads on different paths.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bytes/result.h"

namespace sil {

// Parents are made; written beside and renamed, not flushed: whoever needs the bytes calls flush_files behind it.
Result<void> write_unflushed(const std::string& path, std::string_view bytes);
// Flushes these files and their folders; many of them through one flush of their file system.
Result<void> flush_files(const std::vector<std::string>& paths);
// Beside, flushed, renamed, and the folder flushed: after a return the new content is what a restart finds.
Result<void> replace_durably(const std::string& path, std::string_view bytes);

Result<void> rename_path(const std::string& from, const std::string& to);
Result<void> remove_path(const std::string& path);  // a file; fine if there is none

// For keys: a new file with mode 0600, flushed; kDenied where one lies there.
Result<void> create_private(const std::string& path, std::string_view bytes);
// Errors: kDenied for a file that others may read or write, or that belongs to somebody else.
Result<std::string> read_secret(const std::string& path, uint64_t limit);  // "-" = standard input
std::string config_folder();  // $XDG_CONFIG_HOME/silhouette, else ~/.config/silhouette; empty when neither is known
// Absolute and without links, of the longest part that is there; what follows is kept as it is.
std::string resolved_path(const std::string& path);

}  // namespace sil
