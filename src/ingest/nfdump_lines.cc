// NetFlow and IPFIX as `nfdump -o csv` writes them: a header line "ts,te,td,sa,da,sp,dp,pr,flg,..", flows, then a
// summary (nfdump 1.6 and 1.7; 1.7.3 names its columns firstSeen, duration, proto, srcAddr, ..).
#include <algorithm>

#include "ingest/header_lines.h"
#include "ingest/key_values.h"
#include "ingest/line_formats.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

class NfdumpParser final : public LineParser {
 public:
  void begin(const void* state) override {
    names_.clear();
    if (state == nullptr) return;
    for (const std::string& line : static_cast<const HeaderInForce*>(state)->lines) header(line);
  }

  LineOutcome parse(std::string_view line, LineRecord* record) override {
    if (header(line)) return LineOutcome::kNothing;
    if (line.starts_with("Summary") || line.starts_with("flows,bytes")) {
      names_.clear();
      return LineOutcome::kNothing;
    }
    if (names_.empty())
      return line.find(',') != std::string_view::npos && seen_ ? LineOutcome::kNothing : LineOutcome::kForeign;
    if (std::count(line.begin(), line.end(), ',') < 8) return LineOutcome::kForeign;
    record->schema = &taxonomy::kNfdump;
    add_columns(line, ',', names_, record);
    for (std::string_view name : {"ts", "firstSeen"}) {
      const std::string_view said = record->get(name);
      if (said.size() >= 19 && parse_plain_time(said.substr(0, 10), said.substr(11), &record->time)) break;
    }
    return LineOutcome::kEvent;
  }

 private:
  bool header(std::string_view line) {
    if (!line.starts_with("ts,te,td,") && !line.starts_with("firstSeen,")) return false;
    names_ = line;
    std::replace(names_.begin(), names_.end(), ' ', '_');
    std::replace(names_.begin(), names_.end(), ',', ' ');
    seen_ = true;
    return true;
  }

  std::string names_;
  bool seen_ = false;
};

}  // namespace

constinit const LineFormat kNfdumpLines = {
    .name = "nfdump",
    .title = "NetFlow and IPFIX (nfdump CSV)",
    .strict = true,
    .confidence = 93,
    .parser = []() -> std::unique_ptr<LineParser> { return std::make_unique<NfdumpParser>(); },
    .splitter = []() { return make_header_splitter(""); }};

}  // namespace sil::ingest
