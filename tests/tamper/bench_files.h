// The files that the tampering bench edits: made with the EVTX writer by seed, and copies of shared samples. Nothing
// is ever edited in place; what is read from ../shared is copied into the test's own folder first.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sil::tamper {

struct BenchFile {
  std::string name;  // as reported; also the file's name
  std::vector<uint8_t> bytes;
  bool exported = false;
  bool dirty = false;
};

std::vector<BenchFile> written_channel_files(size_t count);  // three layouts, 5 to 20 chunks, dirty in each fourth
std::vector<BenchFile> written_exports(size_t count);
std::vector<BenchFile> shared_channel_files();  // empty without ../shared
std::vector<BenchFile> shared_exports(size_t count);

std::vector<std::string> shared_evtx_paths();  // all of data/evtx

}  // namespace sil::tamper
