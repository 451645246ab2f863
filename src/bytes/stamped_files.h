// A folder's files with what tells two versions of a file apart (bytes/file.h, FileStamp): one system call a file.
#pragma once

#include <string>
#include <vector>

#include "bytes/file.h"

namespace sil {

struct StampedFile {
  std::string path;
  FileStamp stamp;  // of the target, where it is a link
};
// As list_files: regular files below `path`, or `path` itself, in bytewise order.
std::vector<StampedFile> list_stamped_files(const std::string& path, std::vector<Error>* problems);

}  // namespace sil
