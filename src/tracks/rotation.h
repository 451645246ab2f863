// Files that rotation made of one log: auth.log, auth.log.1, auth.log.2.gz; messages-20240310.
//
// Thread rule: pure. Lifetime: views the sources.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracks/source_facts.h"

namespace sil::tracks {

struct RotatedName {
  std::string stem;    // with its folder: "var/log/auth.log"
  uint64_t place = 0;  // 0: the file in use; by number, else the date as a number
  bool dated = false;
};
// How a path is named; a file without number or date is the one in use, of its own stem.
RotatedName rotated_name(std::string_view path);
// Where a source lies, archives included: one folder's files share everything before the last '/'.
std::string whole_path(const std::string& path, const std::vector<std::string>& members);

struct RotatedFile {
  const SourceFacts* source = nullptr;  // null: it was there and was not read
  bool empty = false;                   // of such a file
  uint64_t place = 0;
  std::string name;  // without folder
};
struct Rotation {
  std::string stem;
  bool dated = false;
  std::vector<RotatedFile> files;  // newest first
};
// Two files and more, of one format. What was not read is in its place, without a source.
std::vector<Rotation> rotations(const std::vector<SourceFacts>& sources, const std::vector<UnreadFile>& unread);

}  // namespace sil::tracks
