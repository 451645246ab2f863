#include <algorithm>
#include <utility>

#include "bytes/standard_input.h"
#include "ingest/container.h"
#include "ingest/evtx_format.h"
#include "ingest/reader.h"

namespace sil::ingest {
namespace {

constexpr size_t kHeadSize = 65536, kFirstLook = 8192;

class PlainSource : public ByteSource {
 public:
  PlainSource(std::unique_ptr<InputFile> file, Modified modified) : file_(std::move(file)), modified_(modified) {}
  [[nodiscard]] bool random_access() const override { return true; }
  Result<size_t> read_at(uint64_t offset, uint8_t* into, size_t length) override {
    return file_->read_at(offset, into, length);
  }
  [[nodiscard]] uint64_t size_hint() const override { return file_->size(); }
  [[nodiscard]] Modified modified() const override { return modified_; }

 private:
  std::unique_ptr<InputFile> file_;
  Modified modified_;
};

class PlainWalk final : public SourceWalk {
 public:
  explicit PlainWalk(Opened opened) : opened_(std::move(opened)) {}
  Result<std::optional<Opened>> next() override { return std::exchange(opened_, std::nullopt); }

 private:
  std::optional<Opened> opened_;
};

}  // namespace

Result<std::unique_ptr<SourceWalk>> SourceWalk::open(const std::string& name, const OpenOptions& options) {
  std::string path = name;
  if (name == "-") {
    auto standard_input = standard_input_path();
    if (!standard_input) return tl::unexpected(standard_input.error());
    path = *standard_input;
  }
  auto file = InputFile::open(path);
  if (!file) return tl::unexpected(file.error());
  Opened out;
  // A signature says it at once; only text wants a longer look.
  for (const size_t wanted : {kFirstLook, kHeadSize}) {
    if (is_evtx_header(out.head)) break;
    out.head.resize(static_cast<size_t>(std::min<uint64_t>((*file)->size(), wanted)));
    auto got = (*file)->read_at(0, out.head.data(), out.head.size());
    if (!got) return tl::unexpected(got.error());
    out.head.resize(*got);
  }
  Modified modified;  // of standard input's copy it would be now
  if (name != "-") {
    if (auto stamp = stamp_of(path)) modified = {stamp->mtime_ns / 1'000'000'000, "the file's last change"};
  }
  if (is_container(out.head)) return open_container(path, options, modified);
  out.bytes = std::make_unique<PlainSource>(std::move(*file), modified);
  return std::make_unique<PlainWalk>(std::move(out));
}

Result<std::unique_ptr<ByteSource>> open_plain(const std::string& path) {
  auto file = InputFile::open(path);
  if (!file) return tl::unexpected(file.error());
  return std::make_unique<PlainSource>(std::move(*file), Modified{});
}

Result<Opened> open_source(const std::string& path) {
  auto walk = SourceWalk::open(path, {});
  if (!walk) return tl::unexpected(walk.error());
  auto first = (*walk)->next();
  if (!first) return tl::unexpected(first.error());
  if (!*first) return fail(ErrorCode::kFormat, path, "a container with a member", "none");
  return std::move(**first);
}

}  // namespace sil::ingest
