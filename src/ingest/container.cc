#include "ingest/container.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "ingest/decoder.h"
#include "ingest/packing.h"
#include "ingest/unpack_frames.h"

namespace sil::ingest {
namespace {

constexpr size_t kHeadSize = 65536;
// Earlier times are what archives are stamped with that are to be the same whenever they are made (1970, 1980).
constexpr int64_t kFirstTime = int64_t{11} * 365 * 86400, kLastTime = int64_t{1} << 33;

ErrorCode code_of(const std::string& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number >= 0 && number <= static_cast<int>(ErrorCode::kInterrupted) ? static_cast<ErrorCode>(number)
                                                                            : ErrorCode::kFormat;
}

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
    if (auto error = decoder_->died()) return tl::unexpected(std::move(*error));
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
