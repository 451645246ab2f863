#include "flow/record_trees.h"

#include <algorithm>
#include <bit>
#include <functional>

namespace sil::flow {
namespace {

// Digests that nobody asks for while the record is looked at - most - are left to the merge, where they cost less.
struct TreePiece : PieceResult {
  std::unique_ptr<PieceResult> inner;
  std::vector<Sha256> salts, records;  // of each record; the digests are complete once `later` is
  std::vector<uint64_t> offsets;
  DigestList later;
  std::vector<uint32_t> places;  // of `later`'s digests among `records`
  DigestList* wants_digests() override { return &later; }
};

class TreeWorker : public Worker, private RecordDigest {
 public:
  TreeWorker(std::unique_ptr<Worker> inner, const RecordTreeStage& stage) : inner_(std::move(inner)), stage_(stage) {}
  void begin_piece(uint32_t source, const Source& about) override {
    const ledger::Secret secret = stage_.secret_of(about);
    secret_.emplace(Bytes(secret.data(), secret.size()));
    piece_ = std::make_unique<TreePiece>();
    bytes_ = {};
    inner_->begin_piece(source, about);
  }
  void on_bytes(Bytes piece) override { bytes_ = piece; }
  std::unique_ptr<PieceResult> end_piece() override {
    piece_->inner = inner_->end_piece();
    piece_->salts = ledger::record_salts(*secret_, piece_->offsets);
    return std::move(piece_);
  }
  void on_event(const Event& event) override {
    record_ = event.details ? event.details->bytes(event.where) : event.raw;
    piece_->offsets.push_back(event.where.offset);
    piece_->records.emplace_back();
    made_ = false;
    Event known = event;
    known.digest = this;
    inner_->on_event(known);
    if (made_) return;
    if (!stays()) return void(value());
    piece_->places.push_back(static_cast<uint32_t>(piece_->records.size() - 1));
    piece_->later.messages.push_back(record_);
  }
  void on_anomaly(Anomaly anomaly) override { inner_->on_anomaly(std::move(anomaly)); }
  void on_fact(const StructureFact& fact) override { inner_->on_fact(fact); }
  [[nodiscard]] bool wants_facts() const override { return inner_->wants_facts(); }
  [[nodiscard]] bool wants_remains() const override { return inner_->wants_remains(); }

 private:
  const Sha256& value() override {
    Sha256& out = piece_->records.back();
    if (!made_) out = sha256(record_);
    made_ = true;
    return out;
  }
  // Does the record lie within the piece, or in something that the reader made for the moment?
  [[nodiscard]] bool stays() const {
    const std::less_equal<const uint8_t*> not_behind;
    return not_behind(bytes_.data(), record_.data()) &&
           not_behind(record_.data() + record_.size(), bytes_.data() + bytes_.size());
  }

  std::unique_ptr<Worker> inner_;
  const RecordTreeStage& stage_;
  std::optional<KeyedSha256> secret_;  // of the piece's source
  std::unique_ptr<TreePiece> piece_;
  Bytes bytes_;        // of the piece
  Bytes record_;       // of the event at hand
  bool made_ = false;  // its digest
};

std::vector<Sha256> leaves_of(TreePiece* piece) {
  for (size_t i = 0; i < piece->places.size(); ++i) piece->records[piece->places[i]] = piece->later.digests[i];
  return ledger::salted_leaves(piece->salts, {piece->records.begin(), piece->records.end()});
}

}  // namespace

Sha256 record_leaf(const KeyedSha256& secret, uint64_t offset, const Sha256& record) {
  return ledger::salted_leaf(ledger::record_salt(secret, offset), record);
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
  const std::vector<Sha256> leaves = leaves_of(&piece);
  tree.range.push(leaves);
  if (keep_leaves_) {
    tree.leaves.insert(tree.leaves.end(), leaves.begin(), leaves.end());
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
