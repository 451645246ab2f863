#include "ledger/merkle.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "bytes/sha256_lanes.h"

namespace sil::ledger {
namespace {

uint64_t split_of(uint64_t count) {  // the largest power of two below `count` (count > 1)
  return std::bit_floor(count - 1);
}

Result<Sha256> range_root(uint64_t begin, uint64_t end, const NodeReader& read) {
  uint64_t count = end - begin;
  if (std::has_single_bit(count) && begin % count == 0) {
    auto level = static_cast<unsigned>(std::countr_zero(count));
    return read(level, begin >> level);
  }
  uint64_t middle = begin + split_of(count);
  auto left = range_root(begin, middle, read);
  if (!left) return left;
  auto right = range_root(middle, end, read);
  if (!right) return right;
  return node_hash(*left, *right);
}

Result<void> add_range(uint64_t begin, uint64_t end, const NodeReader& read, std::vector<Sha256>* out) {
  auto root = range_root(begin, end, read);
  if (!root) return tl::unexpected(root.error());
  out->push_back(*root);
  return {};
}

Result<void> inclusion_in(uint64_t index, uint64_t begin, uint64_t end, const NodeReader& read,
                          std::vector<Sha256>* out) {
  if (end - begin == 1) return {};
  uint64_t middle = begin + split_of(end - begin);
  if (index < middle) {
    SIL_TRY(inclusion_in(index, begin, middle, read, out));
    return add_range(middle, end, read, out);
  }
  SIL_TRY(inclusion_in(index, middle, end, read, out));
  return add_range(begin, middle, read, out);
}

// SUBPROOF of RFC 6962 section 2.1.2; `known`: the older tree's root is this very subtree.
Result<void> consistency_in(uint64_t old_end, uint64_t begin, uint64_t end, bool known, const NodeReader& read,
                            std::vector<Sha256>* out) {
  if (old_end == end) {
    if (known) return {};
    return add_range(begin, end, read, out);
  }
  uint64_t middle = begin + split_of(end - begin);
  if (old_end <= middle) {
    SIL_TRY(consistency_in(old_end, begin, middle, known, read, out));
    return add_range(middle, end, read, out);
  }
  SIL_TRY(consistency_in(old_end, middle, end, false, read, out));
  return add_range(begin, middle, read, out);
}

}  // namespace

Sha256 leaf_hash(Bytes entry) {
  thread_local std::string prefixed;  // entries are short and many: one call instead of a stream each
  prefixed.assign(1, '\0');
  prefixed += as_text(entry);
  return sha256(prefixed);
}

Sha256 leaf_hash(std::string_view entry) {
  return leaf_hash(as_bytes(entry));
}

Sha256 node_hash(const Sha256& left, const Sha256& right) {
  uint8_t both[65];
  both[0] = 1;
  std::memcpy(both + 1, left.data(), 32);
  std::memcpy(both + 33, right.data(), 32);
  return sha256(Bytes(both, sizeof both));
}

Sha256 empty_root() {
  return sha256(std::string_view());
}

Result<CompactRange> CompactRange::over(uint64_t size, const NodeReader& read) {
  CompactRange out;
  out.size_ = size;
  uint64_t done = 0;
  for (unsigned level = 64; level-- > 0;) {
    if (!(size >> level & 1)) continue;
    auto peak = read(level, done >> level);
    if (!peak) return tl::unexpected(peak.error());
    out.peaks_.push_back(*peak);
    done += uint64_t{1} << level;
  }
  return out;
}

void CompactRange::push_subtree(Sha256 root, uint64_t count) {
  for (uint64_t bits = size_ / count; bits & 1; bits >>= 1) {
    root = node_hash(peaks_.back(), root);
    peaks_.pop_back();
  }
  peaks_.push_back(root);
  size_ += count;
}

void CompactRange::push(std::span<const Sha256> leaves) {
  while (!leaves.empty()) {
    uint64_t count = std::bit_floor(leaves.size());
    if (size_ != 0) count = std::min(count, uint64_t{1} << std::countr_zero(size_));
    std::vector<Sha256> level = level_above(leaves.first(count));
    while (level.size() > 1) level = level_above(level);
    push_subtree(level.front(), count);
    leaves = leaves.subspan(count);
  }
}

Sha256 CompactRange::root() const {
  if (peaks_.empty()) return empty_root();
  Sha256 root = peaks_.back();
  for (size_t i = peaks_.size() - 1; i-- > 0;) root = node_hash(peaks_[i], root);
  return root;
}

Sha256 CompactRange::root_with(const Sha256& rest) const {
  Sha256 root = rest;
  for (size_t i = peaks_.size(); i-- > 0;) root = node_hash(peaks_[i], root);
  return root;
}

std::vector<Sha256> level_above(std::span<const Sha256> below) {
  constexpr size_t kNode = 1 + 2 * sizeof(Sha256);
  const size_t pairs = below.size() / 2;
  std::vector<uint8_t> contents(pairs * kNode);
  DigestList nodes;
  nodes.messages.reserve(pairs);
  for (size_t i = 0; i < pairs; ++i) {
    uint8_t* const content = contents.data() + i * kNode;
    *content = 1;
    std::memcpy(content + 1, below[2 * i].data(), 2 * sizeof(Sha256));
    nodes.messages.emplace_back(content, kNode);
  }
  digest_all(&nodes);
  if (below.size() % 2 != 0) nodes.digests.push_back(below.back());
  return std::move(nodes.digests);
}

Sha256 plain_root(std::span<const Sha256> leaves) {
  if (leaves.empty()) return empty_root();
  if (leaves.size() == 1) return leaves.front();
  size_t half = 1;
  while (half * 2 < leaves.size()) half *= 2;
  return node_hash(plain_root(leaves.first(half)), plain_root(leaves.subspan(half)));
}

NodeReader nodes_of(std::span<const Sha256> leaves) {
  return [leaves](unsigned level, uint64_t index) -> Result<Sha256> {
    return plain_root(leaves.subspan(index << level, uint64_t{1} << level));
  };
}

Result<std::vector<Sha256>> inclusion_proof(uint64_t index, uint64_t size, const NodeReader& read) {
  if (index >= size)
    return fail(ErrorCode::kUsage, "", "an index below " + std::to_string(size), std::to_string(index));
  std::vector<Sha256> out;
  SIL_TRY(inclusion_in(index, 0, size, read, &out));
  return out;
}

Result<std::vector<Sha256>> consistency_proof(uint64_t old_size, uint64_t size, const NodeReader& read) {
  if (old_size > size)
    return fail(ErrorCode::kUsage, "", "a size of at most " + std::to_string(size), std::to_string(old_size));
  std::vector<Sha256> out;
  if (old_size == 0 || old_size == size) return out;
  SIL_TRY(consistency_in(old_size, 0, size, true, read, &out));
  return out;
}

Result<Sha256> root_of(uint64_t size, const NodeReader& read) {
  if (size == 0) return empty_root();
  return range_root(0, size, read);
}

namespace {

// One step up: is the hash of the path the left sibling? Then the levels at which the node has no sibling are passed.
bool step_up(uint64_t* node, uint64_t* last) {
  const bool left = (*node & 1) || *node == *last;
  while (left && !(*node & 1) && *node != 0) {
    *node >>= 1;
    *last >>= 1;
  }
  *node >>= 1;
  *last >>= 1;
  return left;
}

}  // namespace

bool verify_inclusion(uint64_t index, const TreeHead& head, const Sha256& leaf, std::span<const Sha256> path) {
  if (index >= head.size) return false;
  uint64_t node = index, last = head.size - 1;
  Sha256 root = leaf;
  for (const Sha256& hash : path) {
    if (last == 0) return false;
    root = step_up(&node, &last) ? node_hash(hash, root) : node_hash(root, hash);
  }
  return last == 0 && root == head.root;
}

bool InclusionTrail::verify(uint64_t index, const TreeHead& head, const Sha256& leaf, std::span<const Sha256> path) {
  if (index >= head.size) return false;
  const bool same_tree = head == head_ && !nodes_.empty();
  uint64_t node = index, last = head.size - 1;
  // Where the last path stands, counted from the root: paths of one tree differ in length.
  uint64_t other = index_, other_last = last;
  size_t other_at = 0;
  Sha256 root = leaf;
  std::vector<Sha256> nodes;
  nodes.reserve(path.size() + 1);
  for (size_t at = 0;; ++at) {
    nodes.push_back(root);
    while (same_tree && other_at < path_.size() && other_last > last) {
      step_up(&other, &other_last);
      ++other_at;
    }
    if (same_tree && other_last == last && other == node && nodes_[other_at] == root &&
        std::ranges::equal(path.subspan(at), std::span(path_).subspan(other_at))) {
      nodes.insert(nodes.end(), nodes_.begin() + static_cast<std::ptrdiff_t>(other_at) + 1, nodes_.end());
      break;
    }
    if (at == path.size()) {
      if (last != 0 || root != head.root) return false;
      break;
    }
    if (last == 0) return false;
    root = step_up(&node, &last) ? node_hash(path[at], root) : node_hash(root, path[at]);
  }
  head_ = head;
  index_ = index;
  path_.assign(path.begin(), path.end());
  nodes_ = std::move(nodes);
  return true;
}

bool verify_consistency(const TreeHead& older, const TreeHead& newer, std::span<const Sha256> path) {
  if (older.size > newer.size) return false;
  if (older.size == newer.size) return path.empty() && older.root == newer.root;
  if (older.size == 0) return path.empty() && older.root == empty_root();
  uint64_t node = older.size - 1, last = newer.size - 1;
  while (node & 1) {
    node >>= 1;
    last >>= 1;
  }
  size_t at = 0;
  Sha256 old_root = older.root, new_root = older.root;
  if (!std::has_single_bit(older.size)) {
    if (path.empty()) return false;
    old_root = new_root = path[at++];
  }
  for (; at < path.size(); ++at) {
    if (last == 0) return false;
    if ((node & 1) || node == last) {
      old_root = node_hash(path[at], old_root);
      new_root = node_hash(path[at], new_root);
      while (!(node & 1) && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_root = node_hash(new_root, path[at]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_root == older.root && new_root == newer.root;
}

}  // namespace sil::ledger
