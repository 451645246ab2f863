#include "ledger/log_check.h"

#include <algorithm>
#include <deque>
#include <future>
#include <optional>
#include <thread>

namespace sil::ledger {
namespace {

constexpr uint64_t kBundles = 2;  // a task's; the largest possible bundle has 16 MiB

// make(first bundle) for every kBundles on threads, a few ahead; take(what it gave) here, in order, until it says no.
template <class Made>
void in_order(uint64_t size, const std::function<Made(uint64_t first)>& make, const std::function<bool(Made)>& take) {
  const uint64_t bundles = (size + kTileWidth - 1) / kTileWidth;
  const size_t at_once = std::max(1U, std::thread::hardware_concurrency());
  std::deque<std::future<Made>> running;
  bool more = true;
  for (uint64_t next = 0; (more && next < bundles) || !running.empty();) {
    for (; more && next < bundles && running.size() <= at_once; next += kBundles)
      running.push_back(std::async(std::launch::async, [&make, next] { return make(next); }));
    Made made = running.front().get();
    running.pop_front();
    more = more && take(std::move(made));
  }
}

struct Window {
  std::vector<Flaw> flaws;
  std::vector<Sha256> roots;  // of the full tiles
  std::vector<Sha256> rest;   // leaves of the last tile, where it is not full
};

class WindowCheck {
 public:
  WindowCheck(const LogFiles& files, uint64_t size) : reader_(files, size), size_(size) {}

  Window run(uint64_t first) {
    for (uint64_t index = first; index < first + kBundles && index * kTileWidth < size_; ++index) bundle(index);
    return std::move(out_);
  }

 private:
  void tell(uint64_t index, std::string file, std::string what) {
    out_.flaws.push_back({index, std::move(file), std::move(what)});
  }

  void bundle(uint64_t index) {
    const uint64_t begin = index * kTileWidth, width = std::min(kTileWidth, size_ - begin);
    auto entries = reader_.bundle(index);
    std::vector<Sha256> leaves;
    if (entries)
      leaves = entries->leaf_hashes();
    else
      tell(begin, tile_path(-1, index, width), entries.error().text());
    auto tile = reader_.tile(0, index);
    if (!tile) tell(begin, tile_path(0, index, width), tile.error().text());
    if (tile && entries && *tile != leaves) {
      auto first =
          static_cast<uint64_t>(std::mismatch(tile->begin(), tile->end(), leaves.begin()).first - tile->begin());
      tell(begin + first, tile_path(-1, index, width),
           "entry does not hash to its leaf in " + tile_path(0, index, width));
    }
    if (tile) leaves = std::move(*tile);  // the levels above are held against what this level says
    if (leaves.size() == kTileWidth)
      out_.roots.push_back(root_of_full(std::move(leaves)));
    else
      out_.rest = std::move(leaves);
  }

  TileReader reader_;
  uint64_t size_;
  Window out_;
};

class LogCheck {
 public:
  LogCheck(const LogFiles& files, const TreeHead& head, size_t most) : files_(files), head_(head), most_(most) {}

  std::vector<Flaw> run() {
    in_order<Window>(
        head_.size, [this](uint64_t first) { return WindowCheck(files_, head_.size).run(first); },
        [this](Window window) {
          take(window);
          return true;
        });
    tiles_above();
    if (flaws_.empty() && (size_ != head_.size || root() != head_.root))
      tell({0, "checkpoint", "the root is not that of the entries"});
    return std::move(flaws_);
  }

 private:
  void tell(Flaw flaw) {
    if (flaws_.size() < most_) flaws_.push_back(std::move(flaw));
  }

  void take(Window& window) {
    for (Flaw& flaw : window.flaws) tell(std::move(flaw));
    for (const Sha256& root : window.roots) full_.push(root);
    for (const Sha256& leaf : window.rest) rest_.push(leaf);
    size_ += window.roots.size() * kTileWidth + window.rest.size();
    below_.insert(below_.end(), window.roots.begin(), window.roots.end());
  }

  // The root over the full tiles' roots, and the leaves behind them.
  [[nodiscard]] Sha256 root() const {
    if (full_.size() == 0) return rest_.root();
    return rest_.size() == 0 ? full_.root() : full_.root_with(rest_.root());
  }

  void tiles_above() {
    TileReader reader(files_, head_.size);
    for (unsigned level = 1; level < 8 && !below_.empty(); ++level) {
      const std::vector<Sha256> here = std::exchange(below_, {});
      for (uint64_t index = 0; index * kTileWidth < here.size(); ++index) {
        const uint64_t width = std::min<uint64_t>(kTileWidth, here.size() - index * kTileWidth);
        auto from = here.begin() + static_cast<std::ptrdiff_t>(index * kTileWidth);
        std::vector<Sha256> expected(from, from + static_cast<std::ptrdiff_t>(width));
        one_tile(reader, level, index, expected);
        if (width == kTileWidth) below_.push_back(root_of_full(std::move(expected)));
      }
    }
  }

  void one_tile(const TileReader& reader, unsigned level, uint64_t index, const std::vector<Sha256>& expected) {
    auto tile = reader.tile(level, index);
    const std::string path = tile_path(static_cast<int>(level), index, expected.size());
    const uint64_t leaf = index * kTileWidth << (8 * level);
    if (!tile) return tell({leaf, path, tile.error().text()});
    if (*tile == expected) return;
    auto [first, other] = std::mismatch(tile->begin(), tile->end(), expected.begin(), expected.end());
    tell({leaf + (static_cast<uint64_t>(first - tile->begin()) << (8 * level)), path,
          "hash differs from what the tile below gives"});
  }

  const LogFiles& files_;
  const TreeHead head_;
  size_t most_;
  std::vector<Flaw> flaws_;
  CompactRange full_, rest_;
  uint64_t size_ = 0;
  std::vector<Sha256> below_;  // roots of the full tiles one level down
};

}  // namespace

std::vector<Flaw> check_log(const LogFiles& files, const TreeHead& head, size_t most) {
  return LogCheck(files, head, most).run();
}

Result<void> read_entries(const LogFiles& files, uint64_t size, const VisitEntry& visit) {
  using Parsed = Result<std::vector<Result<Entry>>>;
  Result<void> done;
  uint64_t at = 0;
  in_order<Parsed>(
      size,
      [&](uint64_t first) -> Parsed {
        TileReader reader(files, size);
        std::vector<Result<Entry>> out;
        for (uint64_t index = first; index < first + kBundles && index * kTileWidth < size; ++index) {
          auto entries = reader.bundle(index);
          if (!entries) return tl::unexpected(entries.error());
          for (size_t i = 0; i < entries->size(); ++i) out.push_back(parse_entry((*entries)[i]));
        }
        return out;
      },
      [&](Parsed parsed) {
        if (!parsed) {
          done = tl::unexpected(parsed.error());
          return false;
        }
        for (const Result<Entry>& entry : *parsed) visit(at++, entry);
        return true;
      });
  return done;
}

}  // namespace sil::ledger
