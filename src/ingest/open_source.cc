#include <algorithm>

#include "bytes/standard_input.h"
#include "ingest/container.h"
#include "ingest/evtx_format.h"
#include "ingest/reader.h"

namespace sil::ingest {
namespace {

constexpr size_t kHeadSize = 65536, kFirstLook = 8192;

class PlainSource : public ByteSource {
 public:
  explicit PlainSource(std::unique_ptr<InputFile> file) : file_(std::move(file)) {}
  [[nodiscard]] bool random_access() const override { return true; }
  Result<size_t> read_at(uint64_t offset, uint8_t* into, size_t length) override {
    return file_->read_at(offset, into, length);
  }
  [[nodiscard]] uint64_t size_hint() const override { return file_->size(); }

 private:
  std::unique_ptr<InputFile> file_;
};

}  // namespace

Result<Opened> open_source(const std::string& name) {
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
  if (is_container(out.head)) return open_container(path);
  out.bytes = std::make_unique<PlainSource>(std::move(*file));
  return out;
}

}  // namespace sil::ingest
