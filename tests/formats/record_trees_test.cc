// The record tree of every sample against the plain way: one digest a record, one leaf after the other, one thread.
// What a record is hashed from must still be there when its piece is merged, whatever the reader of its format does.
#include "flow/record_trees.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace sil::flow {
namespace {

struct PlainPiece : PieceResult {
  std::vector<std::pair<uint64_t, Sha256>> records;
  bool asked_alike = true;
};

// Digests every record by itself; asks the stage around it for every third, as findings do.
class PlainWorker : public Worker {
 public:
  void begin_piece(uint32_t, const Source&) override { piece_ = std::make_unique<PlainPiece>(); }
  std::unique_ptr<PieceResult> end_piece() override { return std::move(piece_); }
  void on_event(const Event& event) override {
    const Bytes record = event.details ? event.details->bytes(event.where) : event.raw;
    piece_->records.emplace_back(event.where.offset, sha256(record));
    if (piece_->records.size() % 3 != 0) return;
    piece_->asked_alike = piece_->asked_alike && event.digest && event.digest->value() == event.digest->value() &&
                          event.digest->value() == piece_->records.back().second;
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }

 private:
  std::unique_ptr<PlainPiece> piece_;
};

class PlainStage : public Stage {
 public:
  std::unique_ptr<Worker> make_worker() override { return std::make_unique<PlainWorker>(); }
  void source_begun(uint32_t, const Source&) override {}
  void merge(uint32_t source, std::unique_ptr<PieceResult> result) override {
    const auto& piece = static_cast<const PlainPiece&>(*result);
    EXPECT_TRUE(piece.asked_alike);
    auto& all = records[source];
    all.insert(all.end(), piece.records.begin(), piece.records.end());
  }
  void source_done(uint32_t source, const Source& about) override { sources[source] = about; }
  std::map<uint32_t, std::vector<std::pair<uint64_t, Sha256>>> records;
  std::map<uint32_t, Source> sources;
};

std::vector<Sha256> plain_leaves(const ledger::Secret& secret,
                                 const std::vector<std::pair<uint64_t, Sha256>>& records) {
  std::vector<Sha256> out;
  const KeyedSha256 key(Bytes(secret.data(), secret.size()));
  for (const auto& [offset, digest] : records) out.push_back(record_leaf(key, offset, digest));
  return out;
}

TEST(RecordTrees, EqualThePlainWayInEveryFormat) {
  std::vector<Input> inputs;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SIL_FORMAT_SAMPLES))
    if (entry.is_regular_file()) inputs.push_back({entry.path().string(), false});
  std::ranges::sort(inputs, {}, &Input::path);
  const ledger::Secret run{7};
  size_t records = 0, formats = 0;
  for (const unsigned threads : {1U, 3U}) {
    for (const bool custody : {true, false}) {
      PlainStage plain;
      RecordTreeStage trees(plain, run, true);
      PipelineOptions options;
      options.threads = threads;
      options.custody = custody;
      Progress progress;
      run_pipeline(inputs, options, nullptr, trees, progress);
      std::set<std::string> seen;
      records = 0;
      for (const auto& [source, about] : plain.sources) {
        const RecordTree* tree = trees.tree(source);
        ASSERT_NE(tree, nullptr);
        std::vector<Sha256> expected = plain_leaves(trees.secret_of(about), plain.records[source]);
        ASSERT_LE(expected.size(), tree->leaves.size()) << about.path;
        EXPECT_EQ(expected, std::vector(tree->leaves.begin(),
                                        tree->leaves.begin() + static_cast<std::ptrdiff_t>(expected.size())))
            << about.path;
        if (expected.empty()) continue;  // of none, padding alone is not kept
        EXPECT_EQ(tree->range.root(), ledger::plain_root(tree->leaves)) << about.path;
        records += expected.size();
        seen.insert(about.format);
      }
      formats = seen.size();
    }
  }
  EXPECT_GT(records, 500U);
  EXPECT_GT(formats, 10U);
}

}  // namespace
}  // namespace sil::flow
