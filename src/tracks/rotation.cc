#include "tracks/rotation.h"

#include <algorithm>
#include <map>

namespace sil::tracks {
namespace {

std::string_view without_packing(std::string_view path) {
  for (std::string_view end : {".gz", ".xz", ".bz2", ".zst", ".lz4"}) {
    if (path.ends_with(end)) return path.substr(0, path.size() - end.size());
  }
  return path;
}

// Digits at the end of a text: how many.
size_t digits_at_end(std::string_view text) {
  size_t count = 0;
  while (count < text.size() && text[text.size() - 1 - count] >= '0' && text[text.size() - 1 - count] <= '9') ++count;
  return count;
}

uint64_t as_number(std::string_view digits) {
  uint64_t out = 0;
  for (char c : digits) out = out * 10 + static_cast<uint64_t>(c - '0');
  return out;
}

}  // namespace

RotatedName rotated_name(std::string_view path) {
  const std::string_view bare = without_packing(path);
  const size_t digits = digits_at_end(bare);
  RotatedName out;
  out.stem = std::string(bare);
  if (digits == 0 || digits + 2 > bare.size()) return out;
  const char mark = bare[bare.size() - digits - 1];
  const std::string_view number = bare.substr(bare.size() - digits);
  const bool numbered = mark == '.' && digits <= 3;
  const bool dated = mark == '-' && (digits == 8 || digits == 10) && number >= "19900101" && number < "2200";
  if (!numbered && !dated) return out;
  out.stem = std::string(bare.substr(0, bare.size() - digits - 1));
  out.place = as_number(number);
  out.dated = dated;
  return out;
}

std::string whole_path(const std::string& path, const std::vector<std::string>& members) {
  if (members.empty()) return path;
  // A file that is packed alone is its own member.
  const std::string& member = members.back();
  const std::string_view bare = without_packing(path);
  const std::string_view name = bare.substr(bare.rfind('/') + 1);
  if (members.size() == 1 && bare.size() != path.size() && (member == name || member.empty() || member == path))
    return path;
  std::string out = path;
  for (const std::string& one : members) out += '!' + one;
  return out;
}

std::vector<Rotation> rotations(const std::vector<SourceFacts>& sources, const std::vector<UnreadFile>& unread) {
  std::map<std::pair<std::string, bool>, Rotation> all;
  std::map<std::string, std::vector<RotatedFile>> in_use;  // the newest of a stem, dated or numbered
  const auto take = [&](const SourceFacts* source, bool empty, const std::string& path) {
    RotatedName name = rotated_name(path);
    RotatedFile file{source, empty, name.place, path.substr(path.find_last_of("/!") + 1)};
    if (name.place == 0 && !name.dated && path == name.stem) {
      in_use[name.stem].push_back(std::move(file));
      return;
    }
    Rotation& rotation = all[{name.stem, name.dated}];
    rotation.stem = name.stem;
    rotation.dated = name.dated;
    rotation.files.push_back(std::move(file));
  };
  for (const SourceFacts& source : sources) take(&source, false, whole_path(source.about.path, source.about.members));
  for (const UnreadFile& file : unread) take(nullptr, file.empty, file.path);
  std::vector<Rotation> out;
  for (auto& [key, rotation] : all) {
    std::sort(rotation.files.begin(), rotation.files.end(), [&](const RotatedFile& a, const RotatedFile& b) {
      return rotation.dated ? a.place > b.place : a.place < b.place;
    });
    if (auto newest = in_use.find(key.first); newest != in_use.end())
      rotation.files.insert(rotation.files.begin(), newest->second.begin(), newest->second.end());
    std::string format;
    bool one = true;
    size_t read = 0;
    for (const RotatedFile& file : rotation.files) {
      if (!file.source) continue;
      ++read;
      one = one && (format.empty() || format == file.source->about.format);
      format = file.source->about.format;
    }
    if (one && read >= 2) out.push_back(std::move(rotation));
  }
  return out;
}

}  // namespace sil::tracks
