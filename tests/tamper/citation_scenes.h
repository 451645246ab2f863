// Scenes in which every detector of the registry speaks at least once: files written for it, planted edits, logs of a
// Linux host, witnesses that disagree.
#pragma once

#include <string>
#include <vector>

namespace sil::tamper {

struct SceneFile {
  std::string name;
  std::vector<uint8_t> bytes;
};
struct CitedScene {
  std::string name;
  std::vector<SceneFile> files;  // names in bytewise order: index = Citation::source
};
std::vector<CitedScene> cited_scenes();

}  // namespace sil::tamper
