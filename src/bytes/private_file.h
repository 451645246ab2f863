// Files that this program keeps for itself in the user's cache folder: only the user may write them, and what somebody
// else could have written is not read.
//
// Errors: kDenied for a file that another user owns or may write. Thread rule: any number of threads and processes may
// use one path at the same time; a reader sees one whole version or none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bytes/large_pages.h"
#include "bytes/result.h"

namespace sil {

// $XDG_CACHE_HOME/silhouette, else ~/.cache/silhouette (XDG base directory specification: relative ones do not count);
// empty when neither is known.
std::string cache_folder();
std::string current_folder();  // empty when it is gone

// Made with its parents where missing, for the user alone.
Result<void> make_private_folder(const std::string& path);
Result<LargeBuffer> read_private(const std::string& path, uint64_t limit);
// Under a name of its own first, then renamed. Not flushed to the disk: whoever reads it checks it anyway.
Result<void> write_private(const std::string& path, std::string_view bytes);
// Removes the oldest files of `folder` that begin with `prefix`, so that at most `keep` are left.
void keep_newest(const std::string& folder, std::string_view prefix, size_t keep);

// The linker's digest of the running program (NT_GNU_BUILD_ID), as raw bytes; empty when it was linked without.
std::string build_id();

}  // namespace sil
