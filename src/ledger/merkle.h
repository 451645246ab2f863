// The Merkle tree of RFC 6962 section 2.1 (RFC 9162 keeps it): hashes, proofs, and how both are checked.
//
// Sizes and indexes count leaves, 64 bits. Thread rule: stateless, except CompactRange (one thread).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "bytes/digest.h"
#include "bytes/result.h"

namespace sil::ledger {

Sha256 leaf_hash(Bytes entry);  // SHA-256(0x00, entry)
Sha256 leaf_hash(std::string_view entry);
Sha256 node_hash(const Sha256& left, const Sha256& right);  // SHA-256(0x01, left, right)
Sha256 empty_root();                                        // SHA-256 of nothing

struct TreeHead {
  uint64_t size = 0;
  Sha256 root = empty_root();
  bool operator==(const TreeHead&) const = default;
};

// Root of the complete subtree over leaves [index << level, (index + 1) << level).
using NodeReader = std::function<Result<Sha256>(unsigned level, uint64_t index)>;

// The roots of the complete subtrees on the right edge: all that appending needs. At most 64 hashes.
class CompactRange {
 public:
  static Result<CompactRange> over(uint64_t size, const NodeReader& read);
  void push(const Sha256& leaf) { push_subtree(leaf, 1); }
  void push(std::span<const Sha256> leaves);  // the same for each, hashed side by side
  [[nodiscard]] uint64_t size() const { return size_; }
  [[nodiscard]] Sha256 root() const;
  // With a smaller tree to the right, whose root is `rest`. Not of an empty range.
  [[nodiscard]] Sha256 root_with(const Sha256& rest) const;
  [[nodiscard]] TreeHead head() const { return {size_, root()}; }

 private:
  void push_subtree(Sha256 root, uint64_t count);  // complete, and where it may stand
  uint64_t size_ = 0;
  std::vector<Sha256> peaks_;  // from left, large, to right, small
};

// Parents of a level's nodes, hashed side by side; the last is handed up where it has no sibling. Level after level to
// the root.
std::vector<Sha256> level_above(std::span<const Sha256> below);

// The recursive definition: the slow twin that tests compare with.
Sha256 plain_root(std::span<const Sha256> leaves);

NodeReader nodes_of(std::span<const Sha256> leaves);  // valid as long as `leaves`

// Errors: kUsage for an index outside of the tree; what the reader gives.
Result<std::vector<Sha256>> inclusion_proof(uint64_t index, uint64_t size, const NodeReader& read);
Result<std::vector<Sha256>> consistency_proof(uint64_t old_size, uint64_t size, const NodeReader& read);
Result<Sha256> root_of(uint64_t size, const NodeReader& read);

// RFC 9162 sections 2.1.3.2 and 2.1.4.2. A hash too many or too few is false.
bool verify_inclusion(uint64_t index, const TreeHead& head, const Sha256& leaf, std::span<const Sha256> path);
// The same for many leaves of one tree, one after another: what a path shares with the last one that held - the nodes
// from where both meet - is compared instead of hashed. Equal answers to verify_inclusion.
class InclusionTrail {
 public:
  bool verify(uint64_t index, const TreeHead& head, const Sha256& leaf, std::span<const Sha256> path);

 private:
  TreeHead head_;
  uint64_t index_ = 0;
  std::vector<Sha256> path_, nodes_;  // nodes_[i]: what path_[i] is hashed with; empty = nothing held yet
};
bool verify_consistency(const TreeHead& older, const TreeHead& newer, std::span<const Sha256> path);

}  // namespace sil::ledger
