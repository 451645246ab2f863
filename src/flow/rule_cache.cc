#include "flow/rule_cache.h"

#include <cstring>

#include "bytes/private_file.h"
#include "hunt/rule_blob.h"

namespace sil::flow {
namespace {

// magic 8, XXH3 of all that follows 8, size of the file 8, form 4, zero 4; then six sections, each with its length in
// eight bytes before it: build, selection, file table, folder table, digests, rule set. Little-endian.
constexpr std::string_view kMagic = "SILRULE\n";
constexpr size_t kSummed = 16, kHead = 32;
constexpr uint32_t kForm = 2;
constexpr uint64_t kMaxImage = 512 << 20;
constexpr size_t kKept = 16;  // selections, in one folder

template <class T>
void append_le(T number, std::string* out) {
  out->append(reinterpret_cast<const char*>(&number), sizeof number);
}

void append_section(std::string_view text, std::string* out) {
  append_le<uint64_t>(text.size(), out);
  out->append(text);
}

std::string file_table(const std::vector<StampedFile>& files) {
  std::string out;
  size_t size = 0;
  for (const StampedFile& file : files) size += file.path.size() + 28;
  out.reserve(size);
  for (const StampedFile& file : files) {
    append_le(static_cast<uint32_t>(file.path.size()), &out);
    out += file.path;
    append_le(file.stamp.size, &out);
    append_le(file.stamp.mtime_ns, &out);
    append_le(file.stamp.ctime_ns, &out);
  }
  return out;
}

std::string folder_table(const StampedFolders& folders) {
  std::string out;
  if (!folders.telling) return out;
  for (const StampedFolder& folder : folders.folders) {
    append_le(static_cast<uint32_t>(folder.path.size()), &out);
    out += folder.path;
    append_le(folder.stamp.device, &out);
    append_le(folder.stamp.inode, &out);
    append_le(folder.stamp.mtime_ns, &out);
    append_le(folder.stamp.ctime_ns, &out);
  }
  return out;
}

std::string_view path_in(Cursor* cursor) {
  auto size = cursor->read<uint32_t>();
  return as_text(cursor->take(size));
}

std::string_view section(Cursor* cursor) {
  auto size = cursor->read<uint64_t>();
  return as_text(cursor->take(size));
}

}  // namespace

const char* cache_state_name(CacheState state) {
  switch (state) {
    case CacheState::kOff: return "off";
    case CacheState::kAbsent: return "absent";
    case CacheState::kStale: return "stale";
    case CacheState::kForeign: return "foreign";
    case CacheState::kDamaged: return "damaged";
    case CacheState::kChanged: return "changed";
    case CacheState::kHit: return "hit";
  }
  return "off";
}

std::string cache_image(const CacheKey& key, const std::vector<Sha256>& digests, const hunt::RuleSet& set) {
  std::string body, out(kMagic);
  if (!hunt::append_rule_set(set, &body)) return {};
  out.reserve(body.size() + (2 << 20));
  out.resize(kHead);
  append_section(key.build, &out);
  append_section(key.selection, &out);
  append_section(file_table(key.files), &out);
  append_section(folder_table(key.folders), &out);
  append_le<uint64_t>(digests.size() * sizeof(Sha256), &out);
  for (const Sha256& digest : digests) out.append(as_text(digest));
  append_section(body, &out);
  uint64_t size = out.size();
  std::memcpy(out.data() + 16, &size, 8);
  std::memcpy(out.data() + 24, &kForm, 4);
  uint64_t sum = hash64(std::string_view(out).substr(kSummed));
  std::memcpy(out.data() + 8, &sum, 8);
  return out;
}

CacheState open_cache_image(Bytes image, const CacheKey& key, CacheTables* out) {
  Cursor cursor(image);
  if (as_text(cursor.take(kMagic.size())) != kMagic) return CacheState::kForeign;
  auto sum = cursor.read<uint64_t>(), size = cursor.read<uint64_t>();
  auto form = cursor.read<uint32_t>(), zero = cursor.read<uint32_t>();
  if (cursor.failed()) return CacheState::kDamaged;
  if (form != kForm) return CacheState::kForeign;
  if (zero != 0 || size != image.size() || hash64(image.subspan(kSummed)) != sum) return CacheState::kDamaged;
  std::string_view build = section(&cursor), selection = section(&cursor);
  out->files = section(&cursor);
  out->folders = section(&cursor);
  out->digests = section(&cursor);
  out->rules = as_bytes(section(&cursor));
  if (cursor.failed() || cursor.remaining() != 0 || out->digests.size() % sizeof(Sha256) != 0)
    return CacheState::kDamaged;
  return build == key.build && selection == key.selection ? CacheState::kHit : CacheState::kForeign;
}

CacheState cached_for(const CacheTables& cached, const std::vector<StampedFile>& files) {
  bool same = cached.digests.size() == files.size() * sizeof(Sha256) && cached.files == file_table(files);
  return same ? CacheState::kHit : CacheState::kStale;
}

bool stands(const CacheTables& cached) {
  if (cached.folders.empty()) return false;
  StampCheck check;
  Cursor folders(as_bytes(cached.folders)), files(as_bytes(cached.files));
  while (folders.remaining() != 0) {
    std::string_view path = path_in(&folders);
    FolderStamp stamp;
    stamp.device = folders.read<uint64_t>();
    stamp.inode = folders.read<uint64_t>();
    stamp.mtime_ns = folders.read<int64_t>();
    stamp.ctime_ns = folders.read<int64_t>();
    if (folders.failed() || !check.same_folder(path, stamp)) return false;
  }
  while (files.remaining() != 0) {
    std::string_view path = path_in(&files);
    FileStamp stamp;
    stamp.size = files.read<uint64_t>();
    stamp.mtime_ns = files.read<int64_t>();
    stamp.ctime_ns = files.read<int64_t>();
    if (files.failed() || !check.same_file(path, stamp)) return false;
  }
  return true;
}

std::vector<Sha256> cached_digests(const CacheTables& cached) {
  std::vector<Sha256> out(cached.digests.size() / sizeof(Sha256));
  if (!out.empty()) std::memcpy(out.data(), cached.digests.data(), cached.digests.size());
  return out;
}

std::string cache_path(const std::string& folder, const CacheKey& key) {
  uint64_t name = hash64(key.selection);
  return folder + "/rules-" + hex({reinterpret_cast<const uint8_t*>(&name), sizeof name}) + ".cache";
}

CacheState open_cache(const std::string& folder, const CacheKey& key, LargeBuffer* image, CacheTables* out) {
  auto found = read_private(cache_path(folder, key), kMaxImage);
  if (!found) return found.error().code == ErrorCode::kNotFound ? CacheState::kAbsent : CacheState::kForeign;
  *image = std::move(*found);
  return open_cache_image(image->bytes(), key, out);
}

bool write_cache(const std::string& folder, const CacheKey& key, const std::vector<Sha256>& digests,
                 const hunt::RuleSet& set) {
  std::string image = cache_image(key, digests, set);
  if (image.empty() || image.size() > kMaxImage || !make_private_folder(folder)) return false;
  if (!write_private(cache_path(folder, key), image)) return false;
  keep_newest(folder, "rules-", kKept);
  return true;
}

}  // namespace sil::flow
