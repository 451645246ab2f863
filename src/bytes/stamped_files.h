// A folder's files with what tells two versions of a file apart (bytes/file.h, FileStamp): one system call a file. And
// its folders, with what tells that their names are still the same: then nothing needs to be listed again.
//
// Thread rule: functions of their arguments; a StampCheck belongs to one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bytes/file.h"

namespace sil {

struct StampedFile {
  std::string path;
  FileStamp stamp;  // of the target, where it is a link
};

// A name that comes, goes or stands for another file changes the times of its folder (POSIX.1-2017: open, link, rename,
// unlink, "mark for update the last data modification and last file status change timestamps of the parent directory").
struct FolderStamp {
  uint64_t device = 0, inode = 0;  // of the folder that was opened, where the path is a link
  int64_t mtime_ns = 0, ctime_ns = 0;
  bool operator==(const FolderStamp&) const = default;
};
struct StampedFolder {
  std::string path;
  FolderStamp stamp;  // from before it was listed
};
struct StampedFolders {
  std::vector<StampedFolder> folders;
  // False where they do not tell: a link that names no file may name one later; and of other file systems than this
  // machine's usual ones (stamped_files.cc) it is not known that they keep these times.
  bool telling = true;
};

// As list_files: regular files below `path`, or `path` itself, in bytewise order. Adds to `folders` where it is not
// null.
std::vector<StampedFile> list_stamped_files(const std::string& path, std::vector<Error>* problems,
                                            StampedFolders* folders = nullptr);

// Are folders and files as they were? One system call each, and one for a folder whose files are asked for. Only one
// folder is open at a time: a table of descriptors that grows makes a process with threads wait for milliseconds.
class StampCheck {
 public:
  StampCheck() = default;
  StampCheck(const StampCheck&) = delete;
  StampCheck& operator=(const StampCheck&) = delete;
  ~StampCheck();
  // False: it is another, or other names may be in it.
  bool same_folder(std::string_view path, const FolderStamp& stamp);
  // False: it is no file, or another. Costs least behind another one of its folder.
  bool same_file(std::string_view path, const FileStamp& stamp);

 private:
  void leave_folder();

  std::string folder_path_, name_;
  int folder_ = -1;
};

}  // namespace sil
