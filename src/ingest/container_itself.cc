// A container as a source: no events, but what is odd about it and, with custody, its own digest.
#include <algorithm>
#include <utility>

#include "bytes/standard_input.h"
#include "ingest/container.h"

namespace sil::ingest {
namespace {

constexpr size_t kPieceSize = size_t{1} << 20;

class ContainerReader final : public Reader {
 public:
  ContainerReader(std::vector<Anomaly> odd, bool whole) : odd_(std::move(odd)), whole_(whole) {}
  Result<bool> split(ByteSource& bytes, Piece* piece) override {
    if (!whole_ || next_ >= bytes.size_hint()) return false;
    piece->ordinal = ordinal_++;
    piece->offset = next_;
    piece->length = static_cast<size_t>(std::min<uint64_t>(kPieceSize, bytes.size_hint() - next_));
    piece->filled = false;
    next_ += piece->length;
    return true;
  }
  std::unique_ptr<ReadScratch> make_scratch() const override { return std::make_unique<ReadScratch>(); }
  void read(const Piece&, uint32_t, ReadScratch&, EventSink&) const override {}
  void finish(uint32_t, EventSink& sink) override {
    for (Anomaly& one : std::exchange(odd_, {})) sink.on_anomaly(std::move(one));
  }

 private:
  std::vector<Anomaly> odd_;
  bool whole_;
  uint64_t next_ = 0, ordinal_ = 0;
};

}  // namespace

Result<ContainerItself> open_container_itself(const std::string& name, std::vector<Anomaly> odd, bool whole) {
  Result<std::string> path = name == "-" ? standard_input_path() : name;
  if (!path) return tl::unexpected(path.error());
  auto bytes = open_plain(*path);
  if (!bytes) return tl::unexpected(bytes.error());
  return ContainerItself{std::move(*bytes), std::make_unique<ContainerReader>(std::move(odd), whole)};
}

}  // namespace sil::ingest
