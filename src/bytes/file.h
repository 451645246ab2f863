// Files and folders: the only place besides cli that talks to the operating system about paths.
//
// Thread rule: InputFile::read_at may be called by several threads at once. Lifetime: none shared.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bytes/cursor.h"
#include "bytes/result.h"

namespace sil {

class InputFile {
 public:
  // Errors: kNotFound, kDenied, kIo. A directory is kIo.
  static Result<std::unique_ptr<InputFile>> open(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  [[nodiscard]] uint64_t size() const { return size_; }  // at open; a file that shrinks gives short reads
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }  // for a child that reads it
  // Reads up to `length` bytes at `offset` (pread); returns how many came, fewer only at the end of the file.
  Result<size_t> read_at(uint64_t offset, uint8_t* into, size_t length) const;

 private:
  InputFile(int descriptor, uint64_t size, std::string path)
      : descriptor_(descriptor), size_(size), path_(std::move(path)) {}
  int descriptor_;
  uint64_t size_;
  std::string path_;
};

struct FileStamp {  // what a cache compares
  uint64_t size = 0;
  int64_t mtime_ns = 0;
  int64_t ctime_ns = 0;
  bool operator==(const FileStamp&) const = default;
};
Result<FileStamp> stamp_of(const std::string& path);

Result<std::string> read_whole(const std::string& path, uint64_t limit);    // kLimit when larger
Result<void> write_whole(const std::string& path, std::string_view bytes);  // beside, fsync, rename

bool is_directory(const std::string& path);
bool path_exists(const std::string& path);
Result<void> make_directory(const std::string& path);  // with parents; fine if it is there

// All regular files below `path` (or `path` itself), bytewise order of the whole path, symbolic links to
// directories not followed. Folders that cannot be read are reported in `problems` and passed over.
std::vector<std::string> list_files(const std::string& path, std::vector<Error>* problems);

}  // namespace sil
