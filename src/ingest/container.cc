#include "ingest/container.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "bytes/confined.h"
#include "bytes/shared_ring.h"
#include "bytes/spill_file.h"
#include "ingest/packing.h"
#include "ingest/unpack_child.h"
#include "ingest/unpack_frames.h"

namespace sil::ingest {
namespace {

constexpr size_t kHeadSize = 65536;
// Earlier times are what archives are stamped with that are to be the same whenever they are made (1970, 1980).
constexpr int64_t kFirstTime = int64_t{11} * 365 * 86400, kLastTime = int64_t{1} << 33;
constexpr uint64_t kCpuSeconds = 60, kCpuSecondsPerMiB = 2;

ErrorCode code_of(const std::string& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number >= 0 && number <= static_cast<int>(ErrorCode::kInterrupted) ? static_cast<ErrorCode>(number)
                                                                            : ErrorCode::kFormat;
}

// The child and the frames that come from it. Shared by the walk and the source that is open.
class Decoder {
 public:
  static Result<std::shared_ptr<Decoder>> start(const std::string& path, const OpenOptions& options,
                                                std::array<uint8_t, kPackingHead>* head) {
    auto out = std::make_shared<Decoder>();
    out->path_ = path;
    auto file = InputFile::open(path);
    if (!file) return tl::unexpected(file.error());
    SIL_TRY((*file)->read_at(0, head->data(), head->size()));
    auto pipe = Pipe::make();
    if (!pipe) return tl::unexpected(pipe.error());
    auto ring = SharedRing::make();
    if (!ring) return tl::unexpected(ring.error());
    std::vector<std::unique_ptr<SpillFile>> spill;
    Confinement limits;
    limits.descriptors = {(*file)->descriptor(), pipe->writing.descriptor()};
    while (spill.size() + 1 < kMaxDepth) {
      auto made = SpillFile::make("");
      if (!made) break;  // archives in archives will say so
      limits.descriptors.push_back((*made)->descriptor());
      spill.push_back(std::move(*made));
    }
    limits.cpu_seconds = kCpuSeconds + kCpuSecondsPerMiB * ((*file)->size() >> 20);
    limits.file_size = options.max_unpacked;
    UnpackTask task;
    task.input = 3;
    task.output = 4;
    for (size_t i = 0; i < spill.size(); ++i) task.spill.push_back(5 + static_cast<int>(i));
    task.input_size = (*file)->size();
    task.ring = ring->get();
    task.passwords = options.passwords;
    task.max_unpacked = options.max_unpacked;
    auto child = ConfinedChild::start(limits, [&task](bool filtered) {
      task.filtered = filtered;
      unpack(task);
    });
    if (!child) return tl::unexpected(child.error());
    out->child_ = std::move(*child);
    out->frames_ = std::move(pipe->reading);
    out->ring_ = std::move(*ring);
    return out;
  }

  // The next frame's header; for all but data its texts too. false: nothing more, died() says whether that is right.
  bool frame(FrameHeader* header, std::vector<std::string>* texts) {
    if (over_) return false;
    over_ = !frames_.read_whole(reinterpret_cast<uint8_t*>(header), sizeof *header);
    if (over_) return false;
    if (header->kind == FrameKind::kData) {
      over_ = header->length == 0 || header->length > SharedRing::kBlock;
      data_left_ = over_ ? 0 : header->length;
      data_ = ring_->next_full();
      return !over_;
    }
    std::string packed(std::min(header->length, kMaxTextFrame), '\0');
    over_ =
        header->length > kMaxTextFrame || !frames_.read_whole(reinterpret_cast<uint8_t*>(packed.data()), packed.size());
    if (over_) return false;
    *texts = unpack_texts(packed);
    if (header->kind == FrameKind::kDone) over_ = done_ = true;
    return true;
  }

  // Up to `length` bytes of the open member; 0: it has ended.
  size_t pull(uint8_t* into, size_t length) {
    size_t done = 0;
    while (done < length && open_ != 0) {
      if (data_left_ == 0 && !next_data()) break;
      const size_t now = std::min<size_t>(length - done, data_left_);
      std::memcpy(into + done, data_, now);
      data_ += now;
      data_left_ -= static_cast<uint32_t>(now);
      if (data_left_ == 0) ring_->taken();
      done += now;
    }
    return done;
  }

  void begin_member(uint64_t ordinal, std::string where) {
    open_ = ordinal;
    where_ = std::move(where);
    error_ = {};
  }
  // The rest of the open member is not wanted.
  void pass_over() {
    if (open_ == 0) return;
    ring_->note().store(open_, std::memory_order_relaxed);
    std::vector<uint8_t> sink(kHeadSize);
    while (pull(sink.data(), sink.size()) > 0) {
    }
  }

  [[nodiscard]] uint64_t open_member() const { return open_; }
  [[nodiscard]] const Error& member_error() const { return error_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  // How the child ended, if not as it should; told once.
  std::string death() {
    if (done_ || told_) return {};
    told_ = true;
    frames_.close();
    std::string how = child_->ending();
    return how.empty() ? "a decoder that ended early" : "a decoder " + how;
  }

 private:
  bool next_data() {
    FrameHeader header{};
    std::vector<std::string> texts;
    if (!frame(&header, &texts)) {
      stop();
      return false;
    }
    if (header.kind == FrameKind::kData) return true;
    open_ = 0;
    if (texts.size() == 3) error_ = {code_of(texts[0]), where_, texts[1], texts[2], ""};
    return false;
  }
  void stop() {
    open_ = 0;
    over_ = true;
    if (std::string how = death(); !how.empty()) error_ = {ErrorCode::kLimit, where_, "a whole container", how, ""};
  }

  std::string path_, where_;
  std::unique_ptr<ConfinedChild> child_;
  std::unique_ptr<SharedRing> ring_;
  PipeEnd frames_;
  uint64_t open_ = 0;              // ordinal of the member whose bytes come; 0: none
  const uint8_t* data_ = nullptr;  // in the ring
  uint32_t data_left_ = 0;
  bool over_ = false, done_ = false, told_ = false;
  Error error_;
};

class MemberSource : public ByteSource {
 public:
  MemberSource(std::shared_ptr<Decoder> decoder, Modified modified)
      : decoder_(std::move(decoder)), member_(decoder_->open_member()), modified_(modified) {}
  [[nodiscard]] bool random_access() const override { return false; }
  [[nodiscard]] uint64_t size_hint() const override { return 0; }
  [[nodiscard]] Modified modified() const override { return modified_; }
  [[nodiscard]] Result<void> ending() const override {
    if (!error_.expected.empty()) return tl::unexpected(error_);
    return {};
  }
  // The head is kept and served again from offset 0.
  const std::vector<uint8_t>& read_head() {
    head_.resize(kHeadSize);
    head_.resize(pull(head_.data(), head_.size()));
    return head_;
  }

  Result<size_t> read_at(uint64_t offset, uint8_t* into, size_t length) override {
    size_t done = 0;
    if (offset < head_.size()) {
      done = static_cast<size_t>(std::min<uint64_t>(length, head_.size() - offset));
      std::memcpy(into, head_.data() + offset, done);
      offset += done;
    }
    if (done == length) return done;
    std::vector<uint8_t> sink;
    while (produced_ < offset) {  // callers may skip forward
      sink.resize(kHeadSize);
      const size_t got = pull(sink.data(), static_cast<size_t>(std::min<uint64_t>(sink.size(), offset - produced_)));
      if (got == 0) return done;
    }
    return done + pull(into + done, length - done);
  }

 private:
  size_t pull(uint8_t* into, size_t length) {
    if (decoder_->open_member() != member_ || ended_) return 0;
    const size_t got = decoder_->pull(into, length);
    produced_ += got;
    if (got < length) {
      ended_ = true;
      error_ = decoder_->member_error();
    }
    return got;
  }

  std::shared_ptr<Decoder> decoder_;
  uint64_t member_, produced_ = 0;
  Modified modified_;
  bool ended_ = false;
  Error error_;
  std::vector<uint8_t> head_;
};

class ContainerWalk final : public SourceWalk {
 public:
  ContainerWalk(std::shared_ptr<Decoder> decoder, Packing packing, Modified own)
      : decoder_(std::move(decoder)), packing_(packing), own_(own) {}
  [[nodiscard]] const char* container() const override { return packing_name(packing_); }

  Result<std::optional<Opened>> next() override {
    decoder_->pass_over();
    FrameHeader header{};
    std::vector<std::string> texts;
    while (decoder_->frame(&header, &texts)) {
      switch (header.kind) {
        case FrameKind::kMember: return begin(header.ordinal, std::move(texts));
        case FrameKind::kNote:
          if (texts.size() == 3) odd(texts);
          break;
        case FrameKind::kUnread:
          if (texts.size() != 4) break;
          return fail(code_of(texts[0]), place(texts[1]), texts[2], texts[3]);
        default: break;
      }
    }
    if (std::string how = decoder_->death(); !how.empty())
      return fail(ErrorCode::kLimit, decoder_->path(), "a whole container", how);
    return std::nullopt;
  }
  std::vector<Anomaly> take_anomalies() override { return std::move(anomalies_); }

 private:
  Result<std::optional<Opened>> begin(uint64_t ordinal, std::vector<std::string> names) {
    const Modified modified = take_modified(&names);
    std::string where = decoder_->path();
    for (const std::string& name : names) where += "!" + name;
    decoder_->begin_member(ordinal, std::move(where));
    auto source = std::make_unique<MemberSource>(decoder_, modified);
    Opened out;
    out.head = source->read_head();
    out.members = std::move(names);
    out.ordinal = static_cast<uint32_t>(ordinal);
    if (out.head.empty()) SIL_TRY(source->ending());
    out.bytes = std::move(source);
    return out;
  }
  // Off the front of a member's texts.
  Modified take_modified(std::vector<std::string>* texts) const {
    if (texts->size() < kMemberTimes) return texts->clear(), Modified{};
    int64_t seconds = 0;
    const std::string text = std::move(texts->front());
    const bool by_header = (*texts)[1] == kByHeader;
    texts->erase(texts->begin(), texts->begin() + kMemberTimes);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && seconds >= kFirstTime && seconds < kLastTime)
      return {seconds, by_header ? "the time in the gzip header" : "the member's time in its archive"};
    return texts->empty() ? own_ : Modified{};
  }
  [[nodiscard]] std::string place(const std::string& member) const {
    return member.empty() ? decoder_->path() : decoder_->path() + "!" + member;
  }
  void odd(std::vector<std::string>& texts) {
    anomalies_.push_back({AnomalyKind::kContainer,
                          Level::kLow,
                          {},
                          "a container with something odd: " + (texts[0].empty() ? "itself" : texts[0]),
                          std::move(texts[1]),
                          std::move(texts[2])});
  }

  std::shared_ptr<Decoder> decoder_;
  Packing packing_;
  Modified own_;
  std::vector<Anomaly> anomalies_;
};

}  // namespace

bool is_container(Bytes head) {
  return packing_of(head) != Packing::kNone;
}

Result<std::unique_ptr<SourceWalk>> open_container(const std::string& path, const OpenOptions& options, Modified own) {
  std::array<uint8_t, kPackingHead> head{};
  auto decoder = Decoder::start(path, options, &head);
  if (!decoder) return tl::unexpected(decoder.error());
  return std::make_unique<ContainerWalk>(std::move(*decoder), packing_of(head), own);
}

}  // namespace sil::ingest
