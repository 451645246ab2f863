#include "bytes/stamped_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>

#include "bytes/descriptor.h"

namespace sil {
namespace {

struct Listing {
  bool stamped;  // asks the system once more for each file
  StampedFolders* folders;
  std::vector<StampedFile> files;
  std::vector<Error>* problems;
};

unsigned char kind_of(int folder, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type;
  struct stat link {};
  if (::fstatat(folder, entry.d_name, &link, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
  return S_ISDIR(link.st_mode) ? DT_DIR : S_ISREG(link.st_mode) ? DT_REG : S_ISLNK(link.st_mode) ? DT_LNK : DT_FIFO;
}

constexpr long kXfs = 0x58465342, kZfs = 0x2fc12fc1;  // in no header of the kernel's

bool keeps_folder_times(int folder) {
  constexpr long kKnown[] = {
      EXT4_SUPER_MAGIC, BTRFS_SUPER_MAGIC, F2FS_SUPER_MAGIC, TMPFS_MAGIC, OVERLAYFS_SUPER_MAGIC, kXfs, kZfs};
  struct statfs system {};
  return ::fstatfs(folder, &system) == 0 &&
         std::find(std::begin(kKnown), std::end(kKnown), static_cast<long>(system.f_type)) != std::end(kKnown);
}

FolderStamp folder_stamp_in(const struct stat& status) {
  const FileStamp times = stamp_in(status);
  return {status.st_dev, status.st_ino, times.mtime_ns, times.ctime_ns};
}

void note_folder(const std::string& path, int folder, StampedFolders* out) {
  if (!out) return;
  struct stat status {};
  if (::fstat(folder, &status) != 0 || !keeps_folder_times(folder)) out->telling = false;
  out->folders.push_back({path, folder_stamp_in(status)});
}

void list_into(const std::string& path, Listing* out) {
  DIR* directory = ::opendir(path.c_str());
  if (!directory) {
    out->problems->push_back(system_error(path, "cannot read folder"));
    return;
  }
  note_folder(path, ::dirfd(directory), out->folders);
  std::vector<std::string> folders;
  while (dirent* entry = ::readdir(directory)) {
    std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    std::string full;
    full.reserve(path.size() + 1 + name.size());
    full = path;
    if (full.empty() || full.back() != '/') full += '/';
    full += name;
    unsigned char kind = kind_of(::dirfd(directory), *entry);
    if (kind == DT_UNKNOWN) {
      out->problems->push_back(system_error(full, "cannot stat"));
    } else if (kind == DT_DIR) {
      folders.push_back(std::move(full));
    } else if (kind == DT_REG && !out->stamped) {
      out->files.push_back({std::move(full), {}});
    } else if (kind == DT_REG || kind == DT_LNK) {
      struct stat target {};
      if (::fstatat(::dirfd(directory), entry->d_name, &target, 0) == 0 && S_ISREG(target.st_mode))
        out->files.push_back({std::move(full), stamp_in(target)});
      else if (kind == DT_LNK && out->folders)
        out->folders->telling = false;
    }
  }
  ::closedir(directory);
  for (const std::string& folder : folders) list_into(folder, out);
}

void list_any(const std::string& path, Listing* out) {
  if (is_directory(path)) {
    list_into(path, out);
    std::sort(out->files.begin(), out->files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return;
  }
  out->files.push_back({path, {}});
  if (!out->stamped) return;
  if (auto stamp = stamp_of(path)) out->files[0].stamp = *stamp;
}

}  // namespace

std::vector<std::string> list_files(const std::string& path, std::vector<Error>* problems) {
  Listing listing{false, nullptr, {}, problems};
  list_any(path, &listing);
  std::vector<std::string> out;
  out.reserve(listing.files.size());
  for (StampedFile& file : listing.files) out.push_back(std::move(file.path));
  return out;
}

std::vector<StampedFile> list_stamped_files(const std::string& path, std::vector<Error>* problems,
                                            StampedFolders* folders) {
  Listing listing{true, folders, {}, problems};
  list_any(path, &listing);
  return std::move(listing.files);
}

StampCheck::~StampCheck() {
  leave_folder();
}

void StampCheck::leave_folder() {
  if (folder_ >= 0) ::close(folder_);
  folder_ = -1;
}

bool StampCheck::same_folder(std::string_view path, const FolderStamp& stamp) {
  name_ = path;
  struct stat status {};
  return ::stat(name_.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && folder_stamp_in(status) == stamp;
}

bool StampCheck::same_file(std::string_view path, const FileStamp& stamp) {
  const size_t slash = path.rfind('/');
  const std::string_view folder = slash == std::string_view::npos ? "." : path.substr(0, slash + 1);
  if (folder_ < 0 || folder != folder_path_) {
    leave_folder();
    folder_path_ = folder;
    folder_ = ::open(folder_path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder_ < 0) return false;
  }
  name_ = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  struct stat status {};
  return ::fstatat(folder_, name_.c_str(), &status, 0) == 0 && S_ISREG(status.st_mode) && stamp_in(status) == stamp;
}

}  // namespace sil
