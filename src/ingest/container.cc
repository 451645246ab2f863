#include "ingest/container.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace sil::ingest {
namespace {

constexpr size_t kBlock = 256 * 1024;
constexpr size_t kHeadSize = 65536;

struct ArchiveCloser {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using ArchiveHandle = std::unique_ptr<archive, ArchiveCloser>;

class ContainerSource : public ByteSource {
 public:
  explicit ContainerSource(std::unique_ptr<InputFile> file) : file_(std::move(file)), block_(kBlock) {}

  // Opens the archive and stands at its only member. The head is kept and served again from offset 0.
  Result<void> start(Opened* opened) {
    handle_.reset(archive_read_new());
    archive* a = handle_.get();
    archive_read_support_filter_gzip(a);
    archive_read_support_filter_zstd(a);
    archive_read_support_format_zip(a);
    archive_read_support_format_raw(a);
    archive_read_set_seek_callback(a, seek);
    if (archive_read_open(a, this, nullptr, read, nullptr) != ARCHIVE_OK) return damaged();
    archive_entry* entry = nullptr;
    do {
      if (archive_read_next_header(a, &entry) != ARCHIVE_OK) return damaged();
    } while (archive_entry_filetype(entry) != AE_IFREG && archive_format(a) != ARCHIVE_FORMAT_RAW);
    bool zip = archive_format(a) != ARCHIVE_FORMAT_RAW;
    if (zip) {
      const char* name = archive_entry_pathname(entry);
      opened->members.push_back(name ? name : "");
      if (archive_entry_is_encrypted(entry)) {
        return fail(ErrorCode::kUnsupported, file_->path(), "a member without a password", "an encrypted member");
      }
    }
    head_.resize(kHeadSize);
    auto got = pull(head_.data(), head_.size());
    if (!got) return tl::unexpected(got.error());
    head_.resize(*got);
    if (head_.empty()) SIL_TRY(ending());
    opened->head = head_;
    return {};
  }

  [[nodiscard]] bool random_access() const override { return false; }
  [[nodiscard]] uint64_t size_hint() const override { return 0; }
  [[nodiscard]] Result<void> ending() const override {
    if (!error_.where.empty()) return tl::unexpected(error_);
    return {};
  }

  Result<size_t> read_at(uint64_t offset, uint8_t* into, size_t length) override {
    size_t done = 0;
    if (offset < head_.size()) {
      done = static_cast<size_t>(std::min<uint64_t>(length, head_.size() - offset));
      std::memcpy(into, head_.data() + offset, done);
      offset += done;
    }
    if (done == length) return done;
    while (produced_ < offset) {  // callers may skip forward
      std::array<uint8_t, 4096> sink{};
      auto got = pull(sink.data(), static_cast<size_t>(std::min<uint64_t>(sink.size(), offset - produced_)));
      if (!got) return got;
      if (*got == 0) return done;
    }
    auto got = pull(into + done, length - done);
    if (!got) return got;
    return done + *got;
  }

 private:
  tl::unexpected<Error> damaged() const {
    const char* why = archive_error_string(handle_.get());
    return fail(ErrorCode::kFormat, file_->path(), "a whole compressed file", why ? why : "damage");
  }

  // Damage ends the bytes; ending() says so when they have been processed. Blocks are asked for, not lengths:
  // archive_read_data() forgets what it has copied when it then meets damage.
  Result<size_t> pull(uint8_t* into, size_t length) {
    size_t done = 0;
    while (done < length && (!rest_.empty() || !ended_)) {
      if (rest_.empty()) next_block();
      const size_t got = std::min(length - done, rest_.size());
      if (got == 0) continue;
      std::memcpy(into + done, rest_.data(), got);
      rest_ = rest_.subspan(got);
      done += got;
      produced_ += got;
      if (produced_ > kMaxUnpacked || (produced_ > kRatioFrom && produced_ / kMaxRatio > file_->size())) {
        ended_ = true;
        rest_ = {};
        error_ = Error{ErrorCode::kLimit,
                       file_->path(),
                       "at most 1000:1 beyond 256 MiB and 64 GiB in all",
                       std::to_string(produced_) + " bytes out of " + std::to_string(file_->size()),
                       {}};
      }
    }
    return done;
  }

  void next_block() {
    const void* data = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    const int status = archive_read_data_block(handle_.get(), &data, &size, &offset);
    if (status == ARCHIVE_EOF) {
      ended_ = true;
    } else if (status < ARCHIVE_WARN) {
      ended_ = true;
      error_ = damaged().value();
    } else {
      rest_ = {static_cast<const uint8_t*>(data), size};
    }
  }

  static la_ssize_t read(archive*, void* self, const void** buffer) {
    auto& source = *static_cast<ContainerSource*>(self);
    auto got = source.file_->read_at(source.position_, source.block_.data(), source.block_.size());
    if (!got) return -1;
    source.position_ += *got;
    *buffer = source.block_.data();
    return static_cast<la_ssize_t>(*got);
  }
  static la_int64_t seek(archive*, void* self, la_int64_t offset, int whence) {
    auto& source = *static_cast<ContainerSource*>(self);
    auto base =
        whence == SEEK_SET ? 0 : static_cast<la_int64_t>(whence == SEEK_CUR ? source.position_ : source.file_->size());
    if (base + offset < 0) return ARCHIVE_FATAL;
    source.position_ = static_cast<uint64_t>(base + offset);
    return base + offset;
  }

  std::unique_ptr<InputFile> file_;
  std::vector<uint8_t> block_;
  uint64_t position_ = 0;
  uint64_t produced_ = 0;
  Bytes rest_;  // of the block that libarchive gave last
  bool ended_ = false;
  Error error_;
  std::vector<uint8_t> head_;
  ArchiveHandle handle_;
};

}  // namespace

bool is_container(Bytes head) {
  auto starts = [&](std::initializer_list<uint8_t> magic) {
    return head.size() >= magic.size() && std::equal(magic.begin(), magic.end(), head.begin());
  };
  return starts({0x1f, 0x8b, 0x08}) || starts({0x28, 0xb5, 0x2f, 0xfd}) || starts({'P', 'K', 3, 4});
}

Result<Opened> open_container(const std::string& path) {
  auto file = InputFile::open(path);
  if (!file) return tl::unexpected(file.error());
  auto source = std::make_unique<ContainerSource>(std::move(*file));
  Opened out;
  SIL_TRY(source->start(&out));
  out.bytes = std::move(source);
  return out;
}

}  // namespace sil::ingest
