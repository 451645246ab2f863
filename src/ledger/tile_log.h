// A log as C2SP tlog-tiles lays it out: tile/L/N[.p/W], tile/entries/N[.p/W], checkpoint.
//
// What was written before the checkpoint that covers it does not count: whoever opens a log starts from the size of its
// checkpoint, and files beyond it are written anew. So a kill at any instant loses at most what no checkpoint covered.
// Memory is flat: at most 256 hashes a level and one bundle. Thread rule: one thread.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ledger/log_files.h"
#include "ledger/merkle.h"

namespace sil::ledger {

constexpr uint64_t kTileWidth = 256;
constexpr size_t kMaxEntry = 65535;

// "tile/0/x001/234.p/17"; width 256 = full. `level` -1: entries.
std::string tile_path(int level, uint64_t index, uint64_t width);

Sha256 root_of_full(std::vector<Sha256> hashes);  // a power of two of them

// The entries of one file under tile/entries/, as they lie there.
class Bundle {
 public:
  [[nodiscard]] size_t size() const { return places_.size(); }
  std::string_view operator[](size_t i) const {  // as long as the bundle
    return std::string_view(bytes_).substr(places_[i].first, places_[i].second);
  }
  std::vector<Sha256> leaf_hashes();

 private:
  friend class TileReader;
  std::string bytes_;
  std::vector<std::pair<size_t, size_t>> places_;  // offset, length
};

class TileReader {
 public:
  TileReader(const LogFiles& files, uint64_t size) : files_(files), size_(size) {}
  [[nodiscard]] uint64_t size() const { return size_; }
  Result<Sha256> node(unsigned level, uint64_t index) const;
  Result<std::string> entry(uint64_t index) const;
  Result<std::vector<Sha256>> tile(unsigned level, uint64_t index) const;  // as wide as the size demands
  Result<Bundle> bundle(uint64_t index) const;
  [[nodiscard]] NodeReader reader() const;
  Result<void> for_each_entry(const std::function<Result<void>(uint64_t, std::string_view)>& visit,
                              uint64_t from = 0) const;

 private:
  Result<std::string> file(int level, uint64_t index, uint64_t width) const;  // falls back to the full one
  const LogFiles& files_;
  uint64_t size_;
  mutable std::map<std::pair<unsigned, uint64_t>, std::vector<Sha256>> kept_;  // a few tiles
};

class TileLog {
 public:
  // `size`: of the checkpoint; 0 for a new log. Errors: kFormat where a file contradicts another.
  static Result<TileLog> open(LogFiles& files, uint64_t size);
  [[nodiscard]] uint64_t size() const { return size_; }
  Result<uint64_t> append(std::string_view entry);  // its index. Errors: kLimit above 65,535 bytes
  [[nodiscard]] TreeHead head() const;
  // Writes what is still in memory and flushes. A checkpoint over head() may be published behind it.
  Result<TreeHead> flush();

 private:
  explicit TileLog(LogFiles& files) : files_(&files) {}
  Result<void> push(size_t level, const Sha256& hash);
  LogFiles* files_;
  uint64_t size_ = 0;
  std::vector<std::vector<Sha256>> edge_;  // by level: hashes of the tile that is not full
  std::vector<uint64_t> tiles_;            // by level: number of that tile
  std::vector<bool> changed_;              // by level: since the last flush
  std::string bundle_;
  bool dirty_ = false;
};

}  // namespace sil::ledger
