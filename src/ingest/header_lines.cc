#include "ingest/header_lines.h"

#include <algorithm>
#include <cstring>

#include "bytes/text.h"
#include "ingest/json_scan.h"

namespace sil::ingest {
namespace {

class HeaderSplitter final : public LineSplitter {
 public:
  explicit HeaderSplitter(std::string_view marks) {
    while (!marks.empty()) {
      const size_t end = std::min(marks.find('\n'), marks.size());
      marks_.emplace_back(marks.substr(0, end));
      marks.remove_prefix(std::min(end + 1, marks.size()));
    }
    held_.resize(std::max<size_t>(marks_.size(), 1));
  }

  void begin(Bytes head, Bytes, Modified) override {
    if (!marks_.empty()) return;
    const std::string_view text = as_text(head.subspan(skip_bom(head)));
    held_[0] = line_at(text, 0);
  }

  std::shared_ptr<const void> pass(Bytes piece) override {
    auto out = std::make_shared<HeaderInForce>();
    for (const std::string& line : held_) {
      if (!line.empty()) out->lines.push_back(line);
    }
    if (!marks_.empty()) look(as_text(piece));
    return out;
  }

 private:
  static std::string line_at(std::string_view text, size_t at) {
    std::string_view line = text.substr(at, std::min(text.find('\n', at), text.size()) - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return std::string(line.substr(0, size_t{64} << 10));
  }
  // Header lines begin with '#': found by that character behind a line break.
  void look(std::string_view text) {
    if (text.starts_with('#')) remember(text, 0);
    for (size_t at = text.find("\n#"); at != std::string_view::npos; at = text.find("\n#", at + 1))
      remember(text, at + 1);
  }
  void remember(std::string_view text, size_t at) {
    for (size_t i = 0; i < marks_.size(); ++i) {
      if (text.substr(at).starts_with(marks_[i])) held_[i] = line_at(text, at);
    }
  }

  std::vector<std::string> marks_, held_;
};

}  // namespace

std::unique_ptr<LineSplitter> make_header_splitter(std::string_view marks) {
  return std::make_unique<HeaderSplitter>(marks);
}

}  // namespace sil::ingest
