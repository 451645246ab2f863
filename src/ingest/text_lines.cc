#include "ingest/text_lines.h"

#include <algorithm>

#include "ingest/line_formats.h"

namespace sil::ingest {
namespace {

class TextParser final : public LineParser {
 public:
  LineOutcome parse(std::string_view, LineRecord*) override { return LineOutcome::kForeign; }
};

}  // namespace

bool is_text(Bytes head) {
  const auto controls = std::count_if(head.begin(), head.end(), [](uint8_t byte) {
    return byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t';
  });
  return !head.empty() && std::find(head.begin(), head.end(), uint8_t{0}) == head.end() &&
         static_cast<size_t>(controls) * 50 <= head.size();
}

constinit const LineFormat kTextLines = {
    .name = "lines",
    .title = "text of no known format, by lines",
    .strict = false,
    .confidence = 0,
    .parser = []() -> std::unique_ptr<LineParser> { return std::make_unique<TextParser>(); }};

}  // namespace sil::ingest
