#include "flow/record_trees.h"

#include <bit>

namespace sil::flow {
namespace {

struct TreePiece : PieceResult {
  std::unique_ptr<PieceResult> inner;
  std::vector<Sha256> leaves;
  std::vector<uint64_t> offsets;
};

class TreeWorker : public Worker {
 public:
  TreeWorker(std::unique_ptr<Worker> inner, const RecordTreeStage& stage) : inner_(std::move(inner)), stage_(stage) {}
  void begin_piece(uint32_t source, const Source& about) override {
    const ledger::Secret secret = stage_.secret_of(about);
    secret_.emplace(Bytes(secret.data(), secret.size()));
    piece_ = std::make_unique<TreePiece>();
    inner_->begin_piece(source, about);
  }
  std::unique_ptr<PieceResult> end_piece() override {
    piece_->inner = inner_->end_piece();
    return std::move(piece_);
  }
  void on_event(const Event& event) override {
    Bytes record = event.details ? event.details->bytes(event.where) : event.raw;
    const Sha256 digest = sha256(record);
    piece_->leaves.push_back(record_leaf(*secret_, event.where.offset, digest));
    piece_->offsets.push_back(event.where.offset);
    Event known = event;
    known.digest = &digest;
    inner_->on_event(known);
  }
  void on_anomaly(Anomaly anomaly) override { inner_->on_anomaly(std::move(anomaly)); }
  void on_fact(const StructureFact& fact) override { inner_->on_fact(fact); }
  [[nodiscard]] bool wants_facts() const override { return inner_->wants_facts(); }
  [[nodiscard]] bool wants_remains() const override { return inner_->wants_remains(); }

 private:
  std::unique_ptr<Worker> inner_;
  const RecordTreeStage& stage_;
  std::optional<KeyedSha256> secret_;  // of the piece's source
  std::unique_ptr<TreePiece> piece_;
};

}  // namespace

Sha256 record_leaf(const KeyedSha256& secret, uint64_t offset, const Sha256& record) {
  uint8_t content[65] = {};  // 0x00, salt, digest in one go: this runs for every record
  Sha256 salt = ledger::record_salt(secret, offset);
  std::copy(salt.begin(), salt.end(), content + 1);
  std::copy(record.begin(), record.end(), content + 33);
  return sha256(Bytes(content, sizeof content));
}

uint64_t padded(uint64_t records) {
  constexpr uint64_t kLeast = 64;
  if (records <= kLeast) return kLeast;
  const auto exponent = static_cast<unsigned>(std::bit_width(records)) - 1;
  const auto kept = static_cast<unsigned>(std::bit_width(exponent));
  const uint64_t mask = (uint64_t{1} << (exponent - kept)) - 1;
  return (records + mask) & ~mask;
}

void pad(RecordTree* tree, uint64_t size) {
  const bool keep = !tree->leaves.empty();
  for (uint64_t number = 0; tree->range.size() < size; ++number) {
    const Sha256 leaf = ledger::salt_of(tree->secret, "pad " + std::to_string(number));
    tree->range.push(leaf);
    if (keep) tree->leaves.push_back(leaf);
  }
}

std::unique_ptr<Worker> RecordTreeStage::make_worker() {
  return std::make_unique<TreeWorker>(inner_.make_worker(), *this);
}

ledger::Secret RecordTreeStage::secret_of(const Source& about) const {
  if (fixed_) return *fixed_;
  std::string label = "source\n" + about.path;
  for (const std::string& member : about.members) label += "\n" + member;
  return ledger::salt_of(run_, label);
}

void RecordTreeStage::source_begun(uint32_t source, const Source& about) {
  trees_[source].secret = secret_of(about);
  inner_.source_begun(source, about);
}

void RecordTreeStage::merge(uint32_t source, std::unique_ptr<PieceResult> result) {
  auto& piece = static_cast<TreePiece&>(*result);
  RecordTree& tree = trees_[source];
  for (const Sha256& leaf : piece.leaves) tree.range.push(leaf);
  if (keep_leaves_) {
    tree.leaves.insert(tree.leaves.end(), piece.leaves.begin(), piece.leaves.end());
    tree.offsets.insert(tree.offsets.end(), piece.offsets.begin(), piece.offsets.end());
  }
  inner_.merge(source, std::move(piece.inner));
}

void RecordTreeStage::source_done(uint32_t source, const Source& about) {
  RecordTree& tree = trees_[source];
  pad(&tree, fixed_size_ ? *fixed_size_ : padded(tree.range.size()));
  inner_.source_done(source, about);
}

const RecordTree* RecordTreeStage::tree(uint32_t source) const {
  auto found = trees_.find(source);
  return found == trees_.end() ? nullptr : &found->second;
}

}  // namespace sil::flow
