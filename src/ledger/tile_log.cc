#include "ledger/tile_log.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

namespace sil::ledger {
namespace {

constexpr uint64_t kMaxBundle = kTileWidth * (2 + kMaxEntry);
constexpr size_t kKeptTiles = 64;

std::string number_path(uint64_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, (3 - digits.size() % 3) % 3, '0');
  std::string out;
  for (size_t at = 0; at < digits.size(); at += 3) {
    if (at > 0) out += '/';
    if (at + 3 < digits.size()) out += 'x';
    out.append(digits, at, 3);
  }
  return out;
}

// How many of the hashes of tile `index` at `level` a tree of `size` leaves has.
uint64_t width_at(uint64_t size, unsigned level, uint64_t index) {
  uint64_t hashes = level >= 8 ? 0 : size >> (8 * level);
  return index >= (hashes + kTileWidth - 1) / kTileWidth ? 0 : std::min(kTileWidth, hashes - index * kTileWidth);
}

std::string joined(const std::vector<Sha256>& hashes) {
  std::string out;
  out.reserve(hashes.size() * 32);
  for (const Sha256& hash : hashes) out.append(hash.begin(), hash.end());
  return out;
}

void append_framed(std::string_view entry, std::string* bundle) {
  *bundle += static_cast<char>(entry.size() >> 8);
  *bundle += static_cast<char>(entry.size());
  *bundle += entry;
}

}  // namespace

Sha256 root_of_full(std::vector<Sha256> hashes) {  // a power of two of them
  while (hashes.size() > 1) hashes = level_above(hashes);
  return hashes.front();
}

std::string tile_path(int level, uint64_t index, uint64_t width) {
  std::string out = level < 0 ? std::string("tile/entries/") : "tile/" + std::to_string(level) + "/";
  out += number_path(index);
  if (width < kTileWidth) out += ".p/" + std::to_string(width);
  return out;
}

// ---- reading ----

Result<std::string> TileReader::file(int level, uint64_t index, uint64_t width) const {
  const uint64_t limit = level < 0 ? kMaxBundle : kTileWidth * 32;
  auto bytes = files_.read(tile_path(level, index, width), limit);
  if (bytes || width == kTileWidth || bytes.error().code != ErrorCode::kNotFound) return bytes;
  auto full = files_.read(tile_path(level, index, kTileWidth), limit);
  return full ? full : bytes;
}

Result<std::vector<Sha256>> TileReader::tile(unsigned level, uint64_t index) const {
  if (auto kept = kept_.find({level, index}); kept != kept_.end()) return kept->second;
  uint64_t width = width_at(size_, level, index);
  const std::string path = tile_path(static_cast<int>(level), index, width);
  if (width == 0) return fail(ErrorCode::kUsage, path, "a tile of the tree");
  auto bytes = file(static_cast<int>(level), index, width);
  if (!bytes) return tl::unexpected(bytes.error());
  if (bytes->size() != width * 32 && bytes->size() != kTileWidth * 32)
    return fail(ErrorCode::kFormat, path, std::to_string(width * 32) + " bytes", std::to_string(bytes->size()));
  std::vector<Sha256> out(width);
  for (uint64_t i = 0; i < width; ++i) std::copy_n(bytes->data() + i * 32, 32, out[i].begin());
  if (kept_.size() >= kKeptTiles) kept_.clear();
  kept_[{level, index}] = out;
  return out;
}

std::vector<Sha256> Bundle::leaf_hashes() {
  std::vector<Sha256> out;
  out.reserve(places_.size());
  for (const auto& [at, length] :
       places_) {  // the byte in front of an entry, of its length, stands in for RFC 6962's 0
    char& front = bytes_[at - 1];
    const char kept = std::exchange(front, '\0');
    out.push_back(sha256(std::string_view(bytes_).substr(at - 1, length + 1)));
    front = kept;
  }
  return out;
}

Result<Bundle> TileReader::bundle(uint64_t index) const {
  uint64_t width = width_at(size_, 0, index);
  const std::string path = tile_path(-1, index, width);
  if (width == 0) return fail(ErrorCode::kUsage, path, "a bundle of the log");
  auto bytes = file(-1, index, width);
  if (!bytes) return tl::unexpected(bytes.error());
  Bundle out;
  out.bytes_ = std::move(*bytes);
  out.places_.reserve(width);
  const std::string_view all = out.bytes_;
  for (size_t at = 0; at < all.size();) {
    const std::string where = path + ":" + std::to_string(at);
    if (out.size() == kTileWidth) return fail(ErrorCode::kFormat, where, "at most 256 entries");
    const size_t rest = all.size() - at;
    size_t length = rest < 2 ? 0 : size_t{static_cast<uint8_t>(all[at])} << 8 | static_cast<uint8_t>(all[at + 1]);
    if (rest < 2 || rest - 2 < length) {
      std::string entry = "entry " + std::to_string(index * kTileWidth + out.size());
      return fail(ErrorCode::kFormat, where, entry + " of " + std::to_string(length) + " bytes",
                  std::to_string(rest - std::min<size_t>(2, rest)) + " bytes");
    }
    out.places_.emplace_back(at + 2, length);
    at += 2 + length;
  }
  if (out.size() < width)
    return fail(ErrorCode::kFormat, path, std::to_string(width) + " entries", std::to_string(out.size()));
  out.places_.resize(width);
  return out;
}

Result<std::string> TileReader::entry(uint64_t index) const {
  if (index >= size_)
    return fail(ErrorCode::kUsage, "", "an index below " + std::to_string(size_), std::to_string(index));
  auto entries = bundle(index / kTileWidth);
  if (!entries) return tl::unexpected(entries.error());
  return std::string((*entries)[index % kTileWidth]);
}

Result<Sha256> TileReader::node(unsigned level, uint64_t index) const {
  unsigned tile_level = level / 8, inside = level % 8;
  uint64_t first = index << inside;
  auto hashes = tile(tile_level, first / kTileWidth);
  if (!hashes) return tl::unexpected(hashes.error());
  uint64_t begin = first % kTileWidth, count = uint64_t{1} << inside;
  if (begin + count > hashes->size()) return fail(ErrorCode::kUsage, "", "a complete subtree");
  auto from = hashes->begin() + static_cast<std::ptrdiff_t>(begin);
  return root_of_full({from, from + static_cast<std::ptrdiff_t>(count)});
}

NodeReader TileReader::reader() const {
  return [this](unsigned level, uint64_t index) { return node(level, index); };
}

Result<void> TileReader::for_each_entry(const std::function<Result<void>(uint64_t, std::string_view)>& visit,
                                        uint64_t from) const {
  for (uint64_t index = from / kTileWidth; index * kTileWidth < size_; ++index) {
    auto entries = bundle(index);
    if (!entries) return tl::unexpected(entries.error());
    for (uint64_t i = 0; i < entries->size(); ++i) {
      if (index * kTileWidth + i >= from) SIL_TRY(visit(index * kTileWidth + i, (*entries)[i]));
    }
  }
  return {};
}

// ---- writing ----

Result<TileLog> TileLog::open(LogFiles& files, uint64_t size) {
  TileLog log(files);
  log.size_ = size;
  TileReader reader(files, size);
  for (unsigned level = 0; level < 8 && size >> (8 * level) > 0; ++level) {
    uint64_t hashes = size >> (8 * level), number = hashes / kTileWidth;
    log.tiles_.push_back(number);
    log.edge_.emplace_back();
    if (hashes % kTileWidth == 0) continue;
    auto tile = reader.tile(level, number);
    if (!tile) return tl::unexpected(tile.error());
    log.edge_.back() = std::move(*tile);
  }
  if (size % kTileWidth != 0) {
    auto entries = reader.bundle(size / kTileWidth);
    if (!entries) return tl::unexpected(entries.error());
    for (size_t i = 0; i < entries->size(); ++i) append_framed((*entries)[i], &log.bundle_);
  }
  return log;
}

Result<void> TileLog::push(size_t level, const Sha256& hash) {
  if (edge_.size() <= level) {
    edge_.emplace_back();
    tiles_.push_back(0);
  }
  if (changed_.size() <= level) changed_.resize(level + 1);
  changed_[level] = true;
  edge_[level].push_back(hash);
  if (edge_[level].size() < kTileWidth) return {};
  SIL_TRY(files_->write(tile_path(static_cast<int>(level), tiles_[level], kTileWidth), joined(edge_[level])));
  Sha256 above = root_of_full(std::move(edge_[level]));
  edge_[level].clear();
  ++tiles_[level];
  return push(level + 1, above);
}

Result<uint64_t> TileLog::append(std::string_view entry) {
  if (entry.size() > kMaxEntry)
    return fail(ErrorCode::kLimit, "entry", "at most 65535 bytes", std::to_string(entry.size()));
  append_framed(entry, &bundle_);
  dirty_ = true;
  Sha256 leaf = leaf_hash(entry);
  if (size_ % kTileWidth == kTileWidth - 1) {
    SIL_TRY(files_->write(tile_path(-1, size_ / kTileWidth, kTileWidth), bundle_));
    bundle_.clear();
  }
  SIL_TRY(push(0, leaf));
  return size_++;
}

// The tiles that are not full hold the roots of all complete subtrees on the right edge.
TreeHead TileLog::head() const {
  if (size_ == 0) return {};
  std::optional<Sha256> root;
  for (const std::vector<Sha256>& hashes : edge_) {  // from the lowest, right-most
    for (size_t end = hashes.size(); end > 0;) {
      const size_t count = size_t{1} << std::countr_zero(end);
      auto from = hashes.begin() + static_cast<std::ptrdiff_t>(end - count);
      const Sha256 peak = root_of_full({from, from + static_cast<std::ptrdiff_t>(count)});
      root = root ? node_hash(peak, *root) : peak;
      end -= count;
    }
  }
  return {size_, *root};
}

Result<TreeHead> TileLog::flush() {
  if (!dirty_) return head();
  for (size_t level = 0; level < edge_.size(); ++level) {
    // A tile that a checkpoint covers is never written again, not even with the same bytes.
    if (edge_[level].empty() || level >= changed_.size() || !changed_[level]) continue;
    SIL_TRY(
        files_->write(tile_path(static_cast<int>(level), tiles_[level], edge_[level].size()), joined(edge_[level])));
  }
  if (!bundle_.empty()) SIL_TRY(files_->write(tile_path(-1, size_ / kTileWidth, size_ % kTileWidth), bundle_));
  SIL_TRY(files_->flush());
  dirty_ = false;
  changed_.clear();
  return head();
}

}  // namespace sil::ledger
