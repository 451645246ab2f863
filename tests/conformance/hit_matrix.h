// How often each rule hit in each log, as text: one head line a log ("NAME records N"), then one line a rule
// ("  ID HITS"), rules by id. Kept as a gzip file among the golden files; compared line by line, so that a difference
// names log and rule.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bytes/result.h"

namespace sil::conformance {

struct LogHits {
  std::string name;
  uint64_t records = 0;
  std::map<std::string, uint64_t> rules;  // id -> hits
};
std::string matrix_text(const std::vector<LogHits>& logs);
// Lines "only expected: ..." and "only found: ...", each with its log; empty when both are equal.
std::vector<std::string> matrix_differences(const std::string& expected, const std::string& found);

Result<std::string> read_gzip(const std::string& path);
Result<void> write_gzip(const std::string& path, const std::string& text);  // the same bytes for the same text

}  // namespace sil::conformance
