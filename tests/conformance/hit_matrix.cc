#include "conformance/hit_matrix.h"

#include <libdeflate.h>

#include <memory>
#include <set>

#include "bytes/cursor.h"
#include "bytes/file.h"
#include "ingest/reader.h"

namespace sil::conformance {
namespace {

// "LOG > line" for every line, so that lines of different logs stay apart.
std::set<std::string> named_lines(const std::string& text) {
  std::set<std::string> out;
  std::string log;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("  ")) {
      out.insert(log + " >" + line.substr(1));
      continue;
    }
    log = line.substr(0, line.rfind(" records "));
    out.insert(line);
  }
  return out;
}

}  // namespace

std::string matrix_text(const std::vector<LogHits>& logs) {
  std::string out;
  for (const LogHits& log : logs) {
    out += log.name + " records " + std::to_string(log.records) + '\n';
    for (const auto& [id, hits] : log.rules) out += "  " + id + ' ' + std::to_string(hits) + '\n';
  }
  return out;
}

std::vector<std::string> matrix_differences(const std::string& expected, const std::string& found) {
  std::set<std::string> before = named_lines(expected), after = named_lines(found);
  std::map<std::string, std::string> lines;  // by the line itself: what belongs together stands together
  for (const std::string& line : before) {
    if (!after.contains(line)) lines[line] = "only expected: ";
  }
  for (const std::string& line : after) {
    if (!before.contains(line)) lines[line] = "only found:    ";
  }
  std::vector<std::string> out;
  for (const auto& [line, side] : lines) out.push_back(side + line);
  return out;
}

Result<std::string> read_gzip(const std::string& path) {
  auto opened = ingest::open_source(path);
  if (!opened) return tl::unexpected(opened.error());
  std::string out;
  std::vector<uint8_t> block(1 << 16);
  while (true) {
    auto got = opened->bytes->read_at(out.size(), block.data(), block.size());
    if (!got) return tl::unexpected(got.error());
    out += as_text({block.data(), *got});
    if (*got < block.size()) return out;
  }
}

Result<void> write_gzip(const std::string& path, const std::string& text) {
  std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(12), libdeflate_free_compressor);
  std::string out(libdeflate_gzip_compress_bound(compressor.get(), text.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor.get(), text.data(), text.size(), out.data(), out.size()));
  return write_whole(path, out);
}

}  // namespace sil::conformance
